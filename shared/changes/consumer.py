"""Follows another service's feed: applies each page and moves the position in one transaction.

Only the holder of a lease works; should two ever hold it, the position is the fence: the second to
commit finds it moved and rolls back. A position the feed doesn't know, or whoever asks for it, starts a
new generation from nothing. Readers keep the old one until the new one has caught up; it is followed
meanwhile, where its position is still known.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Protocol

import asyncpg
import httpx2
import structlog

from shared.access.principal import Principal, Role
from shared.access.tokens import TokenSigner
from shared.changes.events import ChangeEvent, ChangePage, PositionUnknown
from shared.changes.generations import FenceMoved, Generations, Place, Places
from shared.database.connection import Database, Transaction
from shared.observability import FEED_CAUGHT_UP, FEED_EVENTS, FEED_FAILURES, FEED_LAG, describe

_log = structlog.get_logger()

_PAGE_SIZE = 500
_LONG_POLL_SECONDS = 5
_RETRY_SECONDS = 0.2
_LONGEST_RETRY_SECONDS = 5.0
_LEASE_RETRY_SECONDS = 0.5
# What changes while it rests is one page: each costs as much for one change as for many.
_REST_SECONDS = 0.02


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


class FeedClient:
    """Reads pages of a feed over HTTP, as a service; thin ones tell every event and no state."""

    def __init__(
        self, base_url: str, audience: str, signer: TokenSigner, name: str, *, thin: bool = False
    ) -> None:
        self._http = httpx2.AsyncClient(
            base_url=base_url,
            timeout=httpx2.Timeout(5.0, read=_LONG_POLL_SECONDS + 10),
            trust_env=False,
        )
        self._audience = audience
        self._thin = {"thin": "true"} if thin else {}
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
            params={"after": after, "limit": _PAGE_SIZE, "wait": wait, **self._thin},
            headers={"Authorization": f"Bearer {token}"},
        )
        if answer.status_code == 410:
            raise PositionUnknown
        answer.raise_for_status()
        return ChangePage.model_validate_json(answer.content)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()


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
        self._generations = Generations(name, database)
        self._at: Places | None = None
        self._lost: str | None = None

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
                        caught_up = await self.step(wait=_LONG_POLL_SECONDS)
                        pause = _RETRY_SECONDS
                        if caught_up:
                            await asyncio.sleep(_REST_SECONDS)
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
            # Who doesn't follow knows nothing of it; another replica may be telling.
            FEED_LAG.remove(self._name)

    async def step(self, wait: int = 0) -> bool:
        """Apply a page to each generation; tell whether the feed is caught up with."""
        places = self._at or await self._generations.places()
        self._at = None
        if places.building is None:
            return await self._follow_active(places.active, wait)
        # First what is read, then what is built: so that never is behind when they are swapped.
        active = await self._keep_up(places.active)
        return await self._build_on(active, places.building)

    async def _follow_active(self, active: Place, wait: int) -> bool:
        try:
            page = await self._client.page(active.position, wait)
        except PositionUnknown:
            self._say_rebuilding(await self._generations.begin())
            return False
        is_building = await self._apply(active, page)
        self._tell_lag(page)
        if page.events and not is_building:
            # The position is the fence, so remembering it saves a look and risks nothing.
            self._at = Places(replace(active, position=page.next))
        return page.caught_up

    async def _keep_up(self, active: Place) -> Place:
        """Go on with what is read, if the feed still knows where it is; return where it is now."""
        if active.position == self._lost:
            return active
        try:
            page = await self._client.page(active.position, 0)
        except PositionUnknown:
            self._lost = active.position
            return active
        await self._apply(active, page)
        self._tell_lag(page)
        return replace(active, position=page.next)

    async def _build_on(self, active: Place, building: Place) -> bool:
        try:
            page = await self._client.page(building.position, 0)
        except PositionUnknown:
            self._say_rebuilding(await self._generations.begin_again(building))
            return False
        await self._apply(building, page)
        if active.position == self._lost:
            self._tell_lag(page)  # what is read stands still: the new one is how far readers are behind
        built = replace(building, position=page.next)
        if page.caught_up:
            await self._generations.swap(active, built)
            await self._clear_retired()
        else:
            self._at = Places(active, built)
        return page.caught_up

    def _say_rebuilding(self, generation: int) -> None:
        _log.warning("feed_rebuild", feed=self._name, generation=generation)

    def _tell_lag(self, page: ChangePage) -> None:
        FEED_LAG.labels(self._name).set(page.behind)
        if page.caught_up:
            FEED_CAUGHT_UP.labels(self._name).set_to_current_time()

    async def _apply(self, place: Place, page: ChangePage) -> bool:
        """Write a page into a generation; tell whether one is being built, as far as was seen."""
        if page.next == place.position and not page.events:
            return False
        async with self._database.transaction() as transaction:
            await self._projection.apply(transaction, place.generation, page.events)
            is_building = await self._generations.move(transaction, place, page.next)
        FEED_EVENTS.labels(self._name).inc(len(page.events))
        return is_building

    async def _clear_retired(self) -> None:
        """Clear what nobody reads any more; also what somebody killed had left, as persons may be in it."""
        for generation in await self._generations.retired():
            while not await self._clear_some(generation):
                await self._keep_up((await self._generations.places()).active)
            await self._generations.forget(generation)

    async def _clear_some(self, generation: int) -> bool:
        async with self._database.transaction() as transaction:
            return await self._projection.clear(transaction, generation)
