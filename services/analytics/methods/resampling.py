"""Resampling: the bootstrap over clusters as weights @ additive statistics; refuses other statistics."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from math import e, erfc, factorial, isfinite, sqrt

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray, IntArray, frozen, matrix
from services.analytics.methods.noncentral import normal_quantile
from services.analytics.methods.records import record
from services.analytics.methods.results import CONFIDENCE, Interval, Quantity, Reason, undefined

Estimator = Callable[[FloatArray], FloatArray]
"""From summed statistics (draws x statistics) to one estimate per draw, NaN where it has none."""

MOST_MULTINOMIAL = 5_000
"""Clusters up to which a draw takes exactly as many clusters as there are; above, Poisson weights."""

LEAST_DEFINED = 0.95
"""Share of draws that must have an estimate for an interval to stand on them."""

_BLOCK = 12_000
"""Weights in memory at once: few enough to stay in the cache and off fresh pages."""

_STEPS = 65_536


@record
class Bootstrap:
    """An estimate with the intervals that its resamples give it.

    Attributes
    ----------
    value : Quantity
        The estimate from the data themselves.
    clusters, draws, undefined_draws : int
        Clusters resampled; resamples; and how many of those have no estimate (a draw of
        cases that all answer alike has no alpha). These are left out, and where more than
        5 % are, the intervals are undefined.
    bias, standard_error : Quantity
        Mean of the draws less the value, and their standard deviation (ddof 1).
    percentile, bca : Interval
        Quantiles of the draws; and those corrected for bias and acceleration.
    """

    value: Quantity
    clusters: int
    draws: int
    undefined_draws: int
    bias: Quantity
    standard_error: Quantity
    percentile: Interval
    bca: Interval


def cluster_weights(indices: npt.ArrayLike, clusters: int) -> FloatArray:
    """Return how often each given resample holds each cluster: draws x clusters.

    Parameters
    ----------
    indices : (draws, any) int array
        Cluster positions, from 0; every row is one resample.
    clusters : int
        How many there are to draw from.

    Raises
    ------
    ValueError
        If the indices aren't a matrix of whole numbers 0..clusters-1.

    Examples
    --------
    >>> cluster_weights([[0, 0, 2], [1, 2, 0]], 3).tolist()
    [[2.0, 0.0, 1.0], [1.0, 1.0, 1.0]]
    """
    chosen = np.asarray(indices)
    if chosen.ndim != 2 or not np.issubdtype(chosen.dtype, np.integer):
        raise ValueError("indices are a matrix of whole numbers, one resample a row")
    if chosen.size and (chosen.min() < 0 or chosen.max() >= clusters):
        raise ValueError(f"an index lies outside 0..{clusters - 1}")
    return _counted(chosen, clusters).astype(np.float64)


def drawn_weights(clusters: int, draws: int, rng: np.random.Generator) -> FloatArray:
    """Return random weights, draws x clusters: multinomial up to 5,000 clusters, Poisson above.

    Notes
    -----
    Multinomial: every draw holds `clusters` clusters, chosen with replacement. Poisson: each
    cluster's weight is drawn alone, from Poisson(1) rounded to 16 bits so that mean 1 and
    variance 1 hold exactly; for so many clusters the two agree, and the sum need not be kept.

    References
    ----------
    Hanley & MacGibbon (2006), Computer Methods and Programs in Biomedicine 83, 57-62.

    Examples
    --------
    >>> drawn_weights(54, 2, np.random.default_rng(1)).sum(axis=1)
    array([54., 54.])
    """
    if clusters <= MOST_MULTINOMIAL:
        return _multinomial(clusters, draws, rng).astype(np.float64)
    levels = rng.integers(0, _STEPS, (draws, clusters), dtype=np.uint16)
    return _poisson_table().take(levels, mode="clip").astype(np.float64)


def drawn_sums(statistics: npt.ArrayLike, draws: int, rng: np.random.Generator) -> FloatArray:
    """Return the summed statistics of random resamples: draws x statistics, in bounded memory.

    Parameters
    ----------
    statistics : (clusters, statistics) array
        What each cluster adds, clusters sorted by id (the draw depends on their order).
    draws : int
        Resamples, 2,000 or more for an interval's ends.
    rng : Generator
        Seeded by the caller, who stores the seed with the result.

    Raises
    ------
    ValueError
        If the statistics aren't a finite matrix, or `draws` is below 1.

    Examples
    --------
    >>> drawn_sums(np.ones((54, 1)), 3, np.random.default_rng(1)).ravel()
    array([54., 54., 54.])
    """
    table = _finite(statistics)
    if draws < 1:
        raise ValueError(f"a bootstrap takes at least one draw, got {draws}")
    parts = _parts(len(table), draws)
    return np.vstack([drawn_weights(len(table), part.stop - part.start, rng) @ table for part in parts])


def seeded_sums(statistics: npt.ArrayLike, draws: int, seed: int) -> FloatArray:
    """Return `drawn_sums` of a generator of this seed; how often each cluster is drawn is kept.

    Whoever asks of as many clusters takes the same draws, so they are made once, and what is left of the
    next is a product of matrices. Above 5,000 clusters nothing is kept.

    Parameters
    ----------
    statistics : (clusters, statistics) array
        As `drawn_sums`.
    draws, seed : int

    Raises
    ------
    ValueError
        As `drawn_sums`.

    Examples
    --------
    >>> table = np.arange(54.0).reshape(27, 2)
    >>> bool((seeded_sums(table, 9, 5) == drawn_sums(table, 9, np.random.default_rng(5))).all())
    True
    """
    table = _finite(statistics)
    if draws < 1 or len(table) > MOST_MULTINOMIAL:
        return drawn_sums(table, draws, np.random.default_rng(seed))
    weights = _seeded_weights(len(table), draws, seed)
    parts = [weights[part].astype(np.float64) @ table for part in _parts(len(table), draws)]
    return np.vstack(parts)


def given_sums(statistics: npt.ArrayLike, indices: npt.ArrayLike) -> FloatArray:
    """Return the summed statistics of the resamples named by `indices`, exactly those.

    Raises
    ------
    ValueError
        As `cluster_weights`, or if the statistics aren't a finite matrix.

    Examples
    --------
    >>> given_sums([[1.0], [10.0]], [[0, 0], [0, 1]]).ravel()
    array([ 2., 11.])
    """
    table = _finite(statistics)
    return np.asarray(cluster_weights(indices, len(table)) @ table)


def jackknife_sums(statistics: npt.ArrayLike) -> FloatArray:
    """Return the summed statistics with each cluster left out in turn: clusters x statistics.

    Examples
    --------
    >>> jackknife_sums([[1.0], [10.0], [100.0]]).ravel()
    array([110., 101.,  11.])
    """
    table = _finite(statistics)
    return np.asarray(table.sum(axis=0) - table)


def bootstrap(
    statistics: npt.ArrayLike, estimator: Estimator, sums: FloatArray, level: float = CONFIDENCE
) -> Bootstrap:
    """Return an estimate with its percentile and BCa intervals over clusters.

    Parameters
    ----------
    statistics : (clusters, statistics) array
        What each cluster adds.
    estimator : callable
        From summed statistics, one row per draw, to one estimate per row; NaN for none.
    sums : (draws, statistics) array
        From `drawn_sums` or `given_sums`; several estimators may share them.
    level : float
        Of the intervals.

    Raises
    ------
    ValueError
        If the level is not inside (0, 1), or sums and statistics don't fit each other.

    Notes
    -----
    Percentile: the (1 -+ level)/2 quantiles, interpolated linearly (type 7). BCa: at
    Phi(z0 + (z0 + z)/(1 - a (z0 + z))), with z0 = Phi^-1(share of draws below the value) and
    a = sum d^3 / (6 (sum d^2)^1.5), d the mean of the leave-one-cluster-out estimates less each.

    References
    ----------
    Efron (1987), JASA 82, 171-185; Davison & Hinkley (1997), Bootstrap Methods, 5.3.

    Examples
    --------
    >>> clusters = np.array([[2.0, 1.0], [5.0, 2.0], [1.0, 1.0], [7.0, 2.0]])
    >>> drawn = drawn_sums(clusters, 500, np.random.default_rng(7))
    >>> held = bootstrap(clusters, lambda sums: sums[:, 0] / sums[:, 1], drawn)
    >>> held.value.value, held.percentile.low < 2.5 < held.percentile.high
    (2.5, True)
    """
    if not 0 < level < 1:
        raise ValueError(f"a level lies inside (0, 1), got {level}")
    table = _finite(statistics)
    if sums.ndim != 2 or sums.shape[1] != table.shape[1]:
        raise ValueError(f"sums {sums.shape} don't fit statistics {table.shape}")
    value = float(estimator(table.sum(axis=0, keepdims=True))[0])
    estimates = np.asarray(estimator(sums), dtype=np.float64)
    known = estimates[np.isfinite(estimates)]
    problem = _problem(value, len(table), known, len(estimates))
    if problem is not None:
        nothing, none = undefined(problem), Interval(None, None, problem, level)
        shown = Quantity(value) if isfinite(value) else nothing
        missing = len(estimates) - len(known)
        return Bootstrap(shown, len(table), len(estimates), missing, nothing, nothing, none, none)
    left_out = np.asarray(estimator(jackknife_sums(table)), dtype=np.float64)
    return Bootstrap(
        value=Quantity(value),
        clusters=len(table),
        draws=len(estimates),
        undefined_draws=len(estimates) - len(known),
        bias=Quantity(float(known.mean()) - value),
        standard_error=Quantity(float(known.std(ddof=1))),
        percentile=_ends(known, (1 - level) / 2, (1 + level) / 2, level),
        bca=_bca(known, value, left_out, level),
    )


def _problem(value: float, clusters: int, known: FloatArray, draws: int) -> Reason | None:
    if clusters < 2:
        return Reason.TOO_FEW_CLUSTERS
    if not isfinite(value):
        return Reason.NO_VARIANCE
    if len(known) < max(2.0, LEAST_DEFINED * draws):
        return Reason.UNDEFINED_RESAMPLES
    return None


def _ends(known: FloatArray, lower: float, upper: float, level: float) -> Interval:
    low, high = np.quantile(known, [lower, upper])
    return Interval(float(low), float(high), level=level)


def _bca(known: FloatArray, value: float, left_out: FloatArray, level: float) -> Interval:
    below = float((known < value).mean())
    if not np.isfinite(left_out).all():
        return Interval(None, None, Reason.UNDEFINED_RESAMPLES, level)
    apart = left_out.mean() - left_out
    spread = float((apart**2).sum())
    if spread <= 0 or not 0 < below < 1:
        # Every draw on one side of the value, or no cluster that matters: no correction exists.
        return Interval(None, None, Reason.NO_VARIANCE, level)
    acceleration = float((apart**3).sum()) / (6 * spread**1.5)
    lower, upper = (_corrected(at, below, acceleration) for at in ((1 - level) / 2, (1 + level) / 2))
    if lower is None or upper is None:
        return Interval(None, None, Reason.NOT_IDENTIFIED, level)
    return _ends(known, lower, upper, level)


def _corrected(probability: float, below: float, acceleration: float) -> float | None:
    bias = normal_quantile(below)
    moved = bias + normal_quantile(probability)
    left = 1 - acceleration * moved
    # Past its pole the correction runs backwards: an acceleration so large has no interval.
    return erfc(-(bias + moved / left) / sqrt(2)) / 2 if left > 0 else None


def _parts(clusters: int, draws: int) -> list[slice]:
    """Divide the draws into as many as are made at once."""
    at_once = max(1, _BLOCK // max(1, clusters))
    return [slice(start, min(start + at_once, draws)) for start in range(0, draws, at_once)]


@lru_cache(maxsize=4)
def _seeded_weights(clusters: int, draws: int, seed: int) -> npt.NDArray[np.uint16]:
    """Draw as `drawn_sums` does, part by part; 16 bits hold any number of at most 5,000 clusters."""
    rng = np.random.default_rng(seed)
    weights = np.empty((draws, clusters), dtype=np.uint16)
    for part in _parts(clusters, draws):
        weights[part] = _multinomial(clusters, part.stop - part.start, rng)
    return frozen(weights)


def _multinomial(clusters: int, draws: int, rng: np.random.Generator) -> IntArray:
    """Draw as many clusters as there are, with replacement, and count each: draws x clusters."""
    if not clusters:
        return np.zeros((draws, 0), dtype=np.int64)
    return _counted(rng.integers(0, clusters, (draws, clusters)), clusters)


def _counted(chosen: IntArray, clusters: int) -> IntArray:
    """Count how often each row holds each cluster."""
    draws = len(chosen)
    flat = chosen + np.arange(draws)[:, None] * clusters
    return np.bincount(flat.ravel(), minlength=draws * clusters).reshape(draws, clusters)


@cache
def _poisson_table() -> npt.NDArray[np.uint8]:
    """Weight by 16-bit level: Poisson(1) shares, those of 0, 1 and 2 set so mean and variance are 1."""
    tail = {k: int(_STEPS / e / factorial(k)) for k in range(3, 9)}
    ones = _STEPS - sum(k * count for k, count in tail.items())
    pairs = (_STEPS - sum(k * (k - 1) * count for k, count in tail.items())) // 2
    counts = {1: ones - 2 * pairs, 2: pairs, **tail}
    counts = {0: _STEPS - sum(counts.values()), **counts}
    return frozen(np.repeat(np.array([*counts], dtype=np.uint8), [*counts.values()]))


def _finite(statistics: npt.ArrayLike) -> FloatArray:
    table = matrix(statistics, "statistics")
    if np.isnan(table).any():
        raise ValueError("an additive statistic is a number; a cluster with nothing adds 0")
    return table
