"""Round robin: one case's dyad means as a square matrix, gaps allowed; refuses other designs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import BoolArray, FloatArray, frozen, matrix
from services.analytics.methods.records import record


@record(eq=False)
class RoundRobin:
    """Who gave whom what.

    Attributes
    ----------
    means : (n, n)
        Dyad means, rows given and columns received; 0 where there is none.
    there : (n, n) bool
        Which dyads have a mean; the diagonal never has.
    """

    means: FloatArray
    there: BoolArray

    @property
    def members(self) -> int:
        """Number of members n, with or without dyads."""
        return int(self.means.shape[0])

    @property
    def dyads(self) -> int:
        """Number of (ordered) dyads with a mean."""
        return int(self.there.sum())

    @property
    def complete(self) -> bool:
        """Whether all n (n - 1) dyads have a mean."""
        return self.dyads == self.members * (self.members - 1)

    @property
    def mean(self) -> float:
        """Unweighted mean of the dyad means; there must be one."""
        return float(self.means.sum() / self.dyads)


def round_robin_of(means: npt.ArrayLike) -> RoundRobin:
    """Return the round robin of a square matrix of dyad means; NaN is missing.

    Parameters
    ----------
    means : (n, n) array
        As `Dyads.means`; the diagonal is not read.

    Raises
    ------
    ValueError
        If the matrix isn't square (rater x unit has no dyadic part) or an entry is infinite.

    Examples
    --------
    >>> held = round_robin_of([[9, 1, 2], [3, 9, np.nan], [5, 6, 9]])
    >>> held.dyads, held.complete, held.mean
    (5, False, 3.4)
    """
    table = matrix(means, "dyad means")
    if table.shape[0] != table.shape[1]:
        raise ValueError(f"social relations need a square design, got {table.shape}")
    there = ~np.isnan(table) & ~np.eye(table.shape[0], dtype=np.bool_)
    return RoundRobin(frozen(np.where(there, table, 0.0)), frozen(there))


def round_robins_of(matrices: Sequence[npt.ArrayLike]) -> tuple[RoundRobin, ...]:
    """Return the round robins of several cases, those without any dyad left out.

    Examples
    --------
    >>> len(round_robins_of([[[0, 1], [2, 0]], [[0, np.nan], [np.nan, 0]]]))
    1
    """
    held = (round_robin_of(means) for means in matrices)
    return tuple(one for one in held if one.dyads)
