"""Planned rounds: changed, cancelled, and opened when their time comes, once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.survey.rounds.cases_client import CasesClient
from services.survey.rounds.service import RoundOpener
from shared.database.connection import Database
from tests.services.survey.rounds.scenes import participants, planned_body, small_case
from tests.support.databases import TestDatabase
from tests.support.keys import signer
from tests.support.municipality import Municipality, ok, round_body
from tests.support.records import audited, feed_events, rows
from tests.support.refusals import refused
from tests.support.services import CallerClient


def ahead(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


@pytest.fixture
async def opener(
    databases: dict[str, TestDatabase], municipality: Municipality
) -> AsyncIterator[RoundOpener]:
    database = Database(databases["survey"].app, pool_size=4)
    cases = CasesClient(municipality.stack.urls["cases"], signer("survey"))
    yield RoundOpener(database, cases)
    await cases.close()
    await database.close()


async def plan(survey: CallerClient, case_id: UUID, **more: Any) -> UUID:
    round_id = uuid4()
    ok(await survey.create(f"/v1/rounds/{round_id}", planned_body(case_id, **more)))
    return round_id


async def make_due(databases: dict[str, TestDatabase], round_id: UUID) -> None:
    statement = "UPDATE survey_round SET opens_at = now() - interval '1 second' WHERE id = $1"
    await rows(databases["survey"], statement, round_id)


async def happened(municipality: Municipality, round_id: UUID) -> list[str]:
    """What the feed tells of a round: of all that happened, the last."""
    events = await feed_events(municipality.stack, "survey", municipality.tenant)
    return [event.type for event in events if event.subject == round_id]


class TestPlanRound:
    async def test_asks_nobody_yet(self, municipality: Municipality, survey: CallerClient) -> None:
        round_id = await plan(survey, await small_case(municipality), closesAt="2999-02-01T00:00:00Z")
        view = ok(await survey.get(f"/v1/rounds/{round_id}"))
        assert (view["state"], view["openedAt"], view["measurements"]) == ("planned", None, [])
        assert (view["opensAt"], view["closesAt"]) == ("2999-01-01T00:00:00Z", "2999-02-01T00:00:00Z")
        assert ok(await survey.get(f"/v1/rounds/{round_id}/invitations"))["items"] == []
        assert await happened(municipality, round_id) == ["round.planned"]

    async def test_a_case_nobody_knows_is_refused_at_once(self, survey: CallerClient) -> None:
        answer = await survey.create(f"/v1/rounds/{uuid4()}", planned_body(uuid4()))
        assert refused(answer, 422, "broken-rule") == [("/caseId", "unknown-case")]

    @pytest.mark.parametrize(
        ("opens_at", "closes_at"),
        [("2999-01-01T00:00:00Z", "2999-01-01T00:00:00Z"), (None, "2026-01-01T00:00:00Z")],
    )
    async def test_closes_after_it_opens(
        self, survey: CallerClient, opens_at: str | None, closes_at: str
    ) -> None:
        body = round_body(uuid4(), opensAt=opens_at, closesAt=closes_at)
        answer = await survey.create(f"/v1/rounds/{uuid4()}", body)
        assert refused(answer, 422, "broken-rule") == [("/closesAt", "closes-before-it-opens")]

    async def test_a_time_that_has_passed_is_now(
        self, municipality: Municipality, survey: CallerClient
    ) -> None:
        body = round_body(await small_case(municipality), opensAt="2026-01-06T08:00:00Z", closesAt=ahead(1))
        assert ok(await survey.create(f"/v1/rounds/{uuid4()}", body))["state"] == "open"


class TestChangePlannedRound:
    async def test_takes_its_newest_version(self, municipality: Municipality, survey: CallerClient) -> None:
        case_id = await small_case(municipality)
        round_id = await plan(survey, case_id)
        path, changed = f"/v1/rounds/{round_id}", planned_body(case_id, purpose="Et andet formål")
        refused(await survey.create(path, changed), 412, "precondition-failed")
        refused(await survey.put(path, changed, If_Match='"7"'), 412, "precondition-failed")
        answer = await survey.put(path, changed, If_Match='"1"')
        assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
        assert answer.json()["purpose"] == "Et andet formål"
        again = await survey.put(path, changed, If_Match='"1"')
        assert (again.status_code, again.headers["etag"]) == (200, '"2"')
        assert await happened(municipality, round_id) == ["round.changed"]

    async def test_may_open_at_once(self, municipality: Municipality, survey: CallerClient) -> None:
        case_id = await small_case(municipality)
        round_id = await plan(survey, case_id)
        answer = await survey.put(f"/v1/rounds/{round_id}", round_body(case_id), If_Match='"1"')
        assert (answer.json()["state"], len(answer.json()["measurements"])) == ("open", 2)
        assert await happened(municipality, round_id) == ["round.opened"]

    async def test_is_never_loosened_nor_moved(
        self, municipality: Municipality, survey: CallerClient
    ) -> None:
        case_id, other = await small_case(municipality), await small_case(municipality)
        round_id = await plan(survey, case_id, visibility="confidential")
        path = f"/v1/rounds/{round_id}"
        loosened = await survey.put(path, planned_body(case_id), If_Match="*")
        assert refused(loosened, 422, "broken-rule") == [("/visibility", "visibility-loosened")]
        moved = await survey.put(path, planned_body(other, visibility="confidential"), If_Match="*")
        assert refused(moved, 422, "broken-rule") == [("/caseId", "subject-is-fixed")]
        tightened = await plan(survey, other)
        body = planned_body(other, visibility="confidential")
        assert (
            ok(await survey.put(f"/v1/rounds/{tightened}", body, If_Match="*"))["visibility"]
            == "confidential"
        )

    async def test_does_not_take_another_rounds_wave(
        self, municipality: Municipality, survey: CallerClient
    ) -> None:
        case_id = await small_case(municipality)
        await municipality.open_round(case_id)
        later = {"code": "follow-up", "ordinal": 2, "label": "Efter"}
        round_id = await plan(survey, case_id, wave=later)
        answer = await survey.put(f"/v1/rounds/{round_id}", planned_body(case_id), If_Match="*")
        refused(answer, 409, "round-exists")


class TestCancelRound:
    async def test_never_opens_and_leaves_its_wave_to_another(
        self,
        municipality: Municipality,
        survey: CallerClient,
        opener: RoundOpener,
        databases: dict[str, TestDatabase],
    ) -> None:
        case_id = await small_case(municipality)
        round_id = await plan(survey, case_id)
        path = f"/v1/rounds/{round_id}"
        cancelled = ok(await survey.put(f"{path}/cancellation", {}))
        assert (cancelled["state"], cancelled["closedBecause"]) == ("cancelled", "asked")
        assert ok(await survey.put(f"{path}/cancellation", {})) == cancelled
        await make_due(databases, round_id)
        await opener.open_planned(municipality.tenant, round_id)
        assert ok(await survey.get(path))["state"] == "cancelled"
        answer = await survey.put(path, planned_body(case_id, purpose="Igen"), If_Match="*")
        assert refused(answer, 422, "broken-rule") == [("", "round-is-over")]
        await municipality.open_round(case_id)
        assert await happened(municipality, round_id) == ["round.cancelled"]

    async def test_is_for_planned_rounds_and_closing_for_open_ones(
        self, municipality: Municipality, survey: CallerClient
    ) -> None:
        case_id = await small_case(municipality)
        opened = await municipality.open_round(case_id)
        refused(await survey.put(f"/v1/rounds/{opened.id}/cancellation", {}), 409, "round-not-planned")
        later = {"code": "follow-up", "ordinal": 2, "label": "Efter"}
        round_id = await plan(survey, case_id, wave=later)
        refused(await survey.put(f"/v1/rounds/{round_id}/closure", {}), 409, "round-not-open")


class TestOpenPlannedRound:
    async def test_opens_once_however_many_try(
        self,
        municipality: Municipality,
        survey: CallerClient,
        opener: RoundOpener,
        databases: dict[str, TestDatabase],
    ) -> None:
        round_id = await plan(survey, await small_case(municipality))
        await make_due(databases, round_id)
        await asyncio.gather(*(opener.open_planned(municipality.tenant, round_id) for _ in range(4)))
        view = ok(await survey.get(f"/v1/rounds/{round_id}"))
        assert (view["state"], view["version"]) == ("open", 2)
        assert await happened(municipality, round_id) == ["round.opened"]
        assert [each[0] for each in await audited(databases["survey"], round_id)] == ["plan", "open"]

    async def test_asks_those_who_are_there_then(
        self,
        municipality: Municipality,
        cases: CallerClient,
        survey: CallerClient,
        opener: RoundOpener,
        databases: dict[str, TestDatabase],
    ) -> None:
        unit = await municipality.unit()
        anne, bo, carl = [await municipality.employee(unit) for _ in range(3)]
        case_id = await municipality.case([anne, bo])
        round_id = await plan(survey, case_id)
        await participants(cases, case_id, [bo, carl])
        await make_due(databases, round_id)
        await opener.open_planned(municipality.tenant, round_id)
        invited = ok(await survey.get(f"/v1/rounds/{round_id}/invitations"))["items"]
        people = {UUID(each["respondentId"]) for each in invited if each["kind"] == "professional"}
        assert people == {bo.person, carl.person}

    async def test_before_its_time_it_stays_planned(
        self, municipality: Municipality, survey: CallerClient, opener: RoundOpener
    ) -> None:
        round_id = await plan(survey, await small_case(municipality))
        await opener.open_planned(municipality.tenant, round_id)
        assert ok(await survey.get(f"/v1/rounds/{round_id}"))["state"] == "planned"

    async def test_with_nobody_to_ask_it_is_cancelled(
        self,
        municipality: Municipality,
        survey: CallerClient,
        opener: RoundOpener,
        databases: dict[str, TestDatabase],
    ) -> None:
        round_id = await plan(survey, await municipality.case([], citizens=0))
        await make_due(databases, round_id)
        await opener.open_planned(municipality.tenant, round_id)
        view = ok(await survey.get(f"/v1/rounds/{round_id}"))
        assert (view["state"], view["closedBecause"]) == ("cancelled", "empty-roster")

    async def test_of_a_case_that_has_closed_just_now_it_is_cancelled(
        self,
        municipality: Municipality,
        cases: CallerClient,
        survey: CallerClient,
        opener: RoundOpener,
        databases: dict[str, TestDatabase],
    ) -> None:
        case_id = await small_case(municipality)
        round_id = await plan(survey, case_id)
        body = {"sourceVersion": 2, "respondentLabel": "Forløb 27", "status": "closed"}
        ok(await cases.put(f"/v1/registrations/esdh/{case_id}", body))
        await make_due(databases, round_id)
        await opener.open_planned(municipality.tenant, round_id)
        view = ok(await survey.get(f"/v1/rounds/{round_id}"))
        assert (view["state"], view["closedBecause"]) == ("cancelled", "case-closed")
