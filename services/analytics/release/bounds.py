"""How closely shown means, n and spreads bound what is not shown; errs towards closer, changes no figure.

What two data sets that agree on everything shown differ in, nobody can know. So a range is proven wide
enough by naming two such data sets; where none are found, it counts as narrow.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from services.analytics.release.lattice import Booleans, Floats, Lattice, Sums
from services.analytics.release.span import Span

LOWEST, HIGHEST = 1.0, 5.0
MARGIN = 1.0
"""Nobody may know an answer closer than to a point of the scale,"""
MEAN_MARGIN = 0.5
"""nor the mean of too few people closer than to half a point."""
ZERO = 1e-7
"""Below this a number that is made of whole ones is none."""

_FEW, _MANY = 10, 60
_DRAWN = 16
_AT_ONCE = 64
_SHARE = 0.55
_SEED = 20261122
_WELL_INSIDE, _JUST_INSIDE = 0.1, 0.01
_STILL = 1e-12


def known_range(sums: Sums) -> tuple[float, float]:
    """Return between what any one of some answers must lie, for who sees their mean, n and spread.

    By Samuelson's inequality no answer is further from the mean than the spread times the root of n - 1.
    """
    reach = sums.spread * sqrt(max(sums.answers - 1, 0))
    others = sums.answers - 1
    low = max(LOWEST, sums.mean - reach, sums.total - HIGHEST * others)
    high = min(HIGHEST, sums.mean + reach, sums.total - LOWEST * others)
    return low, high


def is_open(sums: Sums) -> bool:
    """Tell whether mean, n and spread leave every one of the answers a point of the scale or more."""
    low, high = known_range(sums)
    return high - low >= MARGIN - ZERO


def ranges(lattice: Lattice, shown: Booleans, span: Span, hidden: tuple[Any, Floats]) -> Floats:
    """Return how far the sum of sets of pieces can at least be moved without touching anything shown.

    `span` is what can be computed of what is shown; `hidden` the sets as rows of a sparse matrix, and how
    far each must be movable. Many data sets drawn at random serve most sets at once; for each of the
    others two of its own are looked for.
    """
    sets, enough = hidden
    low, high = (each[:, None] for each in _piece_ranges(lattice, shown))
    inside = _Ranges(low, high, _WELL_INSIDE).settled(lattice.totals[:, None], (low + high) / 2, span, _FEW)
    just = _Ranges(low, high, _JUST_INSIDE)
    drawn = np.random.default_rng(_SEED).random((low.size, _DRAWN)) < 0.5
    sums = sets @ just.settled(inside, np.where(np.hstack([drawn, ~drawn]), high, low), span, _FEW)
    widths: Floats = sums.max(axis=1) - sums.min(axis=1)
    for rounds in (_FEW, _MANY):
        left = np.flatnonzero(widths < enough)
        for some in np.split(left, range(_AT_ONCE, left.size, _AT_ONCE)):
            own = _own_widths((sets[some].T.toarray(), enough[some]), inside, span, just, rounds)
            widths[some] = np.maximum(widths[some], own)
    return widths


def _own_widths(
    hidden: tuple[Floats, Floats], inside: Floats, span: Span, ranges: "_Ranges", rounds: int
) -> Floats:
    """Return how far each of some sets can be moved by data sets looked for on its own account."""
    own, enough = hidden
    upward = span.beside(own)
    just = _SHARE * enough / np.maximum((upward * own).sum(axis=0), ZERO)
    widths: Floats = np.zeros(enough.size)
    for way in (upward * just, upward * (ranges.high - ranges.low).max(initial=0.0) * 4):
        moved = ranges.settled(inside, inside + np.hstack([way, -way]), span, rounds)
        most, least = np.hsplit(moved, 2)
        widths = np.maximum(widths, ((most - least) * own).sum(axis=0))
        if (widths >= enough).all():
            break
    return widths


def _piece_ranges(lattice: Lattice, shown: Booleans) -> tuple[Floats, Floats]:
    """Return between what each piece's sum lies, by each shown cell that holds it alone."""
    low, high = LOWEST * lattice.counts, HIGHEST * lattice.counts
    for row in np.flatnonzero(shown):
        cell = lattice.cells[row]
        of = list(cell.pieces)
        counts = lattice.counts[of]
        reach = cell.sums.spread * np.sqrt(counts * (cell.sums.answers - counts))
        low[of] = np.maximum(low[of], cell.sums.mean * counts - reach)
        high[of] = np.minimum(high[of], cell.sums.mean * counts + reach)
    return np.minimum(low, lattice.totals), np.maximum(high, lattice.totals)


@dataclass(frozen=True, slots=True)
class _Ranges:
    """Between what data must lie, and how far inside they are looked for, as a share of the width."""

    low: Floats
    high: Floats
    inset: float

    @property
    def well(self) -> tuple[Floats, Floats]:
        """Between what data lie that are so far inside."""
        inset = self.inset * (self.high - self.low)
        return self.low + inset, self.high - inset

    def room(self, start: Floats, way: Floats) -> Floats:
        """Return how much of a way can be gone from a start that is in the ranges, at most all of it."""
        with np.errstate(divide="ignore", invalid="ignore"):
            bound = np.where(way > 0, self.high - start, self.low - start) / way
        steps = np.where(np.abs(way) > _STILL, bound, np.inf).min(axis=0, initial=1.0)
        room: Floats = np.clip(steps, 0.0, 1.0)
        return room

    def settled(self, start: Floats, wish: Floats, span: Span, rounds: int) -> Floats:
        """Return data near a wish that agree with `start` on everything shown and lie in their ranges.

        Data are columns; `start` must do both. The wish is led back in turns to what is shown and into the
        ranges; then as much of the way from the start is gone as the ranges allow.
        """
        point, (low, high) = wish, self.well
        for _ in range(rounds):
            point = np.clip(start + span.beside(point - start), low, high)
        way = span.beside(point - start)
        settled: Floats = start + self.room(start, way) * way
        return settled
