"""Factors' sample: means and covariances of complete rows; refuses pairwise covariances."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray, frozen
from services.analytics.methods.moments import Moments, complete_rows, moments_of
from services.analytics.methods.records import record
from services.analytics.methods.results import Reason

SMALLEST_ROOT = 1e-10
"""An eigenvalue of a correlation matrix at or below this is rounding: the matrix is singular."""


@record(eq=False)
class Sample:
    """What factor methods know of complete rows.

    Attributes
    ----------
    rows : int
        Complete rows N.
    means : (items,) array
        In scale points.
    covariance : (items, items) array
        Divisor N, as maximum likelihood has it.
    """

    rows: int
    means: FloatArray
    covariance: FloatArray

    @property
    def items(self) -> int:
        """Number of items."""
        return len(self.means)

    @property
    def correlation(self) -> FloatArray:
        """Correlations; only where `problem` finds none."""
        return correlation_of(self.covariance)

    def problem(self) -> Reason | None:
        """Return why these rows have no invertible correlation matrix, if they have none."""
        if self.items < 2:
            return Reason.TOO_FEW_ITEMS
        if self.rows < 2:
            return Reason.TOO_FEW_ROWS
        if (np.diag(self.covariance) <= 0).any():
            return Reason.NO_VARIANCE
        if self.rows <= self.items:
            return Reason.TOO_FEW_ROWS
        if np.linalg.eigvalsh(self.correlation)[0] <= SMALLEST_ROOT:
            return Reason.SINGULAR
        return None


def sample_of(rows: npt.ArrayLike) -> Sample:
    """Return the sample of the rows that hold every item (listwise deletion).

    Parameters
    ----------
    rows : (n, k) array
        One row per unit (dyad, rater, respondent), in scale points; NaN is missing.

    Raises
    ------
    ValueError
        If the rows aren't a matrix or an entry is infinite.

    Examples
    --------
    >>> held = sample_of([[1, 2], [3, 6], [4, np.nan]])
    >>> held.rows, held.means.tolist(), held.covariance.tolist()
    (2, [2.0, 4.0], [[1.0, 2.0], [2.0, 4.0]])
    """
    complete = complete_rows(rows)
    # Each item shifted to start at 0: no covariance moves, flat items become exact zeros.
    low = complete.min(axis=0, initial=np.inf)
    low = np.where(np.isinf(low), 0.0, low)
    shifted = sample_from_moments(moments_of(complete - low))
    return Sample(shifted.rows, frozen(shifted.means + low), shifted.covariance)


def sample_from_moments(moments: Moments) -> Sample:
    """Return the sample of complete rows whose moments were added up over cases.

    Raises
    ------
    ValueError
        If the moments aren't of complete rows: pairwise covariances belong to no data.

    Examples
    --------
    >>> sample_from_moments(moments_of([[1, 2]]) + moments_of([[3, 6]])).covariance.tolist()
    [[1.0, 2.0], [2.0, 4.0]]
    """
    if (moments.counts != moments.rows).any():
        raise ValueError("a sample takes moments of complete rows")
    rows, items = moments.rows, len(moments.counts)
    if rows == 0:
        return Sample(0, frozen(np.zeros(items)), frozen(np.zeros((items, items))))
    covariance = moments.covariance * ((rows - 1) / rows) if rows > 1 else np.zeros((items, items))
    return Sample(rows, frozen(moments.means), frozen(covariance))


def correlation_of(covariance: FloatArray) -> FloatArray:
    """Return the correlations of a covariance matrix without flat items.

    Examples
    --------
    >>> correlation_of(np.array([[4.0, 3.0], [3.0, 9.0]])).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    scale = np.sqrt(np.diag(covariance))
    held = covariance / np.outer(scale, scale)
    np.fill_diagonal(held, 1.0)
    return frozen(np.asarray(held))
