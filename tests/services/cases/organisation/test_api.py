"""Areas, units, persons and employments over REST."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.records import audited
from tests.support.refusals import refused, without_trace
from tests.support.services import CallerClient, Stack

AREA = {"name": "Børn og Unge", "municipalityCode": "0766"}
AREA_VIEW = {**AREA, "validTo": None, "provisional": False}


async def known_area(cases: CallerClient) -> UUID:
    area = uuid4()
    ok(await cases.create(f"/v1/areas/{area}", AREA))
    return area


def unit_body(area: UUID, **more: Any) -> dict[str, Any]:
    return {"name": "Familieafdelingen", "areaId": str(area), "municipalityCode": "0766", **more}


async def known_person(cases: CallerClient) -> UUID:
    person = uuid4()
    ok(await cases.create(f"/v1/persons/{person}", {"name": "Anne Holm"}))
    return person


def employment(person: UUID, unit: UUID, **more: Any) -> dict[str, Any]:
    return {
        "personId": str(person),
        "unitId": str(unit),
        "professionalGroup": "Socialrådgiver",
        "validFrom": "2026-01-01T00:00:00Z",
        **more,
    }


class TestPutArea:
    async def test_creates_with_a_version_and_a_tag(self, cases: CallerClient) -> None:
        area = uuid4()
        answer = await cases.create(f"/v1/areas/{area}", AREA)
        assert answer.status_code == 201
        assert answer.json() == {**AREA_VIEW, "id": str(area), "version": 1}
        assert answer.headers["etag"] == '"1"'
        read = await cases.get(f"/v1/areas/{area}")
        assert read.json() == answer.json()
        assert read.headers["etag"] == '"1"'

    async def test_answers_200_when_all_is_there_already(self, cases: CallerClient) -> None:
        area = await known_area(cases)
        again = await cases.create(f"/v1/areas/{area}", AREA)
        assert (again.status_code, again.json()["version"]) == (200, 1)

    async def test_changes_what_the_caller_has_seen(self, cases: CallerClient) -> None:
        area = await known_area(cases)
        changed = {**AREA, "name": "Skole og Dagtilbud"}
        answer = await cases.put(f"/v1/areas/{area}", changed, If_Match='"1"')
        assert (answer.status_code, answer.json()["version"]) == (200, 2)
        assert answer.headers["etag"] == '"2"'

    async def test_changes_no_version_the_caller_has_not_seen(self, cases: CallerClient) -> None:
        area = await known_area(cases)
        changed = {**AREA, "name": "Skole"}
        for headers in ({"If_Match": '"2"'}, {"If_None_Match": "*"}, {"If_Match": 'W/"1"'}):
            answer = await cases.put(f"/v1/areas/{area}", changed, **headers)
            refused(answer, 412, "precondition-failed")
        assert ok(await cases.get(f"/v1/areas/{area}"))["name"] == AREA["name"]

    async def test_creates_only_where_nothing_is_expected(self, cases: CallerClient) -> None:
        answer = await cases.put(f"/v1/areas/{uuid4()}", AREA, If_Match="*")
        refused(answer, 412, "precondition-failed")

    async def test_asks_for_a_precondition(self, cases: CallerClient) -> None:
        refused(await cases.put(f"/v1/areas/{uuid4()}", AREA), 428, "precondition-required")

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            ({"name": ""}, "/name"),
            ({"name": "x" * 201}, "/name"),
            ({"name": "a\x00b"}, "/name"),
            ({"municipalityCode": "766"}, "/municipalityCode"),
            ({"municipalityCode": None}, "/municipalityCode"),
            ({"unheardOf": 1}, "/"),
        ],
    )
    async def test_refuses_what_is_no_area(
        self, cases: CallerClient, change: dict[str, Any], place: str
    ) -> None:
        answer = await cases.create(f"/v1/areas/{uuid4()}", {**AREA, **change})
        assert [where for where, _ in refused(answer, 400, "malformed-request")] == [place]

    async def test_is_for_case_systems_and_administrators(self, municipality: Municipality) -> None:
        for role in (Role.CASE_WORKER, Role.PROFESSIONAL, Role.LEADER, Role.ANALYST):
            caller = municipality.caller("cases", role, person=uuid4())
            refused(await caller.create(f"/v1/areas/{uuid4()}", AREA), 403, "forbidden")
        administrator = municipality.caller("cases", Role.ADMINISTRATOR)
        ok(await administrator.create(f"/v1/areas/{uuid4()}", AREA))

    async def test_another_tenants_area_is_like_none(self, cases: CallerClient, stack: Stack) -> None:
        area = await known_area(cases)
        neighbour = stack.caller("cases", uuid4(), Role.CASE_SYSTEM)
        foreign = await neighbour.get(f"/v1/areas/{area}")
        refused(foreign, 404, "not-found")
        assert without_trace(foreign) == without_trace(await neighbour.get(f"/v1/areas/{uuid4()}"))

    async def test_two_tenants_may_use_one_id(self, cases: CallerClient, stack: Stack) -> None:
        area = await known_area(cases)
        neighbour = stack.caller("cases", uuid4(), Role.CASE_SYSTEM)
        theirs = await neighbour.create(f"/v1/areas/{area}", {**AREA, "name": "Anden"})
        assert theirs.status_code == 201
        assert ok(await cases.get(f"/v1/areas/{area}"))["name"] == AREA["name"]


class TestPutUnit:
    async def test_keeps_everything_sent(self, cases: CallerClient) -> None:
        area = await known_area(cases)
        parent, child = uuid4(), uuid4()
        ok(await cases.create(f"/v1/units/{parent}", unit_body(area)))
        body = unit_body(
            area,
            parentId=str(parent),
            countsAsUnit=False,
            authorityFunction=True,
            external=True,
            laws=["Barnets lov"],
        )
        ok(await cases.create(f"/v1/units/{child}", body))
        assert ok(await cases.get(f"/v1/units/{child}")) == {
            **body,
            "id": str(child),
            "version": 1,
            "validTo": None,
            "provisional": False,
            "mergedIntoId": None,
        }

    async def test_refuses_unknown_references(self, cases: CallerClient) -> None:
        lost = await cases.create(f"/v1/units/{uuid4()}", unit_body(uuid4()))
        assert refused(lost, 422, "broken-rule") == [("/areaId", "unknown-area")]
        orphan = unit_body(await known_area(cases), parentId=str(uuid4()))
        answer = await cases.create(f"/v1/units/{uuid4()}", orphan)
        assert refused(answer, 422, "broken-rule") == [("/parentId", "unknown-unit")]

    async def test_refuses_another_tenants_area(self, cases: CallerClient, stack: Stack) -> None:
        foreign = await known_area(stack.caller("cases", uuid4(), Role.CASE_SYSTEM))
        answer = await cases.create(f"/v1/units/{uuid4()}", unit_body(foreign))
        assert refused(answer, 422, "broken-rule") == [("/areaId", "unknown-area")]

    async def test_refuses_units_in_a_circle(self, cases: CallerClient) -> None:
        area = await known_area(cases)
        units = [uuid4() for _ in range(3)]
        for place, unit in enumerate(units):
            parent = str(units[place - 1]) if place else None
            ok(await cases.create(f"/v1/units/{unit}", unit_body(area, parentId=parent)))
        for last in (units[0], units[1], units[2]):
            body = unit_body(area, parentId=str(last))
            answer = await cases.put(f"/v1/units/{units[0]}", body, If_Match='"1"')
            assert refused(answer, 422, "broken-rule") == [("/parentId", "circular")]

    async def test_two_at_once_make_no_circle_either(self, cases: CallerClient) -> None:
        area = await known_area(cases)
        one, other = uuid4(), uuid4()
        for unit in (one, other):
            ok(await cases.create(f"/v1/units/{unit}", unit_body(area)))

        answers = await asyncio.gather(
            cases.put(f"/v1/units/{one}", unit_body(area, parentId=str(other)), If_Match="*"),
            cases.put(f"/v1/units/{other}", unit_body(area, parentId=str(one)), If_Match="*"),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 422]

    async def test_an_ended_unit_stays_readable(self, cases: CallerClient) -> None:
        area, unit = await known_area(cases), uuid4()
        ok(await cases.create(f"/v1/units/{unit}", unit_body(area)))
        ended = unit_body(area, validTo="2026-06-30T22:00:00Z")
        ok(await cases.put(f"/v1/units/{unit}", ended, If_Match='"1"'))
        assert ok(await cases.get(f"/v1/units/{unit}"))["validTo"] == "2026-06-30T22:00:00Z"


class TestPutPerson:
    async def test_the_audit_tells_who_wrote_and_read(
        self, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        person = await known_person(cases)
        ok(await cases.get(f"/v1/persons/{person}"))
        purpose = ("employee", "organisation-register", "tester")
        assert await audited(databases["cases"], person) == [("write", *purpose), ("read", *purpose)]


class TestPutProfessional:
    async def test_keeps_everything_sent(self, municipality: Municipality, cases: CallerClient) -> None:
        leader = await municipality.employee()
        person, professional = await known_person(cases), uuid4()
        body = employment(
            person,
            leader.unit,
            leaderId=str(leader.id),
            email="anne@example.dk",
            mobile="+4512345678",
            language="en",
            validTo="2027-01-01T00:00:00Z",
        )
        ok(await cases.create(f"/v1/professionals/{professional}", body))
        read = ok(await cases.get(f"/v1/professionals/{professional}"))
        assert read == {**body, "id": str(professional), "version": 1, "provisional": False}

    async def test_a_professional_may_have_no_leader(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        person, unit = await known_person(cases), await municipality.unit()
        professional = uuid4()
        ok(await cases.create(f"/v1/professionals/{professional}", employment(person, unit)))
        assert ok(await cases.get(f"/v1/professionals/{professional}"))["leaderId"] is None

    async def test_refuses_unknown_references(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        person, unit = await known_person(cases), await municipality.unit()
        for body, place, code in (
            (employment(uuid4(), unit), "/personId", "unknown-person"),
            (employment(person, uuid4()), "/unitId", "unknown-unit"),
            (employment(person, unit, leaderId=str(uuid4())), "/leaderId", "unknown-professional"),
        ):
            answer = await cases.create(f"/v1/professionals/{uuid4()}", body)
            assert refused(answer, 422, "broken-rule") == [(place, code)]

    async def test_nobody_leads_themselves(self, municipality: Municipality, cases: CallerClient) -> None:
        employee = await municipality.employee()
        body = employment(employee.person, employee.unit, leaderId=str(employee.id))
        answer = await cases.put(f"/v1/professionals/{employee.id}", body, If_Match='"1"')
        assert refused(answer, 422, "broken-rule") == [("/leaderId", "own-leader")]

    async def test_an_employment_ends_after_it_begins(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        person, unit = await known_person(cases), await municipality.unit()
        body = employment(person, unit, validTo="2026-01-01T00:00:00Z")
        answer = await cases.create(f"/v1/professionals/{uuid4()}", body)
        assert refused(answer, 422, "broken-rule") == [("/validTo", "empty-period")]

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            ({"email": "no address"}, "/email"),
            ({"mobile": "12345678"}, "/mobile"),
            ({"language": "sv"}, "/language"),
            ({"validFrom": "2026-01-01T00:00:00"}, "/validFrom"),
        ],
    )
    async def test_refuses_what_is_no_employment(
        self, cases: CallerClient, change: dict[str, Any], place: str
    ) -> None:
        body = {**employment(uuid4(), uuid4()), **change}
        answer = await cases.create(f"/v1/professionals/{uuid4()}", body)
        assert [where for where, _ in refused(answer, 400, "malformed-request")] == [place]


class TestListUnits:
    async def test_pages_show_each_once_and_only_the_tenants_own(
        self, municipality: Municipality, cases: CallerClient, stack: Stack
    ) -> None:
        mine = {str(await municipality.unit()) for _ in range(5)}
        await Municipality(stack, uuid4()).unit()
        seen: list[str] = []
        path = "/v1/units?pageSize=2"
        while path:
            page = ok(await cases.get(path))
            assert len(page["items"]) <= 2
            seen += [each["id"] for each in page["items"]]
            cursor = page["nextCursor"]
            path = f"/v1/units?pageSize=2&cursor={cursor}" if cursor else ""
        assert sorted(seen) == sorted(mine)

    async def test_refuses_cursors_and_sizes_it_did_not_make(self, cases: CallerClient) -> None:
        refused(await cases.get("/v1/units?cursor=nonsense"), 400, "invalid-cursor")
        refused(await cases.get("/v1/units?pageSize=0"), 400, "malformed-request")
        refused(await cases.get("/v1/units?offset=3"), 400, "unknown-query-parameter")


class TestListAreas:
    async def test_shows_the_tenants_areas(self, cases: CallerClient) -> None:
        area = await known_area(cases)
        page = ok(await cases.get("/v1/areas"))
        assert page == {"items": [{**AREA_VIEW, "id": str(area), "version": 1}], "nextCursor": None}


class TestListProfessionals:
    async def test_the_audit_names_each_person_shown(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        employees = [await municipality.employee() for _ in range(2)]
        reader = municipality.caller("cases", Role.CASE_WORKER, subject="kirsten")
        listed = ok(await reader.get("/v1/professionals"))["items"]
        assert {each["id"] for each in listed} == {str(each.id) for each in employees}
        for each in employees:
            assert ("read", "employee", "organisation-register", "kirsten") in await audited(
                databases["cases"], each.person
            )
