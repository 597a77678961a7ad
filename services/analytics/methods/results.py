"""Results: how a statistic says its number, or why there is none; refuses NaN and infinities."""

from __future__ import annotations

from enum import StrEnum
from math import isfinite

from services.analytics.methods.records import record

CONFIDENCE = 0.95


class Reason(StrEnum):
    """Why a quantity is undefined."""

    NOT_ASKED = "not-asked"
    NO_DATA = "no-data"
    MISSING_RULE = "missing-rule"
    TOO_FEW_ROWS = "too-few-rows"
    TOO_FEW_ITEMS = "too-few-items"
    TOO_FEW_CLUSTERS = "too-few-clusters"
    NO_VARIANCE = "no-variance"
    NO_RESIDUAL_VARIANCE = "no-residual-variance"
    NEGATIVE_VARIANCE = "negative-variance"
    FULL_LEVERAGE = "full-leverage"
    NOT_IDENTIFIED = "not-identified"
    NO_DEGREES_OF_FREEDOM = "no-degrees-of-freedom"
    SINGULAR = "singular"
    IMPROPER_SOLUTION = "improper-solution"
    NOT_CONVERGED = "not-converged"
    AT_BOUNDARY = "at-boundary"
    UNDEFINED_RESAMPLES = "undefined-resamples"


@record
class Quantity:
    """A finite number, or no number and the reason; never both, never neither.

    Raises
    ------
    ValueError
        If the value is not finite, or if not exactly one of the two is given.

    Examples
    --------
    >>> Quantity(3.5).value
    3.5
    >>> undefined(Reason.NO_DATA)
    Quantity(value=None, reason=<Reason.NO_DATA: 'no-data'>)
    """

    value: float | None
    reason: Reason | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.reason is None):
            raise ValueError("a quantity has a value or a reason, and exactly one of them")
        if self.value is not None and not isfinite(self.value):
            raise ValueError("a quantity is finite; an undefined one is None with a reason")


def undefined(reason: Reason) -> Quantity:
    """Return the quantity without a value, for this reason."""
    return Quantity(None, reason)


def quantity(value: float | Reason) -> Quantity:
    """Return what a calculation found: its number, or its reason for none.

    Examples
    --------
    >>> quantity(Reason.NO_VARIANCE).value is None
    True
    """
    return undefined(value) if isinstance(value, Reason) else Quantity(float(value))


def share(part: int, whole: int) -> Quantity:
    """Return part / whole, undefined (`no-data`) over an empty whole.

    Examples
    --------
    >>> share(1, 4).value
    0.25
    >>> share(0, 0).reason.value
    'no-data'
    """
    return Quantity(part / whole) if whole else undefined(Reason.NO_DATA)


@record
class Interval:
    """A confidence interval: both ends, or neither and the reason.

    Raises
    ------
    ValueError
        If the ends are not finite and ordered, or are given beside a reason.

    Examples
    --------
    >>> Interval(0.1, 0.4).level
    0.95
    """

    low: float | None
    high: float | None
    reason: Reason | None = None
    level: float = CONFIDENCE

    def __post_init__(self) -> None:
        ends = (self.low, self.high)
        if self.reason is not None:
            if ends != (None, None):
                raise ValueError("an undefined interval has no ends")
        elif self.low is None or self.high is None or not isfinite(self.high - self.low):
            raise ValueError("an interval has two finite ends, or none and a reason")
        elif self.low > self.high:
            raise ValueError("an interval runs from low to high")


@record
class Estimate:
    """A number with its uncertainty.

    Attributes
    ----------
    value, standard_error, df, p : Quantity
        The estimate, its standard error, the degrees of freedom of its t reference
        distribution and the two-sided p value against zero.
    interval : Interval
        At `interval.level`.
    """

    value: Quantity
    standard_error: Quantity
    df: Quantity
    p: Quantity
    interval: Interval


def undefined_estimate(reason: Reason, value: Quantity | None = None) -> Estimate:
    """Return an estimate without uncertainty, and without a value unless one is given.

    Examples
    --------
    >>> undefined_estimate(Reason.NO_DATA).interval.low is None
    True
    """
    nothing = undefined(reason)
    shown = nothing if value is None else value
    return Estimate(shown, nothing, nothing, nothing, Interval(None, None, reason))
