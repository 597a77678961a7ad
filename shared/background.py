"""Owns how work goes on beside the requests: again and again, ever more slowly while it fails."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

import structlog
from prometheus_client import Counter, Gauge

from shared.observability import describe

_log = structlog.get_logger()

_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 5.0
_MOST_DOUBLINGS = 16

FAILURES = Counter(
    "samspil_background_failures_total", "Background work, or a part of it, that failed.", ["work"]
)
SUCCEEDED_AT = Gauge(
    "samspil_background_success_timestamp_seconds",
    "When background work had last come through a round.",
    ["work"],
)


class Waking(Protocol):
    """Something that tells when there may be something to do."""

    def ticket(self) -> asyncio.Event:
        """Return what is set the next time; taken before looking, or it may be missed."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often work is done.

    Parameters
    ----------
    seconds : float
        So long after a round comes the next one, if nothing woke it before.
    bell : Waking, optional
        Wakes it.
    rest : float, optional
        At least so long between two rounds, however often the bell rings and whatever is left to do.
    at_once : bool, optional
        Whether the first round comes without waiting.
    """

    seconds: float
    bell: Waking | None = None
    rest: float = 0.0
    at_once: bool = True


def pause_after(failures: int, rhythm: Rhythm) -> float:
    """Return how many seconds to wait after so many failures in a row.

    It doubles, up to five seconds or the rhythm's own time if that is longer: a round that failed comes
    again before the next one was due, and one that goes on failing does not fill the log.
    """
    longest = max(rhythm.seconds, _LONGEST_PAUSE_SECONDS)
    doubled: float = _FIRST_PAUSE_SECONDS * 2 ** min(failures - 1, _MOST_DOUBLINGS)
    return max(rhythm.rest, min(doubled, longest))


async def keep_at(name: str, work: Callable[[], Awaitable[object]], rhythm: Rhythm) -> None:
    """Do rounds of work until cancelled, whatever fails; a round that returns True has left something.

    `name` is the metrics' label, so it is one of the code's own words.
    """
    failures = 0
    if not rhythm.at_once:
        await asyncio.sleep(rhythm.seconds)
    while True:
        ticket = None if rhythm.bell is None else rhythm.bell.ticket()
        try:
            is_left = await work() is True
        except Exception as error:  # whatever it is, the work must go on
            failures += 1
            note_failure(name, error)
            await asyncio.sleep(pause_after(failures, rhythm))
            continue
        failures = 0
        SUCCEEDED_AT.labels(name).set_to_current_time()
        await asyncio.sleep(rhythm.rest)
        if not is_left:
            await _next(ticket, rhythm.seconds)


async def _next(ticket: asyncio.Event | None, seconds: float) -> None:
    if ticket is None:
        await asyncio.sleep(seconds)
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):  # not `wait_for`: it can lose a cancellation
            await ticket.wait()


def note_failure(name: str, error: BaseException, **about: str) -> None:
    """Count a failure of some work and log it by its class, and which ids it is about."""
    FAILURES.labels(name).inc()
    _log.warning("work_failed", work=name, **about, **describe(error))


@contextmanager
def going_on(name: str, **about: str) -> Iterator[None]:
    """Go on with the next after a failure of one part of some work: it is counted, and told."""
    try:
        yield
    except Exception as error:  # whatever it is, one's trouble is not the others'
        note_failure(name, error, **about)
