"""Association: leadership with RK, RK with citizen quality; refuses a percent without convention."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray, vector
from services.analytics.methods.exact import float_mean
from services.analytics.methods.least_squares import design_of
from services.analytics.methods.records import record
from services.analytics.methods.regression import Regression, regress, regress_each_way
from services.analytics.methods.results import CONFIDENCE, Quantity, Reason, undefined
from services.analytics.methods.sandwich import Errors


class UnitOfAnalysis(StrEnum):
    """What one row is."""

    RESPONDENT_BY_CASE = "respondent-by-case"
    CASE = "case"


@record
class PercentEffect:
    """What `change` percent more of x goes with in y, in percent, under two conventions.

    Attributes
    ----------
    change : float
        Percent of x.
    scale_range : Quantity
        Percent of the scale's range in both (the slope itself, when the scale is shared).
    relative_to_means : Quantity
        Percent of each variable's mean (an elasticity at the means).
    """

    change: float
    scale_range: Quantity
    relative_to_means: Quantity


@record
class LeadershipToRk:
    """The relation between leadership and given RK.

    Attributes
    ----------
    unit_of_analysis : UnitOfAnalysis
        Respondent by case.
    n, cases, leaders : int
        Rows with both scores, and the clusters they stand in.
    mean_x, mean_y : Quantity
        Of the rows used, in scale points.
    by_case, by_leader, two_way : Regression
        Intercept and slope (scale points of RK per scale point of leadership), the same
        numbers each time, with CR2 standard errors and Satterthwaite's degrees of freedom.
    percent : PercentEffect
    """

    unit_of_analysis: UnitOfAnalysis
    n: int
    cases: int
    leaders: int
    mean_x: Quantity
    mean_y: Quantity
    by_case: Regression
    by_leader: Regression
    two_way: Regression
    percent: PercentEffect


@record
class RkToCitizen:
    """The relation between case score and citizen score.

    Attributes
    ----------
    unit_of_analysis : UnitOfAnalysis
        Case (one row per case and wave).
    n : int
        Cases with both scores.
    mean_x, mean_y : Quantity
        Of the rows used, in scale points.
    regression : Regression
        Intercept and slope, HC3.
    percent : PercentEffect
    """

    unit_of_analysis: UnitOfAnalysis
    n: int
    mean_x: Quantity
    mean_y: Quantity
    regression: Regression
    percent: PercentEffect


def leadership_to_rk(
    leadership: npt.ArrayLike,
    rk: npt.ArrayLike,
    cases: npt.ArrayLike,
    leaders: npt.ArrayLike,
    level: float = CONFIDENCE,
) -> LeadershipToRk:
    """Return the slope of given RK on leadership, rows being respondents on cases.

    Parameters
    ----------
    leadership : (n,) array
        x: the respondent's mean of valid leadership items on that case; NaN is missing.
    rk : (n,) array
        y: the same respondent's given RK (mean of dyad means), same case and wave.
    cases, leaders : (n,) labels
        The case and the leader of each row.
    level : float
        Of the intervals.

    Raises
    ------
    ValueError
        If the lengths differ or a score is infinite.

    Notes
    -----
    Rows with both scores are used. Employees recur over cases and share leaders, so the
    standard errors are CR2 by case, by leader and two-way, none of them assuming that
    rows are independent.

    References
    ----------
    Bell & McCaffrey (2002); Cameron, Gelbach & Miller (2011).

    Examples
    --------
    >>> held = leadership_to_rk([1, 2, 3, 4, 2], [2, 2, 3, 4, 3], list("aabbc"), list("kllmm"))
    >>> round(held.by_case.slope.value.value, 4), held.n, held.cases, held.leaders
    (0.6538, 5, 3, 3)
    """
    x, y = _paired(leadership, rk)
    kept = ~(np.isnan(x) | np.isnan(y))
    case_of, leader_of = (_kept(one, kept) for one in (cases, leaders))
    x, y = x[kept], y[kept]
    by_case, by_leader, two_way = regress_each_way(y, design_of(x), Errors.CR2, (case_of, leader_of), level)
    return LeadershipToRk(
        unit_of_analysis=UnitOfAnalysis.RESPONDENT_BY_CASE,
        n=by_case.n,
        cases=by_case.clusters[0],
        leaders=by_leader.clusters[0],
        mean_x=_mean(x),
        mean_y=_mean(y),
        by_case=by_case,
        by_leader=by_leader,
        two_way=two_way,
        percent=percent_effect(by_case.slope.value, _mean(x), _mean(y)),
    )


def rk_to_citizen(rk: npt.ArrayLike, citizen: npt.ArrayLike, level: float = CONFIDENCE) -> RkToCitizen:
    """Return the slope of the citizen score on the case score, rows being cases of one wave.

    Parameters
    ----------
    rk : (n,) array
        x: the case score (mean of dyad means); NaN is missing.
    citizen : (n,) array
        y: mean of valid citizen items, several informants averaged.
    level : float
        Of the intervals.

    Raises
    ------
    ValueError
        If the lengths differ or a score is infinite.

    References
    ----------
    MacKinnon & White (1985) for HC3.

    Examples
    --------
    >>> held = rk_to_citizen([2, 3, 4, 3], [3, 3, 4, np.nan])
    >>> held.n, round(held.regression.slope.value.value, 6)
    (3, 0.5)
    """
    x, y = _paired(rk, citizen)
    kept = ~(np.isnan(x) | np.isnan(y))
    x, y = x[kept], y[kept]
    fit = regress(y, design_of(x), Errors.HC3, level=level)
    return RkToCitizen(
        unit_of_analysis=UnitOfAnalysis.CASE,
        n=fit.n,
        mean_x=_mean(x),
        mean_y=_mean(y),
        regression=fit,
        percent=percent_effect(fit.slope.value, _mean(x), _mean(y)),
    )


def percent_effect(
    slope: Quantity, mean_x: Quantity, mean_y: Quantity, change: float = 10.0
) -> PercentEffect:
    """Return what `change` percent more of x goes with in y under both conventions.

    Notes
    -----
    Scale range: change * slope * (range of x) / (range of y), both 1..5, so change *
    slope. Relative to means: change * slope * mean_x / mean_y.

    Examples
    --------
    >>> percent_effect(Quantity(0.67), Quantity(3.0), Quantity(4.0))
    ... # doctest: +NORMALIZE_WHITESPACE
    PercentEffect(change=10.0, scale_range=Quantity(value=6.7, reason=None),
                  relative_to_means=Quantity(value=5.025, reason=None))
    """
    if slope.value is None:
        return PercentEffect(change, slope, slope)
    if mean_x.value is None or not mean_y.value:
        reason = mean_x.reason or mean_y.reason or Reason.NO_DATA
        return PercentEffect(change, Quantity(change * slope.value), undefined(reason))
    relative = change * slope.value * mean_x.value / mean_y.value
    return PercentEffect(change, Quantity(change * slope.value), Quantity(relative))


def _paired(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    first, second = vector(x, "x"), vector(y, "y")
    if first.size != second.size:
        raise ValueError(f"x and y are rows of one table: {first.size} and {second.size}")
    return first, second


def _kept(values: npt.ArrayLike, kept: npt.NDArray[np.bool_]) -> npt.NDArray[np.generic]:
    held = np.asarray(values)
    if held.shape != kept.shape:
        raise ValueError(f"one label per row: {kept.size} rows, shape {held.shape}")
    return np.asarray(held[kept])


def _mean(values: FloatArray) -> Quantity:
    return float_mean(values.tolist())
