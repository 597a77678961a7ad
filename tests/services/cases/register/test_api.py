"""Cases over REST: registered directly, read by those in them, and like nothing to all others."""

from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.records import audited
from tests.support.refusals import refused, without_trace
from tests.support.services import CallerClient, Stack

LABEL = {"respondentLabel": "Forløb 27"}


class TestRegisterCase:
    async def test_the_server_makes_the_id(self, cases: CallerClient) -> None:
        answer = await cases.post("/v1/cases", LABEL, key=uuid4().hex)
        assert answer.status_code == 201
        assert answer.headers["location"] == f"/v1/cases/{answer.json()['id']}"
        assert answer.headers["etag"] == '"1"'
        assert ok(await cases.get(answer.headers["location"])) == answer.json()

    async def test_a_new_case_is_ordinary_and_nobody_takes_part(self, cases: CallerClient) -> None:
        view = ok(await cases.post("/v1/cases", LABEL, key=uuid4().hex))
        assert (view["level"], view["involvements"], view["participants"]) == ("ordinary", [], [])
        found = ok(await cases.get(f"/v1/cases/{view['id']}/classification"))
        assert [each["classification"]["level"] for each in found["history"]] == ["ordinary"]

    async def test_sent_again_makes_no_second_case(self, cases: CallerClient) -> None:
        key = uuid4().hex
        first = await cases.post("/v1/cases", LABEL, key=key)
        again = await cases.post("/v1/cases", LABEL, key=key)
        assert (again.status_code, again.json()) == (201, first.json())
        assert len(ok(await cases.get("/v1/cases"))["items"]) == 1

    async def test_a_key_is_for_one_request(self, cases: CallerClient) -> None:
        key = uuid4().hex
        ok(await cases.post("/v1/cases", LABEL, key=key))
        other = await cases.post("/v1/cases", {"respondentLabel": "Andet"}, key=key)
        refused(other, 422, "idempotency-key-reused")

    async def test_asks_for_a_key(self, cases: CallerClient) -> None:
        refused(await cases.post("/v1/cases", LABEL), 400, "idempotency-key-required")


class TestPutCase:
    async def test_creates_changes_and_repeats(
        self, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        case_id = uuid4()
        path = f"/v1/cases/{case_id}"
        assert (await cases.create(path, LABEL)).status_code == 201
        assert (await cases.create(path, LABEL)).status_code == 200
        other = {"respondentLabel": "Forløb 28"}
        refused(await cases.create(path, other), 412, "precondition-failed")
        refused(await cases.put(path, other), 428, "precondition-required")
        changed = await cases.put(path, other, If_Match='"1"')
        assert (changed.status_code, changed.json()["version"]) == (200, 2)
        written = [each for each in await audited(databases["cases"], case_id) if each[0] == "write"]
        assert written == [("write", "case", "case-registration", "tester")] * 2

    async def test_is_not_for_professionals(self, municipality: Municipality) -> None:
        professional = municipality.caller("cases", Role.PROFESSIONAL, person=uuid4())
        refused(await professional.create(f"/v1/cases/{uuid4()}", LABEL), 403, "forbidden")


class TestGetCase:
    @pytest.mark.parametrize("role", [Role.PROFESSIONAL, Role.LEADER])
    @pytest.mark.parametrize("suffix", ["", "/classification"])
    async def test_participants_see_theirs_and_others_nothing(
        self, municipality: Municipality, role: Role, suffix: str
    ) -> None:
        inside, outside = [await municipality.employee() for _ in range(2)]
        case_id = await municipality.case([inside])
        path = f"/v1/cases/{case_id}{suffix}"
        ok(await municipality.caller("cases", role, person=inside.person).get(path))
        for person in (outside.person, None):
            other = municipality.caller("cases", role, person=person)
            hidden = await other.get(path)
            refused(hidden, 404, "not-found")
            nothing = await other.get(f"/v1/cases/{uuid4()}{suffix}")
            assert without_trace(hidden) == without_trace(nothing)

    async def test_whoever_left_sees_it_no_more(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        stays, leaves = [await municipality.employee() for _ in range(2)]
        case_id = await municipality.case([stays, leaves])
        body = {
            "caseId": str(case_id),
            "sourceVersion": 2,
            "respondentLabel": "Forløb 27",
            "involvements": [],
            "participants": [{"professionalId": str(stays.id)}],
        }
        ok(await cases.put(f"/v1/registrations/esdh/{case_id}", body))
        path = f"/v1/cases/{case_id}"
        ok(await municipality.caller("cases", Role.PROFESSIONAL, person=stays.person).get(path))
        left = municipality.caller("cases", Role.PROFESSIONAL, person=leaves.person)
        refused(await left.get(path), 404, "not-found")

    async def test_another_tenants_case_is_like_none(
        self, municipality: Municipality, stack: Stack
    ) -> None:
        case_id = await municipality.case([await municipality.employee()])
        neighbour = stack.caller("cases", uuid4(), Role.CASE_SYSTEM)
        hidden = await neighbour.get(f"/v1/cases/{case_id}")
        refused(hidden, 404, "not-found")
        assert without_trace(hidden) == without_trace(await neighbour.get(f"/v1/cases/{uuid4()}"))

    async def test_analysts_see_no_case(self, municipality: Municipality) -> None:
        case_id = await municipality.case([await municipality.employee()])
        analyst = municipality.caller("cases", Role.ANALYST)
        refused(await analyst.get(f"/v1/cases/{case_id}"), 403, "forbidden")

    async def test_shows_parts_with_their_source_and_period(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        member = await municipality.employee()
        case_id = await municipality.case([member], [(member.unit, "authority")])
        view = ok(await cases.get(f"/v1/cases/{case_id}"))
        (involved,), (taking_part,) = view["involvements"], view["participants"]
        assert involved["unitId"] == str(member.unit)
        assert (involved["role"], involved["system"], involved["validTo"]) == ("authority", "esdh", None)
        assert taking_part["professionalId"] == str(member.id)
        assert (taking_part["role"], taking_part["system"]) == ("participant", "esdh")

    async def test_reading_is_recorded_with_who_read(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        case_id = await municipality.case([await municipality.employee()])
        reader = municipality.caller("cases", Role.CASE_WORKER, subject="kirsten")
        ok(await reader.get(f"/v1/cases/{case_id}"))
        found = await audited(databases["cases"], case_id)
        assert found[-1] == ("read", "case", "case-handling", "kirsten")


class TestListCases:
    async def test_shows_the_tenants_own_without_parts(
        self, municipality: Municipality, cases: CallerClient, stack: Stack
    ) -> None:
        mine = [await municipality.case([]) for _ in range(2)]
        await Municipality(stack, uuid4()).case([])
        items = ok(await cases.get("/v1/cases"))["items"]
        assert [UUID(each["id"]) for each in items] == sorted(mine)
        assert set(items[0]) == {"id", "version", "respondentLabel", "registeredAt"}

    async def test_is_not_for_professionals(self, municipality: Municipality) -> None:
        professional = municipality.caller("cases", Role.PROFESSIONAL, person=uuid4())
        refused(await professional.get("/v1/cases"), 403, "forbidden")
