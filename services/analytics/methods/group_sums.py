"""Group sums: sizes, means and spread within groups, all one-way analysis needs; refuses raw rows after."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray, frozen, labels, vector
from services.analytics.methods.records import record

_ROUNDING = 1e-13


@record(eq=False)
class GroupSums:
    """Values in groups, reduced to what analysis of variance and REML stand on.

    Attributes
    ----------
    sizes : (groups,)
        Values per group, each at least 1.
    means : (groups,)
        Group means, in the values' unit.
    within : float
        sum_gi (y_gi - mean_g)^2; exactly 0 where only rounding was left.
    """

    sizes: FloatArray
    means: FloatArray
    within: float

    @property
    def rows(self) -> int:
        """Number of values."""
        return int(self.sizes.sum())

    @property
    def groups(self) -> int:
        """Number of groups."""
        return int(self.sizes.size)

    @property
    def grand_mean(self) -> float:
        """Mean of all values."""
        return float(self.sizes @ self.means / self.sizes.sum())

    @property
    def between(self) -> float:
        """sum_g n_g (mean_g - mean)^2, in the values' unit squared; 0 below rounding."""
        centred = self.means - self.grand_mean
        found = float(self.sizes @ centred**2)
        return found if found > _noise(self.sizes, self.means) else 0.0

    @property
    def usual_size(self) -> float:
        """n0 = (N - sum n_g^2 / N) / (G - 1), the group size that ANOVA weighs with; G > 1."""
        total = float(self.sizes.sum())
        return float((total - self.sizes @ self.sizes / total) / (self.groups - 1))


def group_sums(values: npt.ArrayLike, groups: npt.ArrayLike) -> GroupSums:
    """Return the sums of values by group; missing values (NaN) are left out.

    Parameters
    ----------
    values : (n,) array
    groups : (n,) labels
        The groups come in the order of their labels; one without a value is left out.

    Raises
    ------
    ValueError
        If there is not one label per value, or a value is infinite.

    Examples
    --------
    >>> held = group_sums([1, 3, 5, np.nan], ["a", "a", "b", "c"])
    >>> held.means.tolist(), held.within
    ([2.0, 5.0], 2.0)
    """
    column = vector(values, "values")
    codes = labels(groups, column.size, "groups")
    there = ~np.isnan(column)
    kept = column[there]
    _, held = np.unique(codes[there], return_inverse=True)
    sizes = np.bincount(held).astype(np.float64)
    start = kept.min(initial=np.inf) if kept.size else 0.0
    means = np.bincount(held, kept - start, sizes.size) / sizes
    residuals = kept - start - means[held]
    within = float(residuals @ residuals)
    means = means + start
    noise = _noise(sizes, means)
    return GroupSums(frozen(sizes), frozen(means), within if within > noise else 0.0)


def _noise(sizes: FloatArray, means: FloatArray) -> float:
    """Below this a sum of squared deviations is rounding."""
    return float((_ROUNDING * sizes.sum()) ** 2 * np.abs(means).max(initial=0.0) ** 2)
