"""Erasure of a case: nothing of it is left, the feed says so, and nothing makes it again."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from tests.services.cases.protection.people import erase, open_case, steward, told
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.records import audited, feed_events, rows
from tests.support.refusals import refused, without_trace
from tests.support.services import Stack

_REMEMBERS = {"erasure", "audit_event", "change_log"}
_COLUMNS = (
    "SELECT c.table_name, c.column_name FROM information_schema.columns AS c "
    "JOIN information_schema.tables AS t USING (table_schema, table_name) "
    "WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.udt_name = 'uuid' "
    "AND c.column_name <> 'tenant_id'"
)


async def tables_naming(database: TestDatabase, subject: UUID) -> set[str]:
    """Return the tables in which any column of any row is an id."""
    found = set()
    for each in await rows(database, _COLUMNS):
        statement = " ".join(("SELECT 1 FROM", each["table_name"], "WHERE", each["column_name"], "= $1"))
        if await rows(database, statement, subject):
            found.add(each["table_name"])
    return found


async def enrol(municipality: Municipality, case_id: UUID) -> UUID:
    """Put a case in a study; return the enrolment's id."""
    study, analyst = uuid4(), municipality.caller("cases", Role.ANALYST)
    body = {"name": "Forløb", "arms": [{"code": "control", "name": "Som hidtil"}]}
    ok(await analyst.create(f"/v1/studies/{study}", body))
    place = f"/v1/studies/{study}/enrolments/{case_id}"
    enrolment = {"arm": "control", "method": "random", "allocatedAt": "2026-01-01T00:00:00Z"}
    return UUID(ok(await analyst.create(place, enrolment))["id"])


class TestEraseCase:
    async def test_leaves_no_row_about_it(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        member, citizen = await municipality.employee(), uuid4()
        case_id = await open_case(municipality, [citizen], [member])
        await enrol(municipality, case_id)
        ok(await told(steward(municipality), "citizen", citizen, caseId=str(case_id)))
        before = await tables_naming(databases["cases"], case_id)
        assert {"citizen_case", "registration", "participant", "citizen", "information"} <= before
        answer = await erase(steward(municipality), f"/v1/cases/{case_id}", "retention")
        assert (answer.status_code, answer.content) == (204, b"")
        assert await tables_naming(databases["cases"], case_id) <= _REMEMBERS
        assert await tables_naming(databases["cases"], citizen) <= {"audit_event"}
        ok(await municipality.caller("cases").get(f"/v1/professionals/{member.id}"))

    async def test_keeps_that_it_was_erased_why_and_which_systems_had_it(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        citizen = uuid4()
        case_id = await open_case(municipality, [citizen])
        await open_case(municipality, [citizen], case_id=case_id, system="jobcenter")
        assert (await erase(steward(municipality), f"/v1/cases/{case_id}")).status_code == 204
        (kept,) = ok(await steward(municipality).get("/v1/erasures"))["items"]
        assert (kept["subjectType"], kept["subjectId"]) == ("case", str(case_id))
        assert (kept["systems"], kept["reason"], kept["recordedBy"]) == (
            ["esdh", "jobcenter"],
            "citizen-request",
            "dpo",
        )
        assert (await audited(databases["cases"], case_id))[-1] == (
            "erase",
            "case",
            "citizen-request",
            "dpo",
        )

    async def test_the_feed_tells_with_a_higher_version_and_no_state(
        self, municipality: Municipality
    ) -> None:
        case_id = await open_case(municipality, [uuid4()])
        enrolment = await enrol(municipality, case_id)
        version = ok(await municipality.caller("cases").get(f"/v1/cases/{case_id}"))["version"]
        await erase(steward(municipality), f"/v1/cases/{case_id}")
        events = await feed_events(municipality.stack, "cases", municipality.tenant)
        about = [each for each in events if each.subject == case_id]
        assert about[-1].type == "case.erased"
        assert about[-1].subjectversion == version + 1
        assert {each.data is None for each in about} == {True}
        assert [each.data for each in events if each.subject == enrolment][-1] is None

    async def test_again_it_stays_erased_and_a_case_never_known_is_not_found(
        self, municipality: Municipality, stack: Stack
    ) -> None:
        case_id = await open_case(municipality, [uuid4()])
        path = f"/v1/cases/{case_id}"
        assert (await erase(steward(municipality), path)).status_code == 204
        assert (await erase(steward(municipality), path)).status_code == 204
        foreign = stack.caller("cases", uuid4(), Role.DATA_STEWARD)
        hidden = await erase(foreign, path)
        refused(hidden, 404, "not-found")
        assert without_trace(hidden) == without_trace(await erase(foreign, f"/v1/cases/{uuid4()}"))

    async def test_another_tenant_erases_nothing(self, municipality: Municipality, stack: Stack) -> None:
        case_id = await open_case(municipality, [uuid4()])
        path = f"/v1/cases/{case_id}"
        refused(await erase(stack.caller("cases", uuid4(), Role.DATA_STEWARD), path), 404, "not-found")
        ok(await steward(municipality).get(path))

    async def test_a_nightly_file_does_not_make_it_again(self, municipality: Municipality) -> None:
        case_id, citizen = uuid4(), uuid4()
        await open_case(municipality, [citizen], case_id=case_id)
        await erase(steward(municipality), f"/v1/cases/{case_id}")
        body: dict[str, Any] = {
            "caseId": str(case_id),
            "sourceVersion": 2,
            "respondentLabel": "Forløb 27",
        }
        system = municipality.caller("cases", scopes=frozenset({"system:esdh"}))
        again = await system.put(f"/v1/registrations/esdh/{case_id}", body)
        refused(again, 409, "erased-case")
        refused(await steward(municipality).get(f"/v1/cases/{case_id}"), 404, "not-found")

    async def test_files_arriving_at_once_do_not_make_it_again(self, municipality: Municipality) -> None:
        case_id = await open_case(municipality, [uuid4()])
        system = municipality.caller("cases")

        async def send(version: int) -> int:
            body = {
                "caseId": str(case_id),
                "sourceVersion": version,
                "respondentLabel": f"Forløb {version}",
                "citizens": [{"citizenId": str(uuid4())}],
            }
            return (await system.put(f"/v1/registrations/esdh/{case_id}", body)).status_code

        files = [send(version) for version in range(2, 12)]
        erasing = erase(steward(municipality), f"/v1/cases/{case_id}")
        answer, statuses = await asyncio.gather(erasing, asyncio.gather(*files))
        # Every file names another citizen: whoever erases may be asked to come again.
        assert answer.status_code in {204, 503}
        if answer.status_code == 503:
            answer = await erase(steward(municipality), f"/v1/cases/{case_id}")
        assert answer.status_code == 204
        assert set(statuses) <= {200, 409}
        refused(await steward(municipality).get(f"/v1/cases/{case_id}"), 404, "not-found")

    async def test_a_citizen_in_another_case_stays_there(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        citizen, parent = uuid4(), uuid4()
        one = await open_case(municipality, [citizen, parent])
        other = await open_case(municipality, [uuid4(), parent])
        ok(await told(steward(municipality), "citizen", parent))
        await erase(steward(municipality), f"/v1/cases/{one}")
        named = "SELECT citizen_id FROM citizen WHERE case_id = $1"
        assert parent in {each["citizen_id"] for each in await rows(databases["cases"], named, other)}
        records = f"/v1/information-records?subjectType=citizen&subjectId={parent}"
        assert len(ok(await steward(municipality).get(records))["items"]) == 1

    @pytest.mark.parametrize("query", ["", "?reason=", "?reason=because"])
    async def test_a_reason_is_needed(self, municipality: Municipality, query: str) -> None:
        case_id = await open_case(municipality, [uuid4()])
        answer = await steward(municipality).request("DELETE", f"/v1/cases/{case_id}{query}")
        refused(answer, 400, "malformed-request")
        ok(await steward(municipality).get(f"/v1/cases/{case_id}"))
