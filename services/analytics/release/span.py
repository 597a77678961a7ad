"""What can be computed by adding and subtracting some sets of pieces; knows nothing of people."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from services.analytics.release.lattice import Floats, Integers

_DEPENDENT = 1e-7
"""A set whose squared distance from all that is spanned is less than this lies in it, but for rounding."""
_AT_ONCE = 64
_SMALL = 100_000


class Span:
    """The row space of the taken rows of a matrix, by the inverse of the triangle of their products.

    `eligible` are the rows that may be taken; all others only cost time. What was taken last can be given
    back, for the triangle only grows.
    """

    def __init__(self, rows: Any, eligible: Integers) -> None:
        self._of = eligible
        self._place = {row: place for place, row in enumerate(eligible.tolist())}
        self._rows = quick(rows[eligible])
        self._turned = quick(rows[eligible].T.tocsr())
        self._products: Floats = (rows[eligible] @ rows[eligible].T).toarray()
        self._taken: list[int] = []
        self._inverse: Floats = np.zeros((_AT_ONCE, _AT_ONCE))

    def take(self, rows: Sequence[int]) -> None:
        """Add rows to the span; those that can be computed of the others are left out."""
        places = [self._place[row] for row in rows]
        for start in range(0, len(places), _AT_ONCE):
            self._extend(places[start : start + _AT_ONCE])

    def back_to(self, size: int) -> None:
        """Give back what was taken last, so that as many rows are left."""
        del self._taken[size:]

    @property
    def size(self) -> int:
        """How many rows it is made of, none of which can be computed of the others."""
        return len(self._taken)

    def beside(self, points: Floats) -> Floats:
        """Return of points, as columns, what lies at a right angle to the span."""
        away: Floats = points - self._turned @ self._weighed(self._rows @ points)
        return away

    def weights(self, points: Floats) -> Floats:
        """Return how much of each eligible row the nearest of the span to each point is made of."""
        return self._weighed(self._rows @ points)

    @property
    def eligible(self) -> Integers:
        """The rows that may be taken."""
        return self._of

    def _extend(self, places: list[int]) -> None:
        count = len(self._taken)
        products = self._products[places]
        within = self._inverse[:count, :count]
        turned = within @ products[:, self._taken].T
        kept, triangle = _triangle(products[:, places] - turned.T @ turned)
        if not kept:
            return
        total, own = count + len(kept), np.linalg.inv(triangle)
        if total > len(self._inverse):
            self._inverse = np.pad(self._inverse, (0, len(self._inverse) + len(kept)))
        self._inverse[count:total, :count] = -own @ (turned[:, kept].T @ within)
        self._inverse[count:total, count:total] = own
        self._taken += [places[each] for each in kept]

    def _weighed(self, products: Floats) -> Floats:
        count = len(self._taken)
        within = self._inverse[:count, :count]
        weights = np.zeros(products.shape)
        weights[self._taken] = within.T @ (within @ products[self._taken])
        return weights


def quick(matrix: Any) -> Any:
    """Return a sparse matrix as a dense one where it is so small that leaving its zeros out costs more."""
    return matrix.toarray() if matrix.shape[0] * matrix.shape[1] <= _SMALL else matrix


def _triangle(products: Floats) -> tuple[list[int], Floats]:
    """Return which rows do not depend on those before them, and Cholesky's triangle of their products."""
    columns, left, kept = np.zeros(products.shape), np.diag(products).copy(), list[int]()
    for row in range(len(products)):
        if left[row] < _DEPENDENT:
            continue
        found = (products[:, row] - columns[:, kept] @ columns[row, kept]) / np.sqrt(left[row])
        columns[row:, row] = found[row:]
        left -= found**2
        kept.append(row)
    return kept, columns[np.ix_(kept, kept)]
