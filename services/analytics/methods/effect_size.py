"""Effect size: Hedges' g with its exact interval, named by outcome; refuses an unnamed outcome."""

from __future__ import annotations

from enum import StrEnum
from math import sqrt

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arms import mean_difference, treated_of, variance_of_mean
from services.analytics.methods.arrays import FloatArray, vector
from services.analytics.methods.noncentral import noncentrality_interval, small_sample_factor
from services.analytics.methods.records import record
from services.analytics.methods.results import CONFIDENCE, Interval, Quantity, Reason, undefined


class Outcome(StrEnum):
    """What g is of; a change score's g is another quantity than a post score's."""

    POST = "post"
    CHANGE = "change"


@record
class HedgesG:
    """A standardised difference of two arms.

    Attributes
    ----------
    outcome : Outcome
    intervention, control : int
        Cases with the outcome.
    d, g : Quantity
        Difference over pooled standard deviation; the same times J.
    factor : Quantity
        J, exact.
    interval : Interval
        Of g.
    """

    outcome: Outcome
    intervention: int
    control: int
    d: Quantity
    g: Quantity
    factor: Quantity
    interval: Interval


def hedges_g(
    values: npt.ArrayLike, arm: npt.ArrayLike, outcome: Outcome, level: float = CONFIDENCE
) -> HedgesG:
    """Return Hedges' g = J d of intervention less control.

    Parameters
    ----------
    values : (n,) array
        Post or change scores of cases; NaN is missing.
    arm : (n,) of 0 and 1
    outcome : Outcome
        Which of the two the values are.
    level : float
        Of the interval.

    Notes
    -----
    d = (m_1 - m_0) / s, s^2 = ((n_1 - 1) s_1^2 + (n_0 - 1) s_0^2) / (n_1 + n_0 - 2); J =
    Gamma(df/2) / (sqrt(df/2) Gamma((df-1)/2)). Interval: the noncentralities that put t =
    d / sqrt(1/n_1 + 1/n_0) at the tails, times J sqrt(1/n_1 + 1/n_0). Undefined under two
    degrees of freedom (`too-few-rows`) or without spread (`no-variance`).

    Raises
    ------
    ValueError
        If lengths differ, a value is infinite or an arm is neither 0 nor 1.

    References
    ----------
    Hedges (1981), J. Educational Statistics 6; Steiger & Fouladi (1997); R effectsize
    `hedges_g(pooled_sd = TRUE)`.

    Examples
    --------
    >>> held = hedges_g([4, 5, 3, 2, 2, 1], [1, 1, 1, 0, 0, 0], Outcome.POST)
    >>> round(held.g.value, 4), held.outcome.value
    (2.2801, 'post')
    """
    held = vector(values, "values")
    treated = treated_of(arm, held.size)
    there = ~np.isnan(held)
    first, second = held[there & treated], held[there & ~treated]
    df = first.size + second.size - 2
    if min(first.size, second.size) < 1 or df < 2:
        return _undefined(outcome, first, second, Reason.TOO_FEW_ROWS)
    spread = sqrt(sum(_squares(one) for one in (first, second)) / df)
    difference = mean_difference(first, second).value.value
    if not spread or difference is None:
        return _undefined(outcome, first, second, Reason.NO_VARIANCE)
    factor, width = small_sample_factor(df), sqrt(1 / first.size + 1 / second.size)
    d = difference / spread
    return HedgesG(
        outcome,
        first.size,
        second.size,
        d=Quantity(d),
        g=Quantity(factor * d),
        factor=Quantity(factor),
        interval=_scaled(noncentrality_interval(d / width, df, level), factor * width),
    )


def _squares(values: FloatArray) -> float:
    return variance_of_mean(values) * values.size * (values.size - 1) if values.size > 1 else 0.0


def _scaled(interval: Interval, factor: float) -> Interval:
    if interval.low is None or interval.high is None:
        return interval
    return Interval(interval.low * factor, interval.high * factor, level=interval.level)


def _undefined(outcome: Outcome, first: FloatArray, second: FloatArray, reason: Reason) -> HedgesG:
    nothing = undefined(reason)
    no_interval = Interval(None, None, reason)
    return HedgesG(outcome, first.size, second.size, nothing, nothing, nothing, no_interval)
