"""What is handed in, and what became of it; pure."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

_NOBODY = UUID(int=0)


class Verdict(StrEnum):
    """What became of answers handed in."""

    TAKEN = "taken"
    MADE = "made"
    KEY_REUSED = "key-reused"
    UNAUTHENTICATED = "unauthenticated"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    LEFT = "left"
    STALE = "stale"
    UNKNOWN_FORM = "unknown-form"
    OUTDATED = "outdated"
    UNFIT = "unfit"
    BUSY = "busy"


class Submission(NamedTuple):
    """Answers as they are handed in; `number` is the version built upon, 0 for the first.

    Without cells nothing is taken: then the verdict says why it wouldn't be anyway, or `unfit`.
    """

    round: UUID
    revision: int
    invitation: UUID
    generation: int
    form: UUID
    measurement: UUID | None
    number: int
    cells: bytes | None
    texts: str | None
    share_with_team: bool
    language: str | None
    answered_by: str
    operation: str
    key: str
    fingerprint: bytes

    @property
    def order(self) -> tuple[UUID, UUID]:
        """By what is locked in taking it."""
        return (self.measurement or _NOBODY, self.form)


class Taken(NamedTuple):
    """A verdict; answers that were taken have a time, and the first version of the form its own."""

    verdict: Verdict
    since: datetime | None = None
    moment: datetime | None = None


GIVEN = (
    "round",
    "revision",
    "invitation",
    "generation",
    "form",
    "number",
    "cells",
    "texts",
    "share_with_team",
    "language",
    "answered_by",
    "operation",
    "key",
    "fingerprint",
)
"""What the database is given of each, in the order its statements name it."""


def columns_of(submissions: Sequence[Submission], names: Sequence[str]) -> list[list[object]]:
    """Return one list of values for each of some fields, as arrays are sent to the database."""
    columns = dict(zip(Submission._fields, map(list, zip(*submissions, strict=True)), strict=True))
    return [columns[name] for name in names]
