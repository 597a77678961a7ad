"""Which bins of cases' scores may be shown together, so that no case can be picked out; pure.

Most cases that enough people answered are shown one by one elsewhere, so whoever sees a bin can take them
away: what is left, the hidden ones, must be none or enough too, and none of their scores be known closely.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise

from services.analytics.release.bounds import HIGHEST, LOWEST, MEAN_MARGIN, ZERO, known_range
from services.analytics.release.cases import Least, ScoredCase, sums_of

EDGES = (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0)
"""Where bins can begin and end, whatever the data; the last one holds its end."""

Edges = tuple[float, ...]


def allows(least: Least, cases: Sequence[ScoredCase]) -> bool:
    """Tell whether the number of these cases may be shown: all of them, and those not shown one by one."""
    hidden = _hidden(cases)
    return least.is_reached_by(cases) and (not hidden or least.is_reached_by(hidden))


def are_open(cases: Sequence[ScoredCase], edges: Edges) -> bool:
    """Tell whether no score of a hidden case is known closely by mean, n and spread and its bin."""
    hidden = _hidden(cases)
    if not hidden:
        return True
    sums = sums_of(hidden)
    within = [(low, high) for low, high in pairwise(edges) for _ in _between(hidden, low, high)]
    lows, highs = sum(low for low, _ in within), sum(high for _, high in within)
    lowest, highest = known_range(sums)
    return all(
        min(high, highest, sums.total - (lows - low)) - max(low, lowest, sums.total - (highs - high))
        >= MEAN_MARGIN - ZERO
        for low, high in set(within)
    )


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
    return all(not own or allows(least, own) for own in bins) and are_open(cases, edges)


def _coarser(edges: Edges) -> Iterator[Edges]:
    first, *inner, last = edges
    for kept in range(len(inner), -1, -1):
        for chosen in combinations(inner, kept):
            yield (first, *chosen, last)


def _hidden(cases: Iterable[ScoredCase]) -> list[ScoredCase]:
    return [each for each in cases if not each.is_shown]


def _between(cases: Iterable[ScoredCase], low: float, high: float) -> list[ScoredCase]:
    return [each for each in cases if low <= each.score < high or high == each.score == HIGHEST]
