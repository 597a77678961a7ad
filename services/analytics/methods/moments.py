"""Moments: pairwise counts, sums and products that add up over cases; refuses infinities."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray, frozen, matrix
from services.analytics.methods.records import record


@record(eq=False)
class Moments:
    """What covariances need, per pair of items, over the rows where both are there.

    Attributes
    ----------
    rows : int
        Rows with at least one value.
    counts, sums, products : (items, items)
        counts[i, j] rows with both; sums[i, j] the sum of item i, products[i, j] the
        sum of item i times item j, over those rows. Whole-number answers give exact
        whole numbers, so adding moments in any order gives equal bits.
    """

    rows: int
    counts: FloatArray
    sums: FloatArray
    products: FloatArray

    def __add__(self, other: Moments) -> Moments:
        """Return the moments of both sets of rows together."""
        return Moments(
            self.rows + other.rows,
            frozen(self.counts + other.counts),
            frozen(self.sums + other.sums),
            frozen(self.products + other.products),
        )

    @property
    def means(self) -> FloatArray:
        """Item means, each over all its own rows; NaN without one."""
        return _divide(np.diag(self.sums), np.diag(self.counts))

    @property
    def covariance(self) -> FloatArray:
        """Covariances (ddof 1), each over its own complete pairs; NaN below two.

        C_ij = (n_ij P_ij - S_ij S_ji) / (n_ij (n_ij - 1)).
        """
        numerator = self.counts * self.products - self.sums * self.sums.T
        # Rounding of values that aren't whole must not make a variance negative.
        np.fill_diagonal(numerator, np.maximum(np.diag(numerator), 0.0))
        return _divide(numerator, self.counts * (self.counts - 1))


def moments_of(rows: npt.ArrayLike) -> Moments:
    """Return the moments of rows x items, every pair of items over its own complete rows.

    Parameters
    ----------
    rows : (n, k) array
        One row per unit (dyad, rater, respondent); NaN is missing.

    Raises
    ------
    ValueError
        If the rows aren't a matrix or an entry is infinite.

    Examples
    --------
    >>> held = moments_of([[1, 2], [3, 5], [4, np.nan]])
    >>> held.rows, held.counts.tolist()
    (3, [[3.0, 2.0], [2.0, 2.0]])
    """
    table = matrix(rows, "rows")
    there = ~np.isnan(table)
    filled = np.where(there, table, 0.0)
    held = there.astype(np.float64)
    return Moments(
        rows=int(there.any(axis=1).sum()),
        counts=frozen(held.T @ held),
        sums=frozen(filled.T @ held),
        products=frozen(filled.T @ filled),
    )


def complete_rows(rows: npt.ArrayLike) -> FloatArray:
    """Return the rows that hold every item (listwise deletion).

    Examples
    --------
    >>> complete_rows([[1, 2], [3, np.nan]]).tolist()
    [[1.0, 2.0]]
    """
    table = matrix(rows, "rows")
    return np.asarray(table[~np.isnan(table).any(axis=1)])


def _divide(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    held = np.full(numerator.shape, np.nan)
    np.divide(numerator, denominator, out=held, where=denominator > 0)
    return held
