"""Every statement on events: recording, reading in order, and dropping what is old."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.gateway.feed.types import EventType
from shared.changes.events import Position, PositionUnknown
from shared.changes.feed import position_of
from shared.database.connection import Transaction

_RECORD = """
INSERT INTO event (tenant_id, epoch, id, type, subject, version)
SELECT $1, feed_epoch.epoch, given.id, given.type, given.subject, given.version
FROM feed_epoch, unnest($2::uuid[], $3::text[], $4::uuid[], $5::bigint[])
     WITH ORDINALITY AS given (id, type, subject, version, place)
ORDER BY given.place
ON CONFLICT DO NOTHING RETURNING id
"""
_OTHER_POSITIONS = (
    "SELECT position FROM feed_position WHERE consumer = $1 AND generation <> $2 AND position <> ''"
)
# The columns are called what `position_of` knows them by; the event's own id is `event`.
_PAGE = """
SELECT feed.epoch AS feed_epoch, pg_snapshot_xmax(pg_current_snapshot())::text AS ahead,
       gone.epoch AS gone_epoch, gone.xid::text AS gone_xid, gone.number AS gone_number,
       log.epoch, log.xid::text AS transaction, log.number AS id,
       log.id AS event, log.type, log.subject, log.version, log.recorded_at,
       EXISTS (SELECT FROM event WHERE tenant_id = $5 AND event.epoch = feed.epoch
                 AND xid >= pg_snapshot_xmin(pg_current_snapshot())) AS more_hidden
FROM feed_epoch AS feed
LEFT JOIN event_horizon AS gone ON gone.tenant_id = $5
LEFT JOIN LATERAL (
    SELECT epoch, xid, number, id, type, subject, version, recorded_at
    FROM event
    WHERE tenant_id = $5 AND (epoch, xid, number) > ($1::integer, $2::text::xid8, $3::bigint)
      AND (epoch < feed.epoch OR xid < pg_snapshot_xmin(pg_current_snapshot()))
      AND type <> $6 AND (cardinality($7::text[]) = 0 OR type = ANY ($7))
    ORDER BY epoch, xid, number
    LIMIT $4
) AS log ON true
ORDER BY log.epoch, log.xid, log.number
"""
_OLD_TENANTS = "SELECT DISTINCT tenant_id FROM event WHERE recorded_at < now() - $1 * interval '1 day'"
_DROP = """
WITH old AS (
    SELECT id, epoch, xid, number FROM event
    WHERE tenant_id = $1 AND recorded_at < now() - $2 * interval '1 day'
    ORDER BY epoch, xid, number LIMIT $3
), dropped AS (
    DELETE FROM event USING old WHERE event.tenant_id = $1 AND event.id = old.id
), newest AS (
    SELECT epoch, xid, number FROM old ORDER BY epoch DESC, xid DESC, number DESC LIMIT 1
), kept AS (
    INSERT INTO event_horizon AS gone (tenant_id, epoch, xid, number)
    SELECT $1, epoch, xid, number FROM newest
    ON CONFLICT (tenant_id) DO UPDATE
    SET epoch = excluded.epoch, xid = excluded.xid, number = excluded.number
    WHERE (gone.epoch, gone.xid, gone.number) < (excluded.epoch, excluded.xid, excluded.number)
)
SELECT count(*) FROM old
"""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that is to be recorded."""

    id: UUID
    type: EventType
    subject: UUID
    version: int


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as it is stored."""

    tenant_id: UUID
    id: UUID
    type: str
    subject: UUID
    version: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class EventStretch:
    """Some events in their order, where to read on, and whether more is full or hidden there."""

    rows: list[EventRow]
    next: Position
    full: bool
    more_hidden: bool


async def record_events(transaction: Transaction, events: Sequence[NewEvent]) -> list[UUID]:
    """Add the tenant's events in their order and return the ids of those that were not there."""
    rows = await transaction.driver.fetch(
        _RECORD,
        transaction.tenant,
        [each.id for each in events],
        [each.type.value for each in events],
        [each.subject for each in events],
        [each.version for each in events],
    )
    transaction.has_changes |= bool(rows)
    return [row["id"] for row in rows]


async def other_positions(transaction: Transaction, consumer: str, generation: int) -> list[Position]:
    """Return how far a consumer's other generations have come."""
    rows = await transaction.driver.fetch(_OTHER_POSITIONS, consumer, generation)
    return [Position.parse(row["position"]) for row in rows]


async def read_events(
    transaction: Transaction, after: str, types: Sequence[EventType], limit: int
) -> EventStretch:
    """Read on in the tenant's events.

    Raises
    ------
    PositionUnknown
        The position is from before a restore, or so old that what followed it was dropped.
    """
    start = Position(0) if after == "" else Position.parse(after)
    place = (start.row_epoch, str(start.xid), start.number)
    chosen = EventType.WEBHOOK_PING.value, [each.value for each in types]
    found = await transaction.driver.fetch(_PAGE, *place, limit, transaction.tenant, *chosen)
    first = found[0]
    if after == "":
        start = Position(first["feed_epoch"])
    else:
        _require_known(start, first)
    rows = [row for row in found if row["id"] is not None]
    read_to = position_of(rows[-1], start.feed_epoch) if rows else start
    tenant = transaction.tenant
    events = [
        EventRow(tenant, row["event"], row["type"], row["subject"], row["version"], row["recorded_at"])
        for row in rows
    ]
    return EventStretch(events, read_to, len(rows) == limit, first["more_hidden"])


def _require_known(start: Position, found: Any) -> None:
    if start.feed_epoch != found["feed_epoch"] or start.row_epoch > start.feed_epoch:
        raise PositionUnknown
    if start.row_epoch == start.feed_epoch and start.xid >= int(found["ahead"]):
        raise PositionUnknown
    if found["gone_epoch"] is not None:
        gone = (found["gone_epoch"], int(found["gone_xid"]), found["gone_number"])
        # Who has read nothing yet (0, 0, 0) has missed what was dropped, too.
        if (start.row_epoch, start.xid, start.number) < gone:
            raise PositionUnknown


async def tenants_with_old(transaction: Transaction, days: int) -> list[UUID]:
    """Return the tenants that have events past their time; for the role that sees them all."""
    return [row["tenant_id"] for row in await transaction.driver.fetch(_OLD_TENANTS, days)]


async def drop_old(transaction: Transaction, days: int, most: int) -> int:
    """Drop some events past their time with their deliveries, note up to where, and say how many."""
    return int(await transaction.driver.fetchval(_DROP, transaction.tenant, days, most))
