"""Counts requests in this process, in bounded memory: what was used longest ago is forgotten first."""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Protocol

from services.gateway.limits.rate import Count, Rate

Wanted = Sequence[tuple[Rate, bytes]]
"""The rates that a request counts against, each with the digest of whom it is counted for."""

MOST_REMEMBERED = 50_000


class Counts(Protocol):
    """Whatever counts: one process, or all replicas together."""

    async def take(self, wanted: Wanted) -> Count:
        """Take one request from each rate, or from none."""


class OwnCounts:
    """Counts what this process lets in.

    Each rate has a memory of its own, so that invented tokens of one kind push out nobody of another.
    Whoever is pushed out begins with a whole quota: memory is bounded harder than rates.
    """

    def __init__(self, most: int = MOST_REMEMBERED, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._used_until: dict[str, OrderedDict[bytes, float]] = {}

    async def take(self, wanted: Wanted) -> Count:
        """Take one request from each rate, or from none."""
        now = self._clock()
        backlogs, taken = [], True
        for rate, key in wanted:
            until = self._used_until.get(rate.name, _NOTHING).get(key, now)
            used = until - now if until > now else 0.0
            taken = taken and rate.gives_one_more(used)
            backlogs.append(used)
        if taken:
            for place, (rate, key) in enumerate(wanted):
                backlogs[place] += rate.interval
                self._remember(rate.name, key, now + backlogs[place])
        return Count(taken, tuple(backlogs))

    def _remember(self, name: str, key: bytes, until: float) -> None:
        memory = self._used_until.get(name)
        if memory is None:
            memory = self._used_until[name] = OrderedDict()
        memory[key] = until
        memory.move_to_end(key)
        if len(memory) > self._most:
            memory.popitem(last=False)

    def __len__(self) -> int:
        return sum(map(len, self._used_until.values()))


_NOTHING: OrderedDict[bytes, float] = OrderedDict()
