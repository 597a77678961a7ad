"""What callers are told of themselves: their own, bounded, and nothing of others."""

from uuid import UUID, uuid4

import pytest

from services.cases.own import repository, service
from shared.access.principal import Role
from tests.services.cases.protection.people import open_case
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.records import audited


class TestGetMe:
    async def test_tells_a_person_of_employments_and_cases(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        member, other = [await municipality.employee() for _ in range(2)]
        case_id = await open_case(municipality, [uuid4()], [member])
        await open_case(municipality, [uuid4()], [other])
        caller = municipality.caller(
            "cases", Role.PROFESSIONAL, person=member.person, units=frozenset({member.unit})
        )
        found = ok(await caller.get("/v1/me"))
        assert (found["subject"], found["tenantId"]) == ("tester", str(municipality.tenant))
        assert (found["roles"], found["personId"]) == (["professional"], str(member.person))
        assert found["unitIds"] == [str(member.unit)]
        (employment,) = found["employments"]
        assert (employment["id"], employment["unit"]) == (str(member.id), "Enhed")
        assert found["cases"] == {
            "items": [
                {
                    "id": str(case_id),
                    "respondentLabel": "Forløb 27",
                    "level": "ordinary",
                    "status": "opened",
                    "role": "participant",
                }
            ],
            "more": False,
        }
        assert found["staffCases"] == {"items": [], "more": False}
        assert (await audited(databases["cases"], member.person))[-1][:3] == (
            "read",
            "employee",
            "own-page",
        )

    async def test_tells_a_leader_of_own_staffs_cases(self, municipality: Municipality) -> None:
        leader = await municipality.employee()
        member = await municipality.employee(leader=leader.id)
        case_id = await open_case(municipality, [uuid4()], [member])
        await open_case(municipality, [uuid4()], [await municipality.employee()])
        found = ok(await municipality.caller("cases", Role.LEADER, person=leader.person).get("/v1/me"))
        assert [UUID(each["id"]) for each in found["staffCases"]["items"]] == [case_id]
        assert found["cases"]["items"] == []
        plain = ok(
            await municipality.caller("cases", Role.PROFESSIONAL, person=leader.person).get("/v1/me")
        )
        assert plain["staffCases"]["items"] == []

    async def test_a_case_of_two_sources_is_there_once_as_lead(self, municipality: Municipality) -> None:
        member = await municipality.employee()
        citizen = uuid4()
        case_id = await open_case(municipality, [citizen], [member])
        lead = [{"professionalId": str(member.id), "role": "facilitator"}]
        await open_case(municipality, [citizen], case_id=case_id, system="job-centre", participants=lead)
        found = ok(await municipality.caller("cases", Role.LEADER, person=member.person).get("/v1/me"))
        assert [(each["id"], each["role"]) for each in found["cases"]["items"]] == [
            (str(case_id), "facilitator")
        ]

    async def test_says_that_there_is_more(
        self, municipality: Municipality, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        member = await municipality.employee()
        for _ in range(2):
            await open_case(municipality, [uuid4()], [member])
        for module in (repository, service):
            monkeypatch.setattr(module, "AT_MOST", 1)
        found = ok(await municipality.caller("cases", Role.LEADER, person=member.person).get("/v1/me"))
        assert (len(found["cases"]["items"]), found["cases"]["more"]) == (1, True)

    async def test_tells_a_program_of_its_systems(self, municipality: Municipality) -> None:
        program = municipality.caller("cases", scopes=frozenset({"system:esdh", "system:team"}))
        found = ok(await program.get("/v1/me"))
        assert (found["systems"], found["personId"], found["cases"]["items"]) == (
            ["esdh", "team"],
            None,
            [],
        )

    async def test_the_link_leads_to_the_employments_cases(self, municipality: Municipality) -> None:
        member = await municipality.employee()
        case_id = await open_case(municipality, [uuid4()], [member])
        caller = municipality.caller("cases", Role.PROFESSIONAL, person=member.person)
        (employment,) = ok(await caller.get("/v1/me"))["employments"]
        listed = ok(await caller.get(employment["cases"]))
        assert [each["id"] for each in listed["items"]] == [str(case_id)]
