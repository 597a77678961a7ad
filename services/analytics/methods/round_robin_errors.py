"""Round-robin errors: sampling variances of ANOVA components (Lashley and Bond); complete matrices only."""

from __future__ import annotations

import numpy as np

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.round_robin_sums import SMALLEST


def component_variances(components: FloatArray, size: int) -> FloatArray:
    """Return the estimated sampling variances of one size's components (5 x cases).

    Parameters
    ----------
    components : (5, cases) array
        Actor, partner, relationship variance, actor-partner, dyadic covariance.
    size : int
        Members n, at least 4.

    Raises
    ------
    ValueError
        If the size is below 4.

    Notes
    -----
    Unbiased under normality: the products of parameters are themselves estimated. Can come
    out negative when components do.

    References
    ----------
    Lashley & Bond (1997), Psychological Methods 2, 278-291.

    Examples
    --------
    >>> held = component_variances(np.array([[0.17], [0.12], [0.32], [-0.01], [0.14]]), 5)
    >>> held.ravel().round(4).tolist()
    [0.0251, 0.0171, 0.0171, 0.0146, 0.0171]
    """
    if size < SMALLEST:
        raise ValueError(f"components need {SMALLEST} members, got {size}")
    actor, partner, own, _, dyadic = components
    n = float(size)
    relationship = _relationship(own, dyadic, n)
    noise = _level_noise(own, dyadic, n)
    return np.stack(
        [
            _level(actor, own, dyadic, n) + noise,
            _level(partner, own, dyadic, n) + noise,
            relationship,
            _crossed(components, n) + _crossed_noise(own, dyadic, n),
            relationship,
        ]
    )


def _weight(n: float) -> float:
    return (n**2 - 3 * n + 6) * (n**2 - 3 * n + 4)


def _scale(n: float) -> float:
    return _weight(n) * (n + 1) * n**2 * (n - 2) ** 2


def _level(level: FloatArray, own: FloatArray, dyadic: FloatArray, n: float) -> FloatArray:
    shared = 4 * level * ((n - 1) * own + dyadic) / ((n + 1) * n * (n - 2))
    return np.asarray(2 * level**2 / (n + 1) + shared)


def _level_noise(own: FloatArray, dyadic: FloatArray, n: float) -> FloatArray:
    squares = np.polyval([1, -7, 28, -66, 102, -84, 32], n) * own**2
    others = (n**3 - n**2 - 2 * n + 16) * (n**2 - 2 * n + 2) * dyadic**2
    return np.asarray((2 * squares + 2 * others + _mixed(own, dyadic, n)) / _scale(n))


def _mixed(own: FloatArray, dyadic: FloatArray, n: float) -> FloatArray:
    return np.asarray(4 * np.polyval([1, -5, 20, -42, 60, -32], n) * own * dyadic)


def _relationship(own: FloatArray, dyadic: FloatArray, n: float) -> FloatArray:
    squares = 2 * (n**2 - 3 * n + 5) * (own**2 + dyadic**2)
    return np.asarray((squares + 4 * own * dyadic) / _weight(n))


def _crossed(components: FloatArray, n: float) -> FloatArray:
    actor, partner, own, crossed, dyadic = components
    levels = ((n - 3) * crossed**2 + (n - 1) * actor * partner) / ((n + 1) * (n - 2))
    noise = (n - 1) * (actor + partner) * ((n - 1) * own + dyadic)
    shared = 2 * (n - 3) * crossed * (own + (n - 1) * dyadic)
    return np.asarray(levels + (noise + shared) / ((n + 1) * n * (n - 2) ** 2))


def _crossed_noise(own: FloatArray, dyadic: FloatArray, n: float) -> FloatArray:
    squares = np.polyval([1, -5, 19, -45, 90, -96, 64], n) * own**2
    others = np.polyval([1, -7, 31, -83, 150, -144, 64], n) * dyadic**2
    return np.asarray((squares + others + _mixed(own, dyadic, n)) / _scale(n))
