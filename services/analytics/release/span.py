"""What can be computed by adding and subtracting some sets of pieces; knows nothing of people."""

from typing import Any

import numpy as np

from services.analytics.release.lattice import Floats, Integers


class Span:
    """The row space of the taken rows of a matrix, by the inverse of the triangle of their products.

    `eligible` are the rows that may be taken; all others only cost time.
    """

    def __init__(self, rows: Any, eligible: Integers) -> None:
        self._of = eligible
        self._place = {row: place for place, row in enumerate(eligible.tolist())}
        self._rows = rows[eligible]
        self._turned = self._rows.T.tocsr()
        self._products = (self._rows @ self._rows.T).tocsr()
        self._taken: list[int] = []
        self._inverse: Floats = np.zeros((64, 64))

    def residual(self, row: int) -> tuple[Floats, float]:
        """Return what of a row lies at a right angle to the span, and its squared length."""
        left: Floats = self._rows[[self._place[row]]].toarray()[0]
        for _ in range(2):  # once more for what rounding left
            left = self._away(left, self._rows @ left)
        return left, float(left @ left)

    def take(self, row: int, length: float) -> None:
        """Add a row to the span; `length` is the squared one of its residual, above zero."""
        count = len(self._taken)
        if count == len(self._inverse):
            self._inverse = np.pad(self._inverse, (0, count))
        within = self._inverse[:count, :count]
        products = within @ self._products[[self._place[row]]].toarray()[0][self._taken]
        self._inverse[count, :count] = -(products @ within) / np.sqrt(length)
        self._inverse[count, count] = 1 / np.sqrt(length)
        self._taken.append(self._place[row])

    def beside(self, points: Floats) -> Floats:
        """Return of points, as columns, what lies at a right angle to the span."""
        return self._away(points, self._rows @ points)

    def weights(self, points: Floats) -> Floats:
        """Return how much of each eligible row the nearest of the span to each point is made of."""
        return self._weighed(self._rows @ points)

    @property
    def eligible(self) -> Integers:
        """The rows that may be taken."""
        return self._of

    def _away(self, points: Floats, products: Floats) -> Floats:
        away: Floats = points - self._turned @ self._weighed(products)
        return away

    def _weighed(self, products: Floats) -> Floats:
        count = len(self._taken)
        within = self._inverse[:count, :count]
        weights = np.zeros(products.shape)
        weights[self._taken] = within.T @ (within @ products[self._taken])
        return weights
