"""Erasure of citizens and employees: gone from every case, and what is about others stays."""

from typing import Any
from uuid import UUID, uuid4

from shared.access.principal import Role
from shared.changes.events import ChangeEvent
from tests.services.cases.protection.people import erase, objects, open_case, steward, told
from tests.services.cases.protection.test_erasing_cases import tables_naming
from tests.support.databases import TestDatabase
from tests.support.municipality import Employee, Municipality, ok
from tests.support.records import feed_events, rows
from tests.support.refusals import refused, without_trace
from tests.support.services import Stack


async def events_about(municipality: Municipality, subject: UUID) -> list[ChangeEvent]:
    """Return what the feed tells of a subject."""
    events = await feed_events(municipality.stack, "cases", municipality.tenant)
    return [event for event in events if event.subject == subject]


class TestEraseCitizen:
    async def test_is_out_of_every_case_and_cases_about_nobody_else_are_gone(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        citizen, parent = uuid4(), uuid4()
        alone = await open_case(municipality, [citizen])
        shared = await open_case(municipality, [parent, citizen])
        ok(await told(steward(municipality), "citizen", citizen))
        await objects(municipality, "citizen", citizen)
        assert (await erase(steward(municipality), f"/v1/citizens/{citizen}")).status_code == 204
        assert await tables_naming(databases["cases"], citizen) <= {"erasure", "audit_event", "change_log"}
        refused(await steward(municipality).get(f"/v1/cases/{alone}"), 404, "not-found")
        ok(await steward(municipality).get(f"/v1/cases/{shared}"))
        left = await rows(databases["cases"], "SELECT citizen_id FROM citizen WHERE case_id = $1", shared)
        assert {each["citizen_id"] for each in left} == {parent}

    async def test_the_feed_tells_of_the_citizen_and_of_every_case(
        self, municipality: Municipality
    ) -> None:
        citizen = uuid4()
        alone = await open_case(municipality, [citizen])
        shared = await open_case(municipality, [uuid4(), citizen])
        before = (await events_about(municipality, shared))[-1].subjectversion
        await erase(steward(municipality), f"/v1/citizens/{citizen}")
        (gone,) = await events_about(municipality, citizen)
        assert (gone.type, gone.data) == ("citizen", None)
        assert (await events_about(municipality, alone))[-1].type == "case.erased"
        changed = (await events_about(municipality, shared))[-1]
        assert (changed.type, changed.subjectversion) == ("case.changed", before + 1)
        assert changed.data is not None

    async def test_a_cpr_number_leads_to_nobody_any_more(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        case_id = await open_case(municipality)
        cpr = {"cpr": "070761-4285"}
        body = {
            "caseId": str(case_id),
            "sourceVersion": 2,
            "respondentLabel": "Forløb 27",
            "citizens": [cpr],
        }
        system = municipality.caller("cases")
        ok(await system.put(f"/v1/registrations/esdh/{case_id}", body))
        found = await rows(databases["cases"], "SELECT citizen_id FROM citizen WHERE case_id = $1", case_id)
        (citizen,) = {each["citizen_id"] for each in found}
        wanted = {"subjectType": "citizen", **cpr}
        ok(await steward(municipality).post("/v1/data-exports", wanted))
        await erase(steward(municipality), f"/v1/citizens/{citizen}")
        refused(await steward(municipality).post("/v1/data-exports", wanted), 404, "not-found")
        pseudonyms = "SELECT 1 FROM citizen_pseudonym WHERE citizen_id = $1"
        assert await rows(databases["cases"], pseudonyms, citizen) == []

    async def test_again_it_stays_erased_and_one_never_known_is_not_found(
        self, municipality: Municipality, stack: Stack
    ) -> None:
        citizen = uuid4()
        await open_case(municipality, [citizen])
        path = f"/v1/citizens/{citizen}"
        foreign = stack.caller("cases", uuid4(), Role.DATA_STEWARD)
        hidden = await erase(foreign, path)
        refused(hidden, 404, "not-found")
        assert without_trace(hidden) == without_trace(await erase(foreign, f"/v1/citizens/{uuid4()}"))
        for _ in range(2):
            assert (await erase(steward(municipality), path)).status_code == 204


async def placed(municipality: Municipality) -> tuple[Employee, Employee, UUID]:
    """Return a leader, one led, and the case both are in."""
    leader = await municipality.employee()
    member = await municipality.employee(leader=leader.id)
    return leader, member, await open_case(municipality, [uuid4()], [leader, member])


class TestErasePerson:
    async def test_name_employment_and_parts_are_gone(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        leader, member, case_id = await placed(municipality)
        ok(await told(steward(municipality), "employee", leader.person))
        await objects(municipality, "employee", leader.person)
        assert (await erase(steward(municipality), f"/v1/persons/{leader.person}")).status_code == 204
        remembering = {"erasure", "audit_event", "change_log"}
        for subject in (leader.person, leader.id):
            assert await tables_naming(databases["cases"], subject) <= remembering
        view = ok(await steward(municipality).get(f"/v1/cases/{case_id}"))
        assert [each["professionalId"] for each in view["participants"]] == [str(member.id)]

    async def test_who_was_led_is_led_by_nobody(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        leader, member, _ = await placed(municipality)
        before = await events_about(municipality, member.id)
        await erase(steward(municipality), f"/v1/persons/{leader.person}")
        path = f"/v1/professionals/{member.id}"
        view = ok(await municipality.caller("cases").get(path))
        assert (view["leaderId"], view["version"]) == (None, before[-1].subjectversion + 1)
        assert (await events_about(municipality, member.id))[-1].subjectversion == view["version"]
        kept = "SELECT version FROM organisation_history WHERE subject_id = $1 ORDER BY version DESC"
        assert (await rows(databases["cases"], kept, member.id))[0]["version"] == view["version"]

    async def test_the_feed_tells_of_person_employment_and_cases(self, municipality: Municipality) -> None:
        leader, member, case_id = await placed(municipality)
        before = (await events_about(municipality, case_id))[-1].subjectversion
        await erase(steward(municipality), f"/v1/persons/{leader.person}")
        for subject, kind in ((leader.person, "person"), (leader.id, "professional")):
            gone = (await events_about(municipality, subject))[-1]
            assert (gone.type, gone.subjectversion, gone.data) == (kind, 2, None)
        changed = (await events_about(municipality, case_id))[-1]
        assert (changed.type, changed.subjectversion) == ("case.changed", before + 1)
        state: dict[str, Any] = changed.data or {}
        assert [each["professionalId"] for each in state["participants"]] == [str(member.id)]

    async def test_leaves_collaboration_groups(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        leader, member, _ = await placed(municipality)
        group = uuid4()
        body = {
            "kind": "service-effort",
            "name": "Udgående indsats",
            "municipalityCode": "0766",
            "respondentLabel": "Udgående indsats",
            "members": [{"professionalId": str(each.id)} for each in (leader, member)],
        }
        administrator = municipality.caller("cases", Role.ADMINISTRATOR)
        made = ok(await administrator.create(f"/v1/collaboration-groups/{group}", body))
        await erase(steward(municipality), f"/v1/persons/{leader.person}")
        members = "SELECT professional_id FROM group_member WHERE group_id = $1"
        left = await rows(databases["cases"], members, group)
        assert [each["professional_id"] for each in left] == [member.id]
        changed = (await events_about(municipality, group))[-1]
        assert (changed.type, changed.subjectversion) == ("collaboration-group", made["version"] + 1)

    async def test_again_it_stays_erased_and_one_never_known_is_not_found(
        self, municipality: Municipality, stack: Stack
    ) -> None:
        person = (await municipality.employee()).person
        path = f"/v1/persons/{person}"
        foreign = stack.caller("cases", uuid4(), Role.DATA_STEWARD)
        hidden = await erase(foreign, path)
        refused(hidden, 404, "not-found")
        assert without_trace(hidden) == without_trace(await erase(foreign, f"/v1/persons/{uuid4()}"))
        for _ in range(2):
            assert (await erase(steward(municipality), path)).status_code == 204
