"""Lets callers outside follow a change log with their own eyes: all they may hear of, and nothing else.

Each look is a transaction of its own, as the tenant's own role; nothing is open while a reader waits.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query

from shared.access.principal import Principal
from shared.changes.bell import ChangeBell
from shared.changes.events import PositionUnknown
from shared.changes.feed import Patience, Stretch, read_stretch
from shared.database.connection import Database, Transaction
from shared.errors import UNKNOWN_POSITION, Problem

Item = TypeVar("Item")

Tell = Callable[[Transaction, Stretch], Awaitable[list[Item]]]
"""Says of some rows of the log what the transaction's caller may hear."""

_READ_ON_SECONDS = 1.0
_REST_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class ChangesAfter:
    """From where, how many rows of the log, and how many seconds to wait if there is nothing."""

    after: str
    limit: int
    wait: float


async def _changes_after(
    after: Annotated[
        str, Query(max_length=100, description="`next` of the page before; left out, the beginning.")
    ] = "",
    limit: Annotated[
        int, Query(ge=1, le=500, description="Changes to read through; fewer may be yours.")
    ] = 100,
    wait: Annotated[float, Query(ge=0, le=20, description="Seconds to wait if there is nothing yet.")] = 0,
) -> ChangesAfter:
    return ChangesAfter(after, limit, wait)


Following = Annotated[ChangesAfter, Depends(_changes_after)]
"""A public feed's `after`, `limit` and `wait`."""


@dataclass(frozen=True, slots=True)
class Told(Generic[Item]):
    """What a caller is told, and where to read on; `caught_up`: nothing more can be told at the moment."""

    items: list[Item]
    next: str
    caught_up: bool


class Follower(Generic[Item]):
    """Reads pages of a tenant's change log for callers who may not hear of everything in it."""

    def __init__(self, database: Database, bell: ChangeBell, tell: Tell[Item]) -> None:
        self._database = database
        self._bell = bell
        self._tell = tell

    async def follow(
        self, caller: Principal, wanted: ChangesAfter, is_gone: Callable[[], Awaitable[bool]] | None = None
    ) -> Told[Item]:
        """Return the changes after a position that the caller may hear of, waiting if there are none.

        Raises
        ------
        Problem
            410: the position is from before a restore, or never was one.
        """
        after = wanted.after
        reading_on = Patience(self._bell, _READ_ON_SECONDS, is_gone)
        patience = Patience(self._bell, wanted.wait, is_gone)
        while True:
            ticket = patience.ticket()
            told, more_hidden = await self._look(caller, after, wanted.limit)
            after = told.next
            if told.items:
                return told
            if not told.caught_up:
                # Others' changes only: the caller's may be the next.
                if await reading_on.is_over():
                    return told
                continue
            if await patience.is_over():
                return told
            # A ring is for all tenants: rest, so that many readers don't look at every commit.
            await asyncio.sleep(_REST_SECONDS)
            await patience.pause(ticket, more_hidden=more_hidden)
            reading_on = Patience(self._bell, _READ_ON_SECONDS, is_gone)

    async def _look(self, caller: Principal, after: str, limit: int) -> tuple[Told[Item], bool]:
        async with self._database.transaction(caller.tenant, caller) as transaction:
            try:
                read = await read_stretch(transaction, after, limit, transaction.tenant)
            except PositionUnknown as unknown:
                raise Problem(UNKNOWN_POSITION) from unknown
            items = await self._tell(transaction, read)
        return Told(items, str(read.next), not read.full), read.more_hidden


def last_of_each_type(rows: Sequence[Any]) -> list[Any]:
    """Leave out what is said again later in the page of the same subject; keep the order."""
    last = {(row["type"], row["subject"]): index for index, row in enumerate(rows)}
    return [rows[index] for index in sorted(last.values())]
