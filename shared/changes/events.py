"""What travels in a feed: CloudEvents with the current state of a subject, and positions to go on from."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.wire import WireModel

_NUMBER = re.compile(r"[0-9]{1,19}")


def kind_of(event_type: str) -> str:
    """Return what kind of subject an event is about: its type up to the dot, `case` of `case.closed`."""
    return event_type.partition(".")[0]


class ChangeEvent(WireModel):
    """One changed subject as a CloudEvent 1.0; `data` is its state now, or null when erased.

    `type` is the subject's kind, for some kinds with what happened after a dot; `subjectversion` only
    grows for a subject: apply an event if it is newer than what you hold.
    """

    specversion: str = "1.0"
    id: str
    source: str
    type: str
    subject: UUID
    tenantid: UUID
    subjectversion: int
    data: dict[str, Any] | None

    @property
    def kind(self) -> str:
        """What kind of subject it is about; what consumers choose by."""
        return kind_of(self.type)


class ChangePage(WireModel):
    """A page of a feed. Read on `after` `next`, also when the page is empty.

    `behind` is about how many changes are committed after these, also those that can't be told yet because
    a transaction is open; 0 only if there are none.
    """

    events: list[ChangeEvent]
    next: str
    caught_up: bool
    behind: int = 0


class PositionUnknown(Exception):
    """The feed has no such position (any more): read again from the beginning."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a feed: the feed's own epoch, then the row's epoch, transaction and number.

    The feed's epoch rises when a database is restored; a position from before then is unknown.
    """

    feed_epoch: int
    row_epoch: int = 0
    xid: int = 0
    number: int = 0

    def __str__(self) -> str:
        return f"{self.feed_epoch}.{self.row_epoch}.{self.xid}.{self.number}"

    @classmethod
    def parse(cls, text: str) -> "Position":
        """Read a position.

        Raises
        ------
        PositionUnknown
            It was not written by a feed.
        """
        parts = text.split(".")
        if len(parts) != 4 or not all(_NUMBER.fullmatch(part) for part in parts):
            raise PositionUnknown
        values = [int(part) for part in parts]
        if any(value >= 2**63 for value in values) or max(values[:2]) >= 2**31:
            raise PositionUnknown
        return cls(*values)
