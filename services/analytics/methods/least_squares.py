"""Least squares: the fit, before any uncertainty; refuses designs it can't identify."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray, matrix, vector
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity, Reason

_ROUNDING = 1e-13
_DEPENDENT = 1e-10


@record(eq=False)
class LeastSquares:
    """A least-squares fit in orthonormal coordinates: X = Q R, b = R^-1 Q'y.

    Attributes
    ----------
    coefficients : (p,)
    residuals : (n,)
        Exactly 0 where only rounding was left.
    basis : (n, p)
        Q, orthonormal columns.
    unbasis : (p, p)
        R^-1, so that a variance V of Q'y is R^-1 V R^-T of the coefficients.
    r_squared : Quantity
        1 - RSS / TSS about the mean.
    """

    coefficients: FloatArray
    residuals: FloatArray
    basis: FloatArray
    unbasis: FloatArray
    r_squared: Quantity


def design_of(first: npt.ArrayLike, *others: npt.ArrayLike) -> FloatArray:
    """Return the design matrix (n x p): an intercept, then the columns.

    Raises
    ------
    ValueError
        If a column is no vector, holds an infinite value or has another length.

    Examples
    --------
    >>> design_of([2, 3]).tolist()
    [[1.0, 2.0], [1.0, 3.0]]
    """
    held = [vector(column, "column") for column in (first, *others)]
    return np.column_stack([np.ones(held[0].size), *held])


def least_squares(outcome: npt.ArrayLike, design: npt.ArrayLike) -> LeastSquares | Reason:
    """Fit outcome = design b by QR, or say why it can't be.

    Parameters
    ----------
    outcome : (n,) array
    design : (n, p) array
        With its own column of ones if an intercept is meant.

    Returns
    -------
    LeastSquares or Reason
        `too-few-rows` when n <= p, `not-identified` when columns are dependent,
        `no-variance` when every outcome is the same.

    Raises
    ------
    ValueError
        If the shapes don't fit or an entry is missing or infinite.

    Examples
    --------
    >>> least_squares([1, 2, 4], design_of([0, 1, 2])).coefficients.round(6)
    array([0.833333, 1.5     ])
    """
    y, x = vector(outcome, "outcome"), matrix(design, "design")
    if x.shape[0] != y.size or np.isnan(x).any() or np.isnan(y).any():
        raise ValueError(f"outcome {y.shape} and design {x.shape} must fit and be complete")
    if x.shape[0] <= x.shape[1]:
        return Reason.TOO_FEW_ROWS
    lengths = np.linalg.norm(x, axis=0)
    if not lengths.all():
        return Reason.NOT_IDENTIFIED
    basis, upper = np.linalg.qr(x / lengths)
    if np.abs(np.diag(upper)).min() < _DEPENDENT:
        return Reason.NOT_IDENTIFIED
    return _fit(y, x, basis, np.linalg.inv(upper) / lengths[:, None])


def _fit(y: FloatArray, x: FloatArray, basis: FloatArray, unbasis: FloatArray) -> LeastSquares | Reason:
    coefficients = unbasis @ (basis.T @ y)
    residuals = y - x @ coefficients
    spread = float(np.sum((y - y.mean()) ** 2))
    left = float(residuals @ residuals)
    rounding = (_ROUNDING * y.size) ** 2 * float(y @ y)
    if spread <= rounding:
        return Reason.NO_VARIANCE
    if left <= rounding:
        # A perfect fit: what is left is rounding, and rounding is no evidence.
        residuals, left = np.zeros_like(residuals), 0.0
    return LeastSquares(coefficients, residuals, basis, unbasis, Quantity(1 - left / spread))
