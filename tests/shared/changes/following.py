"""A feed in memory, a projection that can fail, and a look at what the database holds of it."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from shared.changes.consumer import FeedClient, FeedConsumer
from shared.changes.events import ChangeEvent, ChangePage, PositionUnknown
from shared.changes.generations import Generations
from shared.database.connection import Database, Transaction
from tests.shared.conftest import Superuser
from tests.support.databases import TestDatabase

_KEEP = text(
    "INSERT INTO projected AS p (owner, generation, id, version, words) "
    "VALUES (:owner, :generation, :id, :version, :words) "
    "ON CONFLICT (owner, generation, id) DO UPDATE SET version = excluded.version, words = excluded.words "
    "WHERE excluded.version > p.version"
)
_COUNT = text("UPDATE applied SET pages = pages + 1 WHERE owner = :owner")
_CLEAR = text(
    "DELETE FROM projected WHERE (owner, generation, id) IN "
    "(SELECT owner, generation, id FROM projected "
    "WHERE owner = :owner AND generation = :generation LIMIT 2)"
)


class ScriptedFeed(FeedClient):
    """A feed in memory. Its positions are `epoch.index`; the epoch can be raised, as by a restore."""

    def __init__(self, page_size: int = 3) -> None:
        self.events: list[ChangeEvent] = []
        self.epoch = 1
        self.asked: list[str] = []
        self._page_size = page_size

    def tell(self, subject: UUID, version: int, words: str | None = "words") -> None:
        """Add an event."""
        self.events.append(
            ChangeEvent(
                id=str(len(self.events)),
                source="/scripted",
                type="note",
                subject=subject,
                tenantid=subject,
                subjectversion=version,
                data=None if words is None else {"words": words},
            )
        )

    async def page(self, after: str, wait: int) -> ChangePage:
        """Return the page after a position."""
        self.asked.append(after)
        await asyncio.sleep(0.002)
        epoch, _, index = after.partition(".") if after else (str(self.epoch), ".", "0")
        if int(epoch) != self.epoch:
            raise PositionUnknown
        stop = min(int(index) + self._page_size, len(self.events))
        events = self.events[int(index) : stop]
        return ChangePage(events=events, next=f"{epoch}.{stop}", caught_up=stop == len(self.events))

    async def close(self) -> None:
        """Close nothing."""


class Projected:
    """A projection in the database; can be told to fail after it has written."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.fails = False
        self.cleared: list[int] = []

    async def apply(self, transaction: Transaction, generation: int, events: Sequence[ChangeEvent]) -> None:
        """Keep the newest words of each subject, and count the pages."""
        for event in events:
            words = (event.data or {}).get("words")
            row = {"id": event.subject, "version": event.subjectversion, "words": words}
            await transaction.execute(_KEEP, {"owner": self.owner, "generation": generation, **row})
        await transaction.execute(_COUNT, {"owner": self.owner})
        if self.fails:
            raise RuntimeError("killed between fetch and commit")

    async def clear(self, transaction: Transaction, generation: int) -> bool:
        """Delete two rows at a time."""
        self.cleared.append(generation)
        deleted = await transaction.execute(_CLEAR, {"owner": self.owner, "generation": generation})
        return deleted.rowcount == 0


class Following:
    """A feed, a consumer's projection, and what the database holds of it."""

    def __init__(self, logins: TestDatabase, database: Database, superuser: Superuser) -> None:
        self.name = uuid4().hex
        self.feed = ScriptedFeed()
        self.projected = Projected(self.name)
        self.generations = Generations(self.name, database)
        self._logins, self._database, self._superuser = logins, database, superuser

    def consumer(self, client: FeedClient | None = None) -> FeedConsumer:
        """Make a consumer; all of them share name, lease and place."""
        return FeedConsumer(
            self.name, client or self.feed, self.projected, self._database, self._logins.app
        )

    async def catch_up(self) -> None:
        """Step until there is nothing more to read."""
        consumer = self.consumer()
        while not await consumer.step():
            pass

    async def rows(self, generation: int = 1) -> dict[UUID, tuple[int, str | None]]:
        """Return what is kept in a generation."""
        query = "SELECT id, version, words FROM projected WHERE owner = $1 AND generation = $2"
        found = await self._superuser.fetch(query, self.name, generation)
        return {row["id"]: (row["version"], row["words"]) for row in found}

    async def places(self) -> list[tuple[int, str, str]]:
        """Return generations, their states and positions."""
        query = "SELECT generation, state, position FROM feed_position WHERE consumer = $1 ORDER BY 1"
        return [tuple(row) for row in await self._superuser.fetch(query, self.name)]

    async def pages(self) -> int:
        """Return how many pages were applied and committed."""
        found: int = await self._superuser.fetchval("SELECT pages FROM applied WHERE owner = $1", self.name)
        return found


def newest(events: Sequence[ChangeEvent]) -> dict[UUID, tuple[int, Any]]:
    """Return what a projection must hold in the end."""
    states: dict[UUID, tuple[int, Any]] = {}
    for event in events:
        if event.subjectversion > states.get(event.subject, (0, None))[0]:
            states[event.subject] = (event.subjectversion, (event.data or {}).get("words"))
    return states
