"""Reads a tenant's events on from a cursor, and waits for some if there are none."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from services.gateway.access.repository import is_closed
from services.gateway.feed.repository import EventStretch, read_events
from services.gateway.feed.types import EventType
from shared.access.policy import unauthenticated
from shared.access.principal import Principal
from shared.changes.bell import ChangeBell
from shared.changes.events import PositionUnknown
from shared.changes.feed import Patience
from shared.database.connection import Database
from shared.errors import UNKNOWN_POSITION, Problem

_REST_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class EventsAfter:
    """From where, of which types (none: all), how many, and how many seconds to wait if there are none."""

    cursor: str
    types: Sequence[EventType]
    size: int
    wait: float


class EventReader:
    """Reads on in a tenant's events; nothing is open while it waits."""

    def __init__(self, database: Database, bell: ChangeBell) -> None:
        self._database = database
        self._bell = bell

    async def read(
        self, caller: Principal, wanted: EventsAfter, is_gone: Callable[[], Awaitable[bool]] | None = None
    ) -> EventStretch:
        """Return the events of the caller's tenant after a cursor.

        Raises
        ------
        Problem
            410: the cursor is from before a restore, too old, or never was one. 401: the tenant was closed.
        """
        patience = Patience(self._bell, wanted.wait, is_gone)
        while True:
            ticket = patience.ticket()
            found = await self._look(caller, wanted)
            if found.rows or await patience.is_over():
                return found
            # A ring is for all tenants: rest, so that many readers don't look at every commit.
            await asyncio.sleep(_REST_SECONDS)
            await patience.pause(ticket, more_hidden=found.more_hidden)

    async def _look(self, caller: Principal, wanted: EventsAfter) -> EventStretch:
        async with self._database.transaction(caller.tenant, caller) as transaction:
            if await is_closed(transaction):
                raise unauthenticated()  # also of who has waited since before
            try:
                return await read_events(transaction, wanted.cursor, wanted.types, wanted.size)
            except PositionUnknown as unknown:
                raise Problem(UNKNOWN_POSITION) from unknown
