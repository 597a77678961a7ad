"""Mixed degrees: Satterthwaite's degrees of freedom of mixed-model coefficients; none without curvature."""

from __future__ import annotations

import numpy as np

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.descent import Lowest, curvature
from services.analytics.methods.mixed_profile import MixedProfile
from services.analytics.methods.results import Reason

_SINGULAR = 1e-12


def degrees_of_freedom(
    profile: MixedProfile, found: Lowest, contrasts: FloatArray
) -> tuple[float | Reason, ...]:
    """Return Satterthwaite's degrees of freedom of each row of contrasts.

    Parameters
    ----------
    profile : MixedProfile
    found : Lowest
        Its optimum.
    contrasts : (q, p) array
        In the orthonormal coordinates of the design (the rows of `LeastSquares.unbasis`
        for the coefficients themselves).

    Notes
    -----
    df = 2 v^2 / (g' A g): v the contrast's variance, g its gradient by the ratios theta and
    the residual standard deviation, A twice the inverse of the second derivatives of the
    criterion not profiled over sigma. Terms at zero are taken as known to be zero.

    References
    ----------
    Giesbrecht & Burns (1985), Biometrics 41; Kuznetsova et al. (2017), J. Stat. Software 82.

    Examples
    --------
    >>> from services.analytics.methods.descent import lowest
    >>> from services.analytics.methods.least_squares import least_squares
    >>> fit = least_squares([1, 2, 4, 5, 7, 9], np.ones((6, 1)))
    >>> profile = MixedProfile(fit, [np.array([0, 0, 1, 1, 2, 2])])
    >>> best = lowest(profile.criterion, np.ones(1), np.array([True]))
    >>> round(degrees_of_freedom(profile, best, fit.unbasis)[0], 4)
    2.0
    """
    at = profile.at(found.at)
    variance = at.squares / profile.free
    spread = _spread(profile, found, variance)
    scale = np.abs(np.diag(spread)).max()
    if not np.linalg.det(spread / scale) > _SINGULAR:
        return (Reason.NOT_CONVERGED,) * len(contrasts)
    inside = np.flatnonzero(found.inside)
    held: list[float | Reason] = []
    for row in contrasts:
        weight = at.inverse @ row
        value = variance * float(row @ weight)
        by_ratio = [2 * variance / found.at[t] * float(weight @ at.sides[t] @ weight) for t in inside]
        gradient = np.array([*by_ratio, 2 * value / np.sqrt(variance)])
        left = float(gradient @ np.linalg.solve(spread, gradient))
        held.append(value**2 / left if left > 0 else Reason.NOT_CONVERGED)
    return tuple(held)


def _spread(profile: MixedProfile, found: Lowest, variance: float) -> FloatArray:
    """Second derivatives by (ratios inside, sigma) of the criterion not profiled over sigma."""
    inside = np.flatnonzero(found.inside)
    count = inside.size

    def unprofiled(ratios: FloatArray) -> tuple[float, FloatArray]:
        at = profile.at(ratios)
        return 0.0, profile.slopes(ratios, at, variance)

    held = np.zeros((count + 1, count + 1))
    held[:count, :count] = curvature(unprofiled, found.at, found.inside)
    at = profile.at(found.at)
    for row, term in enumerate(inside):
        effects = at.effects[term]
        crossed = 4 / found.at[term] * float(effects @ effects) / variance**1.5
        held[row, count] = held[count, row] = crossed
    held[count, count] = 4 * profile.free / variance
    return held
