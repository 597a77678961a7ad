"""Descent: where a smooth criterion is lowest above its bounds; refuses to call a stall an optimum."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import numpy as np

from services.analytics.methods.arrays import BoolArray, FloatArray
from services.analytics.methods.records import record
from services.analytics.methods.results import Reason

Criterion = Callable[[FloatArray], tuple[float, FloatArray]]
"""Returns the value and its gradient at a point."""

BEYOND = 1e300
"""What a criterion returns, with no gradient, where it has no value."""

_FLOOR = 1e-3
_GAIN = 1e-9
_STEP = 1e-4
_LIFT = 0.1
_POLISHES = 8
_ROUNDS = 4
_STEEP = 1e-3
_FAR = 1e4


@record(eq=False)
class Lowest:
    """Where the criterion is lowest.

    Attributes
    ----------
    at : (p,)
        The point; exactly on its bound where it ended there.
    value : float
        The criterion.
    inside : (p,) bool
        Which parameters stand off their bound; below a thousandth counts as on it.
    """

    at: FloatArray
    value: float
    inside: BoolArray


def lowest(criterion: Criterion, start: FloatArray, bounded: BoolArray) -> Lowest | Reason:
    """Return where the criterion is lowest, the `bounded` parameters kept at 0 or above.

    Parameters
    ----------
    criterion : callable
        Point to value and gradient. Square roots of variances are meant: at 0 their
        gradient is 0, so a parameter that ends there is lifted off once more to see
        whether the criterion falls.
    start : (p,) array
        Strictly inside the bounds, of order 1.
    bounded : (p,) bool

    Returns
    -------
    Lowest or Reason
        `not-converged` when the gradient doesn't vanish, or only far out.

    Notes
    -----
    L-BFGS-B, then Newton steps with differences of the gradient until they gain nothing.

    References
    ----------
    Byrd, Lu, Nocedal & Zhu (1995), SIAM J. Sci. Comput. 16.

    Examples
    --------
    >>> def bowl(x):
    ...     return float((x[0] ** 2 - 2) ** 2 + x[1] ** 2), np.array(
    ...         [4 * x[0] * (x[0] ** 2 - 2), 2 * x[1]]
    ...     )
    >>> found = lowest(bowl, np.ones(2), np.array([True, True]))
    >>> round(float(found.at[0]) ** 2, 9), found.inside.tolist()
    (2.0, [True, False])
    """
    found = _settled(criterion, start, bounded)
    for _ in range(_ROUNDS):
        edge = bounded & (found == 0)
        if not edge.any():
            break
        lifted = _settled(criterion, np.where(edge, _LIFT, found), bounded)
        if not criterion(lifted)[0] < criterion(found)[0] - _GAIN:
            break
        found = lifted
    if not np.abs(found).max() < _FAR:
        return Reason.NOT_CONVERGED
    inside = ~bounded | (found > 0)
    found = _polished(criterion, found, inside)
    value, gradient = criterion(found)
    steep = float(np.abs(gradient[inside]).max(initial=0.0))
    if not (value < BEYOND and steep < _STEEP):
        return Reason.NOT_CONVERGED
    return Lowest(found, value, inside)


def curvature(criterion: Criterion, at: FloatArray, inside: BoolArray) -> FloatArray:
    """Return second derivatives by the parameters inside, from differences of the gradient.

    Examples
    --------
    >>> def bowl(x):
    ...     return float(x @ x), 2 * x
    >>> curvature(bowl, np.ones(2), np.array([True, True])).round(6).tolist()
    [[2.0, 0.0], [0.0, 2.0]]
    """
    places = np.flatnonzero(inside)
    held = np.zeros((places.size, places.size))
    for row, place in enumerate(places):
        held[row] = _derivative(criterion, at, int(place))[places]
    return np.asarray((held + held.T) / 2)


def _derivative(criterion: Criterion, at: FloatArray, place: int) -> FloatArray:
    """Five-point difference of the gradient."""
    step = np.zeros_like(at)
    step[place] = _STEP * max(abs(float(at[place])), 0.01) * 10
    near = criterion(at + step)[1] - criterion(at - step)[1]
    far = criterion(at + 2 * step)[1] - criterion(at - 2 * step)[1]
    return np.asarray((8 * near - far) / (12 * step[place]))


def _settled(criterion: Criterion, start: FloatArray, bounded: BoolArray) -> FloatArray:
    """Descend above a floor, then set what lies on it to exactly 0 and descend once more.

    At 0 a covariance may be singular and the criterion a cliff; the floor keeps off it.
    """
    above = _descended(criterion, start, np.where(bounded, _FLOOR, -np.inf), np.zeros_like(bounded))
    edge = bounded & (above <= _FLOOR * (1 + _FLOOR))
    if not edge.any():
        return above
    at_zero = np.where(edge, 0.0, above)
    return _descended(criterion, at_zero, np.where(bounded, _FLOOR, -np.inf), edge)


def _descended(criterion: Criterion, start: FloatArray, floor: FloatArray, fixed: BoolArray) -> FloatArray:
    minimize = import_module("scipy.optimize").minimize
    bounds = [
        (0.0, 0.0) if still else (low if np.isfinite(low) else None, None)
        for low, still in zip(floor.tolist(), fixed.tolist(), strict=True)
    ]
    held, value = start, criterion(start)[0]
    for _ in range(_ROUNDS):
        options = {"ftol": 1e-12, "gtol": 1e-6, "maxiter": 500}
        found = minimize(criterion, held, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
        gained, value = value - float(found.fun), float(found.fun)
        held = np.asarray(found.x, dtype=np.float64)
        if found.success or gained < _GAIN:
            break
    return held


def _polished(criterion: Criterion, at: FloatArray, inside: BoolArray) -> FloatArray:
    """Newton steps while they shrink the gradient: the last digits L-BFGS-B leaves."""
    held, (value, gradient) = at, criterion(at)
    bend = curvature(criterion, at, inside) if inside.any() else np.zeros((0, 0))
    for _ in range(_POLISHES if inside.any() else 0):
        step = np.zeros_like(held)
        step[inside] = np.linalg.lstsq(bend, gradient[inside], rcond=1e-9)[0]
        tried = held - step
        reached, slope = criterion(tried)
        shorter = np.abs(slope[inside]).max() < np.abs(gradient[inside]).max()
        if reached > value + _GAIN or not shorter:
            break
        held, value, gradient = tried, reached, slope
    return held
