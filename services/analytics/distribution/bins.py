"""Which bins of cases' scores may be shown together, so that no case can be picked out; pure.

Cases that enough people answered are shown one by one elsewhere, so whoever sees a bin can take them away:
what is left, the cases of a few, must be none or enough too. Their scores must not be known closely either.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import fsum
from uuid import UUID

from services.analytics.release.bounds import HIGHEST, LOWEST, MEAN_MARGIN, ZERO, known_range
from services.analytics.release.decisions import GroupSize
from services.analytics.release.lattice import Sums

EDGES = (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0)
"""Where bins can begin and end, whatever the data; the last one holds its end."""

Edges = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ScoredCase:
    """A case's score, of how many people and whom, and how complex the case was at opening."""

    score: float
    raters: int
    people: frozenset[UUID]
    level: str


@dataclass(frozen=True, slots=True)
class Least:
    """How many people stand behind a figure at least, and how many cases make a part of a distribution."""

    people: GroupSize
    cases: GroupSize

    def allows(self, cases: Sequence[ScoredCase]) -> bool:
        """Tell whether the number of these cases may be shown: all of them, and those of a few people."""
        few = self.of_few(cases)
        return self._is_reached_by(cases) and (not few or self._is_reached_by(few))

    def of_few(self, cases: Iterable[ScoredCase]) -> list[ScoredCase]:
        """Return the cases that are not shown one by one."""
        return [each for each in cases if not self.people.is_reached_by(each.raters)]

    def _is_reached_by(self, cases: Sequence[ScoredCase]) -> bool:
        people = frozenset[UUID]().union(*(each.people for each in cases))
        return self.cases.is_reached_by(len(cases)) and self.people.is_reached_by(len(people))


def are_open(cases: Sequence[ScoredCase], edges: Edges, least: Least) -> bool:
    """Tell whether no score of a case of few people is known closely by mean, n and spread and its bin."""
    few = least.of_few(cases)
    if not few:
        return True
    sums = sums_of(few)
    within = [(low, high) for low, high in pairwise(edges) for _ in _between(few, low, high)]
    lows, highs = sum(low for low, _ in within), sum(high for _, high in within)
    lowest, highest = known_range(sums)
    return all(
        min(high, highest, sums.total - (lows - low)) - max(low, lowest, sums.total - (highs - high))
        >= MEAN_MARGIN - ZERO
        for low, high in set(within)
    )


def sums_of(cases: Sequence[ScoredCase]) -> Sums:
    """Return what mean, n and spread of cases' scores are made of."""
    scores = [each.score for each in cases]
    return Sums(len(scores), fsum(scores), fsum(score**2 for score in scores))


def finest(groups: Sequence[Sequence[ScoredCase]], edges: Edges, least: Least) -> Edges:
    """Return the most bins, made of those given, of which each group fills each with none or enough.

    Of several with as many, the first in the order of edges, whatever the data.
    """
    return next(
        (chosen for chosen in _coarser(edges) if all(_fills(own, chosen, least) for own in groups)),
        (LOWEST, HIGHEST),
    )


def counts(cases: Iterable[ScoredCase], edges: Edges) -> list[int]:
    """Return how many cases each bin holds."""
    held = list(cases)
    return [len(_between(held, low, high)) for low, high in pairwise(edges)]


def _fills(cases: Sequence[ScoredCase], edges: Edges, least: Least) -> bool:
    bins = [_between(cases, low, high) for low, high in pairwise(edges)]
    return all(not own or least.allows(own) for own in bins) and are_open(cases, edges, least)


def _coarser(edges: Edges) -> Iterator[Edges]:
    first, *inner, last = edges
    for kept in range(len(inner), -1, -1):
        for chosen in combinations(inner, kept):
            yield (first, *chosen, last)


def _between(cases: Iterable[ScoredCase], low: float, high: float) -> list[ScoredCase]:
    return [each for each in cases if low <= each.score < high or high == each.score == HIGHEST]
