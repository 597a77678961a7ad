"""Fit indices: how far a factor model is from the data and from no model; refuses saturated models."""

from __future__ import annotations

from math import sqrt

import numpy as np

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.chi_square import ChiSquare, chi_square, noncentral_below, noncentrality
from services.analytics.methods.records import record
from services.analytics.methods.results import Interval, Quantity, Reason, quantity, undefined

RMSEA_LEVEL = 0.90
"""The customary level of RMSEA's interval: its lower end tests close fit at 5 %."""

CLOSE = 0.05


@record
class FitIndices:
    """Fit of a factor model.

    Attributes
    ----------
    chi_square, baseline : ChiSquare
        Of the model and of uncorrelated items, each against unrestricted covariances;
        N F, N rows (not N - 1).
    cfi : Quantity
        1 - max(x - d, 0) / max(x - d, x0 - d0, 0); 1 where both are 0.
    tli : Quantity
        1 - (x - d) d0 / ((x0 - d0) d): not normed, above 1 where x < d.
    rmsea : Quantity
        sqrt(max(x - d, 0) / (N d)).
    rmsea_interval : Interval
        From the noncentralities at which x has .95 and .05 below it.
    close_fit : Quantity
        p of RMSEA <= .05.
    srmr : Quantity
        Bentler: root mean square, over variances and covariances (with gaps also means), of the
        residuals by the sample's deviations.
    log_likelihood, aic, bic : Quantity
        BIC on ln N.
    parameters : int
        Free ones; with gaps the items' intercepts among them.
    """

    chi_square: ChiSquare
    baseline: ChiSquare
    cfi: Quantity
    tli: Quantity
    rmsea: Quantity
    rmsea_interval: Interval
    close_fit: Quantity
    srmr: Quantity
    log_likelihood: Quantity
    aic: Quantity
    bic: Quantity
    parameters: int


@record
class Discrepancy:
    """What the indices stand on: rows; statistic and df of the model and of the baseline."""

    rows: int
    model: float
    df: int
    baseline: float
    baseline_df: int


def fit_indices(found: Discrepancy, srmr: float, log_likelihood: float, parameters: int) -> FitIndices:
    """Return the indices; without degrees of freedom those that need them are undefined.

    References
    ----------
    Bentler (1990), Psychological Bulletin 107, 238-246; Tucker & Lewis (1973), Psychometrika 38,
    1-10; Browne & Cudeck (1993), in Testing Structural Equation Models, 136-162.

    Examples
    --------
    >>> held = fit_indices(Discrepancy(240, 18.0, 9, 800.0, 15), 0.03, -1900.0, 12)
    >>> round(held.cfi.value, 4), round(held.tli.value, 4), round(held.rmsea.value, 4)
    (0.9885, 0.9809, 0.0645)
    """
    excess, none = found.model - found.df, found.baseline - found.baseline_df
    return FitIndices(
        chi_square=chi_square(found.model, found.df),
        baseline=chi_square(found.baseline, found.baseline_df),
        cfi=_needing(found, _comparative(excess, none)),
        tli=_needing(found, _tucker_lewis(found, excess, none)),
        rmsea=_needing(found, sqrt(max(excess, 0.0) / (found.rows * max(found.df, 1)))),
        rmsea_interval=_rmsea_interval(found),
        close_fit=_close_fit(found),
        srmr=Quantity(srmr),
        log_likelihood=Quantity(log_likelihood),
        aic=Quantity(2 * parameters - 2 * log_likelihood),
        bic=Quantity(float(np.log(found.rows)) * parameters - 2 * log_likelihood),
        parameters=parameters,
    )


def bentler_srmr(sample: FloatArray, model: FloatArray, mean_residuals: FloatArray | None = None) -> float:
    """Return sqrt(mean of ((s_ij - m_ij) / sqrt(s_ii s_jj))^2) over i <= j, means added if given.

    Examples
    --------
    >>> round(bentler_srmr(np.array([[1.0, 0.5], [0.5, 1.0]]), np.eye(2)), 6)
    0.288675
    """
    scale = np.sqrt(np.diag(sample))
    residuals = ((sample - model) / np.outer(scale, scale))[np.triu_indices(len(sample))]
    if mean_residuals is not None:
        residuals = np.concatenate([residuals, mean_residuals / scale])
    return float(np.sqrt((residuals**2).mean()))


def _needing(found: Discrepancy, value: float | Reason) -> Quantity:
    return quantity(value) if found.df > 0 else undefined(Reason.NO_DEGREES_OF_FREEDOM)


def _comparative(excess: float, none: float) -> float:
    worst = max(excess, none, 0.0)
    return 1.0 if worst == 0 else 1 - max(excess, 0.0) / worst


def _tucker_lewis(found: Discrepancy, excess: float, none: float) -> float | Reason:
    if none == 0:
        return Reason.NO_VARIANCE
    return 1 - excess * found.baseline_df / (none * max(found.df, 1))


def _rmsea_interval(found: Discrepancy) -> Interval:
    if found.df == 0:
        return Interval(None, None, Reason.NO_DEGREES_OF_FREEDOM, RMSEA_LEVEL)
    low, high = (
        sqrt(noncentrality(found.model, found.df, below) / (found.rows * found.df))
        for below in ((1 + RMSEA_LEVEL) / 2, (1 - RMSEA_LEVEL) / 2)
    )
    return Interval(low, high, level=RMSEA_LEVEL)


def _close_fit(found: Discrepancy) -> Quantity:
    if found.df == 0:
        return undefined(Reason.NO_DEGREES_OF_FREEDOM)
    return Quantity(1 - noncentral_below(found.model, found.df, found.rows * found.df * CLOSE**2))
