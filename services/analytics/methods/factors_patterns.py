"""Answer patterns: rows with gaps grouped by what they hold, and their normal likelihood; refuses none."""

from __future__ import annotations

from math import log, pi

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import BoolArray, FloatArray, IntArray, frozen, matrix
from services.analytics.methods.factors_sample import Sample
from services.analytics.methods.records import record
from services.analytics.methods.results import Reason

MOST_ITEMS = 62


@record(eq=False)
class Patterns:
    """Rows by which items they hold; what the likelihood of normal rows with gaps needs.

    Attributes
    ----------
    held : (patterns, items) bool
        Each pattern's items, patterns sorted; rows that hold nothing are in none.
    counts : (patterns,) array
        Rows of each.
    means : (patterns, items) array
        Of the rows of each; 0 where not held.
    covariances : (patterns, items, items) array
        Divisor the pattern's rows; 0 where not held.
    """

    held: BoolArray
    counts: FloatArray
    means: FloatArray
    covariances: FloatArray

    @property
    def rows(self) -> int:
        """Rows that hold any item."""
        return int(self.counts.sum())

    @property
    def items(self) -> int:
        """Number of items."""
        return int(self.held.shape[1])

    def chosen(self, items: IntArray) -> Patterns:
        """Return the patterns of some items only; rows that hold none of them are left out."""
        some = self.held[:, items].any(axis=1)
        square = self.covariances[some][:, items][:, :, items]
        return Patterns(self.held[some][:, items], self.counts[some], self.means[some][:, items], square)


@record(eq=False)
class Likelihood:
    """The normal log-likelihood of patterns at means mu and covariances S.

    Attributes
    ----------
    value : float
        Sum over all rows.
    mean_score, covariance_score : (items,) and (items, items) arrays
        Derivatives by mu, and by S with every entry its own.
    inverses : (patterns, items, items) array
        Of each pattern's part of S, 0 where not held.
    """

    value: float
    mean_score: FloatArray
    covariance_score: FloatArray
    inverses: FloatArray


def patterns_of(rows: npt.ArrayLike) -> Patterns:
    """Return rows x items by pattern; NaN is missing.

    Raises
    ------
    ValueError
        If the rows aren't a matrix, an entry is infinite, or there are more than 62 items.

    Examples
    --------
    >>> held = patterns_of([[1, 2], [3, np.nan], [5, np.nan], [np.nan, np.nan]])
    >>> held.held.tolist(), held.counts.tolist(), held.means.tolist()
    ([[True, False], [True, True]], [2.0, 1.0], [[4.0, 0.0], [1.0, 2.0]])
    """
    table = matrix(rows, "rows")
    if table.shape[1] > MOST_ITEMS:
        raise ValueError(f"patterns are told apart over at most {MOST_ITEMS} items")
    there = ~np.isnan(table)
    codes = there @ (1 << np.arange(table.shape[1], dtype=np.int64))
    kinds = np.unique(codes[codes > 0])
    groups = [(there[codes == kind][0], np.where(there, table, 0.0)[codes == kind]) for kind in kinds]
    items = table.shape[1]
    return Patterns(
        held=frozen(np.array([held for held, _ in groups], dtype=np.bool_).reshape(-1, items)),
        counts=frozen(np.array([len(part) for _, part in groups], dtype=np.float64)),
        means=frozen(np.array([part.mean(axis=0) for _, part in groups]).reshape(-1, items)),
        covariances=frozen(np.array([_spread(part) for _, part in groups]).reshape(-1, items, items)),
    )


def pattern_of(sample: Sample) -> Patterns:
    """Return complete rows as the one pattern they are.

    Examples
    --------
    >>> from services.analytics.methods.factors_sample import sample_of
    >>> pattern_of(sample_of([[1, 2], [3, 6]])).counts.tolist()
    [2.0]
    """
    return Patterns(
        held=np.ones((1, sample.items), dtype=np.bool_),
        counts=np.array([float(sample.rows)]),
        means=sample.means[None, :],
        covariances=sample.covariance[None, :, :],
    )


def pattern_problem(patterns: Patterns) -> Reason | None:
    """Return why these rows have no estimable means and covariances, if they have none.

    Examples
    --------
    >>> pattern_problem(patterns_of([[1, np.nan], [2, np.nan], [3, np.nan]])).value
    'no-data'
    """
    if patterns.items < 2:
        return Reason.TOO_FEW_ITEMS
    together = np.einsum("p,pi,pj->ij", patterns.counts, patterns.held, patterns.held)
    if (np.diag(together) == 0).any():
        return Reason.NO_DATA
    if (together == 0).any():
        return Reason.NOT_IDENTIFIED
    if patterns.rows <= patterns.items:
        return Reason.TOO_FEW_ROWS
    return Reason.NO_VARIANCE if (available_variances(patterns)[1] <= 0).any() else None


def available_variances(patterns: Patterns) -> tuple[FloatArray, FloatArray]:
    """Return each item's mean and variance (divisor its rows) over all rows that hold it.

    Examples
    --------
    >>> available_variances(patterns_of([[1, 2], [3, np.nan], [5, 4]]))[0].tolist()
    [3.0, 3.0]
    """
    weights = patterns.counts[:, None] * patterns.held
    counts = weights.sum(axis=0)
    means = (weights * patterns.means).sum(axis=0) / counts
    squares = np.einsum("pii->pi", patterns.covariances) + (patterns.means - means) ** 2
    variances = (weights * squares).sum(axis=0) / counts
    # Below this share of the mean's square a variance is the mean's rounding.
    return means, np.where(variances > 1e-24 * (1 + means**2), variances, 0.0)


def likelihood(patterns: Patterns, means: FloatArray, covariance: FloatArray) -> Likelihood | None:
    """Return the log-likelihood with its derivatives; None where S isn't positive definite.

    Examples
    --------
    >>> held = likelihood(patterns_of([[0.0, 0.0]]), np.zeros(2), np.eye(2))
    >>> round(held.value + log(2 * pi), 9)
    0.0
    """
    inverses, determinant = inverses_of(patterns, covariance)
    if not np.isfinite(determinant):
        return None
    counts = patterns.counts[:, None]
    apart = np.where(patterns.held, patterns.means - means, 0.0)
    spread = patterns.covariances + apart[:, :, None] * apart[:, None, :]
    weighted = inverses @ spread
    cells = float((counts * patterns.held).sum())
    traces = float(patterns.counts @ np.einsum("pii->p", weighted))
    mean_score = (counts * np.einsum("pij,pj->pi", inverses, apart)).sum(axis=0)
    score = np.einsum("p,pij->ij", patterns.counts, weighted @ inverses - inverses) / 2
    value = -(cells * log(2 * pi) + determinant + traces) / 2
    return Likelihood(value, mean_score, score, inverses)


def inverses_of(patterns: Patterns, covariance: FloatArray) -> tuple[FloatArray, float]:
    """Return the inverse of each pattern's part of S, and the rows' sum of ln|S_part|.

    The sum is NaN where a part isn't positive definite.

    Examples
    --------
    >>> inverses_of(patterns_of([[1, 2], [3, np.nan]]), np.diag([2.0, 4.0]))[0].tolist()
    [[[0.5, 0.0], [0.0, 0.0]], [[0.5, 0.0], [0.0, 0.25]]]
    """
    both = patterns.held[:, :, None] & patterns.held[:, None, :]
    # What isn't held stands as an identity block: it adds no determinant and is cut off again.
    parts = np.where(both, covariance, np.eye(patterns.items))
    try:
        roots = np.linalg.cholesky(parts)
    except np.linalg.LinAlgError:
        return np.zeros_like(parts), float("nan")
    determinants = 2 * np.log(np.einsum("pii->pi", roots)).sum(axis=1)
    inverses = np.linalg.inv(parts)
    return np.where(both, inverses, 0.0), float(patterns.counts @ determinants)


def _spread(part: FloatArray) -> FloatArray:
    apart = part - part.mean(axis=0)
    return np.asarray(apart.T @ apart / len(part))
