"""The roster that the survey asks for when a round opens."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from services.cases.register.standing import read_case_states
from shared.access.principal import Role
from shared.database.connection import Database
from tests.services.cases.intake.sending import Source
from tests.support.databases import TestDatabase
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
        found = await roster(municipality, case_id)
        (seen,) = found["members"]
        assert seen["professionalId"] == str(stays.id)
        assert found["leftOut"] == [{"id": str(left.id), "reason": "employment-ended"}]

    async def test_tells_how_each_can_be_reached_and_who_the_leader_is(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        leader = await municipality.employee()
        member = await municipality.employee(leader=leader.id)
        employment = ok(await cases.get(f"/v1/professionals/{member.id}"))
        body = {
            name: value
            for name, value in employment.items()
            if name not in {"id", "version", "provisional"}
        }
        reached = {"email": "anne.holm@hedensted.example", "mobile": "+4520123456", "language": "en"}
        ok(await cases.put(f"/v1/professionals/{member.id}", {**body, **reached}, If_Match="*"))
        (seen,) = (await roster(municipality, await municipality.case([member])))["members"]
        assert seen["contact"] == reached
        assert seen["leaderPersonId"] == str(leader.person)

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


class TestStanding:
    """What the feed and the roster tell of a case, so that others know who may see it."""

    async def test_names_units_and_what_they_are_part_of_sources_and_people(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        above = await municipality.unit()
        unit = await municipality.unit(parentId=str(above))
        member = await municipality.employee(unit)
        source = Source(cases, system="job-centre")
        ok(await source.send(1, [(unit, "authority")], [member.id]))
        standing = (await roster(municipality, source.case_id))["standing"]
        assert standing["unitIds"] == sorted([str(unit), str(above)])
        assert (standing["systems"], standing["writtenBy"]) == (["job-centre"], [])
        assert [each["personId"] for each in standing["participants"]] == [str(member.person)]
        assert (standing["isOpen"], standing["level"]) == (True, "ordinary")

    async def test_names_who_registered_it_by_hand(self, municipality: Municipality) -> None:
        worker = municipality.caller("cases", Role.CASE_WORKER, subject="sagsbehandler-7")
        case_id = uuid4()
        body = {"respondentLabel": "Forløb 28", "involvements": [], "participants": [], "citizens": []}
        ok(await worker.create(f"/v1/cases/{case_id}", body))
        assert (await roster(municipality, case_id))["standing"]["writtenBy"] == ["sagsbehandler-7"]

    async def test_a_unit_that_has_no_part_any_more_is_not_named(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        stays, leaves = await municipality.unit(), await municipality.unit()
        source = Source(cases)
        ok(await source.send(1, [(stays, "authority"), (leaves, "provider")]))
        ok(await source.send(2, [(stays, "authority")]))
        assert (await roster(municipality, source.case_id))["standing"]["unitIds"] == [str(stays)]

    async def test_a_closed_case_is_not_open(self, municipality: Municipality, cases: CallerClient) -> None:
        source = Source(cases)
        ok(await source.send(1, [(await municipality.unit(), "authority")], status="closed"))
        assert (await roster(municipality, source.case_id))["standing"]["isOpen"] is False

    async def test_the_feed_tells_the_same_to_a_role_that_sees_no_more_of_a_file(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        source = Source(cases, system="children")
        ok(await source.send(1, [(await municipality.unit(), "authority")]))
        told = (await roster(municipality, source.case_id))["standing"]
        feed = Database(databases["cases"].feed, pool_size=1)
        async with feed.transaction() as transaction:
            subject = (municipality.tenant, source.case_id)
            assert (await read_case_states(transaction, [subject]))[subject] == told
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with feed.transaction() as transaction:
                await transaction.execute(text("SELECT reference FROM registration"))
        await feed.close()
