"""Krippendorff's alpha: agreement of any number of coders, gaps allowed; refuses units coded once."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray, matrix
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity, Reason, undefined


class Metric(StrEnum):
    """How far apart two values are."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


@record
class KrippendorffAlpha:
    """Agreement beyond chance of all values that have a partner.

    Attributes
    ----------
    metric : Metric
    units, values : int
        Units coded at least twice, and the values in them.
    observed, expected : Quantity
        Observed and expected disagreement, in the metric's own unit.
    value : Quantity
        1 - observed / expected; negative values are kept.
    """

    metric: Metric
    units: int
    values: int
    observed: Quantity
    expected: Quantity
    value: Quantity


def krippendorff_alpha(codes: npt.ArrayLike, metric: Metric = Metric.NOMINAL) -> KrippendorffAlpha:
    """Return Krippendorff's alpha of units x coders.

    Parameters
    ----------
    codes : (n, m) array
        Codes; NaN is not coded. Units with fewer than two codes are left out.
    metric : Metric
        `nominal` (same or not), `ordinal` (values between them), `interval` (squared
        difference of the codes).

    Raises
    ------
    ValueError
        If the codes aren't a matrix or an entry is infinite.

    Notes
    -----
    Coincidences o_ck = sum_u n_uc (n_uk - [c = k]) / (m_u - 1); n_c = sum_k o_ck, n their
    sum. alpha = 1 - (n - 1) sum o_ck d_ck / sum n_c n_k d_ck, d the squared distance;
    ordinal: d_ck = (n_c/2 + n between + n_k/2)^2. Undefined (`no-variance`) when every
    paired value is the same: there was nothing to tell apart.

    References
    ----------
    Krippendorff (2011), Computing Krippendorff's alpha-reliability; Hayes & Krippendorff
    (2007), Communication Methods and Measures 1.

    Examples
    --------
    >>> codes = [[1, 1], [2, 2], [3, 3], [3, 4], [2, np.nan]]
    >>> round(krippendorff_alpha(codes).value.value, 6)
    0.695652
    """
    table = matrix(codes, "codes")
    there = ~np.isnan(table)
    table = table[there.sum(axis=1) >= 2]
    there = ~np.isnan(table)
    values = int(there.sum())
    if not values:
        nothing = undefined(Reason.NO_DATA)
        return KrippendorffAlpha(metric, 0, 0, nothing, nothing, nothing)
    scale = np.unique(table[there])
    coincidences = _coincidences(table, there, scale)
    totals = coincidences.sum(axis=1)
    distances = _distances(metric, scale, totals)
    observed = float(np.sum(coincidences * distances)) / values
    expected = float(totals @ distances @ totals) / (values * (values - 1))
    alpha = Quantity(1 - observed / expected) if expected > 0 else undefined(Reason.NO_VARIANCE)
    return KrippendorffAlpha(metric, len(table), values, Quantity(observed), Quantity(expected), alpha)


def _coincidences(table: FloatArray, there: npt.NDArray[np.bool_], scale: FloatArray) -> FloatArray:
    counts = (table[:, :, None] == scale).sum(axis=1).astype(np.float64)
    weights = 1.0 / (there.sum(axis=1) - 1)
    weighted = counts * weights[:, None]
    return np.asarray(weighted.T @ counts - np.diag(weighted.sum(axis=0)))


def _distances(metric: Metric, scale: FloatArray, totals: FloatArray) -> FloatArray:
    if metric is Metric.NOMINAL:
        return 1 - np.eye(scale.size)
    if metric is Metric.INTERVAL:
        return np.asarray((scale[:, None] - scale) ** 2)
    middles = np.cumsum(totals) - totals / 2
    return np.asarray((middles[:, None] - middles) ** 2)
