"""Arrays: the types the methods take and shared entry checks; refuses wrong shapes, infinities."""

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
CellArray = npt.NDArray[np.int8]
BoolArray = npt.NDArray[np.bool_]

ArrayT = TypeVar("ArrayT", bound=npt.NDArray[Any])


def frozen(array: ArrayT) -> ArrayT:
    """Return the array, closed for writing."""
    array.setflags(write=False)
    return array


def vector(values: npt.ArrayLike, name: str) -> FloatArray:
    """Return a float vector in which NaN means missing.

    Raises
    ------
    ValueError
        If the values are not one-dimensional or an entry is infinite.

    Examples
    --------
    >>> vector([1, 2], "x")
    array([1., 2.])
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"{name} must be a vector, got {array.ndim} dimensions")
    if np.isinf(array).any():
        raise ValueError(f"{name} holds an infinite value")
    return array


def matrix(values: npt.ArrayLike, name: str) -> FloatArray:
    """Return a float matrix (rows x columns) in which NaN means missing.

    Raises
    ------
    ValueError
        If the values are not two-dimensional or an entry is infinite.

    Examples
    --------
    >>> matrix([[1, 2]], "rows").shape
    (1, 2)
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 2:
        raise ValueError(f"{name} must be a matrix, got {array.ndim} dimensions")
    if np.isinf(array).any():
        raise ValueError(f"{name} holds an infinite value")
    return array


def labels(values: npt.ArrayLike, rows: int, name: str) -> IntArray:
    """Return group codes 0..G-1 of one label per row, numbered in the labels' order.

    Raises
    ------
    ValueError
        If there is not exactly one label per row.

    Examples
    --------
    >>> labels(["b", "a", "b"], 3, "cases")
    array([1, 0, 1])
    """
    array = np.asarray(values)
    if array.shape != (rows,):
        raise ValueError(f"{name} needs one label per row: {rows} rows, shape {array.shape}")
    return np.unique(array, return_inverse=True)[1].astype(np.int64)
