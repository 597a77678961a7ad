"""Chi-square: test results, tail areas and noncentrality; refuses to load SciPy before its use."""

from functools import cache
from importlib import import_module
from types import ModuleType

from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity, Reason, quantity, undefined

_STEPS = 200


@cache
def _special() -> ModuleType:
    return import_module("scipy.special")


@record
class ChiSquare:
    """A chi-square statistic with its degrees of freedom and upper tail area."""

    statistic: Quantity
    df: Quantity
    p: Quantity


def chi_square(statistic: float | Reason, df: int) -> ChiSquare:
    """Return the test; on no degrees of freedom there is a statistic, but nothing it tests.

    Examples
    --------
    >>> round(chi_square(3.841459, 1).p.value, 6)
    0.05
    >>> chi_square(0.0, 0).p.reason.value
    'no-degrees-of-freedom'
    """
    if isinstance(statistic, Reason):
        return ChiSquare(undefined(statistic), undefined(statistic), undefined(statistic))
    tail = chi_square_tail(statistic, df) if df > 0 else Reason.NO_DEGREES_OF_FREEDOM
    return ChiSquare(Quantity(float(statistic)), Quantity(float(df)), quantity(tail))


def chi_square_tail(value: float, df: float) -> float:
    """Return P(X >= value), X chi-square with `df`, precise far out.

    Raises
    ------
    ValueError
        If `df` is not positive.

    Examples
    --------
    >>> round(chi_square_tail(16.918978, 9), 6)
    0.05
    """
    if not df > 0:
        raise ValueError(f"degrees of freedom must be positive, got {df}")
    return float(_special().chdtrc(df, max(value, 0.0)))


def noncentral_below(value: float, df: float, centre: float) -> float:
    """Return P(X <= value), X chi-square with `df` and noncentrality `centre`.

    Examples
    --------
    >>> round(noncentral_below(20.0, 9, 10.0), 6)
    0.5975
    """
    return float(_special().chndtr(value, df, centre))


def noncentrality(value: float, df: float, below: float) -> float:
    """Return the noncentrality at which P(X <= value) = below; 0 where even none is too much.

    Parameters
    ----------
    value, df : float
        The observed statistic and its degrees of freedom.
    below : float
        The area wanted below it: .95 gives a 90 % interval's lower end, .05 its upper.

    Examples
    --------
    >>> round(noncentral_below(30.0, 9, noncentrality(30.0, 9, 0.05)), 9)
    0.05
    >>> noncentrality(5.0, 9, 0.95)
    0.0
    """
    if noncentral_below(value, df, 0.0) <= below:
        return 0.0
    low, high = 0.0, max(value, 1.0)
    while noncentral_below(value, df, high) > below:
        low, high = high, 2 * high
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if noncentral_below(value, df, middle) > below else (low, middle)
    return high
