"""Bulk relations: the six invariants of every complete round robin, from the bytes; fills no gap."""

from __future__ import annotations

import numpy as np

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.bulk import Bucket
from services.analytics.methods.round_robin_sums import RoundRobinSums, sums_of_columns

_CASES_AT_ONCE = 1_024


def relation_statistics(bucket: Bucket) -> RoundRobinSums:
    """Return the invariants of the bucket's complete round robins, in the order of its cases.

    Parameters
    ----------
    bucket : Bucket
        Of round robins. Cases with a dyad that has no mean are left out.

    Raises
    ------
    ValueError
        If the bucket holds another design.

    Notes
    -----
    The same as `round_robins_of_bucket(bulk_statistics(bucket))`, for when nothing else is needed.

    References
    ----------
    `docs/methods.md`, social relations.

    Examples
    --------
    >>> from services.analytics.methods.bulk import bucket_of
    >>> cells = [[[[0], [1], [2]], [[3], [0], [4]], [[5], [5], [0]]]]
    >>> relation_statistics(bucket_of(cells)).sums.ravel().tolist()
    [400.0, 158.0, 136.0, 126.0, 80.0, 66.0]
    """
    if not bucket.round_robin:
        raise ValueError("social relations need round robins")
    size = bucket.cells.shape[0]
    blocks = [
        sums_of_columns(_complete_means(bucket, slice(start, start + _CASES_AT_ONCE)))
        for start in range(0, bucket.cases, _CASES_AT_ONCE)
    ] or [sums_of_columns(np.zeros((size, size, 0)))]
    totals = np.concatenate([one.totals for one in blocks])
    return RoundRobinSums(size, totals, np.hstack([one.sums for one in blocks]))


def _complete_means(bucket: Bucket, block: slice) -> FloatArray:
    """Dyad means of the block's complete cases, members x members x cases; 0 on the diagonal."""
    cells = bucket.cells[..., block]
    size = cells.shape[0]
    counts = (cells > 0).view(np.uint8).sum(axis=2, dtype=np.uint16)
    totals = np.maximum(cells, 0).sum(axis=2, dtype=np.uint16)
    missing = (counts == 0).sum(axis=(0, 1), dtype=np.uint32)
    means = totals / np.maximum(counts, 1)
    kept = missing == size
    return np.ascontiguousarray(means[:, :, kept]) if not kept.all() else means
