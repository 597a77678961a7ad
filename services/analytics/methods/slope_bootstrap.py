"""A slope's interval over clusters: its additive statistics and their bootstrap; refuses gaps."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray, labels, vector
from services.analytics.methods.resampling import Bootstrap, bootstrap, seeded_sums
from services.analytics.methods.results import CONFIDENCE

DRAWS = 2_000
_DEPENDENT = 1e-10


def slope_statistics(x: npt.ArrayLike, y: npt.ArrayLike, clusters: npt.ArrayLike) -> FloatArray:
    """Return what each cluster adds to the slope of y on x: clusters x 5.

    Parameters
    ----------
    x, y : (n,) arrays
        Complete; taken about their means, so that nothing is lost in rounding.
    clusters : (n,) labels
        The clusters come in the order of their labels.

    Returns
    -------
    (clusters, 5) array
        Rows n and the sums of x, y, x^2 and x y.

    Raises
    ------
    ValueError
        If lengths differ or a value is missing or infinite.

    Examples
    --------
    >>> slope_statistics([1, 2, 3, 4], [1, 1, 2, 4], list("aabb")).tolist()
    [[2.0, -2.0, -2.0, 2.5, 2.0], [2.0, 2.0, 2.0, 2.5, 3.0]]
    """
    first, second = vector(x, "x"), vector(y, "y")
    if first.size != second.size or np.isnan(first).any() or np.isnan(second).any():
        raise ValueError("x and y are the complete columns of one table")
    codes = labels(clusters, first.size, "clusters")
    if not first.size:
        return np.zeros((0, 5))
    first, second = first - first.mean(), second - second.mean()
    added = (np.ones(first.size), first, second, first * first, first * second)
    return np.column_stack([np.bincount(codes, part) for part in added])


def slope_of_sums(sums: FloatArray) -> FloatArray:
    """Return the slope of each row of summed statistics; NaN where x doesn't vary.

    (S_xy - S_x S_y / n) / (S_xx - S_x^2 / n).

    Raises
    ------
    ValueError
        If the rows are not five wide.

    Examples
    --------
    >>> held = slope_statistics([0, 1, 2, 3], [1, 2, 2, 4], list("aabb"))
    >>> slope_of_sums(held.sum(axis=0, keepdims=True)).round(6)
    array([0.9])
    """
    if sums.shape[1] != 5:
        raise ValueError(f"a slope's sums are 5 wide, got {sums.shape[1]}")
    n, x, y, xx, xy = sums.T
    found = np.full(n.shape, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = xx - x * x / n
        held = (n > 0) & (spread > _DEPENDENT * xx)
        np.divide(xy - x * y / n, spread, out=found, where=held)
    return found


def slope_interval(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    clusters: npt.ArrayLike,
    seed: int,
    draws: int = DRAWS,
) -> Bootstrap:
    """Return the slope of y on x with its 95 % intervals over resampled clusters.

    Parameters
    ----------
    x, y : (n,) arrays
        Complete.
    clusters : (n,) labels
        Cases, or rows where each row is one.
    seed : int
        Stored by the caller with the result; the draws are those of a generator of this seed.
    draws : int

    Raises
    ------
    ValueError
        As `slope_statistics` and `seeded_sums`.

    References
    ----------
    Davison & Hinkley (1997), Bootstrap Methods and their Application, 6.2.4 and 3.8.

    Examples
    --------
    >>> x = np.arange(40.0)
    >>> held = slope_interval(x, 2 * x + x % 7, np.arange(40) // 2, seed=1, draws=200)
    >>> held.percentile.low < held.value.value < held.percentile.high
    True
    """
    statistics = slope_statistics(x, y, clusters)
    return bootstrap(statistics, slope_of_sums, seeded_sums(statistics, draws, seed), CONFIDENCE)
