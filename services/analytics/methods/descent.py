"""Descent: where a smooth criterion is lowest above its bounds; refuses to call a stall an optimum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import numpy as np

from services.analytics.methods.arrays import BoolArray, FloatArray
from services.analytics.methods.results import Reason

Criterion = Callable[[FloatArray], tuple[float, FloatArray]]
"""Returns the value and its gradient at a point."""

_EDGE = 1e-4
_STEP = 1e-4
_LIFT = 0.1
_POLISHES = 8
_ROUNDS = 4
_FLAT = 1e-4


@dataclass(frozen=True, eq=False)
class Lowest:
    """Where the criterion is lowest.

    Attributes
    ----------
    at : (p,)
        The point; exactly on its bound where it ended there.
    value : float
        The criterion.
    inside : (p,) bool
        Which parameters stand off their bound.
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
        `not-converged` when the gradient doesn't vanish.

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
    found = _descended(criterion, start, bounded)
    for _ in range(_ROUNDS):
        edge = bounded & (found <= _EDGE)
        found = np.where(edge, 0.0, found)
        if not edge.any():
            break
        lifted = _descended(criterion, np.where(edge, _LIFT, found), bounded)
        if not criterion(lifted)[0] < criterion(found)[0] - 1e-9:
            break
        found = lifted
    inside = ~bounded | (found > _EDGE)
    found = _polished(criterion, np.where(inside, found, 0.0), inside)
    value, gradient = criterion(found)
    if not np.isfinite(value) or np.abs(gradient[inside]).max(initial=0.0) > _FLAT * (1 + abs(value)):
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


def _descended(criterion: Criterion, start: FloatArray, bounded: BoolArray) -> FloatArray:
    minimize = import_module("scipy.optimize").minimize
    found = minimize(
        criterion,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, None) if one else (None, None) for one in bounded],
        options={"ftol": 1e-13, "gtol": 1e-7, "maxiter": 500},
    )
    return np.asarray(found.x, dtype=np.float64)


def _polished(criterion: Criterion, at: FloatArray, inside: BoolArray) -> FloatArray:
    """Newton steps while they shrink the gradient: the last digits L-BFGS-B leaves."""
    held, gradient = at, criterion(at)[1]
    bend = curvature(criterion, at, inside) if inside.any() else np.zeros((0, 0))
    for _ in range(_POLISHES if inside.any() else 0):
        step = np.zeros_like(held)
        step[inside] = np.linalg.lstsq(bend, gradient[inside], rcond=1e-9)[0]
        tried = held - step
        slope = criterion(tried)[1]
        if not np.abs(slope[inside]).max() < np.abs(gradient[inside]).max():
            break
        held, gradient = tried, slope
    return held
