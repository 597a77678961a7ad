"""Correlation: Pearson, Spearman and Kendall with their p; refuses ranks that float noise decides."""

from __future__ import annotations

from enum import StrEnum
from math import atanh, comb, sqrt, tanh

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray, IntArray, vector
from services.analytics.methods.distributions import t_two_sided_p
from services.analytics.methods.noncentral import normal_quantile, normal_two_sided_p
from services.analytics.methods.records import record
from services.analytics.methods.results import CONFIDENCE, Interval, Quantity, Reason, quantity, undefined

RANK_DECIMALS = 9
"""Means are rounded to this many decimals before ranking: equal means are then ties."""

_EXACT_BELOW = 50
_CONSTANT = 1e-13


class Coefficient(StrEnum):
    """Which correlation."""

    PEARSON = "pearson"
    SPEARMAN = "spearman"
    KENDALL_TAU_B = "kendall-tau-b"


class PValue(StrEnum):
    """Where a p value comes from."""

    STUDENT_T = "student-t"
    NORMAL = "normal"
    EXACT = "exact"


@record
class Correlation:
    """One correlation over the rows that hold both.

    Attributes
    ----------
    coefficient : Coefficient
    n : int
        Rows with both values.
    value, p : Quantity
        In -1..1; two-sided against none.
    p_from : PValue
        The reference distribution of p.
    interval : Interval
        Fisher's z for Pearson; Fisher's z with Bonett-Wright's variance for Spearman;
        with Fieller's for Kendall.
    """

    coefficient: Coefficient
    n: int
    value: Quantity
    p: Quantity
    p_from: PValue
    interval: Interval


def pearson(x: npt.ArrayLike, y: npt.ArrayLike, level: float = CONFIDENCE) -> Correlation:
    """Return Pearson's r = S_xy / sqrt(S_xx S_yy), p by t(n - 2), interval by Fisher's z.

    Parameters
    ----------
    x, y : (n,) arrays
        NaN is missing; rows with both are used.
    level : float
        Of the interval tanh(atanh r -+ z / sqrt(n - 3)).

    Returns
    -------
    Correlation
        `too-few-rows` under 3 rows, `no-variance` when either is constant; p and interval
        of a perfect correlation are undefined (`no-residual-variance`).

    Raises
    ------
    ValueError
        If lengths differ, a value is infinite or the level lies outside (0, 1).

    References
    ----------
    Fisher (1921), Metron 1, 3-32; R 4.2.2 `cor.test`.

    Examples
    --------
    >>> held = pearson([1, 2, 3, 4], [1, 3, 2, 5])
    >>> round(held.value.value, 6), round(held.p.value, 6)
    (0.831522, 0.168478)
    """
    held = _rows(x, y)
    return _by_t(Coefficient.PEARSON, *held, level)


def spearman(x: npt.ArrayLike, y: npt.ArrayLike, level: float = CONFIDENCE) -> Correlation:
    """Return Spearman's rho: Pearson's r of mid-ranks, p by t(n - 2).

    Values are rounded to 9 decimals before ranking. The interval is tanh(atanh rho -+ z
    sqrt((1 + rho^2 / 2) / (n - 3))). Arguments, result and errors as `pearson`.

    References
    ----------
    Bonett & Wright (2000), Psychometrika 65, 23-28; R 4.2.2 `cor.test(exact = FALSE)`.

    Examples
    --------
    >>> round(spearman([1, 2, 3, 4], [1, 3, 3, 5]).value.value, 6)
    0.948683
    """
    first, second = _rows(x, y)
    return _by_t(Coefficient.SPEARMAN, mid_ranks(first), mid_ranks(second), level)


def kendall(x: npt.ArrayLike, y: npt.ArrayLike, level: float = CONFIDENCE) -> Correlation:
    """Return Kendall's tau-b over values rounded to 9 decimals.

    Notes
    -----
    tau_b = S / sqrt((N - T_x)(N - T_y)); S concordant less discordant pairs, N = n(n-1)/2,
    T pairs tied in x (y). Without ties and under 50 rows p is exact; else normal with the
    tie-corrected variance of S and no continuity correction. The interval is tanh(atanh
    tau -+ z sqrt(0.437 / (n - 4))). Arguments, result and errors as `pearson`.

    References
    ----------
    Kendall (1970), Rank Correlation Methods; Fieller, Hartley & Pearson (1957),
    Biometrika 44, 470-481; R 4.2.2 `cor.test(method = "kendall")`.

    Examples
    --------
    >>> held = kendall([1, 2, 3, 4], [1, 3, 2, 4])
    >>> round(held.value.value, 6), round(held.p.value, 6), held.p_from.value
    (0.666667, 0.333333, 'exact')
    """
    first, second = _rows(x, y)
    reason = _thin(first, second)
    if reason:
        return _undefined(Coefficient.KENDALL_TAU_B, first.size, reason, level)
    a, b = mid_ranks(first), mid_ranks(second)
    score = _concordance(a, b)
    ties = [np.unique(one, return_counts=True)[1] for one in (a, b)]
    pairs = comb(a.size, 2)
    free = [pairs - int(np.sum(one * (one - 1))) // 2 for one in ties]
    value = score / sqrt(free[0] * free[1])
    exact = free == [pairs, pairs] and a.size < _EXACT_BELOW
    return Correlation(
        Coefficient.KENDALL_TAU_B,
        a.size,
        Quantity(value),
        _exact_p(score, a.size) if exact else _normal_p(score, a.size, ties),
        PValue.EXACT if exact else PValue.NORMAL,
        _fisher(value, 0.437, a.size - 4, level),
    )


def mid_ranks(values: npt.ArrayLike) -> FloatArray:
    """Return ranks from 1 of values rounded to 9 decimals, ties at the middle of their places.

    Raises
    ------
    ValueError
        If a value is missing or infinite.

    Examples
    --------
    >>> mid_ranks([0.3, 0.1 + 0.2, 0.1]).tolist()
    [2.5, 2.5, 1.0]
    """
    held = vector(values, "values")
    if np.isnan(held).any():
        raise ValueError("a missing value has no rank")
    _, codes, counts = np.unique(np.round(held, RANK_DECIMALS), return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[codes])


def _rows(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    first, second = vector(x, "x"), vector(y, "y")
    if first.size != second.size:
        raise ValueError(f"x and y are rows of one table: {first.size} and {second.size}")
    both = ~(np.isnan(first) | np.isnan(second))
    return first[both], second[both]


def _thin(x: FloatArray, y: FloatArray) -> Reason | None:
    if x.size < 3:
        return Reason.TOO_FEW_ROWS
    constant = any(np.ptp(one) <= _CONSTANT * np.abs(one).max() for one in (x, y))
    if constant or any(np.ptp(np.round(one, RANK_DECIMALS)) == 0 for one in (x, y)):
        return Reason.NO_VARIANCE
    return None


def _by_t(name: Coefficient, x: FloatArray, y: FloatArray, level: float) -> Correlation:
    reason = _thin(x, y)
    if reason:
        return _undefined(name, x.size, reason, level)
    a, b = x - x.mean(), y - y.mean()
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    # 1 - r^2 from what is left of b: precise where r is near 1.
    value = min(1.0, max(-1.0, float(a @ b)))
    left = float(np.sum((b - value * a) ** 2))
    perfect = left <= (_CONSTANT * x.size) ** 2
    value = float(np.sign(value)) if perfect else value
    factor = 1 + value**2 / 2 if name is Coefficient.SPEARMAN else 1.0
    return Correlation(
        name,
        x.size,
        Quantity(value),
        quantity(
            Reason.NO_RESIDUAL_VARIANCE
            if perfect
            else t_two_sided_p(value * sqrt((x.size - 2) / left), x.size - 2)
        ),
        PValue.STUDENT_T,
        _fisher(value, factor, x.size - 3, level),
    )


def _fisher(value: float, factor: float, spare: int, level: float) -> Interval:
    if not 0 < level < 1:
        raise ValueError(f"a level lies inside (0, 1), got {level}")
    if abs(value) >= 1:
        return Interval(None, None, Reason.NO_RESIDUAL_VARIANCE, level)
    if spare <= 0:
        return Interval(None, None, Reason.TOO_FEW_ROWS, level)
    half = normal_quantile((1 + level) / 2) * sqrt(factor / spare)
    return Interval(tanh(atanh(value) - half), tanh(atanh(value) + half), level=level)


def _concordance(a: FloatArray, b: FloatArray) -> int:
    """Concordant less discordant pairs, each row against those before it: memory stays linear."""
    return sum(int(np.sign(a[at] - a[:at]) @ np.sign(b[at] - b[:at])) for at in range(1, a.size))


def _normal_p(score: int, n: int, ties: list[IntArray]) -> Quantity:
    """Tie-corrected variance of S: (v0 - v_x - v_y)/18 + v1 + v2 (Kendall 1970, ch. 4)."""
    first, second = (one.astype(np.float64) for one in ties)
    triple = [float(np.sum(one * (one - 1) * (2 * one + 5))) for one in (first, second)]
    double = [float(np.sum(one * (one - 1))) for one in (first, second)]
    third = [float(np.sum(one * (one - 1) * (one - 2))) for one in (first, second)]
    variance = (n * (n - 1) * (2 * n + 5) - sum(triple)) / 18 + double[0] * double[1] / (2 * n * (n - 1))
    if n > 2:
        variance += third[0] * third[1] / (9 * n * (n - 1) * (n - 2))
    return Quantity(normal_two_sided_p(score / sqrt(variance)))


def _exact_p(score: int, n: int) -> Quantity:
    """Count permutations by inversions: whole numbers, so the tail is exact."""
    counts = [1]
    for size in range(2, n + 1):
        wider = [0] * (len(counts) + size - 1)
        running = 0
        for place in range(len(wider)):
            running += counts[place] if place < len(counts) else 0
            running -= counts[place - size] if place >= size else 0
            wider[place] = running
        counts = wider
    inversions = (comb(n, 2) - abs(score)) // 2
    tail = sum(counts[: inversions + 1])
    return Quantity(min(1.0, 2 * tail / sum(counts)))


def _undefined(name: Coefficient, n: int, reason: Reason, level: float) -> Correlation:
    nothing = undefined(reason)
    source = PValue.NORMAL if name is Coefficient.KENDALL_TAU_B else PValue.STUDENT_T
    return Correlation(name, n, nothing, nothing, source, Interval(None, None, reason, level))
