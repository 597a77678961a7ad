"""Retention: what is due is listed, only what is due goes by a run, and nothing goes by itself."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from shared.access.principal import Role
from tests.services.cases.protection.people import open_case, steward
from tests.services.cases.protection.test_erasing_cases import enrol
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.records import feed_events
from tests.support.refusals import refused, without_trace


async def close(database: TestDatabase, case_id: UUID, at: str, target_group: str | None = None) -> None:
    """Let a case have been closed at a time: no request can do so in the past."""
    connection = await asyncpg.connect(database.superuser)
    try:
        await connection.execute("UPDATE registration SET status = 'closed' WHERE case_id = $1", case_id)
        await connection.execute(
            "UPDATE citizen_case SET status = 'closed', closed_at = $2, target_group = $3 WHERE id = $1",
            case_id,
            datetime.fromisoformat(at).replace(tzinfo=UTC),
            target_group,
        )
    finally:
        await connection.close()


async def rule(municipality: Municipality, months: int, target_group: str | None = None) -> UUID:
    """Set a retention rule."""
    rule_id = uuid4()
    body = {"targetGroup": target_group, "monthsAfterClosing": months}
    ok(await steward(municipality).create(f"/v1/retention-rules/{rule_id}", body))
    return rule_id


async def due(municipality: Municipality) -> dict[str, Any]:
    """Return the cases that are due."""
    items = ok(await steward(municipality).get("/v1/retention-due"))["items"]
    return {each["caseId"]: each for each in items}


class TestRules:
    async def test_a_target_group_has_one_rule(self, municipality: Municipality) -> None:
        for group in (None, "youth"):
            made = await rule(municipality, 12, group)
            body = {"targetGroup": group, "monthsAfterClosing": 24}
            second = await steward(municipality).create(f"/v1/retention-rules/{uuid4()}", body)
            assert refused(second, 422, "broken-rule") == [("/targetGroup", "has-rule")]
            path = f"/v1/retention-rules/{made}"
            assert ok(await steward(municipality).put(path, body, If_Match='"1"'))["version"] == 2
        assert len(ok(await steward(municipality).get("/v1/retention-rules"))["items"]) == 2

    async def test_is_not_told_in_the_feed(self, municipality: Municipality) -> None:
        await rule(municipality, 12)
        assert await feed_events(municipality.stack, "cases", municipality.tenant) == []


class TestListDueCases:
    async def test_the_rule_of_the_target_group_goes_before_the_one_for_all(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        young, other = [await open_case(municipality, [uuid4()]) for _ in range(2)]
        await close(databases["cases"], young, "2024-01-31T10:00:00", "youth")
        await close(databases["cases"], other, "2024-01-31T10:00:00", "dementia")
        assert await due(municipality) == {}
        await rule(municipality, 1)
        await rule(municipality, 1200, "youth")
        found = await due(municipality)
        assert set(found) == {str(other)}
        assert (found[str(other)]["dueSince"], found[str(other)]["monthsAfterClosing"]) == (
            "2024-02-29T10:00:00Z",
            1,
        )

    async def test_open_files_studies_and_fresh_cases_are_never_due(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        opened, studied, fresh, old = [await open_case(municipality, [uuid4()]) for _ in range(4)]
        waiting = await open_case(municipality, [citizen := uuid4()])
        await enrol(municipality, studied)
        await rule(municipality, 12)
        for case_id in (studied, old, waiting):
            await close(databases["cases"], case_id, "2020-01-01T00:00:00")
        await close(databases["cases"], fresh, datetime.now(UTC).date().isoformat())
        await open_case(municipality, [citizen], case_id=waiting, system="job-centre")
        await close(databases["cases"], waiting, "2020-01-01T00:00:00")
        connection = await asyncpg.connect(databases["cases"].superuser)
        try:
            statement = (
                "UPDATE registration SET status = 'opened' WHERE case_id = $1 AND system = 'job-centre'"
            )
            await connection.execute(statement, waiting)
        finally:
            await connection.close()
        assert set(await due(municipality)) == {str(old)}
        ok(await steward(municipality).get(f"/v1/cases/{opened}"))

    async def test_goes_page_by_page(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        made = [await open_case(municipality, [uuid4()]) for _ in range(3)]
        await rule(municipality, 12)
        for case_id in made:
            await close(databases["cases"], case_id, "2020-01-01T00:00:00")
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            after = f"&cursor={cursor}" if cursor else ""
            page = ok(await steward(municipality).get(f"/v1/retention-due?pageSize=1{after}"))
            seen += [each["caseId"] for each in page["items"]]
            cursor = page["nextCursor"]
        assert seen == sorted(map(str, made))


class TestRunRetention:
    async def test_erases_what_is_due_and_nothing_else(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        old, kept, unknown = (
            await open_case(municipality, [uuid4()]),
            await open_case(municipality),
            uuid4(),
        )
        await rule(municipality, 12)
        await close(databases["cases"], old, "2020-01-01T00:00:00")
        body = {"caseIds": [str(each) for each in (kept, old, unknown)]}
        key = uuid4().hex
        for _ in range(2):
            answer = await steward(municipality).post("/v1/retention-runs", body, key=key)
            assert answer.status_code == 207
            assert [(each["status"], each["code"]) for each in answer.json()["items"]] == [
                (409, "not-due"),
                (204, "erased"),
                (404, "not-found"),
            ]
        refused(await steward(municipality).get(f"/v1/cases/{old}"), 404, "not-found")
        ok(await steward(municipality).get(f"/v1/cases/{kept}"))
        (kept_record,) = ok(await steward(municipality).get("/v1/erasures"))["items"]
        assert kept_record["reason"] == "retention"

    async def test_another_tenants_due_case_is_like_none(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        old = await open_case(municipality, [uuid4()])
        await rule(municipality, 12)
        await close(databases["cases"], old, "2020-01-01T00:00:00")
        foreign = Municipality(municipality.stack, uuid4()).caller("cases", Role.DATA_STEWARD)
        found = []
        for case_id in (old, uuid4()):
            answer = await foreign.post("/v1/retention-runs", {"caseIds": [str(case_id)]}, key=uuid4().hex)
            found.append((answer.status_code, [each["code"] for each in answer.json()["items"]]))
        assert found == [(207, ["not-found"])] * 2
        assert set(await due(municipality)) == {str(old)}

    async def test_is_bounded_and_names_nothing_twice(self, municipality: Municipality) -> None:
        one = str(uuid4())
        for ids in ([], [one, one], [str(uuid4()) for _ in range(201)]):
            answer = await steward(municipality).post(
                "/v1/retention-runs", {"caseIds": ids}, key=uuid4().hex
            )
            refused(answer, 400, "malformed-request")


async def test_only_stewards_see_or_run_it(municipality: Municipality) -> None:
    for role in set(Role) - {Role.DATA_STEWARD, Role.ADMINISTRATOR, Role.OPERATOR, Role.SERVICE}:
        caller = municipality.caller("cases", role, person=uuid4())
        answers = [
            await caller.get("/v1/retention-due"),
            await caller.get("/v1/retention-rules"),
            await caller.create(f"/v1/retention-rules/{uuid4()}", {"monthsAfterClosing": 1}),
            await caller.post("/v1/retention-runs", {"caseIds": [str(uuid4())]}, key=uuid4().hex),
        ]
        for answer in answers:
            refused(answer, 403, "forbidden")
        assert len({str(without_trace(answer)) for answer in answers}) == 1
