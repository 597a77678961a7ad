"""Factorability: KMO, Bartlett's sphericity, parallel analysis; refuses singular correlations."""

from __future__ import annotations

import numpy as np

from services.analytics.methods.arrays import BoolArray, FloatArray, frozen
from services.analytics.methods.chi_square import ChiSquare, chi_square
from services.analytics.methods.factors_sample import Sample
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity, Reason, undefined

_BLOCK = 1_000


@record
class SamplingAdequacy:
    """Kaiser-Meyer-Olkin: how little is left between items once the others are held fixed.

    Attributes
    ----------
    overall : Quantity
        0..1 over all pairs; under .5 there is nothing common to find.
    items : tuple of Quantity
        The same over each item's own pairs.
    """

    overall: Quantity
    items: tuple[Quantity, ...]


@record(eq=False)
class ParallelAnalysis:
    """Eigenvalues against those of as many rows of noise (Horn).

    Attributes
    ----------
    observed, noise_mean, noise_quantile : (items,) arrays
        Eigenvalues of the correlations, falling; the noise's mean and upper quantile.
    retained, retained_by_mean : Quantity
        Leading eigenvalues above the noise's quantile; above its mean.
    """

    observed: FloatArray
    noise_mean: FloatArray
    noise_quantile: FloatArray
    retained: Quantity
    retained_by_mean: Quantity


def sampling_adequacy(sample: Sample) -> SamplingAdequacy:
    """Return KMO = sum r^2 / (sum r^2 + sum q^2) over pairs i != j.

    q_ij = -v_ij / sqrt(v_ii v_jj), V the inverse of the correlations: the correlation of two
    items with all others held fixed.

    References
    ----------
    Kaiser & Rice (1974), Educational and Psychological Measurement 34, 111-117.

    Examples
    --------
    >>> from services.analytics.methods.factors_sample import sample_of
    >>> rows = [[1, 2, 1], [2, 1, 3], [3, 4, 2], [4, 3, 5], [5, 5, 4]]
    >>> round(sampling_adequacy(sample_of(rows)).overall.value, 4)
    0.328
    """
    problem = sample.problem()
    if problem is not None:
        return SamplingAdequacy(undefined(problem), (undefined(problem),) * sample.items)
    inverse = np.linalg.inv(sample.correlation)
    scale = np.sqrt(np.diag(inverse))
    partial = (inverse / np.outer(scale, scale)) ** 2
    plain = sample.correlation**2
    np.fill_diagonal(partial, 0.0)
    off = plain - np.eye(sample.items)
    shared, left = off.sum(axis=0), partial.sum(axis=0)
    return SamplingAdequacy(
        _part(float(shared.sum()), float(left.sum())),
        tuple(_part(float(one), float(other)) for one, other in zip(shared, left, strict=True)),
    )


def sphericity(sample: Sample) -> ChiSquare:
    """Return Bartlett's test that all correlations are zero.

    chi2 = -(N - 1 - (2k + 5)/6) ln |R|, df = k(k - 1)/2. It takes rows as independent: on
    dyads, which aren't, it is too sure.

    References
    ----------
    Bartlett (1951), Biometrika 38, 337-344.

    Examples
    --------
    >>> from services.analytics.methods.factors_sample import sample_of
    >>> rows = [[1, 2, 1], [2, 1, 3], [3, 4, 2], [4, 3, 5], [5, 5, 4]]
    >>> held = sphericity(sample_of(rows))
    >>> round(held.statistic.value, 4), held.df.value
    (9.2488, 3.0)
    """
    problem = sample.problem()
    if problem is not None:
        return chi_square(problem, 0)
    items = sample.items
    determinant = float(np.linalg.slogdet(sample.correlation)[1])
    statistic = -(sample.rows - 1 - (2 * items + 5) / 6) * determinant
    return chi_square(max(statistic, 0.0), items * (items - 1) // 2)


def parallel_analysis(
    sample: Sample, rng: np.random.Generator, draws: int = 1_000, quantile: float = 0.95
) -> ParallelAnalysis | Reason:
    """Return how many eigenvalues of the correlations stand out from noise.

    Parameters
    ----------
    sample : Sample
        Complete rows.
    rng : Generator
        Seeded by the caller, who stores the seed with the result.
    draws : int
        Correlation matrices of normal noise, of the sample's rows and items.
    quantile : float
        Of the noise's eigenvalues, to be exceeded.

    Raises
    ------
    ValueError
        If there is no draw or the quantile is not inside (0, 1).

    Notes
    -----
    Noise is drawn as Wishart matrices (Bartlett's decomposition), which needs
    k(k + 1)/2 numbers a draw however many rows there are. Eigenvalues are those of
    principal components, 1s on the diagonal.

    References
    ----------
    Horn (1965), Psychometrika 30, 179-185; Glorfeld (1995), Educational and Psychological
    Measurement 55, 377-393.

    Examples
    --------
    >>> from services.analytics.methods.factors_sample import sample_of
    >>> rng = np.random.default_rng(5)
    >>> rows = rng.normal(size=(200, 1)) + rng.normal(size=(200, 6))
    >>> parallel_analysis(sample_of(rows), rng, draws=100).retained.value
    1.0
    """
    if draws < 1 or not 0 < quantile < 1:
        raise ValueError(f"parallel analysis takes draws and a quantile inside (0, 1): {draws}, {quantile}")
    problem = sample.problem()
    if problem is not None:
        return problem
    observed = np.linalg.eigvalsh(sample.correlation)[::-1]
    noise = np.vstack(
        [
            _noise(sample.rows, sample.items, min(_BLOCK, draws - start), rng)
            for start in range(0, draws, _BLOCK)
        ]
    )
    mean, upper = noise.mean(axis=0), np.quantile(noise, quantile, axis=0)
    return ParallelAnalysis(
        observed=frozen(np.asarray(observed, dtype=np.float64).copy()),
        noise_mean=frozen(np.asarray(mean, dtype=np.float64)),
        noise_quantile=frozen(np.asarray(upper, dtype=np.float64)),
        retained=Quantity(float(_leading(observed > upper))),
        retained_by_mean=Quantity(float(_leading(observed > mean))),
    )


def _noise(rows: int, items: int, draws: int, rng: np.random.Generator) -> FloatArray:
    root = np.tril(rng.standard_normal((draws, items, items)), -1)
    diagonal = np.arange(items)
    root[:, diagonal, diagonal] = np.sqrt(rng.chisquare(rows - 1 - diagonal, (draws, items)))
    wishart = root @ root.transpose(0, 2, 1)
    scale = np.sqrt(wishart[:, diagonal, diagonal])
    correlations = wishart / (scale[:, :, None] * scale[:, None, :])
    return np.asarray(np.linalg.eigvalsh(correlations)[:, ::-1])


def _leading(above: BoolArray) -> int:
    return len(above) if above.all() else int(np.argmin(above))


def _part(shared: float, left: float) -> Quantity:
    if shared + left <= 0:
        return undefined(Reason.NO_VARIANCE)
    return Quantity(shared / (shared + left))
