"""Drafts over REST: gone on with, never scored, and gone when the round closes."""

import asyncio
from typing import Any
from uuid import UUID

from tests.services.survey.answering.measured import cube, measurement_state, network_of
from tests.services.survey.conftest import Team
from tests.support.databases import TestDatabase
from tests.support.municipality import ok, ratings, submit
from tests.support.records import rows
from tests.support.refusals import refused


class TestPutDraft:
    async def test_is_gone_on_with_and_never_scored(self, team: Team) -> None:
        anne, form = await network_of(team)
        some = ratings(form, 4)[:1]
        body = {"formId": form["id"], "revision": 0, "ratings": some}
        kept = ok(await anne.put("/v1/response/draft", body))
        assert kept["revision"] == 1
        resumed = (await team.form(anne, "network"))["draft"]
        assert resumed == kept
        assert [each["subjectId"] for each in kept["ratings"]] == [some[0]["subjectId"]]
        state = await measurement_state(team, "relational-capacity")
        assert not cube(state).any()
        assert not any(state["submitted"])

    async def test_builds_upon_the_newest_revision(self, team: Team) -> None:
        anne, form = await network_of(team)
        body: dict[str, Any] = {"formId": form["id"], "ratings": ratings(form, 4)}
        ok(await anne.put("/v1/response/draft", {**body, "revision": 0}))
        for revision in (0, 2):
            stale = await anne.put("/v1/response/draft", {**body, "revision": revision})
            refused(stale, 409, "draft-changed")
        assert ok(await anne.put("/v1/response/draft", {**body, "revision": 1}))["revision"] == 2

    async def test_of_two_written_at_once_one_is_kept(self, team: Team) -> None:
        anne, form = await network_of(team)
        body = {"formId": form["id"], "revision": 0, "ratings": ratings(form, 4)}
        answers = await asyncio.gather(*(anne.put("/v1/response/draft", body) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * 4

    async def test_may_be_empty_but_must_fit(self, team: Team) -> None:
        anne, form = await network_of(team)
        ok(await anne.put("/v1/response/draft", {"formId": form["id"], "revision": 0, "ratings": []}))
        body = {"formId": form["id"], "revision": 1, "ratings": ratings(form, 9)}
        refused(await anne.put("/v1/response/draft", body), 422, "broken-rule")

    async def test_a_submission_takes_its_place(self, team: Team) -> None:
        anne, form = await network_of(team)
        body = {"formId": form["id"], "revision": 0, "ratings": ratings(form, 1)}
        ok(await anne.put("/v1/response/draft", body))
        ok(await submit(anne, form, 5))
        assert (await team.form(anne, "network"))["draft"] is None
        refused(await anne.put("/v1/response/draft", {**body, "revision": 1}), 409, "already-submitted")

    async def test_is_deleted_when_the_round_closes(
        self, team: Team, databases: dict[str, TestDatabase]
    ) -> None:
        anne, form = await network_of(team)
        body = {"formId": form["id"], "revision": 0, "ratings": ratings(form, 4)}
        ok(await anne.put("/v1/response/draft", body))
        await team.round.close()
        assert (await team.form(anne, "network"))["draft"] is None
        drafts = "SELECT id FROM form WHERE id = $1 AND draft IS NOT NULL"
        assert await rows(databases["survey"], drafts, UUID(form["id"])) == []
        refused(await anne.put("/v1/response/draft", {**body, "revision": 1}), 409, "round-closed")
        state = await measurement_state(team, "relational-capacity")
        assert not cube(state).any()
