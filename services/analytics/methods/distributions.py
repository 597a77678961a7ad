"""Distributions: tail areas, quantiles and t estimates; refuses to load SciPy before its use."""

from functools import cache
from importlib import import_module
from math import sqrt
from types import ModuleType

from services.analytics.methods.results import (
    CONFIDENCE,
    Estimate,
    Interval,
    Quantity,
    Reason,
    undefined_estimate,
)


@cache
def _special() -> ModuleType:
    # scipy.special costs a tenth of scipy.stats; a process that never tests a slope pays neither.
    return import_module("scipy.special")


def t_two_sided_p(t: float, df: float) -> float:
    """Return P(|T| >= |t|) = I(df / (df + t^2); df/2, 1/2), T being Student-t with `df`.

    `df` need not be whole. The incomplete beta function keeps its precision far out.

    Raises
    ------
    ValueError
        If `df` is not positive.

    Examples
    --------
    >>> round(t_two_sided_p(2.262157, 9), 6)
    0.05
    """
    _refuse_nonpositive(df)
    return float(_special().betainc(df / 2, 0.5, df / (df + t * t)))


def t_quantile(probability: float, df: float) -> float:
    """Return the Student-t quantile at `probability` with `df` degrees of freedom.

    Raises
    ------
    ValueError
        If `df` is not positive or the probability is not inside (0, 1).

    Examples
    --------
    >>> round(t_quantile(0.975, 9), 6)
    2.262157
    """
    _refuse_nonpositive(df)
    _refuse_improbable(probability)
    return float(_special().stdtrit(df, probability))


def f_quantile(probability: float, df1: float, df2: float) -> float:
    """Return the quantile of the F distribution at `probability` with (`df1`, `df2`).

    Raises
    ------
    ValueError
        If a df is not positive or the probability is not inside (0, 1).

    Examples
    --------
    >>> round(f_quantile(0.95, 1, 9), 4)
    5.1174
    """
    _refuse_nonpositive(df1)
    _refuse_nonpositive(df2)
    _refuse_improbable(probability)
    return float(_special().fdtri(df1, df2, probability))


def f_upper_p(f: float, df1: float, df2: float) -> float:
    """Return P(F >= f), F being F-distributed with (`df1`, `df2`).

    Raises
    ------
    ValueError
        If a df is not positive.

    Examples
    --------
    >>> round(f_upper_p(5.117355, 1, 9), 6)
    0.05
    """
    _refuse_nonpositive(df1)
    _refuse_nonpositive(df2)
    return float(_special().fdtrc(df1, df2, f))


def t_estimate(value: float, variance: float, df: float | Reason, level: float = CONFIDENCE) -> Estimate:
    """Return value +- t(df) * sqrt(variance) with its two-sided p value against zero.

    A variance that is negative or zero, or degrees of freedom that are a reason, leave
    the value standing and the uncertainty undefined.

    Parameters
    ----------
    value, variance : float
        The estimate and its sampling variance, in the same unit and its square.
    df : float or Reason
        Degrees of freedom of the t reference distribution.
    level : float
        Of the interval.

    Raises
    ------
    ValueError
        If the level is not inside (0, 1).

    Examples
    --------
    >>> slope = t_estimate(0.5, 0.01, 20)
    >>> round(slope.p.value, 6), round(slope.interval.low, 4), round(slope.interval.high, 4)
    (6.9e-05, 0.2914, 0.7086)
    """
    _refuse_improbable(level)
    point = Quantity(float(value))
    if variance < 0:
        return undefined_estimate(Reason.NEGATIVE_VARIANCE, point)
    if variance == 0:
        return undefined_estimate(Reason.NO_RESIDUAL_VARIANCE, point)
    if isinstance(df, Reason):
        return undefined_estimate(df, point)
    error = sqrt(variance)
    half = t_quantile((1 + level) / 2, df) * error
    return Estimate(
        value=point,
        standard_error=Quantity(error),
        df=Quantity(float(df)),
        p=Quantity(t_two_sided_p(value / error, df)),
        interval=Interval(value - half, value + half, level=level),
    )


def _refuse_nonpositive(df: float) -> None:
    if not df > 0:
        raise ValueError(f"degrees of freedom must be positive, got {df}")


def _refuse_improbable(probability: float) -> None:
    if not 0 < probability < 1:
        raise ValueError(f"a probability lies inside (0, 1), got {probability}")
