"""When a delivery is tried again: the schedule of Standard Webhooks, over three days, with jitter."""

from random import SystemRandom

_MINUTE, _HOUR = 60.0, 3600.0
PAUSES = (
    5.0,
    5 * _MINUTE,
    30 * _MINUTE,
    2 * _HOUR,
    5 * _HOUR,
    10 * _HOUR,
    14 * _HOUR,
    20 * _HOUR,
    24 * _HOUR,
)
"""Seconds after each failed attempt; after the last one comes no other."""

MOST_ATTEMPTS = len(PAUSES) + 1
_JITTER = 0.2
_LONGEST_WISH = 24 * _HOUR
_random = SystemRandom()


def pause_after(attempts: int, wished: float | None = None) -> float | None:
    """Return how many seconds to wait after so many attempts, or None to give up.

    A receiver may wish for a longer pause (`Retry-After`), for a day at most.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    pause = PAUSES[attempts - 1] * (1 + _random.uniform(0, _JITTER))
    return max(pause, min(wished or 0.0, _LONGEST_WISH))
