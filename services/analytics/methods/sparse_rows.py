"""Sparse rows: sets of columns as a matrix of ones and zeros; refuses to load SciPy before its use."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from itertools import chain
from typing import Any

import numpy as np


def sparse_rows(sets: Sequence[Sequence[int]], columns: int) -> Any:
    """Return sets of columns as a sparse matrix (SciPy CSR, float64) with a row for each set.

    Parameters
    ----------
    sets : sequence of sequences of int
        Columns that hold a one, each once, counted from 0.
    columns : int
        How many there are.

    Raises
    ------
    ValueError
        If a set names a column that isn't there.

    Examples
    --------
    >>> sparse_rows([(0, 2), (1,)], 3).toarray().tolist()
    [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    """
    held = np.fromiter(chain.from_iterable(sets), dtype=np.int64)
    if held.size and (held.min() < 0 or held.max() >= columns):
        raise ValueError(f"columns {held.min()}..{held.max()} are not all among 0..{columns - 1}")
    starts = np.concatenate([[0], np.cumsum([len(each) for each in sets], dtype=np.int64)])
    matrix = import_module("scipy.sparse").csr_array
    return matrix((np.ones(held.size), held, starts), shape=(len(sets), columns))
