"""Grouped values: quantiles of which only the numbers in bins are known; refuses bins with gaps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from services.analytics.methods.results import Quantity, Reason, undefined


def grouped_quantile(edges: Sequence[float], counts: Sequence[int], share: float) -> Quantity:
    """Return the value below which a share of the values lies, evenly spread within each bin.

    Parameters
    ----------
    edges : (bins + 1,) ascending
        Where each bin begins, and the last one ends.
    counts : (bins,)
        How many values each bin holds.
    share : float
        From 0 to 1.

    Notes
    -----
    L + (share n - F) w / f, with L, w and f the low edge, the width and the count of the first
    non-empty bin in which the counts so far reach share n, and F the count below it. Undefined
    (`no-data`) of none.

    Raises
    ------
    ValueError
        If the edges do not ascend, or are not one more than the counts, or the share is no share.

    References
    ----------
    Kenney & Keeping (1962), Mathematics of Statistics 1, 3rd ed., section 2.

    Examples
    --------
    >>> grouped_quantile([1, 2, 3], [4, 4], 0.75).value
    2.5
    >>> grouped_quantile([1, 2], [0], 0.5).reason.value
    'no-data'
    """
    if len(edges) != len(counts) + 1 or any(low >= high for low, high in pairwise(edges)):
        raise ValueError(f"{len(counts)} bins have ascending edges, one more than bins: {list(edges)}")
    if not 0 <= share <= 1:
        raise ValueError(f"a share lies between 0 and 1: {share}")
    wanted, below = share * sum(counts), 0
    for (low, high), count in zip(pairwise(edges), counts, strict=True):
        if count and below + count >= wanted:
            return Quantity(low + (wanted - below) * (high - low) / count)
        below += count
    return undefined(Reason.NO_DATA)
