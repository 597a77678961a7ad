"""Two ways to the same number, timed in turn: the median of interleaved rounds; refuses a single round."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Goal:
    """What is promised of a ratio.

    Attributes
    ----------
    name : str
    ratio : float
        Baseline's time over ours, at least; for `at_most`, ours over the yardstick's, at most.
    at_most : bool
    """

    name: str
    ratio: float
    at_most: bool = False

    def is_reached_by(self, ratio: float) -> bool:
        """Say whether the ratio keeps the promise."""
        return ratio <= self.ratio if self.at_most else ratio >= self.ratio


@dataclass(frozen=True, slots=True)
class Timing:
    """Medians over rounds, in seconds, and the median of the rounds' ratios (baseline / ours)."""

    ours: float
    baseline: float
    ratio: float


def in_turn(ours: Work, baseline: Work, *, rounds: int = 5, times: int = 5, scale: float = 1.0) -> Timing:
    """Time both in every round, so that whatever else the machine does meets both.

    Parameters
    ----------
    ours, baseline : callable
    rounds : int
        Two or more.
    times : int
        How often ours runs in a round; the round's time is the mean.
    scale : float
        The baseline did 1/scale of the work: its time is multiplied.
    """
    if rounds < 2:
        raise ValueError("a median of one round is that round")
    ours()
    taken = []
    for _ in range(rounds):
        own = timed(lambda: [ours() for _ in range(times)]) / times
        taken.append((own, timed(baseline) * scale))
    own_times, others = zip(*taken, strict=True)
    ratios = [other / own for own, other in taken]
    return Timing(statistics.median(own_times), statistics.median(others), statistics.median(ratios))


def timed(work: Work) -> float:
    """Return how long the work takes, in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
