"""Shrout and Fleiss: the six intraclass correlations of targets x raters; refuses to fill gaps."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.distributions import f_quantile, f_upper_p
from services.analytics.methods.moments import complete_rows
from services.analytics.methods.records import record
from services.analytics.methods.results import (
    CONFIDENCE,
    Interval,
    Quantity,
    Reason,
    quantity,
    undefined,
)

_ROUNDING = 1e-13


@record
class Intraclass:
    """One intraclass correlation with its interval and F test.

    Attributes
    ----------
    value : Quantity
        Negative values are kept.
    f, p : Quantity
        Against zero, upper tail.
    df : tuple of int
        Of the F test.
    interval : Interval
    """

    value: Quantity
    f: Quantity
    p: Quantity
    df: tuple[int, int]
    interval: Interval


@record
class ShroutFleiss:
    """The six coefficients: what was drawn at random, and one rater's or all raters' mean.

    Attributes
    ----------
    targets, raters : int
        Complete rows used; columns.
    icc_1_1, icc_1_k : Intraclass
        Each target has its own raters (one-way).
    icc_2_1, icc_2_k : Intraclass
        The same raters, drawn at random: their levels count as error (agreement).
    icc_3_1, icc_3_k : Intraclass
        These raters only: their levels don't count (consistency).
    """

    targets: int
    raters: int
    icc_1_1: Intraclass
    icc_2_1: Intraclass
    icc_3_1: Intraclass
    icc_1_k: Intraclass
    icc_2_k: Intraclass
    icc_3_k: Intraclass


@record
class _Squares:
    targets: int
    raters: int
    rows: float
    columns: float
    error: float
    within: float


def shrout_fleiss(ratings: npt.ArrayLike, level: float = CONFIDENCE) -> ShroutFleiss:
    """Return the six intraclass correlations of targets x raters.

    Parameters
    ----------
    ratings : (n, k) array
        One row per target; rows with a gap (NaN) are left out.
    level : float
        Of the intervals.

    Raises
    ------
    ValueError
        If the ratings aren't a matrix or an entry is infinite.

    Notes
    -----
    B, J, E, W: mean squares of targets, raters, residual, within targets.
    ICC(1,1) = (B-W)/(B+(k-1)W), ICC(2,1) = (B-E)/(B+(k-1)E+k(J-E)/n), ICC(3,1) =
    (B-E)/(B+(k-1)E); ICC(1,k) = (B-W)/B, ICC(2,k) = (B-E)/(B+(J-E)/n), ICC(3,k) = (B-E)/B.

    References
    ----------
    Shrout & Fleiss (1979), Psychological Bulletin 86; McGraw & Wong (1996),
    Psychological Methods 1.

    Examples
    --------
    >>> table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> held = shrout_fleiss(table)
    >>> [round(one.value.value, 2) for one in (held.icc_1_1, held.icc_2_1, held.icc_3_1)]
    [0.17, 0.29, 0.71]
    """
    table = complete_rows(ratings)
    targets, raters = table.shape
    found = _squares(table)
    if isinstance(found, Reason):
        lost = Interval(None, None, found, level)
        nothing = Intraclass(undefined(found), undefined(found), undefined(found), (0, 0), lost)
        return ShroutFleiss(targets, raters, *(nothing,) * 6)
    one_way = (found.within, (targets - 1, targets * (raters - 1)))
    two_way = (found.error, (targets - 1, (targets - 1) * (raters - 1)))
    return ShroutFleiss(
        targets=targets,
        raters=raters,
        icc_1_1=_fixed(found, *one_way, 1, level),
        icc_2_1=_random(found, 1, level),
        icc_3_1=_fixed(found, *two_way, 1, level),
        icc_1_k=_fixed(found, *one_way, raters, level),
        icc_2_k=_random(found, raters, level),
        icc_3_k=_fixed(found, *two_way, raters, level),
    )


def _squares(table: FloatArray) -> _Squares | Reason:
    targets, raters = table.shape
    if targets < 2:
        return Reason.TOO_FEW_ROWS
    if raters < 2:
        return Reason.TOO_FEW_ITEMS
    centred = table - table.mean()
    rows, columns = centred.mean(axis=1), centred.mean(axis=0)
    noise = (_ROUNDING * table.size) ** 2 * float(np.sum(table**2))
    parts = [rows[:, None] + 0 * table, columns + 0 * table, centred - rows[:, None] - columns]
    sums = [float(np.sum(part**2)) for part in parts]
    row, column, error = (one if one > noise else 0.0 for one in sums)
    if row + column + error == 0:
        return Reason.NO_VARIANCE
    return _Squares(
        targets=targets,
        raters=raters,
        rows=row / (targets - 1),
        columns=column / (raters - 1),
        error=error / ((targets - 1) * (raters - 1)),
        within=(column + error) / (targets * (raters - 1)),
    )


def _fixed(squares: _Squares, noise: float, df: tuple[int, int], of: int, level: float) -> Intraclass:
    """(B - noise) / (B + (k - 1) noise) for one rater, (B - noise) / B for the mean of all."""
    if noise == 0:
        return _without_error(1.0 if squares.rows else Reason.NO_VARIANCE, df, level)
    k = squares.raters
    f = squares.rows / noise
    ends = [f / f_quantile((1 + side * level) / 2, *df) for side in (1, -1)]
    single = [(end - 1) / (end + k - 1) for end in (f, *ends)]
    value, low, high = single if of == 1 else [_stepped(one, k) for one in single]
    return _found(value, f, df, (low, high), level)


def _random(squares: _Squares, of: int, level: float) -> Intraclass:
    """(B - E) / (B + (k - 1) E + k (J - E) / n), its interval by Satterthwaite's df."""
    n, k = squares.targets, squares.raters
    b, j, e = squares.rows, squares.columns, squares.error
    df = (n - 1, (n - 1) * (k - 1))
    whole = b + (k - 1) * e + k * (j - e) / n
    if whole <= 0:
        return _without_error(Reason.NO_VARIANCE, df, level)
    value = (b - e) / whole
    held = value if of == 1 else _stepped(value, k)
    if e == 0:
        return _without_error(held, df, level)
    ends = _random_ends(squares, value, level)
    if of > 1:
        ends = (_stepped(ends[0], k), _stepped(ends[1], k))
    return _found(held, b / e, df, ends, level)


def _random_ends(squares: _Squares, value: float, level: float) -> tuple[float, float]:
    """The interval of ICC(2,1) by Satterthwaite's df; infinite where those don't exist."""
    n, k = squares.targets, squares.raters
    b, j, e = squares.rows, squares.columns, squares.error
    ratio = j / e
    middle = n * (1 + (k - 1) * value) - k * value
    between = (n - 1) * k * k * value * value * ratio * ratio + middle * middle
    squared = (k * value * ratio + middle) ** 2
    if squared <= _ROUNDING or between <= _ROUNDING:
        return -np.inf, np.inf
    v = (k - 1) * (n - 1) * squared / between
    upper = f_quantile((1 + level) / 2, n - 1, v)
    lower = f_quantile((1 + level) / 2, v, n - 1)
    rest = k * j + (k * n - k - n) * e
    below, above = upper * rest + n * b, rest + n * lower * b
    if min(below, above) <= 0:
        return -np.inf, np.inf
    return n * (b - upper * e) / below, n * (lower * b - e) / above


def _stepped(single: float, raters: int) -> float:
    """Spearman and Brown: the reliability of the mean of all raters; -inf where it has none."""
    whole = 1 + (raters - 1) * single
    return raters * single / whole if whole > _ROUNDING else -np.inf


def _found(
    value: float, f: float, df: tuple[int, int], ends: tuple[float, float], level: float
) -> Intraclass:
    bounded = bool(np.isfinite(ends).all())
    return Intraclass(
        value=Quantity(value) if np.isfinite(value) else undefined(Reason.NO_VARIANCE),
        f=Quantity(f),
        p=Quantity(f_upper_p(f, *df)),
        df=df,
        interval=Interval(min(ends), max(ends), level=level)
        if bounded
        else Interval(None, None, Reason.NO_VARIANCE, level),
    )


def _without_error(value: float | Reason, df: tuple[int, int], level: float) -> Intraclass:
    """Without residual variance there is no F; the coefficient itself may still stand."""
    reason = value if isinstance(value, Reason) else Reason.NO_RESIDUAL_VARIANCE
    nothing = undefined(reason)
    return Intraclass(quantity(value), nothing, nothing, df, Interval(None, None, reason, level))
