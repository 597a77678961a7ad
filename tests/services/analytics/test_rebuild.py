"""The command: the rows made again are those that were followed, and it can be read how far it has come."""

import asyncio
import io
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from services.analytics.projection.feeds import FEEDS
from services.analytics.projection.rebuilding import Progress
from services.analytics.rebuild import ProgressBars, rebuild_projection
from services.analytics.settings import AnalyticsSettings
from shared.changes.consumer import FeedClient
from tests.services.analytics.programs import program
from tests.services.analytics.rounds_with_answers import NOT_AVAILABLE, Answered
from tests.support.databases import TestDatabase
from tests.support.keys import signer
from tests.support.records import rows
from tests.support.services import Stack, analytics_settings

TABLES = {
    "survey": "SELECT to_jsonb(c) - '{generation,changed}'::text[] AS row FROM measurement_cube AS c "
    "WHERE generation = $1 AND tenant_id = $2 ORDER BY id",
    "cases": "SELECT to_jsonb(r) - '{generation,changed}'::text[] AS row FROM register_state AS r "
    "WHERE generation = $1 AND tenant_id = $2 ORDER BY kind, id",
}
PLACES = (
    "SELECT consumer, generation, state, position FROM feed_position "
    "WHERE consumer IN ('survey', 'cases') ORDER BY consumer, generation"
)


@dataclass(frozen=True)
class Followed:
    """The running services, and what analytics has of them."""

    stack: Stack
    databases: dict[str, TestDatabase]
    tenant: UUID

    @property
    def settings(self) -> AnalyticsSettings:
        """What the command reads from its environment."""
        urls = self.stack.urls
        return analytics_settings(self.databases["analytics"], urls["cases"], urls["survey"])

    async def generations(self) -> dict[str, int]:
        """Return the one generation of each feed."""
        places = await rows(self.databases["analytics"], PLACES)
        assert [each["state"] for each in places] == ["active", "active"]
        return {each["consumer"]: each["generation"] for each in places}

    async def all_rows(self) -> dict[str, list[dict[str, Any]]]:
        """Return every row of the tenant's that is read, but for its generation.

        Other tests change other tenants' rows of the register past its feed.
        """
        generations = await self.generations()
        return {
            feed: await rows(self.databases["analytics"], statement, generations[feed], self.tenant)
            for feed, statement in TABLES.items()
        }

    async def caught_up(self) -> None:
        """Wait until the feeds have nothing more to tell."""
        for feed in FEEDS:
            client = FeedClient(self.stack.urls[feed], feed, signer("analytics"), "analytics")
            while (await client.page(await self._position(feed), 0)).events:
                await asyncio.sleep(0.02)
            await client.close()

    async def _position(self, feed: str) -> str:
        places = await rows(self.databases["analytics"], PLACES)
        return next(str(each["position"]) for each in places if each["consumer"] == feed)


@pytest.fixture
async def followed(stack: Stack, databases: dict[str, TestDatabase], five: Answered) -> Followed:
    """Give services of which analytics has everything."""
    followed = Followed(stack, databases, five.municipality.tenant)
    await followed.caught_up()
    return followed


class TestRebuildProjection:
    """It may be asked for at any time, by anybody who may start the service."""

    async def test_bit_by_bit_the_same_and_readers_see_no_difference(
        self, followed: Followed, five: Answered
    ) -> None:
        before, generations = await followed.all_rows(), await followed.generations()
        assert all(before.values())
        seen = await five.matrix(five.member())
        assert (seen.status_code, seen.content == NOT_AVAILABLE) == (200, False)
        rebuilding = asyncio.create_task(rebuild_projection(followed.settings, io.StringIO()))
        while not rebuilding.done():
            assert (await five.matrix(five.member())).content == seen.content
        await rebuilding
        assert await followed.generations() == {feed: at + 1 for feed, at in generations.items()}
        assert await followed.all_rows() == before
        assert (await five.matrix(five.member())).content == seen.content

    async def test_control_a_row_that_was_written_past_the_feed_is_made_good(
        self, followed: Followed, five: Answered
    ) -> None:
        before = await followed.all_rows()
        spoilt = "UPDATE measurement_cube SET cells = '\\x00' WHERE round_id = $1 RETURNING id"
        assert await rows(followed.databases["analytics"], spoilt, five.round.id)
        assert await followed.all_rows() != before
        await rebuild_projection(followed.settings, io.StringIO())
        assert await followed.all_rows() == before

    async def test_as_a_program_of_its_own(self, followed: Followed) -> None:
        before, generations = await followed.all_rows(), await followed.generations()
        process = await program("services.analytics.rebuild", followed.settings)
        _, told = await process.communicate()
        assert process.returncode == 0, told.decode()
        assert "forløb · cases 100 %" in told.decode()
        assert await followed.generations() == {feed: at + 1 for feed, at in generations.items()}
        assert await followed.all_rows() == before


class Terminal(io.StringIO):
    """Something that can be written over."""

    def isatty(self) -> bool:
        return True


class TestProgressBars:
    """How far it has come, as it can be shown."""

    def test_in_a_terminal_one_line_is_written_over(self) -> None:
        terminal = Terminal()
        bars = ProgressBars(terminal)
        bars.show([Progress("survey", 50, 100, False), Progress("cases", 0, 0, False)])
        bars.show([Progress("survey", 100, 100, True), Progress("cases", 7, 7, True)])
        bars.end()
        first, last = terminal.getvalue().removeprefix("\r").split("\r")
        half, none, full = "█" * 10 + "░" * 10, "░" * 20, "█" * 20
        assert first == f"svar · answers {half}  50 %   forløb · cases {none}   0 %"
        assert last == f"svar · answers {full} 100 %   forløb · cases {full} 100 %\n"

    def test_elsewhere_a_line_for_each_tenth(self) -> None:
        stream = io.StringIO()
        bars = ProgressBars(stream)
        for read in range(101):
            bars.show([Progress("survey", read, 100, read == 100)])
        bars.end()
        assert stream.getvalue().splitlines() == [f"svar · answers {each} %" for each in range(0, 101, 10)]

    def test_it_is_not_done_before_readers_have_it(self) -> None:
        assert Progress("survey", 120, 100, False).percent == 99
        assert Progress("survey", 0, 0, True).percent == 100
