"""How long the request that is answered may still take: the gateway's word, kept wherever work would wait.

The gateway gives each request one budget and tells the service behind what is left of it, in milliseconds,
so that clocks need not agree. Without one nothing is bounded here; and nobody can lengthen any other bound.
"""

import time
from contextvars import ContextVar

from shared.errors import unavailable

HEADER = "x-request-budget-ms"
"""The field that tells a service what is left; the gateway drops it from whoever is outside."""

FIELD = HEADER.encode("ascii")
_MOST_DIGITS = 7

_ends_at: ContextVar[float | None] = ContextVar("budget_ends_at", default=None)


def begin_budget(seconds: float | None) -> None:
    """Give the request that is answered so many seconds from now; None: as many as it takes."""
    _ends_at.set(None if seconds is None else time.monotonic() + seconds)


def seconds_left() -> float | None:
    """Return what is left, 0 when nothing is; None if there is no budget."""
    ends_at = _ends_at.get()
    return None if ends_at is None else max(0.0, ends_at - time.monotonic())


def within(seconds: float) -> float:
    """Return how long may be waited where `seconds` are the bound."""
    left = seconds_left()
    return seconds if left is None else min(seconds, left)


def require_time() -> None:
    """Refuse to begin what nobody waits for any more.

    Raises
    ------
    Problem
        503: nothing is left.
    """
    if seconds_left() == 0:
        raise unavailable()


def told_budget() -> dict[str, str]:
    """Return the field that tells the next one what is left; nothing without a budget."""
    left = seconds_left()
    return {} if left is None else {HEADER: str(int(left * 1000))}


def read_budget(value: bytes) -> float | None:
    """Read the field, in seconds; what is no number of milliseconds is none.

    Examples
    --------
    >>> read_budget(b"1500"), read_budget(b"-1"), read_budget(b"soon")
    (1.5, None, None)
    """
    return int(value) / 1000 if value.isdigit() and len(value) <= _MOST_DIGITS else None
