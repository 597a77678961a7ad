"""ICC: how much of the variance lies between groups, by one-way ANOVA; never clips a negative one."""

from __future__ import annotations

import numpy.typing as npt

from services.analytics.methods.distributions import f_quantile, f_upper_p
from services.analytics.methods.group_sums import GroupSums, group_sums
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
class OneWay:
    """One-way analysis of variance of values in groups.

    Attributes
    ----------
    n, groups : int
        Values and groups.
    mean_square_between, mean_square_within : Quantity
        In the values' unit squared.
    f, p : Quantity
        Their ratio and its upper tail, F(G - 1, N - G).
    mean_size, usual_size : Quantity
        kbar = N / G and n0 = (N - sum n_g^2 / N) / (G - 1).
    icc1_mean_size, icc1_usual_size : Quantity
        ICC(1) = (MSB - MSW) / (MSB + (k - 1) MSW) with k = kbar, and with k = n0: the
        share of variance between groups. Negative values are kept.
    interval : Interval
        Of ICC(1) with n0: exact when groups are of one size, else approximate.
    icc2 : Quantity
        (MSB - MSW) / MSB: how reliable a group mean is (of k raters, whichever k: both
        step up to the same number).
    """

    n: int
    groups: int
    mean_square_between: Quantity
    mean_square_within: Quantity
    f: Quantity
    p: Quantity
    mean_size: Quantity
    usual_size: Quantity
    icc1_mean_size: Quantity
    icc1_usual_size: Quantity
    interval: Interval
    icc2: Quantity


def one_way(values: npt.ArrayLike, groups: npt.ArrayLike, level: float = CONFIDENCE) -> OneWay:
    """Return the one-way ANOVA of values by group with ICC(1) and ICC(2).

    Parameters
    ----------
    values : (n,) array
        In scale points; NaN is missing.
    groups : (n,) labels
    level : float
        Of the interval.

    Raises
    ------
    ValueError
        If there is not one label per value, or a value is infinite.

    Notes
    -----
    Undefined with fewer than two groups (`too-few-clusters`), without a group of two
    (`too-few-rows`) and where no value differs (`no-variance`).

    References
    ----------
    Bliese (2000), in Klein & Kozlowski, Multilevel theory, 349-381; Searle (1971),
    Linear models; Shrout & Fleiss (1979), Psychological Bulletin 86.

    Examples
    --------
    >>> held = one_way([1, 2, 4, 5], ["a", "a", "b", "b"])
    >>> round(held.icc1_mean_size.value, 4), round(held.icc2.value, 4)
    (0.8947, 0.9444)
    """
    return one_way_of_sums(group_sums(values, groups), level)


def one_way_of_sums(sums: GroupSums, level: float = CONFIDENCE) -> OneWay:
    """Return the same from group sums.

    Examples
    --------
    >>> one_way_of_sums(group_sums([1, 2, 4], ["a", "a", "a"])).icc2.reason.value
    'too-few-clusters'
    """
    between, within = _mean_squares(sums)
    mean_size = sums.rows / sums.groups if sums.groups else Reason.NO_DATA
    usual = sums.usual_size if sums.groups > 1 else Reason.TOO_FEW_CLUSTERS
    f = _f(between, within)
    df = (sums.groups - 1, sums.rows - sums.groups)
    return OneWay(
        n=sums.rows,
        groups=sums.groups,
        mean_square_between=quantity(between),
        mean_square_within=quantity(within),
        f=quantity(f),
        p=undefined(f) if isinstance(f, Reason) else Quantity(f_upper_p(f, *df)),
        mean_size=quantity(mean_size),
        usual_size=quantity(usual),
        icc1_mean_size=_icc1(between, within, mean_size),
        icc1_usual_size=_icc1(between, within, usual),
        interval=_interval(f, usual, df, level),
        icc2=_icc2(between, within),
    )


def _mean_squares(sums: GroupSums) -> tuple[float | Reason, float | Reason]:
    free = sums.rows - sums.groups
    within: float | Reason = sums.within / free if free else Reason.TOO_FEW_ROWS
    if sums.groups < 2:
        return Reason.TOO_FEW_CLUSTERS, within if sums.rows else Reason.NO_DATA
    return sums.between / (sums.groups - 1), within


def _f(between: float | Reason, within: float | Reason) -> float | Reason:
    if isinstance(between, Reason):
        return between
    if isinstance(within, Reason):
        return within
    if within == 0:
        return Reason.NO_RESIDUAL_VARIANCE if between else Reason.NO_VARIANCE
    return between / within


def _icc1(between: float | Reason, within: float | Reason, size: float | Reason) -> Quantity:
    if isinstance(between, Reason):
        return undefined(between)
    if isinstance(within, Reason):
        return undefined(within)
    if isinstance(size, Reason):
        return undefined(size)
    whole = between + (size - 1) * within
    return Quantity((between - within) / whole) if whole else undefined(Reason.NO_VARIANCE)


def _icc2(between: float | Reason, within: float | Reason) -> Quantity:
    if isinstance(between, Reason):
        return undefined(between)
    if isinstance(within, Reason):
        return undefined(within)
    return Quantity((between - within) / between) if between else undefined(Reason.NO_VARIANCE)


def _interval(f: float | Reason, size: float | Reason, df: tuple[int, int], level: float) -> Interval:
    if isinstance(f, Reason):
        return Interval(None, None, f, level)
    if isinstance(size, Reason):
        return Interval(None, None, size, level)
    low, high = (f / f_quantile((1 + side * level) / 2, *df) for side in (1, -1))
    return Interval((low - 1) / (low + size - 1), (high - 1) / (high + size - 1), level=level)
