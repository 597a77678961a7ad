"""Missing answers: EM means and covariances, Little's test; refuses pairs never answered together."""

from __future__ import annotations

import numpy as np

from services.analytics.methods.arrays import FloatArray, frozen
from services.analytics.methods.chi_square import ChiSquare, chi_square
from services.analytics.methods.factors_patterns import (
    Patterns,
    available_variances,
    inverses_of,
    likelihood,
    pattern_problem,
)
from services.analytics.methods.factors_sample import SMALLEST_ROOT, Sample, correlation_of
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity, Reason

_ITERATIONS = 2_000
_STILL = 1e-13


@record(eq=False)
class Expected:
    """Maximum likelihood means and covariances of rows with gaps.

    Attributes
    ----------
    sample : Sample
        Rows that hold any item, means, covariances (divisor N).
    log_likelihood : Quantity
        Of all answers given, as normal.
    iterations : int
        EM steps taken.
    """

    sample: Sample
    log_likelihood: Quantity
    iterations: int


def expected_moments(patterns: Patterns) -> Expected | Reason:
    """Return the means and covariances that EM finds for normal rows with answers missing at random.

    Reasons: `no-data` where an item was never answered, `not-identified` where a pair of items
    never was together, `singular`, `not-converged`.

    Notes
    -----
    E step: missing answers and their products given those there; M step: moments of the filled
    rows. Stops when no mean moves by 1e-13 of its item's deviation, and no correlation by 1e-13.

    References
    ----------
    Dempster, Laird & Rubin (1977), JRSS B 39, 1-38; Little & Rubin (2002), Statistical Analysis
    with Missing Data, 11.2.

    Examples
    --------
    >>> from services.analytics.methods.factors_patterns import patterns_of
    >>> held = expected_moments(patterns_of([[1, 2], [2, 3], [3, 5], [4, 5], [5, np.nan]]))
    >>> held.sample.means.round(6).tolist()
    [3.0, 4.3]
    """
    problem = pattern_problem(patterns)
    if problem is not None:
        return problem
    means, variances = available_variances(patterns)
    covariance = np.diag(variances)
    scale = np.sqrt(variances)
    for iteration in range(1, _ITERATIONS + 1):
        moved_means, moved = _stepped(patterns, means, covariance)
        still = max(
            float(np.abs((moved_means - means) / scale).max()),
            float(np.abs((moved - covariance) / np.outer(scale, scale)).max()),
        )
        means, covariance = moved_means, moved
        if _singular(covariance):
            return Reason.SINGULAR
        if still < _STILL:
            return _expected(patterns, means, covariance, iteration)
    return Reason.NOT_CONVERGED


def missing_completely_at_random(patterns: Patterns) -> ChiSquare:
    """Return Little's test that which answers are missing has nothing to do with the answers.

    d^2 = sum over patterns of n (m - mu)' S^-1 (m - mu), m the pattern's means, mu and S the EM
    estimates (divisor N) of its items; df = items held over all patterns less items. One pattern
    alone leaves no degrees of freedom, and no test.

    References
    ----------
    Little (1988), JASA 83, 1198-1202.

    Examples
    --------
    >>> from services.analytics.methods.factors_patterns import patterns_of
    >>> rows = [[1, 2], [2, 3], [3, 5], [4, 5], [5, np.nan]]
    >>> missing_completely_at_random(patterns_of(rows)).df.value
    1.0
    """
    expected = expected_moments(patterns)
    if isinstance(expected, Reason):
        return chi_square(expected, 0)
    inverses, _ = inverses_of(patterns, expected.sample.covariance)
    apart = np.where(patterns.held, patterns.means - expected.sample.means, 0.0)
    distances = np.einsum("pi,pij,pj->p", apart, inverses, apart)
    return chi_square(float(patterns.counts @ distances), int(patterns.held.sum()) - patterns.items)


def _stepped(
    patterns: Patterns, means: FloatArray, covariance: FloatArray
) -> tuple[FloatArray, FloatArray]:
    inverses, _ = inverses_of(patterns, covariance)
    share = patterns.counts / patterns.counts.sum()
    slopes = covariance @ inverses
    apart = np.where(patterns.held, patterns.means - means, 0.0)
    spread = patterns.covariances + apart[:, :, None] * apart[:, None, :]
    filled = covariance - slopes @ covariance + slopes @ spread @ slopes.transpose(0, 2, 1)
    shift = share @ np.einsum("pij,pj->pi", slopes, apart)
    moved = np.einsum("p,pij->ij", share, filled) - np.outer(shift, shift)
    return means + shift, (moved + moved.T) / 2


def _singular(covariance: FloatArray) -> bool:
    if not (np.diag(covariance) > 0).all():
        return True
    return bool(np.linalg.eigvalsh(correlation_of(covariance))[0] <= SMALLEST_ROOT)


def _expected(
    patterns: Patterns, means: FloatArray, covariance: FloatArray, iterations: int
) -> Expected | Reason:
    found = likelihood(patterns, means, covariance)
    if found is None:
        return Reason.SINGULAR
    sample = Sample(patterns.rows, frozen(means), frozen(covariance))
    return Expected(sample, Quantity(found.value), iterations)
