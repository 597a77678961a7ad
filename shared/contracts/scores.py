"""What `analytics` tells other services: that a round's scores changed, never a figure or a person."""

from uuid import UUID

from shared.wire import WireModel

SCORES = "scores"
SCORES_CHANGED = "scores.changed"
"""A type in the feed, and the name it is told outside by."""


class ScoresInFeed(WireModel):
    """A closed round whose scores can be asked for; `version` is the data version they are of.

    The round of a case has no group, a collaboration group's no case.
    """

    version: int
    id: UUID
    case_id: UUID | None
    group_id: UUID | None = None
    wave: str
