"""Agreement: Cohen's, weighted and Fleiss' kappa of coders; refuses to count a gap as a category."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from math import erfc, sqrt

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray, vector
from services.analytics.methods.moments import complete_rows
from services.analytics.methods.noncentral import normal_quantile
from services.analytics.methods.records import record
from services.analytics.methods.results import (
    CONFIDENCE,
    Interval,
    Quantity,
    Reason,
    undefined,
)

_ROUNDING = 1e-12


class Weights(StrEnum):
    """How much of an agreement two different categories are."""

    NONE = "none"
    LINEAR = "linear"
    QUADRATIC = "quadratic"

    def of(self, categories: int) -> FloatArray:
        """Return the weights (categories x categories), 1 on the diagonal.

        Examples
        --------
        >>> Weights.LINEAR.of(3).tolist()
        [[1.0, 0.5, 0.0], [0.5, 1.0, 0.5], [0.0, 0.5, 1.0]]
        """
        places = np.arange(categories)
        apart = np.abs(places[:, None] - places) / max(categories - 1, 1)
        if self is Weights.NONE:
            return np.eye(categories)
        return np.asarray(1 - (apart if self is Weights.LINEAR else apart**2), dtype=np.float64)


@record
class Kappa:
    """Agreement beyond chance.

    Attributes
    ----------
    units, coders, categories : int
        Units coded by all, coders, and categories.
    observed, expected : Quantity
        Weighted share of agreement, and what the coders' own category shares would give.
    value : Quantity
        (observed - expected) / (1 - expected); negative values are kept.
    standard_error : Quantity
        Cohen: large-sample. Fleiss: under no agreement beyond chance.
    interval : Interval
        Normal. Fleiss: `not-asked`, as its standard error holds at zero only.
    p : Quantity
        Two-sided against zero (normal).
    """

    units: int
    coders: int
    categories: int
    observed: Quantity
    expected: Quantity
    value: Quantity
    standard_error: Quantity
    interval: Interval
    p: Quantity


def cohen_kappa(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    weights: Weights = Weights.NONE,
    categories: Sequence[float] | None = None,
    level: float = CONFIDENCE,
) -> Kappa:
    """Return Cohen's kappa of two coders, weighted if asked.

    Parameters
    ----------
    first, second : (n,) arrays
        Category codes; NaN is not coded. Units coded by both are used.
    weights : Weights
        By the categories' places in order: 1 - |i - j| / (k - 1), or its square.
    categories : sequence of float, optional
        The scale's codes; those used by either coder when left out.
    level : float
        Of the interval.

    Raises
    ------
    ValueError
        If the lengths differ, an entry is infinite, or a code is not among the categories.

    Notes
    -----
    Undefined where both coders use one and the same category only (`no-variance`). The p
    value is of the Wald test with the large-sample standard error.

    References
    ----------
    Cohen (1960), Educ. Psychol. Meas. 20; Cohen (1968), Psychol. Bulletin 70; Fleiss, Cohen
    & Everitt (1969), Psychol. Bulletin 72.

    Examples
    --------
    >>> held = cohen_kappa([1, 1, 2, 2, 3], [1, 2, 2, 2, 3])
    >>> round(held.value.value, 6), held.units
    (0.6875, 5)
    """
    one, two = vector(first, "first"), vector(second, "second")
    if one.size != two.size:
        raise ValueError(f"two coders code the same units: {one.size} and {two.size}")
    pairs = complete_rows(np.column_stack([one, two]))
    places, scale = _places(pairs, categories)
    if not pairs.size:
        return _lost(Reason.NO_DATA, (0, 2, scale), level)
    table = np.bincount(places[:, 0] * scale + places[:, 1], minlength=scale * scale)
    shares = table.reshape(scale, scale) / len(pairs)
    return _cohen(shares, weights.of(scale), len(pairs), level)


def fleiss_kappa(
    codes: npt.ArrayLike, categories: Sequence[float] | None = None, level: float = CONFIDENCE
) -> Kappa:
    """Return Fleiss' kappa of several coders, units x coders.

    Parameters
    ----------
    codes : (n, m) array
        Category codes; NaN is not coded. Units coded by all are used (Krippendorff's alpha
        uses the others too).
    categories : sequence of float, optional
        As in `cohen_kappa`.
    level : float
        Of the interval, which this kappa doesn't have.

    Raises
    ------
    ValueError
        If the codes aren't a matrix, an entry is infinite or not among the categories.

    References
    ----------
    Fleiss (1971), Psychol. Bulletin 76; Fleiss, Nee & Landis (1979), Psychol. Bulletin 86.

    Examples
    --------
    >>> round(fleiss_kappa([[1, 1, 1], [1, 2, 2], [2, 2, 2], [1, 1, 2]]).value.value, 6)
    0.333333
    """
    table = complete_rows(codes)
    places, scale = _places(table, categories)
    units, coders = table.shape
    if coders < 2:
        return _lost(Reason.TOO_FEW_ITEMS, (units, coders, scale), level)
    if units == 0:
        return _lost(Reason.NO_DATA, (units, coders, scale), level)
    counts = (places[:, :, None] == np.arange(scale)).sum(axis=1)
    return _fleiss(counts.astype(np.float64), coders, level)


def _places(codes: FloatArray, categories: Sequence[float] | None) -> tuple[npt.NDArray[np.intp], int]:
    used = np.unique(codes)
    scale = used if categories is None else np.unique(np.asarray(categories, dtype=np.float64))
    if not np.isin(used, scale).all():
        raise ValueError(f"codes {used.tolist()} are not all among {scale.tolist()}")
    return np.searchsorted(scale, codes), int(scale.size)


def _cohen(shares: FloatArray, weights: FloatArray, units: int, level: float) -> Kappa:
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed = float(np.sum(weights * shares))
    expected = float(rows @ weights @ columns)
    counts = (units, 2, len(shares))
    if 1 - expected <= _ROUNDING:
        return _lost(Reason.NO_VARIANCE, counts, level)
    value = (observed - expected) / (1 - expected)
    typical = (weights @ columns)[:, None] + rows @ weights
    spread = float(np.sum(shares * (weights - typical * (1 - value)) ** 2))
    variance = (spread - (value - expected * (1 - value)) ** 2) / (units * (1 - expected) ** 2)
    held = (Quantity(observed), Quantity(expected), Quantity(value))
    if variance <= _ROUNDING / units:
        reason = Reason.NO_RESIDUAL_VARIANCE
        nothing = undefined(reason)
        return Kappa(*counts, *held, nothing, Interval(None, None, reason, level), nothing)
    error = sqrt(variance)
    half = normal_quantile((1 + level) / 2) * error
    interval = Interval(value - half, value + half, level=level)
    return Kappa(*counts, *held, Quantity(error), interval, _p(value / error))


def _fleiss(counts: FloatArray, coders: int, level: float) -> Kappa:
    units, categories = counts.shape
    shares = counts.sum(axis=0) / (units * coders)
    observed = float((np.sum(counts**2) - units * coders) / (units * coders * (coders - 1)))
    expected = float(shares @ shares)
    size = (units, coders, categories)
    if 1 - expected <= _ROUNDING:
        return _lost(Reason.NO_VARIANCE, size, level)
    value = (observed - expected) / (1 - expected)
    others = 1 - shares
    spread = float(shares @ others)
    skewed = float(np.sum(shares * others * (others - shares)))
    # Two categories leave a variance of 2 (spread^2 - skewed) > 0; it is 0 for one only.
    variance = 2 * (spread**2 - skewed) / (spread**2 * units * coders * (coders - 1))
    error = sqrt(variance)
    return Kappa(
        *size,
        observed=Quantity(observed),
        expected=Quantity(expected),
        value=Quantity(value),
        standard_error=Quantity(error),
        interval=Interval(None, None, Reason.NOT_ASKED, level),
        p=_p(value / error),
    )


def _p(z: float) -> Quantity:
    return Quantity(erfc(abs(z) / sqrt(2)))


def _lost(reason: Reason, counts: tuple[int, int, int], level: float) -> Kappa:
    nothing = undefined(reason)
    lost = Interval(None, None, reason, level)
    return Kappa(*counts, nothing, nothing, nothing, nothing, lost, nothing)
