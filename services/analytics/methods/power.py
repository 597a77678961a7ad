"""Power: what a slope or a moderator needs to be seen; refuses power worked out from the estimate."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite, sqrt

from services.analytics.methods.noncentral import two_sided_power
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity, Reason, undefined

_STEPS = 200


@record
class Spread:
    """What decides a slope's standard error: sd of x (ddof 1), sd about the line.

    Raises
    ------
    ValueError
        If one of them is not positive.
    """

    x: float
    residual: float

    def __post_init__(self) -> None:
        if not (self.x > 0 and self.residual > 0 and isfinite(self.x + self.residual)):
            raise ValueError("both standard deviations must be positive")


def power_of_slope(slope: float, spread: Spread, n: int, alpha: float = 0.05) -> Quantity:
    """Return the power to tell `slope` from 0 in `n` independent rows.

    Notes
    -----
    Noncentral t, df n - 2, noncentrality slope sd_x sqrt(n - 1) / sd_residual. `slope` is
    what one cares about, not what was found: at the found one power repeats p.

    Raises
    ------
    ValueError
        If alpha is not inside (0, 1).

    References
    ----------
    Cohen (1988); Hoenig & Heisey (2001), American Statistician 55, 19-24.

    Examples
    --------
    >>> round(power_of_slope(0.4, Spread(0.5, 0.6), 54).value, 4)
    0.6634
    """
    if n < 3:
        return undefined(Reason.TOO_FEW_ROWS)
    return Quantity(two_sided_power(slope * spread.x * sqrt(n - 1) / spread.residual, n - 2, alpha))


def power_of_moderator(
    difference: float, spread: Spread, n_with: int, n_without: int, alpha: float = 0.05
) -> Quantity:
    """Return the power to tell two slopes apart: the interaction of x with a 0/1 moderator.

    Notes
    -----
    Noncentral t, df n - 4, noncentrality difference / (sd_residual sqrt(1 / S_1 + 1 / S_0)),
    S_g = (n_g - 1) sd_x^2 with the same spread of x on both sides.

    Raises
    ------
    ValueError
        If alpha is not inside (0, 1).

    References
    ----------
    Cohen (1988); Aiken & West (1991), chapter 8.

    Examples
    --------
    >>> round(power_of_moderator(0.4, Spread(0.5, 0.6), 20, 34).value, 4)
    0.2058
    """
    if min(n_with, n_without) < 2 or n_with + n_without < 5:
        return undefined(Reason.TOO_FEW_ROWS)
    error = spread.residual / spread.x * sqrt(1 / (n_with - 1) + 1 / (n_without - 1))
    return Quantity(two_sided_power(difference / error, n_with + n_without - 4, alpha))


def detectable_slope(power: float, spread: Spread, n: int, alpha: float = 0.05) -> Quantity:
    """Return the smallest slope that `n` rows show with this power.

    Raises
    ------
    ValueError
        If the power is not inside (alpha, 1).

    Examples
    --------
    >>> round(detectable_slope(0.8, Spread(0.5, 0.6), 54).value, 4)
    0.4705
    """
    if n < 3:
        return undefined(Reason.TOO_FEW_ROWS)
    return Quantity(
        smallest(lambda slope: power_of_slope(slope, spread, n, alpha).value or 0.0, power, alpha)
    )


def smallest(power_at: Callable[[float], float], power: float, alpha: float) -> float:
    """Return where a rising power curve reaches `power`, to the last bit.

    Raises
    ------
    ValueError
        If the power is not inside (alpha, 1).

    Examples
    --------
    >>> round(smallest(lambda effect: effect / (1 + effect), 0.5, 0.05), 12)
    1.0
    """
    if not 0 < alpha < power < 1:
        raise ValueError(f"a power lies between alpha and 1: {alpha}, {power}")
    low, high = 0.0, 1.0
    while power_at(high) < power:
        low, high = high, high * 2
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if power_at(middle) < power else (low, middle)
    return high
