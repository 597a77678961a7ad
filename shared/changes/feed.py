"""Serves a service's change log to the other services: nothing lost, nothing too early.

A row can be committed after rows with higher numbers. So a reader's position never passes the oldest
transaction still open (`pg_snapshot_xmin`), and rows are ordered by transaction, not by number.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.changes.bell import ChangeBell
from shared.changes.events import ChangeEvent, ChangePage, Position, PositionUnknown, kind_of
from shared.database.connection import Database, Transaction
from shared.errors import UNKNOWN_POSITION, Problem

Subject = tuple[UUID, UUID]
"""A tenant and the id of something of its."""

StateReader = Callable[[Transaction, Sequence[Subject]], Awaitable[Mapping[Subject, dict[str, Any]]]]
"""Looks up the states of subjects of one kind as they are now; leaves out what is erased."""

_LOOK_AGAIN_SECONDS = (0.002, 0.004, 0.008, 0.016, 0.032, 0.064)
_LOOK_ANYWAY_SECONDS = 1.0

_PAGE = """
SELECT feed.epoch AS feed_epoch, pg_snapshot_xmax(pg_current_snapshot())::text AS ahead,
       log.epoch, log.xid::text AS transaction, log.id, log.tenant_id, log.type, log.subject,
       log.version,
       newest.epoch AS newest_epoch, newest.xid::text AS newest_transaction, newest.id AS newest_id,
       EXISTS (SELECT FROM change_log
               WHERE {whose} AND change_log.epoch = feed.epoch
                 AND xid >= pg_snapshot_xmin(pg_current_snapshot())) AS more_hidden
FROM feed_epoch AS feed
LEFT JOIN LATERAL (
    SELECT epoch, xid, id, tenant_id, type, subject, version
    FROM change_log
    WHERE {whose} AND (epoch, xid, id) > ($1::integer, $2::text::xid8, $3::bigint)
      AND (epoch < feed.epoch OR xid < pg_snapshot_xmin(pg_current_snapshot()))
    ORDER BY epoch, xid, id
    LIMIT $4
) AS log ON true
LEFT JOIN LATERAL (
    SELECT epoch, xid, id FROM change_log WHERE {whose_newest}
    ORDER BY epoch DESC, xid DESC, id DESC
    LIMIT 1
) AS newest ON true
ORDER BY log.epoch, log.xid, log.id
"""
_EVERY_TENANTS = _PAGE.format(whose="true", whose_newest="true")
# Nobody outside is told how far behind they are: looking for one tenant's newest row could take long.
_ONE_TENANTS = _PAGE.format(whose="tenant_id = $5", whose_newest="false")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some rows of a change log in their order, and where to read on.

    Attributes
    ----------
    full : bool
        There may be more at once.
    more_hidden : bool
        There is more that can't be told before a transaction ends.
    behind : int
        About how many rows come after these, hidden ones too; 0 only if there are none.
    """

    next: Position
    rows: list[Any]
    full: bool
    more_hidden: bool
    behind: int


async def read_stretch(
    transaction: Transaction, after: str, limit: int, tenant: UUID | None = None
) -> Stretch:
    """Read on in the change log: one tenant's rows, or for who may see every tenant all.

    Raises
    ------
    PositionUnknown
        The position is from before a restore, or never was one.
    """
    start = Position(0) if after == "" else Position.parse(after)
    asked = (start.row_epoch, str(start.xid), start.number, limit)
    if tenant is None:
        found = await transaction.driver.fetch(_EVERY_TENANTS, *asked)
    else:
        found = await transaction.driver.fetch(_ONE_TENANTS, *asked, tenant)
    epoch, ahead = found[0]["feed_epoch"], int(found[0]["ahead"])
    if after == "":
        start = Position(epoch)
    if start.feed_epoch != epoch or start.row_epoch > epoch:
        raise PositionUnknown
    if start.row_epoch == epoch and start.xid >= ahead:
        raise PositionUnknown
    rows = [row for row in found if row["id"] is not None]
    read_to = position_of(rows[-1], start.feed_epoch) if rows else start
    behind = _rows_between(read_to, found[0])
    return Stretch(read_to, rows, len(rows) == limit, found[0]["more_hidden"], behind)


def _rows_between(read_to: Position, found: Any) -> int:
    """Estimate how many rows follow: by their numbers, which have few gaps."""
    if found["newest_id"] is None:
        return 0
    newest = Position(
        read_to.feed_epoch, found["newest_epoch"], int(found["newest_transaction"]), found["newest_id"]
    )
    return max(1, newest.number - read_to.number) if newest > read_to else 0


def position_of(row: Any, feed_epoch: int) -> Position:
    """Return the position right after a row."""
    return Position(feed_epoch, row["epoch"], int(row["transaction"]), row["id"])


class Patience:
    """How long one reader waits for news, and how it passes the time between two looks.

    Take a `ticket` before each look: what is rung after it is not missed.
    """

    def __init__(
        self, bell: ChangeBell, seconds: float, is_gone: Callable[[], Awaitable[bool]] | None = None
    ) -> None:
        self._bell = bell
        self._is_gone = is_gone
        self._deadline = asyncio.get_running_loop().time() + seconds
        self._pauses = cycle(_LOOK_AGAIN_SECONDS)

    def ticket(self) -> asyncio.Event:
        """Return what the next ring sets."""
        return self._bell.ticket()

    @property
    def _left(self) -> float:
        return self._deadline - asyncio.get_running_loop().time()

    async def is_over(self) -> bool:
        """Tell that time is up, or that nobody waits any more."""
        return self._left <= 0 or (self._is_gone is not None and await self._is_gone())

    async def pause(self, ticket: asyncio.Event, *, more_hidden: bool) -> None:
        """Wait for a ring, or a moment where none will come."""
        left = max(self._left, 0.0)
        if more_hidden:
            # Committed, but behind a transaction that is still open: nobody rings when that ends.
            await asyncio.sleep(min(next(self._pauses), left))
        else:
            await _rung(ticket, min(left, _LOOK_ANYWAY_SECONDS))


class ChangeFeed:
    """Reads pages of one service's change log, as the role that may see every tenant."""

    def __init__(
        self, source: str, database: Database, bell: ChangeBell, readers: Mapping[str, StateReader]
    ) -> None:
        self._source = source
        self._database = database
        self._bell = bell
        self._readers = readers

    async def page(
        self,
        after: str,
        limit: int,
        wait: float = 0,
        is_gone: Callable[[], Awaitable[bool]] | None = None,
        *,
        thin: bool = False,
    ) -> ChangePage:
        """Return the changes after a position, waiting for some if there are none.

        Parameters
        ----------
        after : str
            The `next` of the page before; empty for the beginning.
        limit : int
            Rows of the change log to read at most.
        wait : float
            Seconds to wait.
        is_gone : callable, optional
            Tells that nobody waits any more, as when a reader's connection has ended.
        thin : bool
            Tell of every row, without any state: for who passes on that something happened, not what it is.

        Raises
        ------
        PositionUnknown
            The position is from before a restore, or never was one.
        """
        patience = Patience(self._bell, wait, is_gone)
        while True:
            ticket = patience.ticket()
            page, more_hidden = await self._read(after, limit, thin=thin)
            if page.events or await patience.is_over():
                return page
            await patience.pause(ticket, more_hidden=more_hidden)

    async def _read(self, after: str, limit: int, *, thin: bool) -> tuple[ChangePage, bool]:
        """Return a page, and whether there are changes that can't be shown yet."""
        async with self._database.transaction() as transaction:
            read = await read_stretch(transaction, after, limit)
            if thin:
                events = [self._event(row, None, read.next.feed_epoch) for row in read.rows]
            else:
                events = await self._latest(transaction, read)
        page = ChangePage(events=events, next=str(read.next), caught_up=not read.full, behind=read.behind)
        return page, read.more_hidden

    async def _latest(self, transaction: Transaction, read: Stretch) -> list[ChangeEvent]:
        """Tell of each subject once, as it is now."""
        latest = {(kind_of(row["type"]), row["tenant_id"], row["subject"]): row for row in read.rows}
        states = await self._states(transaction, list(latest))
        return [self._event(row, states.get(key), read.next.feed_epoch) for key, row in latest.items()]

    async def _states(
        self, transaction: Transaction, keys: Sequence[tuple[str, UUID, UUID]]
    ) -> dict[tuple[str, UUID, UUID], dict[str, Any]]:
        found: dict[tuple[str, UUID, UUID], dict[str, Any]] = {}
        for kind in {key[0] for key in keys}:
            subjects = [(tenant, subject) for each, tenant, subject in keys if each == kind]
            states = await self._readers[kind](transaction, subjects)
            found.update({(kind, *subject): state for subject, state in states.items()})
        return found

    def _event(self, row: Any, state: dict[str, Any] | None, epoch: int) -> ChangeEvent:
        version = int(state["version"]) if state else int(row["version"])
        return ChangeEvent(
            id=str(position_of(row, epoch)),
            source=f"/{self._source}",
            type=row["type"],
            subject=row["subject"],
            tenantid=row["tenant_id"],
            subjectversion=version,
            data=state,
        )


async def _rung(ticket: asyncio.Event, seconds: float) -> None:
    """Wait for a ring, but no longer than some seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await ticket.wait()


def feed_router() -> APIRouter:
    """Make the route the other services read changes from; the gateway never routes to it."""
    router = strict_router("internal", include_in_schema=False)

    @router.get("/internal/changes", dependencies=[allow(Role.SERVICE)])
    async def list_changes(
        request: Request,
        after: Annotated[str, Query(max_length=100)] = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 500,
        wait: Annotated[float, Query(ge=0, le=30)] = 0,
        thin: Annotated[bool, Query()] = False,
    ) -> Response:
        """Return changes after a position; 410 says that the reader must begin again."""
        feed: ChangeFeed = request.app.state.feed
        try:
            page = await feed.page(after, limit, wait, request.is_disconnected, thin=thin)
        except PositionUnknown as unknown:
            raise Problem(UNKNOWN_POSITION) from unknown
        return Response(page.model_dump_json(by_alias=True), media_type="application/json")

    return router
