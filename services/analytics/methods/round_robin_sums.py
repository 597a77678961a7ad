"""Round-robin sums: six invariants per complete matrix, all that variance components need; no gaps."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray, frozen
from services.analytics.methods.records import record

INVARIANTS = ("total_squared", "rows", "columns", "rows_columns", "squares", "reciprocal")
COMPONENTS = ("actor", "partner", "relationship", "actor_partner", "dyadic")
SMALLEST = 4
"""Members from which a round robin identifies all five components."""


@record(eq=False)
class RoundRobinSums:
    """Invariants of complete round robins of one size.

    Attributes
    ----------
    size : int
        Members n of every matrix.
    totals : (cases,)
        T, the sum over all dyads.
    sums : (6, cases)
        T^2, sum R_i^2, sum C_i^2, sum R_i C_i, sum m_ij^2 and sum m_ij m_ji over i != j,
        R and C being the sums of rows (given) and columns (received). They add up over
        cases: pooling, slices and bootstraps are weights @ sums.
    """

    size: int
    totals: FloatArray
    sums: FloatArray

    @property
    def cases(self) -> int:
        """Number of matrices."""
        return int(self.totals.size)

    @property
    def means(self) -> FloatArray:
        """Mean of the dyad means per case."""
        return self.totals / (self.size * (self.size - 1))


def round_robin_sums(matrices: npt.ArrayLike) -> RoundRobinSums:
    """Return the invariants of complete round robins, cases first.

    Parameters
    ----------
    matrices : (cases, n, n) array
        Dyad means, rows given and columns received; the diagonals are not read.

    Raises
    ------
    ValueError
        If the array isn't cases x n x n or a dyad is missing or infinite.

    Examples
    --------
    >>> round_robin_sums([[[0, 1, 2], [3, 0, 4], [5, 6, 0]]]).sums.ravel().tolist()
    [441.0, 179.0, 149.0, 139.0, 91.0, 74.0]
    """
    stack = np.asarray(matrices, dtype=np.float64)
    if stack.ndim != 3 or stack.shape[1] != stack.shape[2]:
        raise ValueError(f"round robins are cases x n x n, got {stack.shape}")
    return sums_of_columns(np.ascontiguousarray(stack.transpose(1, 2, 0)))


def sums_of_columns(matrices: FloatArray) -> RoundRobinSums:
    """Return the same from n x n x cases, the layout in which 10,000 cases cost milliseconds.

    Parameters
    ----------
    matrices : (n, n, cases) array
        Cases contiguous in memory. The diagonals are not read.

    Raises
    ------
    ValueError
        As `round_robin_sums`.

    Examples
    --------
    >>> sums_of_columns(np.ones((4, 4, 2))).totals.tolist()
    [12.0, 12.0]
    """
    size, cases = matrices.shape[0], matrices.shape[2]
    rows, columns = np.zeros((size, cases)), np.zeros((size, cases))
    squares, reciprocal = np.zeros(cases), np.zeros(cases)
    for i in range(size):
        for j in range(i):
            there, back = matrices[i, j], matrices[j, i]
            rows[i] += there
            rows[j] += back
            columns[j] += there
            columns[i] += back
            squares += there * there + back * back
            reciprocal += there * back
    totals = rows.sum(axis=0)
    if not np.isfinite(totals).all():
        raise ValueError("the invariants are of complete round robins; a dyad is missing")
    sums = np.stack(
        [
            totals * totals,
            (rows * rows).sum(axis=0),
            (columns * columns).sum(axis=0),
            (rows * columns).sum(axis=0),
            squares,
            2 * reciprocal,
        ]
    )
    return RoundRobinSums(size, frozen(totals), frozen(sums))


def component_weights(size: int) -> FloatArray:
    """Return the (5, 6) matrix that turns invariants into variance components, exactly.

    Rows: actor, partner and relationship variance, actor-partner and dyadic covariance.

    Parameters
    ----------
    size : int
        Members n, at least 4.

    Raises
    ------
    ValueError
        If the size is below 4.

    Notes
    -----
    With D = n(n-2), actor effects a_i = ((n-1) R_i + C_i - T) / D and partner effects
    b_i = ((n-1) C_i + R_i - T) / D; relationships are what is left of m_ij.
    MSB = sum_ij ((g_ij + g_ji)/2)^2 / ((n-1)(n-2)/2 - 1) and MSW = sum_i<j (g_ij - g_ji)^2 /
    ((n-1)(n-2)); relationship (MSB + MSW)/2, dyadic (MSB - MSW)/2; actor sum a^2/(n-1) -
    MSB/(2(n-2)) - MSW/(2n), partner alike, actor-partner sum ab/(n-1) - MSB/(2(n-2)) +
    MSW/(2n). Written out, all five are linear in the six invariants.

    References
    ----------
    Warner, Kenny & Stoto (1979), J. Personality and Social Psychology 37.

    Examples
    --------
    >>> component_weights(4).shape
    (5, 6)
    """
    if size < SMALLEST:
        raise ValueError(f"components need {SMALLEST} members, got {size}")
    n = float(size)
    scale = (n * (n - 2)) ** 2 * (n - 1)
    near, far = (n - 1) ** 2 / scale, 1 / scale
    both = (n - 1) / scale
    actors = np.array([-n / scale, near, far, 2 * both, 0, 0])
    partners = np.array([-n / scale, far, near, 2 * both, 0, 0])
    crossed = np.array([-n / scale, both, both, near + far, 0, 0])
    alike = np.array([4 / (n * (n - 2)) - 2 / (n * (n - 1)), *[-1 / (n - 2)] * 2, -2 / (n - 2), 1, 1])
    apart = np.array([0, -1 / n, -1 / n, 2 / n, 1, -1])
    between, within = alike / (n * (n - 3)), apart / ((n - 1) * (n - 2))
    noise = between / (2 * (n - 2)) + within / (2 * n)
    shared = between / (2 * (n - 2)) - within / (2 * n)
    relationship, dyadic = (between + within) / 2, (between - within) / 2
    return np.stack([actors - noise, partners - noise, relationship, crossed - shared, dyadic])


def components_of(sums: RoundRobinSums) -> FloatArray:
    """Return the components of every case (5 x cases).

    Raises
    ------
    ValueError
        If the matrices have fewer than 4 members.

    Examples
    --------
    >>> held = round_robin_sums([[[0, 1, 2, 4], [3, 0, 4, 2], [5, 6, 0, 1], [2, 2, 3, 0]]])
    >>> components_of(held).ravel().round(4).tolist()
    [-0.5833, -1.0833, 3.75, -0.1667, 0.3333]
    """
    return np.asarray(component_weights(sums.size) @ sums.sums)
