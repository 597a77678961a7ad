"""Sandwich: coefficient variances that trust no equal variance; refuses a single cluster."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from services.analytics.methods.arrays import FloatArray, IntArray
from services.analytics.methods.least_squares import LeastSquares
from services.analytics.methods.records import record
from services.analytics.methods.results import Reason

_FULL = 1e-10
"""1 - leverage below this is a row or cluster that the fit follows wherever it goes."""


class Errors(StrEnum):
    """How standard errors are worked out: row by row (HC) or cluster by cluster (CR)."""

    HC0 = "hc0"
    HC1 = "hc1"
    HC2 = "hc2"
    HC3 = "hc3"
    CR0 = "cr0"
    CR1 = "cr1"
    CR1S = "cr1s"
    CR2 = "cr2"
    CR3 = "cr3"

    @property
    def clustered(self) -> bool:
        """Whether it needs clusters."""
        return self.value.startswith("cr")


@record(eq=False)
class Sandwich:
    """Sampling variances of the coefficients, and the t reference of each.

    Attributes
    ----------
    variances : (p,)
    df : tuple of float or Reason
    """

    variances: FloatArray
    df: tuple[float | Reason, ...]


def heteroskedastic(fit: LeastSquares, errors: Errors) -> Sandwich | Reason:
    """Return HC variances: sum_i (a'q_i)^2 e_i^2 w_i with t(n - p).

    Notes
    -----
    w_i = 1 (HC0), n / (n - p) (HC1), 1 / (1 - h_i) (HC2), 1 / (1 - h_i)^2 (HC3), h_i the
    leverage of row i. A row of leverage 1 leaves HC2 and HC3 undefined (`full-leverage`).

    References
    ----------
    MacKinnon & White (1985), J. Econometrics 29, 305-325.

    Examples
    --------
    >>> from services.analytics.methods.least_squares import design_of, least_squares
    >>> fit = least_squares([1, 2, 2, 4], design_of([0, 1, 2, 3]))
    >>> heteroskedastic(fit, Errors.HC0).variances.round(4).tolist()
    [0.0226, 0.0206]
    """
    rows, columns = fit.basis.shape
    spare = 1 - np.sum(fit.basis**2, axis=1)
    power = {Errors.HC2: 0.5, Errors.HC3: 1.0}.get(errors, 0.0)
    if power and spare.min() < _FULL:
        return Reason.FULL_LEVERAGE
    weights = np.ones(rows) if not power else spare**-power
    scores = fit.basis * (fit.residuals * weights)[:, None]
    factor = rows / (rows - columns) if errors is Errors.HC1 else 1.0
    return Sandwich(_variances(fit, scores) * factor, (float(rows - columns),) * columns)


def clustered(fit: LeastSquares, codes: IntArray, errors: Errors) -> Sandwich | Reason:
    """Return CR variances: sum_g (a'F_g Q_g'e_g)^2.

    Parameters
    ----------
    fit : LeastSquares
    codes : (n,) int
        Cluster of each row, 0..G-1.
    errors : Errors
        CR0: F = I. CR1: the same times G/(G-1). CR1S: times G/(G-1) (n-1)/(n-p). CR2:
        F = (I - C_g)^(-1/2), Bell-McCaffrey with identity working covariance. CR3:
        F = (I - C_g)^-1. C_g = Q_g'Q_g.

    Returns
    -------
    Sandwich or Reason
        With G - 1 degrees of freedom, for CR2 Satterthwaite's. `too-few-clusters` for
        one cluster; `full-leverage` when CR3 meets a cluster the fit follows exactly
        (CR2 takes the pseudo-inverse there).

    Notes
    -----
    (I - Q_g Q_g')^(-1/2) acts on scores as the p x p matrix (I - Q_g'Q_g)^(-1/2) [since
    Q_g and its Gram matrix share singular vectors], so cost is linear in rows.

    References
    ----------
    Bell & McCaffrey (2002), Survey Methodology 28, 169-181; Pustejovsky & Tipton (2018),
    JBES 36, 672-683.

    Examples
    --------
    >>> from services.analytics.methods.least_squares import design_of, least_squares
    >>> fit = least_squares([1, 2, 2, 4, 3, 6], design_of([0, 1, 2, 3, 4, 5]))
    >>> held = clustered(fit, np.array([0, 0, 1, 1, 2, 2]), Errors.CR2)
    >>> round(float(held.variances[1]), 6), round(held.df[1], 6)
    (0.012203, 1.237926)
    """
    groups = int(codes.max()) + 1
    if groups < 2:
        return Reason.TOO_FEW_CLUSTERS
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(groups))
    basis = fit.basis[order]
    scores = np.add.reduceat(basis * fit.residuals[order, None], starts, axis=0)
    grams = np.add.reduceat(basis[:, :, None] * basis[:, None, :], starts, axis=0)
    adjustments = _adjustments(grams, errors)
    if isinstance(adjustments, Reason):
        return adjustments
    variances = _variances(fit, np.einsum("gpq,gq->gp", adjustments, scores))
    if errors is Errors.CR2:
        df = tuple(_satterthwaite(grams, adjustments @ row) for row in fit.unbasis)
        return Sandwich(variances, df)
    columns = (float(groups - 1),) * fit.basis.shape[1]
    return Sandwich(variances * _small_sample(fit, groups, errors), columns)


def _small_sample(fit: LeastSquares, groups: int, errors: Errors) -> float:
    rows, columns = fit.basis.shape
    if errors is Errors.CR1:
        return groups / (groups - 1)
    if errors is Errors.CR1S:
        return float(groups / (groups - 1) * (rows - 1) / (rows - columns))
    return 1.0


def _adjustments(grams: FloatArray, errors: Errors) -> FloatArray | Reason:
    power = {Errors.CR2: -0.5, Errors.CR3: -1.0}.get(errors)
    if power is None:
        return np.broadcast_to(np.eye(grams.shape[1]), grams.shape)
    spare, vectors = np.linalg.eigh(np.eye(grams.shape[1]) - grams)
    full = spare < _FULL
    if full.any() and errors is Errors.CR3:
        return Reason.FULL_LEVERAGE
    powers = np.where(full, 0.0, np.where(full, 1.0, spare) ** power)
    return np.asarray((vectors * powers[:, None, :]) @ vectors.transpose(0, 2, 1))


def _satterthwaite(grams: FloatArray, weights: FloatArray) -> float | Reason:
    """(tr W)^2 / tr W^2; W = diag(w_g'z_g) - Z Z', row g of Z being z_g = C_g w_g, w_g = F_g a."""
    z = np.einsum("gpq,gq->gp", grams, weights)
    d = np.einsum("gp,gp->g", weights, z)
    lengths = np.einsum("gp,gp->g", z, z)
    trace = float(d.sum() - lengths.sum())
    if trace <= _FULL * float(d.sum()):
        return Reason.TOO_FEW_CLUSTERS
    square = float((d**2).sum() - 2 * (d * lengths).sum() + ((z.T @ z) ** 2).sum())
    return float(trace * trace / square)


def _variances(fit: LeastSquares, scores: FloatArray) -> FloatArray:
    return np.asarray(((scores @ fit.unbasis.T) ** 2).sum(axis=0))
