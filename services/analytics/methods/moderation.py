"""Moderation: whether a slope differs between two kinds of rows; refuses an unstated parametrisation."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arms import treated_of
from services.analytics.methods.arrays import FloatArray, vector
from services.analytics.methods.exact import float_mean
from services.analytics.methods.least_squares import design_of
from services.analytics.methods.records import record
from services.analytics.methods.regression import Regression, regress
from services.analytics.methods.results import CONFIDENCE, Estimate, Quantity
from services.analytics.methods.sandwich import Errors

MANY_UNITS = 5
"""The published moderator: a case with more units than this, when the round opened."""


class Parametrisation(StrEnum):
    """What the main effects mean: x and moderator as they are, or less their means.

    The interaction is the same number in both. `explicit`: the slope of x is the slope of
    the rows without the moderator. `centred`: it is the slope at the moderator's mean, the
    average slope of the rows.
    """

    EXPLICIT = "explicit"
    CENTRED = "centred"


@record
class ModeratedSlope:
    """Two slopes and their difference.

    Attributes
    ----------
    parametrisation : Parametrisation
        Of `regression`.
    n, moderated : int
        Rows with both scores; those of them with the moderator.
    centre_x, centre_moderator : Quantity
        What was taken off before multiplying: 0 when explicit.
    regression : Regression
        y ~ 1 + x + moderator + x x moderator, HC3, t(n - 4).
    slope_without, slope_with : Estimate
        Of the rows without and with the moderator.
    """

    parametrisation: Parametrisation
    n: int
    moderated: int
    centre_x: Quantity
    centre_moderator: Quantity
    regression: Regression
    slope_without: Estimate
    slope_with: Estimate

    @property
    def interaction(self) -> Estimate:
        """Slope with the moderator less slope without."""
        return self.regression.coefficients[3]


def more_units_than(units: npt.ArrayLike, bound: int = MANY_UNITS) -> npt.NDArray[np.bool_]:
    """Return which cases had more units than `bound`: the moderator RK -> citizen was said to have.

    Raises
    ------
    ValueError
        If a number of units is missing or infinite.

    Examples
    --------
    >>> more_units_than([3, 5, 6]).tolist()
    [False, False, True]
    """
    held = vector(units, "units")
    if np.isnan(held).any():
        raise ValueError("every case has a number of units")
    return np.asarray(held > bound)


def moderated_slope(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    moderator: npt.ArrayLike,
    parametrisation: Parametrisation = Parametrisation.EXPLICIT,
    level: float = CONFIDENCE,
) -> ModeratedSlope:
    """Return whether the slope of y on x differs where the moderator is 1.

    Parameters
    ----------
    x, y : (n,) arrays
        Case score and citizen score of one wave; NaN is missing. Rows with both are used.
    moderator : (n,) of 0 and 1
        `more_units_than(units)`.
    parametrisation : Parametrisation
        Of the regression returned; the two slopes and the interaction don't depend on it.
    level : float
        Of the intervals.

    Returns
    -------
    ModeratedSlope
        `not-identified` where every row, or none, has the moderator, or where x doesn't
        vary on one side.

    Raises
    ------
    ValueError
        If lengths differ, a score is infinite or a moderator is neither 0 nor 1.

    References
    ----------
    Aiken & West (1991), Multiple Regression: Testing and Interpreting Interactions;
    MacKinnon & White (1985) for HC3.

    Examples
    --------
    >>> x, y, many = [1, 2, 3, 4, 1, 2, 3, 4], [2, 2, 3, 3, 1, 2, 3, 5], [0] * 4 + [1] * 4
    >>> held = moderated_slope(x, y, many, Parametrisation.CENTRED)
    >>> [round(one.value.value, 4) for one in (held.slope_without, held.slope_with, held.interaction)]
    [0.4, 1.3, 0.9]
    >>> round(held.regression.slope.value.value, 4), held.centre_moderator.value
    (0.85, 0.5)
    """
    first, second = vector(x, "x"), vector(y, "y")
    if first.size != second.size:
        raise ValueError(f"x and y are rows of one table: {first.size} and {second.size}")
    there = ~(np.isnan(first) | np.isnan(second))
    flag = treated_of(moderator, first.size)[there].astype(np.float64)
    first, second = first[there], second[there]
    centres = _centres(first, flag, parametrisation)
    without = _fit(second, first, flag, level)
    shifts = [one.value or 0.0 for one in centres]
    return ModeratedSlope(
        parametrisation=parametrisation,
        n=first.size,
        moderated=int(flag.sum()),
        centre_x=centres[0],
        centre_moderator=centres[1],
        regression=_fit(second, first - shifts[0], flag - shifts[1], level),
        slope_without=without.slope,
        slope_with=_fit(second, first, 1 - flag, level).slope,
    )


def _centres(
    x: FloatArray, flag: FloatArray, parametrisation: Parametrisation
) -> tuple[Quantity, Quantity]:
    if parametrisation is Parametrisation.EXPLICIT:
        return Quantity(0.0), Quantity(0.0)
    return float_mean(x.tolist()), float_mean(flag.tolist())


def _fit(y: FloatArray, x: FloatArray, flag: FloatArray, level: float) -> Regression:
    return regress(y, design_of(x, flag, x * flag), Errors.HC3, level=level)
