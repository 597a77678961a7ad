"""Cases over REST: registered directly, read by those in them, and like nothing to all others."""

from uuid import uuid4

import pytest

from shared.access.principal import Role
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.records import audited
from tests.support.refusals import refused, without_trace
from tests.support.services import CallerClient, Stack

LABEL = {"respondentLabel": "Forløb 27", "system": "esdh"}


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
        reader = municipality.caller("cases", Role.ADMINISTRATOR, subject="kirsten")
        ok(await reader.get(f"/v1/cases/{case_id}"))
        found = await audited(databases["cases"], case_id)
        assert found[-1] == ("read", "case", "case-handling", "kirsten")
