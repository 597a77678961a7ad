"""Lets systems outside follow what happens to the cases they may see: exactly, and no other case.

It reads the change log as the feeds inside the house do, but as the tenant's own role and with the
caller's eyes. Each look is a transaction of its own; nothing is open while a reader waits.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.cases.listing.repository import once_seen, read_summaries
from services.cases.listing.schemas import CaseChange, CaseChangePage, CaseSummary
from shared.access.principal import Principal
from shared.changes.bell import ChangeBell
from shared.changes.events import PositionUnknown, kind_of
from shared.changes.feed import Patience, position_of, read_stretch
from shared.contracts.register import CASE
from shared.database.connection import Database, Transaction
from shared.errors import UNKNOWN_POSITION, Problem

_READ_ON_SECONDS = 1.0
_REST_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class ChangesAfter:
    """From where, how many rows of the log, and how many seconds to wait if there is nothing."""

    after: str
    limit: int
    wait: float


class CaseChanges:
    """Reads pages of the changes of a tenant's cases."""

    def __init__(self, database: Database, bell: ChangeBell) -> None:
        self._database = database
        self._bell = bell

    async def page(
        self, caller: Principal, wanted: ChangesAfter, is_gone: Callable[[], Awaitable[bool]] | None = None
    ) -> CaseChangePage:
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
            page, more_hidden = await self._look(caller, after, wanted.limit)
            after = page.next
            if page.items:
                return page
            if not page.caught_up:
                # Others' changes only: the caller's may be the next.
                if await reading_on.is_over():
                    return page
                continue
            if await patience.is_over():
                return page
            # A ring is for all tenants: rest, so that many readers don't look at every commit.
            await asyncio.sleep(_REST_SECONDS)
            await patience.pause(ticket, more_hidden=more_hidden)

    async def _look(self, caller: Principal, after: str, limit: int) -> tuple[CaseChangePage, bool]:
        async with self._database.transaction(caller.tenant, caller) as transaction:
            try:
                read = await read_stretch(transaction, after, limit, transaction.tenant)
            except PositionUnknown as unknown:
                raise Problem(UNKNOWN_POSITION) from unknown
            rows = _last_of_each_type([row for row in read.rows if kind_of(row["type"]) == CASE])
            told = await _told(transaction, {row["subject"] for row in rows})
        items = [
            _change(row, told[row["subject"]], read.next.feed_epoch)
            for row in rows
            if row["subject"] in told
        ]
        page = CaseChangePage(items=items, next=str(read.next), caught_up=not read.full)
        return page, read.more_hidden


def _last_of_each_type(rows: Sequence[Any]) -> list[Any]:
    """Leave out what is said again later in the page of the same case; keep the order."""
    last = {(row["type"], row["subject"]): index for index, row in enumerate(rows)}
    return [rows[index] for index in sorted(last.values())]


async def _told(transaction: Transaction, ids: set[UUID]) -> dict[UUID, CaseSummary | None]:
    """Return what the caller may hear of: cases as they are now, and None for those gone."""
    if not ids:
        return {}
    found = await read_summaries(transaction, ids)
    told: dict[UUID, CaseSummary | None] = {
        case_id: None if summary.joined_into_id else summary for case_id, summary in found.items()
    }
    missing = ids - found.keys()
    if missing:
        told.update(dict.fromkeys(await once_seen(transaction, missing)))
    return told


def _change(row: Any, summary: CaseSummary | None, epoch: int) -> CaseChange:
    return CaseChange(
        id=str(position_of(row, epoch)),
        type=row["type"],
        case_id=row["subject"],
        case_version=summary.version if summary else row["version"],
        case=summary,
    )
