"""The map over REST: who is around a case now, for those who may see it, as data and as a picture."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.cases.casemap.drawing import MEDIA_TYPE
from shared.access.principal import Role
from tests.services.cases.casemap.test_drawing import parsed
from tests.support.databases import TestDatabase
from tests.support.keys import service_token
from tests.support.municipality import Employee, Municipality, ok
from tests.support.records import audited
from tests.support.refusals import refused
from tests.support.services import CallerClient


@pytest.fixture
def reader(municipality: Municipality) -> CallerClient:
    """Give a caller who sees every case of the municipality."""
    return municipality.caller("cases", Role.ADMINISTRATOR)


async def mapped(reader: CallerClient, case_id: UUID) -> dict[str, Any]:
    found: dict[str, Any] = ok(await reader.get(f"/v1/cases/{case_id}/map"))
    return found


async def area_of(municipality: Municipality, name: str) -> UUID:
    area = uuid4()
    body = {"name": name, "municipalityCode": "0766"}
    ok(await municipality.caller("cases").create(f"/v1/areas/{area}", body))
    return area


async def team(municipality: Municipality) -> tuple[Employee, Employee, UUID]:
    """Register a case with an authority, a part of it, and the police."""
    cases = municipality.caller("cases")
    office = await municipality.unit(name="Familieafdelingen", laws=["Barnets lov"])
    part = await municipality.unit(name="Team Øst", parentId=str(office), countsAsUnit=False)
    police = await area_of(municipality, "Sydøstjyllands Politi")
    ssp = await municipality.unit(name="SSP", areaId=str(police), external=True)
    first, second = await municipality.employee(office), await municipality.employee(part)
    case_id = uuid4()
    body = {
        "caseId": str(case_id),
        "sourceVersion": 1,
        "respondentLabel": "Forløb 27",
        "involvements": [
            {"unitId": str(office), "role": "authority", "laws": []},
            {"unitId": str(office), "role": "provider", "laws": ["Serviceloven"]},
            {"unitId": str(part), "role": "provider", "laws": ["Serviceloven"]},
            {"unitId": str(ssp), "role": "authority"},
        ],
        "participants": [
            {"professionalId": str(first.id), "role": "facilitator"},
            {"professionalId": str(second.id)},
        ],
        "citizens": [],
    }
    ok(await cases.put(f"/v1/registrations/esdh/{case_id}", body))
    return first, second, case_id


class TestGetCaseMap:
    async def test_shows_areas_units_laws_and_people(
        self, municipality: Municipality, reader: CallerClient
    ) -> None:
        first, second, case_id = await team(municipality)
        found = await mapped(reader, case_id)
        assert (found["respondentLabel"], found["level"]) == ("Forløb 27", "ordinary")
        assert (found["units"], found["authorityFunctions"]) == (2, 2)
        assert (found["unitsWithin"], found["unitsExternal"]) == (1, 1)
        within, police = found["areas"]
        assert (within["name"], within["external"]) == ("Børn og Unge", False)
        assert (police["name"], police["external"]) == ("Sydøstjyllands Politi", True)
        office, part = within["units"]
        assert (office["roles"], office["laws"]) == (["authority", "provider"], ["Serviceloven"])
        assert (part["parentId"], part["countsUnderId"]) == (office["id"], office["id"])
        assert part["counts"] is True
        assert [each["role"] for each in office["professionals"]] == ["facilitator"]
        assert part["professionals"] == [
            {
                "professionalId": str(second.id),
                "name": f"P{second.id.hex[:4]}",
                "professionalGroup": "Socialrådgiver",
                "role": "participant",
                "primaryContact": False,
            }
        ]
        assert found["laws"] == [{"name": "Serviceloven", "unitIds": [office["id"], part["id"]]}]
        assert office["professionals"][0]["professionalId"] == str(first.id)

    async def test_units_work_under_their_own_laws_if_no_source_names_one(
        self, municipality: Municipality, reader: CallerClient
    ) -> None:
        office = await municipality.unit(laws=["Barnets lov"])
        case_id = await municipality.case([], [(office, "authority")])
        assert (await mapped(reader, case_id))["laws"] == [
            {"name": "Barnets lov", "unitIds": [str(office)]}
        ]

    async def test_whose_unit_is_not_involved_is_there_without_a_role(
        self, municipality: Municipality, reader: CallerClient
    ) -> None:
        guest = await municipality.employee()
        case_id = await municipality.case([guest], [])
        (area,) = (await mapped(reader, case_id))["areas"]
        (unit,) = area["units"]
        assert (unit["id"], unit["roles"], unit["counts"]) == (str(guest.unit), [], False)

    async def test_what_has_ended_is_gone(self, municipality: Municipality, reader: CallerClient) -> None:
        stays, leaves = await municipality.employee(), await municipality.employee()
        case_id = await municipality.case([stays, leaves])
        assert len((await mapped(reader, case_id))["areas"][0]["units"]) == 2
        body = {
            "caseId": str(case_id),
            "sourceVersion": 2,
            "respondentLabel": "Forløb 27",
            "involvements": [{"unitId": str(stays.unit), "role": "provider"}],
            "participants": [{"professionalId": str(stays.id)}],
        }
        ok(await municipality.caller("cases").put(f"/v1/registrations/esdh/{case_id}", body))
        (area,) = (await mapped(reader, case_id))["areas"]
        assert [unit["id"] for unit in area["units"]] == [str(stays.unit)]

    async def test_who_is_named_by_two_sources_is_there_once(
        self, municipality: Municipality, reader: CallerClient
    ) -> None:
        first, _, case_id = await team(municipality)
        body = {
            "caseId": str(case_id),
            "sourceVersion": 1,
            "respondentLabel": "Forløb 27",
            "involvements": [],
            "participants": [{"professionalId": str(first.id)}],
        }
        ok(await municipality.caller("cases").put(f"/v1/registrations/esdh/{uuid4()}", body))
        found = await mapped(reader, case_id)
        everybody = [
            each for area in found["areas"] for unit in area["units"] for each in unit["professionals"]
        ]
        assert sorted(each["role"] for each in everybody) == ["facilitator", "participant"]

    async def test_is_not_sent_twice(self, municipality: Municipality, reader: CallerClient) -> None:
        _, _, case_id = await team(municipality)
        answer = await reader.get(f"/v1/cases/{case_id}/map")
        known = {"If-None-Match": answer.headers["etag"]}
        assert (await reader.get(f"/v1/cases/{case_id}/map", headers=known)).status_code == 304


class TestAtAMoment:
    async def test_units_areas_and_people_are_what_they_were(
        self, municipality: Municipality, reader: CallerClient
    ) -> None:
        cases = municipality.caller("cases")
        whole = await municipality.unit(name="Centret")
        office = await municipality.unit(name="Familieafdelingen", laws=["Barnets lov"], countsAsUnit=False)
        member = await municipality.employee(office)
        case_id = await municipality.case([member], [(office, "authority")])
        then = datetime.now(UTC)
        before = await mapped(reader, case_id)
        await renamed(municipality, office, whole, member)
        ended = {"caseId": str(case_id), "sourceVersion": 2, "respondentLabel": "Forløb 27"}
        parts = {"involvements": [{"unitId": str(whole), "role": "provider"}], "participants": []}
        ok(await cases.put(f"/v1/registrations/esdh/{case_id}", {**ended, **parts}))
        now = await mapped(reader, case_id)
        assert [unit["id"] for unit in now["areas"][0]["units"]] == [str(whole)]
        asked = {"at": then.isoformat()}
        found = ok(await reader.get(f"/v1/cases/{case_id}/map", params=asked))
        assert found == before
        (unit,) = found["areas"][0]["units"]
        assert (unit["name"], unit["countsUnderId"]) == ("Familieafdelingen", None)
        assert [each["professionalGroup"] for each in unit["professionals"]] == ["Socialrådgiver"]
        assert found["areas"][0]["name"] == "Børn og Unge"
        drawn = (await reader.get(f"/v1/cases/{case_id}/map/picture", params=asked)).text
        assert "Familieafdelingen" in drawn
        assert "Familieafdelingen" not in (await reader.get(f"/v1/cases/{case_id}/map/picture")).text

    @pytest.mark.parametrize("end", ["map", "map/picture"])
    async def test_before_there_was_a_case_nothing_is_found(
        self, municipality: Municipality, reader: CallerClient, end: str
    ) -> None:
        before = datetime.now(UTC).isoformat()
        _, _, case_id = await team(municipality)
        path = f"/v1/cases/{case_id}/{end}"
        refused(await reader.get(path, params={"at": before}), 404, "not-found")
        assert (await reader.get(path, params={"at": datetime.now(UTC).isoformat()})).status_code == 200

    async def test_a_moment_without_a_zone_is_refused(
        self, municipality: Municipality, reader: CallerClient
    ) -> None:
        _, _, case_id = await team(municipality)
        answer = await reader.get(f"/v1/cases/{case_id}/map?at=2026-03-01T12:00:00")
        assert answer.status_code == 400


async def renamed(municipality: Municipality, office: UUID, whole: UUID, member: Employee) -> None:
    """Rename a unit and its area, make it part of another, and give its employee another profession."""
    cases = municipality.caller("cases")
    unit = {"name": "Nyt navn", "areaId": str(municipality.area), "municipalityCode": "0766"}
    wanted = {**unit, "parentId": str(whole), "countsAsUnit": False}
    ok(await cases.put(f"/v1/units/{office}", wanted, If_Match="*"))
    area = {"name": "Ny forvaltning", "municipalityCode": "0766"}
    ok(await cases.put(f"/v1/areas/{municipality.area}", area, If_Match="*"))
    body = {
        "personId": str(member.person),
        "unitId": str(whole),
        "professionalGroup": "Leder",
        "validFrom": "2026-01-01T00:00:00Z",
    }
    ok(await cases.put(f"/v1/professionals/{member.id}", body, If_Match="*"))


class TestGetCaseMapPicture:
    @pytest.mark.parametrize(("language", "title"), [("da", "Hvem er omkring"), ("en", "Who is around")])
    async def test_is_an_svg_in_the_reader_s_language(
        self, municipality: Municipality, reader: CallerClient, language: str, title: str
    ) -> None:
        _, _, case_id = await team(municipality)
        asked = {"Accept-Language": language}
        answer = await reader.get(f"/v1/cases/{case_id}/map/picture", headers=asked)
        assert (answer.status_code, answer.headers["content-type"]) == (200, MEDIA_TYPE)
        assert answer.headers["content-language"] == language
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "Accept-Language" in answer.headers["vary"]
        assert title in "".join(parsed(answer.content).itertext())

    async def test_names_people_only_if_asked(
        self, municipality: Municipality, reader: CallerClient
    ) -> None:
        first, _, case_id = await team(municipality)
        name = f"P{first.id.hex[:4]}"
        path = f"/v1/cases/{case_id}/map/picture"
        assert name not in (await reader.get(path)).text
        assert name not in (await reader.get(f"{path}?names=false")).text
        assert name in (await reader.get(f"{path}?names=true")).text

    async def test_same_bytes_and_not_twice(self, municipality: Municipality, reader: CallerClient) -> None:
        _, _, case_id = await team(municipality)
        path = f"/v1/cases/{case_id}/map/picture"
        answer, again = await reader.get(path), await reader.get(path)
        assert answer.content == again.content
        assert answer.headers["cache-control"] == "private, no-cache"
        known = await reader.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (known.status_code, known.content) == (304, b"")
        assert "content-type" not in known.headers
        english = {"If-None-Match": answer.headers["etag"], "Accept-Language": "en"}
        assert (await reader.get(path, headers=english)).status_code == 200


class TestWhoMayLook:
    @pytest.mark.parametrize("end", ["map", "map/picture"])
    async def test_who_takes_part_sees_it_and_others_do_not(
        self, municipality: Municipality, end: str
    ) -> None:
        first, _, case_id = await team(municipality)
        path = f"/v1/cases/{case_id}/{end}"
        for role in (Role.PROFESSIONAL, Role.LEADER):
            member = municipality.caller("cases", role, person=first.person)
            assert (await member.get(path)).status_code == 200
            stranger = municipality.caller("cases", role, person=uuid4())
            refused(await stranger.get(path), 404, "not-found")

    @pytest.mark.parametrize("end", ["map", "map/picture"])
    async def test_foreign_and_unknown_cases_are_alike(
        self, municipality: Municipality, reader: CallerClient, end: str
    ) -> None:
        _, _, case_id = await team(municipality)
        elsewhere = Municipality(municipality.stack, uuid4()).caller("cases", Role.ADMINISTRATOR)
        for caller, asked in ((elsewhere, case_id), (reader, uuid4())):
            refused(await caller.get(f"/v1/cases/{asked}/{end}"), 404, "not-found")

    @pytest.mark.parametrize("end", ["map", "map/picture"])
    async def test_services_are_refused(self, municipality: Municipality, end: str) -> None:
        token = service_token("cases", "survey", municipality.tenant)
        caller = municipality.stack.bearer("cases", token)
        refused(await caller.get(f"/v1/cases/{uuid4()}/{end}"), 403, "forbidden")

    @pytest.mark.parametrize("end", ["map", "map/picture"])
    async def test_a_system_sees_the_cases_it_registered(
        self, municipality: Municipality, end: str
    ) -> None:
        _, _, case_id = await team(municipality)
        path = f"/v1/cases/{case_id}/{end}"
        for system, status in (("esdh", 200), ("another", 404)):
            scopes = frozenset({f"system:{system}"})
            caller = municipality.caller("cases", Role.CASE_SYSTEM, scopes=scopes)
            assert (await caller.get(path)).status_code == status

    async def test_looking_is_recorded(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        first, _, case_id = await team(municipality)
        member = municipality.caller("cases", Role.PROFESSIONAL, person=first.person)
        for end in ("map", "map/picture"):
            assert (await member.get(f"/v1/cases/{case_id}/{end}")).status_code == 200
        seen = await audited(databases["cases"], case_id)
        assert [each[:3] for each in seen if each[0] == "read"] == [("read", "case", "case-handling")] * 2
