"""Path: leadership -> RK -> citizen, the indirect part with its interval; refuses to call it cause."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray, vector
from services.analytics.methods.least_squares import design_of
from services.analytics.methods.records import record
from services.analytics.methods.regression import regress
from services.analytics.methods.resampling import Bootstrap, bootstrap
from services.analytics.methods.results import CONFIDENCE, Estimate
from services.analytics.methods.sandwich import Errors

Resample = Callable[[FloatArray], FloatArray]
"""From additive statistics (cases x statistics) to their sums over resamples (draws x statistics)."""

_DEPENDENT = 1e-10


@record
class PathEffects:
    """The path's coefficients over cases of one wave.

    Attributes
    ----------
    n, dropped : int
        Cases with all three scores; cases without.
    leadership_to_rk : Estimate
        a: slope of RK on leadership, HC3.
    rk_to_citizen : Estimate
        b: slope of citizen quality on RK, leadership held fixed, HC3.
    direct : Estimate
        Slope of citizen quality on leadership, RK held fixed, HC3.
    total : Estimate
        Slope of citizen quality on leadership alone, HC3: direct + a b.
    indirect : Bootstrap
        a b, resampled over cases.
    """

    n: int
    dropped: int
    leadership_to_rk: Estimate
    rk_to_citizen: Estimate
    direct: Estimate
    total: Estimate
    indirect: Bootstrap


def path_effects(
    leadership: npt.ArrayLike,
    rk: npt.ArrayLike,
    citizen: npt.ArrayLike,
    resample: Resample,
    level: float = CONFIDENCE,
) -> PathEffects:
    """Return how far leadership goes with citizen quality by way of RK.

    Parameters
    ----------
    leadership, rk, citizen : (n,) arrays
        A case's mean leadership score, case score and citizen score of one wave, cases
        sorted by id; NaN is missing. Cases with all three are used.
    resample : callable
        `lambda table: drawn_sums(table, draws, rng)` or `given_sums(table, indices)`.
    level : float
        Of the intervals.

    Raises
    ------
    ValueError
        If lengths differ or a score is infinite.

    Notes
    -----
    With S the sums of products about the means, x leadership, m RK, y citizen: a = S_xm /
    S_xx; b = (S_xx S_my - S_xm S_xy) / (S_xx S_mm - S_xm^2). A product of two estimates is
    skewed, so its interval is the bootstrap's; one measurement at one time says nothing
    about what causes what.

    References
    ----------
    MacKinnon, Lockwood & Williams (2004), Multivariate Behavioral Research 39, 99-128.

    Examples
    --------
    >>> from services.analytics.methods.resampling import given_sums
    >>> x, m, y = [1, 2, 3, 4, 5], [1, 3, 2, 5, 4], [2, 2, 3, 5, 4]
    >>> indices = [[0, 1, 2, 3, 4], [0, 1, 2, 3, 3], [1, 2, 3, 4, 4]]
    >>> held = path_effects(x, m, y, lambda table: given_sums(table, indices))
    >>> round(held.indirect.value.value, 6)
    0.311111
    """
    held = [
        vector(one, name) for one, name in ((leadership, "leadership"), (rk, "rk"), (citizen, "citizen"))
    ]
    if len({one.size for one in held}) > 1:
        raise ValueError(f"the three are of the same cases: {[one.size for one in held]}")
    table = np.column_stack(held)
    there = ~np.isnan(table).any(axis=1)
    table = table[there]
    x, m, y = table.T
    second = regress(y, design_of(m, x), Errors.HC3, level=level)
    statistics = _statistics(table)
    return PathEffects(
        n=len(table),
        dropped=int((~there).sum()),
        leadership_to_rk=regress(m, design_of(x), Errors.HC3, level=level).slope,
        rk_to_citizen=second.slope,
        direct=second.coefficients[2],
        total=regress(y, design_of(x), Errors.HC3, level=level).slope,
        indirect=bootstrap(statistics, _indirect, resample(statistics), level),
    )


def _statistics(table: FloatArray) -> FloatArray:
    """What each case adds: 1, x, m, y and the products xx, xm, xy, mm, my, about the means."""
    if not len(table):
        return np.zeros((0, 9))
    x, m, y = (table - table.mean(axis=0)).T
    return np.column_stack([np.ones(x.size), x, m, y, x * x, x * m, x * y, m * m, m * y])


def _indirect(sums: FloatArray) -> FloatArray:
    """a b of each row of summed statistics; NaN where leadership or RK given it doesn't vary."""
    n, x, m, y, xx, xm, xy, mm, my = sums.T
    found = np.full(n.shape, np.nan)
    held = n > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        sxx, smm = xx - x * x / n, mm - m * m / n
        sxm, sxy, smy = xm - x * m / n, xy - x * y / n, my - m * y / n
        left = sxx * smm - sxm**2
        held &= (sxx > _DEPENDENT * xx) & (left > _DEPENDENT * sxx * smm)
        b = (sxx * smy - sxm * sxy) / left
        found[held] = (sxm / sxx * b)[held]
    return found
