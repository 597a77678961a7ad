"""Factor structure: which item measures which factor, and the covariances that follows; refuses overlap."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from services.analytics.methods.arrays import FloatArray, IntArray
from services.analytics.methods.records import record
from services.analytics.methods.results import Reason


@record(eq=False)
class Structure:
    """Simple structure: every item measures one factor, factors have variance 1 and correlate.

    Attributes
    ----------
    items : (k,) int array
        Positions of the items in the rows, group by group.
    factor_of : (k,) int array
        Each one's factor.
    factors : int
        How many.
    """

    items: IntArray
    factor_of: IntArray
    factors: int

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Pairs of factors, in the order of their correlations among the parameters."""
        return tuple(combinations(range(self.factors), 2))

    @property
    def parameters(self) -> int:
        """Loadings, uniquenesses and factor correlations."""
        return 2 * len(self.items) + len(self.pairs)

    @property
    def spare(self) -> int:
        """Degrees of freedom: variances and covariances less parameters."""
        return len(self.items) * (len(self.items) + 1) // 2 - self.parameters

    def problem(self) -> Reason | None:
        """Return `not-identified` where a factor has too few items for any data to tell."""
        sizes = np.bincount(self.factor_of, minlength=self.factors)
        least = 3 if self.factors == 1 else 2
        return Reason.NOT_IDENTIFIED if sizes.min() < least or self.spare < 0 else None

    def loadings(self, values: FloatArray) -> FloatArray:
        """Return the (k, factors) loadings among the parameters."""
        held = np.zeros((len(self.items), self.factors))
        held[np.arange(len(self.items)), self.factor_of] = values[: len(self.items)]
        return held

    def uniquenesses(self, values: FloatArray) -> FloatArray:
        """Return the (k,) unique variances among the parameters."""
        return np.asarray(values[len(self.items) : 2 * len(self.items)])

    def correlations(self, values: FloatArray) -> FloatArray:
        """Return the (factors, factors) correlations among the parameters."""
        held = np.eye(self.factors)
        for (first, second), value in zip(self.pairs, values[2 * len(self.items) :], strict=True):
            held[first, second] = held[second, first] = value
        return held

    def covariance(self, values: FloatArray) -> FloatArray:
        """Return S = L Phi L' + Theta."""
        loadings = self.loadings(values)
        common = loadings @ self.correlations(values) @ loadings.T
        return np.asarray(common + np.diag(self.uniquenesses(values)))

    def slopes(self, values: FloatArray) -> FloatArray:
        """Return dS by each parameter: (parameters, k, k)."""
        items = len(self.items)
        loadings = self.loadings(values)
        through = loadings @ self.correlations(values)
        held = np.zeros((self.parameters, items, items))
        for item, factor in enumerate(self.factor_of):
            held[item, item, :] += through[:, factor]
            held[item, :, item] += through[:, factor]
            held[items + item, item, item] = 1.0
        for place, (first, second) in enumerate(self.pairs):
            outer = np.outer(loadings[:, first], loadings[:, second])
            held[2 * items + place] = outer + outer.T
        return held

    def start(self, covariance: FloatArray) -> FloatArray:
        """Return parameters to start from: half of each variance common, by the group's first axis."""
        variances = np.diag(covariance)
        signs = np.ones(len(self.items))
        for factor in range(self.factors):
            own = np.flatnonzero(self.factor_of == factor)
            scale = np.sqrt(variances[own])
            vectors = np.linalg.eigh(covariance[np.ix_(own, own)] / np.outer(scale, scale))[1]
            signs[own] = np.where(vectors[:, -1] * np.sign(vectors[:, -1].sum() or 1.0) < 0, -1.0, 1.0)
        return np.concatenate(
            [signs * np.sqrt(variances / 2), variances / 2, self._between(covariance, signs)]
        )

    def settled(self, values: FloatArray) -> FloatArray:
        """Return the same model with every factor's loadings of positive sum."""
        held = values.copy()
        items = len(self.items)
        sums = self.loadings(values).sum(axis=0)
        signs = np.where(sums < 0, -1.0, 1.0)
        held[:items] *= signs[self.factor_of]
        for place, (first, second) in enumerate(self.pairs):
            held[2 * items + place] *= signs[first] * signs[second]
        return held

    def _between(self, covariance: FloatArray, signs: FloatArray) -> FloatArray:
        """Correlations of the groups' sums, kept away from 1."""
        scale = np.sqrt(np.diag(covariance))
        groups = (self.factor_of[:, None] == np.arange(self.factors)) * signs[:, None]
        sums = groups.T @ (covariance / np.outer(scale, scale)) @ groups
        return np.array(
            [np.clip(sums[a, b] / np.sqrt(sums[a, a] * sums[b, b]), -0.8, 0.8) for a, b in self.pairs]
        )


def structure_of(groups: Sequence[Sequence[int]], items: int) -> Structure:
    """Return the structure in which each group of item positions, from 0, measures one factor.

    Items in no group are left out of the model.

    Raises
    ------
    ValueError
        If there is no group, one is empty, or a position is twice there or not in the rows.

    Examples
    --------
    >>> structure_of([[1, 2, 5], [0, 3, 4]], 6).factor_of.tolist()
    [0, 0, 0, 1, 1, 1]
    """
    chosen = [item for group in groups for item in group]
    if not groups or not all(groups):
        raise ValueError("a structure has factors, and every factor items")
    if len(set(chosen)) < len(chosen) or min(chosen) < 0 or max(chosen) >= items:
        raise ValueError(f"each item measures one factor and is among 0..{items - 1}: {chosen}")
    factor_of = [factor for factor, group in enumerate(groups) for _ in group]
    return Structure(np.array(chosen, dtype=np.int64), np.array(factor_of, dtype=np.int64), len(groups))
