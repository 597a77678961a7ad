"""Bulk alpha: the few sums that alpha of every cube stands on, from the bytes; refuses cross products."""

from __future__ import annotations

import numpy as np

from services.analytics.methods.alpha_bootstrap import alpha_of_sums
from services.analytics.methods.arrays import FloatArray, frozen
from services.analytics.methods.bulk import Bucket
from services.analytics.methods.cube import HIGHEST

_CASES_AT_ONCE = 4_096
_SUBJECTS_AT_ONCE = 10
"""10 squares of an answer add up to at most 250: a byte holds them."""


def alpha_sums(bucket: Bucket) -> FloatArray:
    """Return what alpha of each cube stands on: cases x (items + 3), as `alpha_statistics`.

    Parameters
    ----------
    bucket : Bucket

    Notes
    -----
    The same numbers as `alpha_sums_of(merged(...))` at a fifth of the cost: squares of answers and
    of row totals, not all products.

    References
    ----------
    `docs/methods.md`, alpha.

    Examples
    --------
    >>> from services.analytics.methods.bulk import bucket_of
    >>> alpha_sums(bucket_of([[[[1, 2]], [[2, 0]]], [[[3, 5]], [[0, 0]]]], round_robin=False)).tolist()
    [[1.0, 1.0, 2.0, 5.0, 9.0], [1.0, 3.0, 5.0, 34.0, 64.0]]
    """
    found = np.zeros((bucket.items + 3, bucket.cases))
    for start in range(0, bucket.cases, _CASES_AT_ONCE):
        block = slice(start, start + _CASES_AT_ONCE)
        _block(bucket, block, found[:, block])
    return np.asarray(found.T)


def alpha_of_cubes(bucket: Bucket) -> FloatArray:
    """Return alpha over each cube's own complete rows; NaN where it has none.

    Examples
    --------
    >>> from services.analytics.methods.bulk import bucket_of
    >>> cells = [[[[1, 2]], [[2, 2]], [[3, 5]]], [[[1, 2]], [[1, 2]], [[1, 2]]]]
    >>> alpha_of_cubes(bucket_of(cells, round_robin=False)).round(6)
    array([0.857143,      nan])
    """
    return frozen(alpha_of_sums(alpha_sums(bucket)))


def _block(bucket: Bucket, block: slice, found: FloatArray) -> None:
    respondents, subjects, items, _ = bucket.cells.shape
    # The largest sum is that of the squared row totals.
    whole = np.min_scalar_type((HIGHEST * items) ** 2 * respondents * subjects)
    narrow = np.min_scalar_type(HIGHEST * items)
    squared = np.min_scalar_type((HIGHEST * items) ** 2 * _SUBJECTS_AT_ONCE)
    held = np.zeros(found.shape, whole)
    for respondent in range(respondents):
        for start in range(0, subjects, _SUBJECTS_AT_ONCE):
            cells = bucket.cells[respondent, start : start + _SUBJECTS_AT_ONCE, :, block]
            complete = np.asarray((cells > 0).all(axis=1))
            values = np.multiply(cells, complete[:, None, :], dtype=np.int8).view(np.uint8)
            totals = values.sum(axis=1, dtype=narrow).astype(squared)
            held[0] += complete.sum(axis=0, dtype=np.uint8)
            held[1:-2] += values.sum(axis=0, dtype=np.uint8)
            values *= values
            held[-2] += values.sum(axis=0, dtype=np.uint8).sum(axis=0, dtype=whole)
            totals *= totals
            held[-1] += totals.sum(axis=0, dtype=squared)
    found[:] = held
