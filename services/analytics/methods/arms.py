"""Arms: the two arms' means and their Welch difference; refuses an arm that isn't 0 or 1."""

from __future__ import annotations

from math import fsum

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import BoolArray, FloatArray, vector
from services.analytics.methods.distributions import t_estimate
from services.analytics.methods.exact import float_mean, float_sd
from services.analytics.methods.records import record
from services.analytics.methods.results import (
    CONFIDENCE,
    Estimate,
    Quantity,
    Reason,
    undefined_estimate,
)


@record
class ArmMean:
    """One arm: its cases with the outcome, their mean (t interval, n - 1) and standard deviation."""

    n: int
    mean: Estimate
    sd: Quantity


@record
class TwoArms:
    """The two arms side by side, and the test, which is the difference's.

    Attributes
    ----------
    intervention, control : ArmMean
        Their two intervals are for drawing: whether they overlap tests nothing.
    missing : int
        Cases without the outcome.
    difference : Estimate
        Intervention less control with Welch's standard error and degrees of freedom.
    """

    intervention: ArmMean
    control: ArmMean
    missing: int
    difference: Estimate


def two_arms(outcome: npt.ArrayLike, arm: npt.ArrayLike, level: float = CONFIDENCE) -> TwoArms:
    """Return both arms' means with intervals, and their difference by Welch.

    Parameters
    ----------
    outcome : (n,) array
        One value per case; NaN is missing.
    arm : (n,) of 0 and 1
        1 is intervention.
    level : float
        Of the intervals.

    Notes
    -----
    SE^2 = v_1 + v_0, v = s^2 / n; df = SE^4 / (v_1^2 / (n_1 - 1) + v_0^2 / (n_0 - 1)).
    An arm of one case has a mean and no uncertainty (`too-few-rows`).

    Raises
    ------
    ValueError
        If lengths differ, a value is infinite or an arm is neither 0 nor 1.

    References
    ----------
    Welch (1947), Biometrika 34, 28-35; R 4.2.2 `t.test`.

    Examples
    --------
    >>> held = two_arms([4, 5, 3, 2, 2, 1], [1, 1, 1, 0, 0, 0])
    >>> round(held.difference.value.value, 4), round(held.difference.df.value, 4)
    (2.3333, 3.2)
    """
    values = vector(outcome, "outcome")
    treated = treated_of(arm, values.size)
    there = ~np.isnan(values)
    first, second = values[there & treated], values[there & ~treated]
    return TwoArms(
        intervention=_arm(first, level),
        control=_arm(second, level),
        missing=int((~there).sum()),
        difference=mean_difference(first, second, level),
    )


def mean_difference(first: FloatArray, second: FloatArray, level: float = CONFIDENCE) -> Estimate:
    """Return mean(first) - mean(second) with Welch's standard error; no value may be missing.

    Examples
    --------
    >>> mean_difference(np.array([2.0, 4.0]), np.array([1.0])).p.reason.value
    'too-few-rows'
    """
    means = [float_mean(one.tolist()).value for one in (first, second)]
    if means[0] is None or means[1] is None:
        return undefined_estimate(Reason.NO_DATA)
    value = means[0] - means[1]
    if min(first.size, second.size) < 2:
        return undefined_estimate(Reason.TOO_FEW_ROWS, Quantity(value))
    parts = [variance_of_mean(one) for one in (first, second)]
    total = sum(parts)
    spread = sum(part**2 / (one.size - 1) for part, one in zip(parts, (first, second), strict=True))
    return t_estimate(value, total, total**2 / spread if total else Reason.NO_VARIANCE, level)


def mean_estimate(values: FloatArray, level: float = CONFIDENCE) -> Estimate:
    """Return the mean with its t(n - 1) interval; no value may be missing.

    Examples
    --------
    >>> held = mean_estimate(np.array([1.0, 2.0, 3.0]))
    >>> held.value.value, round(held.interval.low, 4)
    (2.0, -0.4841)
    """
    centre = float_mean(values.tolist())
    if centre.value is None:
        return undefined_estimate(Reason.NO_DATA)
    if values.size < 2:
        return undefined_estimate(Reason.TOO_FEW_ROWS, centre)
    return t_estimate(centre.value, variance_of_mean(values), values.size - 1.0, level)


def variance_of_mean(values: FloatArray) -> float:
    """Return s^2 / n (ddof 1) of at least two values, exactly 0 where all are alike.

    Examples
    --------
    >>> variance_of_mean(np.array([1.0, 3.0])), variance_of_mean(np.array([0.1, 0.1, 0.1]))
    (1.0, 0.0)
    """
    if np.ptp(values) <= 1e-13 * np.abs(values).max():
        return 0.0
    centre = fsum(values.tolist()) / values.size
    return fsum(((values - centre) ** 2).tolist()) / (values.size - 1) / values.size


def treated_of(arm: npt.ArrayLike, rows: int) -> BoolArray:
    """Return which of the rows are in the intervention arm.

    Raises
    ------
    ValueError
        If there is not one arm per row, or an arm is neither 0 nor 1.

    Examples
    --------
    >>> treated_of([1, 0], 2).tolist()
    [True, False]
    """
    held = np.asarray(arm)
    if held.shape != (rows,):
        raise ValueError(f"one arm per row: {rows} rows, shape {held.shape}")
    if not np.isin(held, (0, 1)).all():
        raise ValueError("an arm is 0 (control) or 1 (intervention)")
    return held.astype(np.bool_)


def _arm(values: FloatArray, level: float) -> ArmMean:
    return ArmMean(int(values.size), mean_estimate(values, level), float_sd(values.tolist()))
