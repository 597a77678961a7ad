"""Reliability: Cronbach's alpha and what surrounds it; never reverses or drops an item."""

from __future__ import annotations

from math import sqrt

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray, frozen, matrix
from services.analytics.methods.distributions import f_quantile
from services.analytics.methods.moments import Moments, complete_rows, moments_of
from services.analytics.methods.records import record
from services.analytics.methods.results import (
    CONFIDENCE,
    Interval,
    Quantity,
    Reason,
    quantity,
    undefined,
)


@record
class Alpha:
    """Cronbach's alpha of one covariance matrix.

    Attributes
    ----------
    rows, items : int
        Rows the covariances stand on (pairwise: rows with any value), and items.
    alpha, standardised : Quantity
        From covariances; from correlations. Negative values are kept.
    mean_correlation : Quantity
        Mean correlation between different items.
    item_rest, if_dropped, item_means, item_sds : tuple of Quantity
        Per item: correlation with the sum of the others; alpha without it; mean and
        standard deviation (ddof 1) in scale points.
    """

    rows: int
    items: int
    alpha: Quantity
    standardised: Quantity
    mean_correlation: Quantity
    item_rest: tuple[Quantity, ...]
    if_dropped: tuple[Quantity, ...]
    item_means: tuple[Quantity, ...]
    item_sds: tuple[Quantity, ...]


@record
class Reliability:
    """Alpha over complete rows and over available pairs.

    Attributes
    ----------
    listwise, pairwise : Alpha
        Each with its own number of rows.
    standard_error : Quantity
        Asymptotic, of the listwise alpha; takes rows as independent.
    feldt : Interval
        Of the listwise alpha. Right for one row per respondent; half as wide as it
        should be on dyads, whose interval is the bootstrap over cases.
    """

    listwise: Alpha
    pairwise: Alpha
    standard_error: Quantity
    feldt: Interval


def reliability(rows: npt.ArrayLike, level: float = CONFIDENCE) -> Reliability:
    """Return Cronbach's alpha of rows x items, listwise and pairwise.

    Parameters
    ----------
    rows : (n, k) array
        One row per unit, in scale points; NaN is missing. The unit decides what alpha
        means (dyads and rater means are different questions): name it beside the value.
    level : float
        Of Feldt's interval.

    Raises
    ------
    ValueError
        If the rows aren't a matrix or an entry is infinite.

    Notes
    -----
    alpha = k/(k-1) (1 - tr C / sum C), C the covariance matrix (ddof 1).

    References
    ----------
    Cronbach (1951), Psychometrika 16; Feldt (1965), Psychometrika 30; van Zyl,
    Neudecker & Nel (2000), Psychometrika 65.

    Examples
    --------
    >>> held = reliability([[1, 2], [2, 2], [3, 5], [4, np.nan]])
    >>> round(held.listwise.alpha.value, 6), held.listwise.rows, held.pairwise.rows
    (0.857143, 3, 4)
    """
    table = matrix(rows, "rows")
    complete = moments_of(_shifted(complete_rows(table)))
    listwise = _alpha(complete, _item_means(complete_rows(table)))
    pairwise = _alpha(moments_of(_shifted(table)), _item_means(table))
    return Reliability(
        listwise=listwise,
        pairwise=pairwise,
        standard_error=_standard_error(complete, listwise),
        feldt=feldt_interval(listwise.alpha, listwise.rows, listwise.items, level),
    )


def alpha_from_moments(moments: Moments) -> Alpha:
    """Return alpha from moments added up over cases, complete or pairwise as they were made.

    Examples
    --------
    >>> first, second = moments_of([[1, 2], [2, 2]]), moments_of([[3, 5]])
    >>> round(alpha_from_moments(first + second).alpha.value, 6)
    0.857143
    """
    return _alpha(moments, moments.means)


def feldt_interval(alpha: Quantity, rows: int, items: int, level: float = CONFIDENCE) -> Interval:
    """Return Feldt's interval: 1 - (1 - alpha) F(1 -+ q; n-1, (n-1)(k-1)), q = (1 - level) / 2.

    For one row per respondent only.

    Raises
    ------
    ValueError
        If the level is not inside (0, 1).

    References
    ----------
    Feldt (1965), Psychometrika 30, 357-370.

    Examples
    --------
    >>> held = feldt_interval(Quantity(0.8), 50, 6)
    >>> round(held.low, 4), round(held.high, 4)
    (0.7, 0.875)
    """
    if alpha.value is None:
        return Interval(None, None, alpha.reason, level)
    df1, df2 = rows - 1, (rows - 1) * (items - 1)
    upper, lower = (f_quantile(at, df1, df2) for at in ((1 + level) / 2, (1 - level) / 2))
    # An alpha of 1 leaves no error to scale: the interval is that point, also when rounding passes 1.
    error = max(1 - alpha.value, 0.0)
    return Interval(1 - error * upper, 1 - error * lower, level=level)


def _shifted(table: FloatArray) -> FloatArray:
    """Shift each item to start at 0: no covariance moves, flat items become exact zeros."""
    there = ~np.isnan(table)
    low = np.where(there, table, np.inf).min(axis=0, initial=np.inf)
    return table - np.where(np.isinf(low), 0.0, low)


def _item_means(table: FloatArray) -> FloatArray:
    there = ~np.isnan(table)
    held = np.full(table.shape[1], np.nan)
    counts = there.sum(axis=0)
    np.divide(np.where(there, table, 0.0).sum(axis=0), counts, out=held, where=counts > 0)
    return held


def _alpha(moments: Moments, means: FloatArray) -> Alpha:
    covariance = moments.covariance
    items = covariance.shape[0]
    correlation = _correlation(covariance)
    others = [[j for j in range(items) if j != i] for i in range(items)]
    return Alpha(
        rows=moments.rows,
        items=items,
        alpha=_raw(covariance),
        standardised=_raw(correlation),
        mean_correlation=_mean_correlation(correlation),
        item_rest=tuple(_item_rest(covariance, i, others[i]) for i in range(items)),
        if_dropped=tuple(_raw(covariance[np.ix_(rest, rest)]) for rest in others),
        item_means=tuple(_number(mean, Reason.NO_DATA) for mean in means),
        item_sds=tuple(_number(sqrt(v), Reason.TOO_FEW_ROWS) for v in np.diag(covariance)),
    )


def _raw(covariance: FloatArray) -> Quantity:
    items = covariance.shape[0]
    if items < 2:
        return undefined(Reason.TOO_FEW_ITEMS)
    if np.isnan(np.diag(covariance)).any():
        return undefined(Reason.TOO_FEW_ROWS)
    total = float(covariance.sum())
    if np.isnan(total):
        return undefined(Reason.TOO_FEW_ROWS)
    if total <= _noise(covariance):
        return undefined(Reason.NO_VARIANCE if total >= -_noise(covariance) else _NEGATIVE)
    return Quantity(items / (items - 1) * (1 - float(np.trace(covariance)) / total))


_NEGATIVE = Reason.NEGATIVE_VARIANCE
_ROUNDING = 1e-12


def _noise(covariance: FloatArray) -> float:
    """Below this a sum of covariances is rounding, not variance."""
    return _ROUNDING * float(np.abs(covariance).sum())


def _correlation(covariance: FloatArray) -> FloatArray:
    variances = np.diag(covariance)
    if not (variances > 0).all():
        # One flat or empty item: no correlation matrix. NaN says whether rows or variance lack.
        return covariance * (0.0 if (variances >= 0).all() else np.nan)
    scale = np.sqrt(variances)
    held = covariance / np.outer(scale, scale)
    np.fill_diagonal(held, 1.0)
    return frozen(np.asarray(held))


def _mean_correlation(correlation: FloatArray) -> Quantity:
    items = correlation.shape[0]
    if items < 2:
        return undefined(Reason.TOO_FEW_ITEMS)
    total = float(correlation.sum() - np.trace(correlation))
    if np.isnan(total):
        return undefined(Reason.TOO_FEW_ROWS)
    if not correlation.any():
        return undefined(Reason.NO_VARIANCE)
    return Quantity(total / (items * (items - 1)))


def _item_rest(covariance: FloatArray, item: int, rest: list[int]) -> Quantity:
    """corr(item, sum of the rest) = sum_j C_ij / sqrt(C_ii sum C_rest)."""
    if not rest:
        return undefined(Reason.TOO_FEW_ITEMS)
    inner = covariance[np.ix_(rest, rest)]
    own, among = float(covariance[item, item]), float(inner.sum())
    shared = float(covariance[item, rest].sum())
    if np.isnan(own + among + shared):
        return undefined(Reason.TOO_FEW_ROWS)
    if own <= 0 or abs(among) <= _noise(inner):
        return undefined(Reason.NO_VARIANCE)
    return quantity(_NEGATIVE if among < 0 else shared / sqrt(own * among))


def _standard_error(moments: Moments, alpha: Alpha) -> Quantity:
    """sqrt(Q / n), Q = 2k^2 [s (tr C^2 + tr^2 C) - 2 tr C (1'C^2 1)] / ((k-1)^2 s^3), s = sum C."""
    if alpha.alpha.value is None:
        return alpha.alpha
    covariance, k = moments.covariance, alpha.items
    squared = covariance @ covariance
    total, trace = float(covariance.sum()), float(np.trace(covariance))
    inner = total * (float(np.trace(squared)) + trace**2) - 2 * trace * float(squared.sum())
    q = 2 * k**2 / ((k - 1) ** 2 * total**3) * inner
    return Quantity(sqrt(max(q, 0.0) / alpha.rows))


def _number(value: float, reason: Reason) -> Quantity:
    return undefined(reason) if np.isnan(value) else Quantity(float(value))
