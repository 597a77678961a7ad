"""Within-group agreement: rwg(j) against a uniform null; never a substitute for an ICC beside it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray, labels, matrix
from services.analytics.methods.exact import float_mean
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity, Reason, undefined

NULL_VARIANCE = 2.0
"""Of an answer drawn evenly from 1..5: (5^2 - 1) / 12."""


@record
class GroupAgreement:
    """One group's agreement.

    Attributes
    ----------
    raters : int
        Rows with any value.
    mean_variance : Quantity
        Mean of the item variances (ddof 1), before clipping.
    value : Quantity
        rwg(j), 0..1.
    """

    raters: int
    mean_variance: Quantity
    value: Quantity


@record
class Agreement:
    """Agreement in several groups. Show it with ICC(1) and ICC(2), never alone.

    Attributes
    ----------
    groups : tuple of GroupAgreement
        In the order of their labels.
    mean, median : Quantity
        Over the groups that have a value.
    """

    groups: tuple[GroupAgreement, ...]
    mean: Quantity
    median: Quantity


def rwg_j(rows: npt.ArrayLike, null_variance: float = NULL_VARIANCE) -> GroupAgreement:
    """Return rwg(j) of one group, raters x items.

    Parameters
    ----------
    rows : (n, j) array
        One row per rater; NaN is missing and leaves only its item.
    null_variance : float
        What an item's variance would be if raters answered at random.

    Raises
    ------
    ValueError
        If the rows aren't a matrix, an entry is infinite or the null variance not positive.

    Notes
    -----
    rwg(j) = j (1 - s/v) / (j (1 - s/v) + s/v), s the mean of the item variances (ddof 1)
    clipped at v. An item with fewer than two values leaves it undefined (`too-few-rows`).

    References
    ----------
    James, Demaree & Wolf (1984), J. Applied Psychology 69; Bliese, R package multilevel.

    Examples
    --------
    >>> round(rwg_j([[4, 5], [4, 4], [5, 4]]).value.value, 6)
    0.909091
    """
    table = matrix(rows, "rows")
    if not null_variance > 0:
        raise ValueError(f"the null variance must be positive, got {null_variance}")
    raters = int((~np.isnan(table)).any(axis=1).sum())
    if table.shape[1] == 0:
        return GroupAgreement(raters, *(undefined(Reason.TOO_FEW_ITEMS),) * 2)
    spread = _mean_variance(table)
    if isinstance(spread, Reason):
        return GroupAgreement(raters, *(undefined(spread),) * 2)
    share = min(spread, null_variance) / null_variance
    agreed = table.shape[1] * (1 - share)
    return GroupAgreement(raters, Quantity(spread), Quantity(agreed / (agreed + share)))


def agreement(
    rows: npt.ArrayLike, groups: npt.ArrayLike, null_variance: float = NULL_VARIANCE
) -> Agreement:
    """Return rwg(j) of every group of rows.

    Raises
    ------
    ValueError
        As `rwg_j`, or if there is not one label per row.

    Examples
    --------
    >>> held = agreement([[4, 5], [4, 4], [1, 5], [5, 1]], list("aabb"))
    >>> [one.value.value for one in held.groups], held.mean.value
    ([0.9333333333333333, 0.0], 0.4666666666666667)
    """
    table = matrix(rows, "rows")
    codes = labels(groups, table.shape[0], "groups")
    held = tuple(
        rwg_j(table[codes == group], null_variance) for group in range(int(codes.max(initial=-1)) + 1)
    )
    known = [one.value.value for one in held if one.value.value is not None]
    middle = Quantity(float(np.median(known))) if known else undefined(Reason.NO_DATA)
    return Agreement(held, float_mean(known), middle)


def _mean_variance(table: FloatArray) -> float | Reason:
    there = ~np.isnan(table)
    counts = there.sum(axis=0)
    if (counts < 2).any():
        return Reason.TOO_FEW_ROWS
    means = np.where(there, table, 0.0).sum(axis=0) / counts
    squares = np.where(there, table - means, 0.0) ** 2
    return float(np.mean(squares.sum(axis=0) / (counts - 1)))
