"""Follows another service's feed: applies each page and moves the position in one transaction.

Only the holder of a lease works; should two ever hold it, the position is the fence: the second to
commit finds it moved and rolls back. A position the feed doesn't know starts a new generation from
nothing, and readers keep the old one until the new one has caught up.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import asyncpg
import httpx2
import structlog
from sqlalchemy import text

from shared.access.principal import Principal, Role
from shared.access.tokens import TokenSigner
from shared.changes.events import ChangeEvent, ChangePage, PositionUnknown
from shared.database.connection import Database, Transaction
from shared.observability import FEED_EVENTS, FEED_FAILURES, FEED_LAG, describe

_log = structlog.get_logger()

_PAGE_SIZE = 500
_LONG_POLL_SECONDS = 5
_RETRY_SECONDS = 0.2
_LONGEST_RETRY_SECONDS = 5.0
_LEASE_RETRY_SECONDS = 0.5


class Projection(Protocol):
    """What a consumer keeps of a feed."""

    async def apply(self, transaction: Transaction, generation: int, events: Sequence[ChangeEvent]) -> None:
        """Write the events' states, newer over older, into a generation."""

    async def clear(self, transaction: Transaction, generation: int) -> bool:
        """Delete some rows of a generation nobody reads any more; tell whether none are left."""


class Together:
    """Several projections of one feed, moved on together and in this order."""

    def __init__(self, *projections: Projection) -> None:
        self._projections = projections

    async def apply(self, transaction: Transaction, generation: int, events: Sequence[ChangeEvent]) -> None:
        """Let each write the events' states."""
        for each in self._projections:
            await each.apply(transaction, generation, events)

    async def clear(self, transaction: Transaction, generation: int) -> bool:
        """Let each delete some rows of a generation; tell whether none are left of any."""
        return all([await each.clear(transaction, generation) for each in self._projections])


class FenceMoved(Exception):
    """Somebody else moved the position: this page must not be committed."""


class FeedClient:
    """Reads pages of a feed over HTTP, as a service."""

    def __init__(self, base_url: str, audience: str, signer: TokenSigner, name: str) -> None:
        self._http = httpx2.AsyncClient(
            base_url=base_url,
            timeout=httpx2.Timeout(5.0, read=_LONG_POLL_SECONDS + 10),
            trust_env=False,
        )
        self._audience = audience
        self._signer = signer
        self._principal = Principal(subject=name, issuer=name, roles=frozenset({Role.SERVICE}))

    async def page(self, after: str, wait: int) -> ChangePage:
        """Return the page after a position.

        Raises
        ------
        PositionUnknown
            The feed answers 410.
        httpx2.HTTPError
            The feed does not answer, or refuses.
        """
        token = self._signer.sign(self._principal, self._audience)
        answer = await self._http.get(
            "/internal/changes",
            params={"after": after, "limit": _PAGE_SIZE, "wait": wait},
            headers={"Authorization": f"Bearer {token}"},
        )
        if answer.status_code == 410:
            raise PositionUnknown
        answer.raise_for_status()
        return ChangePage.model_validate_json(answer.content)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()


@dataclass(frozen=True, slots=True)
class _Place:
    generation: int
    state: str
    position: str


class FeedConsumer:
    """Keeps one projection equal to one feed."""

    def __init__(
        self,
        name: str,
        client: FeedClient,
        projection: Projection,
        database: Database,
        lease_dsn: str,
    ) -> None:
        self._name = name
        self._client = client
        self._projection = projection
        self._database = database
        self._lease_dsn = lease_dsn
        self._at: _Place | None = None

    async def run(self) -> None:
        """Follow the feed until cancelled; after a failure try again, ever more slowly."""
        try:
            await self._follow()
        finally:
            await self._client.close()

    async def _follow(self) -> None:
        pause = _RETRY_SECONDS
        while True:
            try:
                async with self._lease():
                    self._at = None
                    await self._clear_retired()
                    while True:
                        await self.step(wait=_LONG_POLL_SECONDS)
                        pause = _RETRY_SECONDS
            except FenceMoved:
                _log.warning("fence_moved", feed=self._name)
            except Exception as error:  # whatever it is, following must go on
                FEED_FAILURES.labels(self._name).inc()
                _log.warning("feed_failed", feed=self._name, **describe(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_RETRY_SECONDS)

    @asynccontextmanager
    async def _lease(self) -> AsyncIterator[None]:
        """Hold a session's advisory lock, waiting for it without a transaction."""
        connection = await asyncpg.connect(self._lease_dsn)
        try:
            while not await connection.fetchval(
                "SELECT pg_try_advisory_lock(hashtextextended($1, 0))", f"consumer/{self._name}"
            ):
                await asyncio.sleep(_LEASE_RETRY_SECONDS)
            yield
        finally:
            connection.terminate()

    async def step(self, wait: int = 0) -> bool:
        """Apply one page; tell whether the feed is caught up with."""
        place = self._at or await self._place()
        try:
            page = await self._client.page(place.position, wait if place.state == "active" else 0)
        except PositionUnknown:
            await self._begin_generation(place)
            return False
        self._at = None
        await self._apply(place, page)
        FEED_LAG.labels(self._name).set(0 if page.caught_up else len(page.events))
        if page.caught_up and place.state == "building":
            await self._swap(place)
        else:
            # The position is the fence, so remembering it saves a look and risks nothing.
            self._at = _Place(place.generation, place.state, page.next)
        return page.caught_up

    async def _place(self) -> _Place:
        async with self._database.transaction() as transaction:
            await transaction.execute(_FIRST_GENERATION, {"consumer": self._name})
            row = (await transaction.execute(_CURRENT, {"consumer": self._name})).one()
        return _Place(row.generation, row.state, row.position)

    async def _apply(self, place: _Place, page: ChangePage) -> None:
        if page.next == place.position and not page.events:
            return
        async with self._database.transaction() as transaction:
            await self._projection.apply(transaction, place.generation, page.events)
            moved = await transaction.execute(
                _MOVE,
                {
                    "consumer": self._name,
                    "generation": place.generation,
                    "old": place.position,
                    "new": page.next,
                },
            )
            if moved.rowcount != 1:
                raise FenceMoved
        FEED_EVENTS.labels(self._name).inc(len(page.events))

    async def _begin_generation(self, place: _Place) -> None:
        """Start from nothing: beside the generation that is read, or again if that was building."""
        self._at = None
        _log.warning("feed_rebuild", feed=self._name, generation=place.generation + 1)
        async with self._database.transaction() as transaction:
            if place.state == "building":
                await transaction.execute(_RETIRE, {"consumer": self._name, "generation": place.generation})
            await transaction.execute(_BUILD, {"consumer": self._name, "generation": place.generation + 1})

    async def _swap(self, place: _Place) -> None:
        """Let readers have the new generation, then clear the others away in small batches."""
        async with self._database.transaction() as transaction:
            await transaction.execute(_RETIRE_ACTIVE, {"consumer": self._name})
            await transaction.execute(_ACTIVATE, {"consumer": self._name, "generation": place.generation})
        await self._clear_retired()

    async def _clear_retired(self) -> None:
        """Clear what nobody reads any more; also what somebody killed had left, as persons may be in it."""
        async with self._database.transaction() as transaction:
            retired = await transaction.execute(_RETIRED, {"consumer": self._name})
            generations = [row.generation for row in retired]
        for generation in generations:
            await self._clear(generation)

    async def _clear(self, generation: int) -> None:
        done = False
        while not done:
            async with self._database.transaction() as transaction:
                done = await self._projection.clear(transaction, generation)
        async with self._database.transaction() as transaction:
            await transaction.execute(_FORGET, {"consumer": self._name, "generation": generation})


_FIRST_GENERATION = text(
    "INSERT INTO feed_position (consumer, generation, state, position) "
    "SELECT :consumer, 1, 'active', '' "
    "WHERE NOT EXISTS (SELECT FROM feed_position WHERE consumer = :consumer) ON CONFLICT DO NOTHING"
)
_CURRENT = text(
    "SELECT generation, state, position FROM feed_position "
    "WHERE consumer = :consumer AND state <> 'retired' ORDER BY generation DESC LIMIT 1"
)
_MOVE = text(
    "UPDATE feed_position SET position = :new "
    "WHERE consumer = :consumer AND generation = :generation AND position = :old"
)
_BUILD = text(
    "INSERT INTO feed_position (consumer, generation, state, position) "
    "VALUES (:consumer, :generation, 'building', '')"
)
_RETIRE = text(
    "UPDATE feed_position SET state = 'retired' WHERE consumer = :consumer AND generation = :generation"
)
_RETIRE_ACTIVE = text(
    "UPDATE feed_position SET state = 'retired' WHERE consumer = :consumer AND state = 'active'"
)
_ACTIVATE = text(
    "UPDATE feed_position SET state = 'active' WHERE consumer = :consumer AND generation = :generation"
)
_RETIRED = text("SELECT generation FROM feed_position WHERE consumer = :consumer AND state = 'retired'")
_FORGET = text(
    "DELETE FROM feed_position "
    "WHERE consumer = :consumer AND generation = :generation AND state = 'retired'"
)
