"""The roster that the survey asks for when a round opens."""

from typing import Any
from uuid import UUID, uuid4

from shared.access.principal import Role
from tests.services.cases.intake.sending import Source
from tests.support.keys import service_token
from tests.support.municipality import Municipality, ok
from tests.support.refusals import refused
from tests.support.services import CallerClient


def asking(municipality: Municipality, tenant: UUID | None = None) -> CallerClient:
    token = service_token("cases", "survey", tenant or municipality.tenant)
    return municipality.stack.bearer("cases", token)


async def roster(municipality: Municipality, case_id: UUID) -> dict[str, Any]:
    found: dict[str, Any] = ok(await asking(municipality).get(f"/internal/cases/{case_id}/roster"))
    return found


class TestGetRoster:
    async def test_tells_who_is_there_with_unit_leader_and_level(self, municipality: Municipality) -> None:
        leader = await municipality.employee()
        member = await municipality.employee(leader=leader.id)
        case_id = await municipality.case([member], [(member.unit, "authority")])
        found = await roster(municipality, case_id)
        (seen,) = found["members"]
        assert (seen["professionalId"], seen["personId"]) == (str(member.id), str(member.person))
        assert (seen["unitId"], seen["leaderId"]) == (str(member.unit), str(leader.id))
        assert seen["leaderLabel"] == f"P{leader.id.hex[:4]}"
        assert (seen["involvementRole"], seen["role"]) == ("authority", "participant")
        assert (found["level"], found["units"], found["authorityFunctions"]) == ("ordinary", 1, 1)
        assert found["ruleSet"] == "default/1"
        assert len(found["citizens"]) == 1

    async def test_who_is_no_longer_employed_is_not_there(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        stays, left = await municipality.employee(), await municipality.employee()
        case_id = await municipality.case([stays, left])
        employment = ok(await cases.get(f"/v1/professionals/{left.id}"))
        body = {
            name: value
            for name, value in employment.items()
            if name not in {"id", "version", "provisional"}
        }
        ended = {**body, "validTo": "2026-02-01T00:00:00Z"}
        ok(await cases.put(f"/v1/professionals/{left.id}", ended, If_Match="*"))
        (seen,) = (await roster(municipality, case_id))["members"]
        assert seen["professionalId"] == str(stays.id)

    async def test_a_unit_with_both_roles_is_an_authority(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        member = await municipality.employee()
        source = Source(cases)
        ok(await source.send(1, [(member.unit, "authority"), (member.unit, "provider")], [member.id]))
        (seen,) = (await roster(municipality, source.case_id))["members"]
        assert seen["involvementRole"] == "authority"

    async def test_a_professional_without_a_leader_has_none(self, municipality: Municipality) -> None:
        case_id = await municipality.case([await municipality.employee()])
        (seen,) = (await roster(municipality, case_id))["members"]
        assert (seen["leaderId"], seen["leaderLabel"]) == (None, None)

    async def test_who_is_in_two_sources_is_there_once(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        member, citizen = await municipality.employee(), str(uuid4())
        job_centre = Source(cases, system="job-centre")
        children = Source(cases, job_centre.case_id, system="children")
        citizens = [{"citizenId": citizen}]
        lead = [{"professionalId": str(member.id), "role": "facilitator"}]
        ok(await job_centre.send(1, [(member.unit, "authority")], [member.id], citizens=citizens))
        ok(await children.send(1, [(member.unit, "provider")], citizens=citizens, participants=lead))
        found = await roster(municipality, job_centre.case_id)
        assert [(each["professionalId"], each["role"]) for each in found["members"]] == [
            (str(member.id), "facilitator")
        ]
        assert [each["citizenId"] for each in found["citizens"]] == [citizen]

    async def test_whoever_left_is_not_in_it(self, municipality: Municipality, cases: CallerClient) -> None:
        member = await municipality.employee()
        source = Source(cases)
        ok(await source.send(1, [(member.unit, "provider")], [member.id]))
        ok(await source.send(2, [(member.unit, "provider")]))
        found = await roster(municipality, source.case_id)
        assert (found["members"], found["units"]) == ([], 1)

    async def test_is_only_for_services(self, municipality: Municipality) -> None:
        case_id = await municipality.case([])
        for role in Role:
            if role is not Role.SERVICE:
                caller = municipality.caller("cases", role)
                answer = await caller.get(f"/internal/cases/{case_id}/roster")
                refused(answer, 403, "forbidden")

    async def test_unknown_and_foreign_cases_are_not_found(self, municipality: Municipality) -> None:
        case_id = await municipality.case([])
        for client, asked in ((asking(municipality), uuid4()), (asking(municipality, uuid4()), case_id)):
            refused(await client.get(f"/internal/cases/{asked}/roster"), 404, "not-found")
