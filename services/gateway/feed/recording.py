"""Follows the services' feeds and records what is told outside, each event once, whatever is read again.

An event's id is made from its row in the source's log, which a restore does not change. So it is the
same if it is recorded again after this database was restored, and a receiver knows it.
"""

from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby
from uuid import UUID, uuid5

from services.gateway.access.repository import is_closed
from services.gateway.feed.repository import NewEvent, other_positions, record_events
from services.gateway.feed.types import TOLD_AS
from shared.changes.events import ChangeEvent, Position
from shared.database.connection import Transaction

_NAMESPACE = UUID("b0c8a7de-3f0e-5d0b-8a53-5d1c2f6a9e01")

Queue = Callable[[Transaction, Sequence[UUID]], Awaitable[None]]
"""Does what new events of the transaction's tenant ask for."""

_Place = tuple[int, int, int]


class EventRecorder:
    """Records one service's events, but for closed tenants; in any generation, as none is ever rebuilt."""

    def __init__(self, consumer: str, queue: Queue) -> None:
        self._consumer = consumer
        self._queue = queue

    async def apply(self, transaction: Transaction, generation: int, events: Sequence[ChangeEvent]) -> None:
        """Record the events that no other generation has come past, tenant by tenant, and queue them."""
        others = await other_positions(transaction, self._consumer, generation)
        known = max((_place(each) for each in others), default=(0, 0, 0))
        placed = [(_place(Position.parse(event.id)), event) for event in events if event.type in TOLD_AS]
        new = [(place, event) for place, event in placed if place > known]
        ordered = sorted(new, key=lambda each: (each[1].tenantid, each[0]))
        for tenant, own in groupby(ordered, key=lambda each: each[1].tenantid):
            await transaction.act_for(tenant)
            if await is_closed(transaction, hold=True):
                continue  # nobody is told of it any more
            recorded = await record_events(
                transaction, [self._event(tenant, place, event) for place, event in own]
            )
            if recorded:
                await self._queue(transaction, recorded)

    async def clear(self, transaction: Transaction, generation: int) -> bool:
        """There is nothing of an older generation."""
        return True

    def _event(self, tenant: UUID, place: _Place, event: ChangeEvent) -> NewEvent:
        name = f"{tenant}/{self._consumer}/{'.'.join(map(str, place))}"
        return NewEvent(uuid5(_NAMESPACE, name), TOLD_AS[event.type], event.subject, event.subjectversion)


def _place(position: Position) -> _Place:
    """Return where a row stands in its log, without the feed's epoch, which a restore raises."""
    return position.row_epoch, position.xid, position.number
