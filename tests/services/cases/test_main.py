"""What the register's feed tells, and what it keeps to itself."""

from typing import Any
from uuid import uuid4

from shared.access.principal import Role
from tests.services.cases.intake.sending import Source
from tests.support.municipality import Municipality, ok
from tests.support.records import feed_events, feed_state
from tests.support.refusals import refused
from tests.support.services import CallerClient


class TestFeed:
    async def test_tells_the_organisation_without_names_of_people(self, municipality: Municipality) -> None:
        leader = await municipality.employee()
        member = await municipality.employee(leader=leader.id)
        stack, tenant = municipality.stack, municipality.tenant
        assert await feed_state(stack, "cases", tenant, member.person) == {
            "version": 1,
            "id": str(member.person),
        }
        assert await feed_state(stack, "cases", tenant, member.id) == {
            "version": 1,
            "id": str(member.id),
            "personId": str(member.person),
            "unitId": str(member.unit),
            "leaderId": str(leader.id),
        }
        assert (await feed_state(stack, "cases", tenant, member.unit))["name"] == "Enhed"
        assert (await feed_state(stack, "cases", tenant, municipality.area))["version"] == 1

    async def test_tells_who_takes_part_now_and_not_who_the_citizen_is(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        stays, leaves = [await municipality.employee() for _ in range(2)]
        source = Source(cases)
        citizens = [{"citizenId": str(uuid4())}]
        ok(await source.send(1, [], [stays.id, leaves.id], citizens=citizens))
        ok(await source.send(2, [], [stays.id], citizens=citizens))
        state = await feed_state(municipality.stack, "cases", municipality.tenant, source.case_id)
        assert state == {
            "version": 2,
            "id": str(source.case_id),
            "participants": [
                {
                    "professionalId": str(stays.id),
                    "personId": str(stays.person),
                    "role": "participant",
                }
            ],
            "isOpen": True,
            "level": "ordinary",
            "unitIds": [],
            "systems": ["esdh"],
            "writtenBy": [],
        }

    async def test_tells_studies_and_enrolments(self, municipality: Municipality) -> None:
        case_id, study = await municipality.case([]), uuid4()
        analyst = municipality.caller("cases", Role.ANALYST)
        arm = {"code": "control", "name": "Som hidtil", "control": True}
        wave = {"code": "baseline", "ordinal": 1, "label": "Start", "plannedAt": None}
        body: dict[str, Any] = {"name": "Forløb", "arms": [arm], "waves": [wave]}
        ok(await analyst.create(f"/v1/studies/{study}", body))
        enrolment = {"arm": "control", "method": "random", "allocatedAt": "2026-01-01T00:00:00Z"}
        placed = ok(await analyst.create(f"/v1/studies/{study}/enrolments/{case_id}", enrolment))
        events = await feed_events(municipality.stack, "cases", municipality.tenant)
        states = {event.type: event.data for event in events}
        assert states["study"] == {"version": 1, "id": str(study), **body}
        assert states["enrolment"] == {
            "version": 1,
            "id": placed["id"],
            "studyId": str(study),
            "caseId": str(case_id),
            "arm": "control",
            "stratum": None,
            "method": "random",
            "allocatedAt": "2026-01-01T00:00:00Z",
            "selectedBy": None,
            "withdrawnAt": None,
        }

    async def test_a_put_that_changes_nothing_is_not_told(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        source = Source(cases)
        for _ in range(3):
            ok(await source.send(1))
        events = await feed_events(municipality.stack, "cases", municipality.tenant)
        assert [event.subjectversion for event in events] == [1]

    async def test_is_only_for_services(self, municipality: Municipality) -> None:
        for role in (Role.CASE_SYSTEM, Role.ADMINISTRATOR, Role.ANALYST):
            caller = municipality.caller("cases", role)
            refused(await caller.get("/internal/changes"), 403, "forbidden")
