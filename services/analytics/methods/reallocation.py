"""Re-allocation: differences of arms when cases change arms inside strata; refuses moved counts."""

from __future__ import annotations

from enum import StrEnum
from itertools import chain, combinations
from math import comb, prod

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arms import treated_of
from services.analytics.methods.arrays import BoolArray, FloatArray, IntArray, labels, vector
from services.analytics.methods.records import record
from services.analytics.methods.results import Reason

_CHUNK = 10_000


class Statistic(StrEnum):
    """What is compared: the plain difference of means, or strata's differences weighted by size."""

    DIFFERENCE = "difference"
    WITHIN_STRATA = "within-strata"


@record
class MonteCarlo:
    """Drawn re-allocations: the generator (its seed is stored by the caller) and how many.

    Raises
    ------
    ValueError
        If there is no draw.
    """

    generator: np.random.Generator
    draws: int = 9_999

    def __post_init__(self) -> None:
        if self.draws < 1:
            raise ValueError(f"at least one draw, got {self.draws}")


@record(eq=False)
class Allocated:
    """Cases that have the outcome, and the difference as a line in the strata's sums.

    Attributes
    ----------
    values : (n,)
        Outcomes less their mean.
    treated : (n,) bool
    strata : (n,) int
        0..S-1.
    slopes : (S,)
    shift : float
        Difference = sum_s slopes_s x (sum of the treated values of s) - shift.
    """

    values: FloatArray
    treated: BoolArray
    strata: IntArray
    slopes: FloatArray
    shift: float

    @property
    def places(self) -> tuple[IntArray, ...]:
        """The positions of each stratum's cases."""
        return tuple(np.flatnonzero(self.strata == stratum) for stratum in range(self.slopes.size))

    @property
    def possible(self) -> int:
        """Re-allocations that keep every stratum's number of treated cases."""
        return prod(comb(own.size, int(self.treated[own].sum())) for own in self.places)

    @property
    def observed(self) -> float:
        """The difference as it was allocated."""
        return float(self.under(self.treated[None, :])[0])

    def under(self, draws: BoolArray) -> FloatArray:
        """Return the differences under re-allocations (draws x n) that keep the strata's counts."""
        return np.asarray(draws @ (self.slopes[self.strata] * self.values) - self.shift)


def allocated(
    outcome: npt.ArrayLike,
    arm: npt.ArrayLike,
    strata: npt.ArrayLike,
    statistic: Statistic = Statistic.DIFFERENCE,
) -> Allocated | Reason:
    """Return the cases with an outcome, ready for re-allocation.

    Returns
    -------
    Allocated or Reason
        `too-few-rows` when an arm has no outcome (within strata: when no stratum has both).

    Raises
    ------
    ValueError
        If lengths differ, a value is infinite or an arm is neither 0 nor 1.

    Examples
    --------
    >>> allocated([5, 4, 1, 2], [1, 1, 0, 0], list("AABB")).possible
    1
    """
    values = vector(outcome, "outcome")
    treated = treated_of(arm, values.size)
    stratum = labels(strata, values.size, "strata")
    there = ~np.isnan(values)
    treated, codes = treated[there], np.unique(stratum[there], return_inverse=True)[1]
    if not (treated.any() and (~treated).any()):
        return Reason.TOO_FEW_ROWS
    # Centred: the differences are the same and sums lose no digits.
    centred = values[there] - values[there].mean()
    first, second = np.bincount(codes, treated), np.bincount(codes, ~treated)
    sums = np.bincount(codes, centred)
    if statistic is Statistic.DIFFERENCE:
        slopes = np.full(first.size, 1 / first.sum() + 1 / second.sum())
        return Allocated(centred, treated, codes, slopes, float(sums.sum() / second.sum()))
    both = (first > 0) & (second > 0)
    if not both.any():
        return Reason.TOO_FEW_ROWS
    weights = np.where(both, first + second, 0.0) / (first + second)[both].sum()
    first, second = np.maximum(first, 1), np.maximum(second, 1)
    shift = float(np.sum(weights * sums / second))
    return Allocated(centred, treated, codes, weights * (1 / first + 1 / second), shift)


def every_difference(held: Allocated) -> FloatArray:
    """Return the difference under each of the possible re-allocations.

    Notes
    -----
    A stratum adds slope x (sum of a subset of its values); the strata's subset sums are
    added in every combination. Time and memory grow with the number of re-allocations.

    Examples
    --------
    >>> every_difference(allocated([5, 4, 1, 2], [1, 1, 0, 0], list("AAAA"))).round(6).tolist()
    [3.0, 0.0, 1.0, -1.0, 0.0, -3.0]
    """
    totals = np.array([-held.shift])
    for own, slope in zip(held.places, held.slopes, strict=True):
        sums = _subset_sums(held.values[own], int(held.treated[own].sum()))
        totals = (totals[:, None] + slope * sums).ravel()
    return totals


def drawn_differences(held: Allocated, monte_carlo: MonteCarlo) -> FloatArray:
    """Return the difference under drawn re-allocations, in bounded memory.

    Examples
    --------
    >>> held = allocated([5, 4, 1, 2], [1, 1, 0, 0], list("AAAA"))
    >>> drawn_differences(held, MonteCarlo(np.random.default_rng(1), 3)).size
    3
    """
    parts = []
    for start in range(0, monte_carlo.draws, _CHUNK):
        rows = min(_CHUNK, monte_carlo.draws - start)
        draws = np.empty((rows, held.values.size), dtype=np.bool_)
        for own in held.places:
            arms = np.broadcast_to(held.treated[own], (rows, own.size))
            draws[:, own] = monte_carlo.generator.permuted(arms, axis=1)
        parts.append(held.under(draws))
    return np.concatenate(parts)


def _subset_sums(values: FloatArray, size: int) -> FloatArray:
    if size * 2 > values.size:
        return np.asarray(values.sum() - _subset_sums(values, values.size - size))
    if size == 0:
        return np.zeros(1)
    count = comb(values.size, size)
    listed = chain.from_iterable(combinations(range(values.size), size))
    places = np.fromiter(listed, dtype=np.int32, count=count * size).reshape(count, size)
    return np.asarray(values[places].sum(axis=1))
