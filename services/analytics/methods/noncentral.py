"""Noncentral: Student-t away from zero, and the normal's tails; refuses to load SciPy before use."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from math import erfc, isfinite, isnan, lgamma, log, sqrt
from math import exp as exponential
from types import ModuleType

from services.analytics.methods.distributions import t_quantile
from services.analytics.methods.results import CONFIDENCE, Interval, Reason

_STEPS = 200


@cache
def _special() -> ModuleType:
    return import_module("scipy.special")


def normal_two_sided_p(z: float) -> float:
    """Return P(|Z| >= |z|) of a standard normal Z, precise far out.

    Examples
    --------
    >>> round(normal_two_sided_p(1.959964), 6)
    0.05
    """
    return erfc(abs(z) / sqrt(2))


def normal_below(z: float) -> float:
    """Return P(Z <= z) of a standard normal Z, precise far out below.

    Examples
    --------
    >>> round(normal_below(-1.644854), 6), normal_below(0.0)
    (0.05, 0.5)
    """
    return erfc(-z / sqrt(2)) / 2


def normal_quantile(probability: float) -> float:
    """Return the standard normal quantile.

    Raises
    ------
    ValueError
        If the probability is not inside (0, 1).

    Examples
    --------
    >>> round(normal_quantile(0.975), 6)
    1.959964
    """
    if not 0 < probability < 1:
        raise ValueError(f"a probability lies inside (0, 1), got {probability}")
    return float(_special().ndtri(probability))


def noncentral_t_below(t: float, df: float, centre: float) -> float:
    """Return P(T <= t), T noncentral t with `df` and noncentrality `centre`.

    Raises
    ------
    ValueError
        If `df` is not positive.

    Examples
    --------
    >>> round(noncentral_t_below(2.0, 10, 1.5), 6)
    0.659154
    """
    if not df > 0:
        raise ValueError(f"degrees of freedom must be positive, got {df}")
    below = float(_special().nctdtr(df, centre, t))
    if isnan(below):
        # SciPy gives NaN where all lies on one side, but for less than rounding leaves.
        return 0.0 if t < centre else 1.0
    return below


def two_sided_power(centre: float, df: float, alpha: float = 0.05) -> float:
    """Return P(|T| > t(1 - alpha/2; df)), T noncentral t with `df` and noncentrality `centre`.

    The power of a two-sided t test whose estimate lies `centre` standard errors from 0,
    rejections on the wrong side included.

    Raises
    ------
    ValueError
        If `df` is not positive or alpha is not inside (0, 1).

    References
    ----------
    Cohen (1988), Statistical Power Analysis; R 4.2.2 `power.t.test(strict = TRUE)`.

    Examples
    --------
    >>> round(two_sided_power(2.8, 52), 4), round(two_sided_power(0, 52), 4)
    (0.7846, 0.05)
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha lies inside (0, 1), got {alpha}")
    bound = t_quantile(1 - alpha / 2, df)
    above = noncentral_t_below(-bound, df, -centre)
    return above + noncentral_t_below(-bound, df, centre)


def noncentrality_interval(t: float, df: float, level: float = CONFIDENCE) -> Interval:
    """Return the noncentralities under which `t` lies at either tail of (1 - level) / 2.

    Returns
    -------
    Interval
        `not-identified` where no noncentrality puts it there (t without a finite root).

    Raises
    ------
    ValueError
        If `df` is not positive or the level is not inside (0, 1).

    References
    ----------
    Steiger & Fouladi (1997), in What if there were no significance tests?, 221-257.

    Examples
    --------
    >>> held = noncentrality_interval(2.0, 18)
    >>> round(held.low, 4), round(held.high, 4)
    (-0.0894, 4.0396)
    """
    if not 0 < level < 1:
        raise ValueError(f"a level lies inside (0, 1), got {level}")
    tail = (1 - level) / 2
    low = _root(lambda centre: noncentral_t_below(t, df, centre) - (1 - tail), t)
    high = _root(lambda centre: noncentral_t_below(t, df, centre) - tail, t)
    if low is None or high is None or low > high:
        return Interval(None, None, Reason.NOT_IDENTIFIED, level)
    return Interval(low, high, level=level)


def small_sample_factor(df: float) -> float:
    """Return J = Gamma(df/2) / (sqrt(df/2) Gamma((df-1)/2)): what makes d unbiased.

    Raises
    ------
    ValueError
        If `df` is not above 1.

    References
    ----------
    Hedges (1981), J. Educational Statistics 6, 107-128.

    Examples
    --------
    >>> round(small_sample_factor(10), 6)
    0.922746
    """
    if not df > 1:
        raise ValueError(f"J needs degrees of freedom above 1, got {df}")
    return exponential(lgamma(df / 2) - lgamma((df - 1) / 2) - log(df / 2) / 2)


def _root(falling: Callable[[float], float], start: float) -> float | None:
    """Bisect a falling function of the noncentrality to the last bit, from around `start`."""
    width = 1.0
    low, high = start - width, start + width
    while falling(low) <= 0 and width < 1e6:
        width *= 2
        low = start - width
    while falling(high) >= 0 and width < 1e6:
        width *= 2
        high = start + width
    if not (isfinite(falling(low)) and isfinite(falling(high)) and falling(low) > 0 > falling(high)):
        return None
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return (low + high) / 2
