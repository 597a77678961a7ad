"""The feed of analytics: which rounds' scores changed, and nothing of anybody in them."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.analytics.projection.telling import read_scores_states
from shared.access.principal import Role
from shared.changes.bell import ChangeBell
from shared.changes.consumer import FeedClient
from shared.changes.events import ChangeEvent
from shared.changes.feed import ChangeFeed
from shared.contracts.scores import SCORES, SCORES_CHANGED
from shared.contracts.survey import MEASUREMENT, MeasurementState, RoundState
from shared.database.connection import Database
from tests.services.analytics.installation import Installation
from tests.services.analytics.made_measurements import event, made, told
from tests.services.analytics.rounds_with_answers import Answered
from tests.shared.database.filling import words
from tests.support.keys import signer
from tests.support.services import Stack


@pytest.fixture
async def feed(installation: Installation) -> AsyncIterator[ChangeFeed]:
    """Read the feed as its own role."""
    database = Database(installation.logins.feed, pool_size=1)
    yield ChangeFeed(
        "analytics", database, ChangeBell(installation.logins.app), {SCORES: read_scores_states}
    )
    await database.close()


async def changes(feed: ChangeFeed, tenant: UUID) -> list[ChangeEvent]:
    page = await feed.page("", 1000)
    return [each for each in page.events if each.tenantid == tenant]


def newer(state: MeasurementState, **said: object) -> MeasurementState:
    return state.model_copy(update={"version": state.version + 1, **said})


class TestScoresChanged:
    async def test_a_round_is_told_of_when_it_is_closed_and_not_before(
        self, installation: Installation, feed: ChangeFeed, tenant: UUID
    ) -> None:
        state = made(round_state=RoundState.OPEN)
        await installation.tell(told(tenant, state))
        assert await changes(feed, tenant) == []
        await installation.tell(told(tenant, newer(state, round_state=RoundState.CLOSED)))
        (found,) = await changes(feed, tenant)
        assert (found.type, found.subject) == (SCORES_CHANGED, state.round_id)
        assert found.data == {
            "version": (await installation.stamp(tenant)).answers.version,
            "id": str(state.round_id),
            "caseId": str(state.case_id),
            "groupId": None,
            "wave": "baseline",
        }

    async def test_its_measurements_are_told_of_once_and_each_change_is_newer(
        self, installation: Installation, feed: ChangeFeed, tenant: UUID
    ) -> None:
        round_id = uuid4()
        states = [made(round_id=round_id) for _ in range(3)]
        await installation.tell(*(told(tenant, state) for state in states))
        (first,) = await changes(feed, tenant)
        await installation.tell(*(told(tenant, state) for state in states))
        assert await changes(feed, tenant) == [first]
        await installation.tell(told(tenant, newer(states[0])))
        (second,) = await changes(feed, tenant)
        assert second.subjectversion > first.subjectversion

    async def test_what_is_removed_has_no_state(
        self, installation: Installation, feed: ChangeFeed, tenant: UUID
    ) -> None:
        erased, opened = made(), made()
        await installation.tell(told(tenant, erased), told(tenant, opened))
        await installation.tell(event(tenant, MEASUREMENT, erased.id, 2))
        await installation.tell(told(tenant, newer(opened, round_state=RoundState.OPEN)))
        found = {each.subject: each.data for each in await changes(feed, tenant)}
        assert found == {erased.round_id: None, opened.round_id: None}

    async def test_what_is_built_beside_is_not_told(
        self, installation: Installation, feed: ChangeFeed, tenant: UUID
    ) -> None:
        await installation.tell(told(tenant, made()), generation=2)
        assert await changes(feed, tenant) == []

    async def test_the_feeds_role_can_read_no_answer_and_no_name(self, installation: Installation) -> None:
        connection = await asyncpg.connect(installation.logins.feed)
        try:
            await connection.fetch("SELECT round_id FROM measurement_cube")  # the control
            for column in ("state", "cells", "packed"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.fetch(words("SELECT", column, "FROM measurement_cube"))
        finally:
            await connection.close()


class TestListChanges:
    async def test_services_read_it_and_nobody_else(self, stack: Stack, five: Answered) -> None:
        tenant = five.municipality.tenant
        client = FeedClient(stack.urls["analytics"], "analytics", signer("survey"), "survey")
        found: list[ChangeEvent] = []
        after, caught_up = "", False
        while not caught_up:
            page = await client.page(after, 0)
            found += [each for each in page.events if each.tenantid == tenant]
            after, caught_up = page.next, page.caught_up
        await client.close()
        assert {each.subject for each in found} == {five.round.id}
        assert {each.data and each.data["caseId"] for each in found} == {str(five.case)}
        for role in (Role.ADMINISTRATOR, Role.ANALYST, Role.CASE_SYSTEM):
            other = stack.caller("analytics", tenant, role)
            assert (await other.get("/internal/changes")).status_code == 403
