"""Works out what data of this size can show: at the published effects, never at those found; pure."""

import numpy as np

from services.analytics.associations.respondents import Floats
from services.analytics.associations.schemas import PowerFormula, PowerView
from services.analytics.methods.noncentral import two_sided_power
from services.analytics.methods.power import (
    Spread,
    detectable_slope,
    power_of_moderator,
    power_of_slope,
    smallest,
)
from services.analytics.methods.regression import Regression
from services.analytics.methods.results import Estimate, Quantity, Reason, undefined
from services.analytics.release.envelope import figure

PUBLISHED_LEADERSHIP_TO_RK = 0.67
PUBLISHED_RK_TO_CITIZEN = 0.4
GOOD_POWER = 0.8
ALPHA = 0.05


def clustered_power(slope: Estimate) -> PowerView:
    """Return the power that a clustered standard error and its degrees of freedom leave."""
    error, df = slope.standard_error.value, slope.df.value
    if error is None or df is None:
        nothing = undefined(slope.standard_error.reason or slope.df.reason or Reason.NO_DATA)
        return _view(PUBLISHED_LEADERSHIP_TO_RK, nothing, nothing, PowerFormula.CLUSTERED_ERROR)

    def reached(effect: float) -> float:
        return two_sided_power(effect / error, df, ALPHA)

    return _view(
        PUBLISHED_LEADERSHIP_TO_RK,
        Quantity(reached(PUBLISHED_LEADERSHIP_TO_RK)),
        Quantity(smallest(reached, GOOD_POWER, ALPHA)),
        PowerFormula.CLUSTERED_ERROR,
    )


def slope_power(rk: Floats, citizen: Floats, line: Regression) -> PowerView:
    """Return the power for the published slope of the citizen's experience on RK."""
    spread = spread_of(rk, citizen, line)
    if isinstance(spread, Reason):
        return _view(PUBLISHED_RK_TO_CITIZEN, undefined(spread), undefined(spread))
    return _view(
        PUBLISHED_RK_TO_CITIZEN,
        power_of_slope(PUBLISHED_RK_TO_CITIZEN, spread, rk.size, ALPHA),
        detectable_slope(GOOD_POWER, spread, rk.size, ALPHA),
    )


def moderator_power(spread: Spread | Reason, n_with: int, n_without: int) -> PowerView:
    """Return the power for slopes that differ by as much as the published slope."""
    if isinstance(spread, Reason):
        return _view(PUBLISHED_RK_TO_CITIZEN, undefined(spread), undefined(spread))
    power = power_of_moderator(PUBLISHED_RK_TO_CITIZEN, spread, n_with, n_without, ALPHA)
    if power.value is None:
        return _view(PUBLISHED_RK_TO_CITIZEN, power, power)
    detectable = smallest(
        lambda effect: power_of_moderator(effect, spread, n_with, n_without, ALPHA).value or 0.0,
        GOOD_POWER,
        ALPHA,
    )
    return _view(PUBLISHED_RK_TO_CITIZEN, power, Quantity(detectable))


def spread_of(x: Floats, y: Floats, line: Regression) -> Spread | Reason:
    """Return the spread of x and of y about a line, or why there is none."""
    intercept, slope = line.intercept.value.value, line.slope.value.value
    if intercept is None or slope is None:
        return line.slope.value.reason or Reason.NO_DATA
    residual = float(np.sqrt(((y - intercept - slope * x) ** 2).sum() / (x.size - 2)))
    # A line that leaves nothing but rounding has no error to find power from.
    if residual <= 1e-12 * float(np.abs(y).max()):
        return Reason.NO_RESIDUAL_VARIANCE
    return Spread(float(x.std(ddof=1)), residual)


def _view(
    effect: float,
    power: Quantity,
    detectable: Quantity,
    formula: PowerFormula = PowerFormula.INDEPENDENT_ROWS,
) -> PowerView:
    return PowerView(effect=effect, power=figure(power), detectable=figure(detectable), formula=formula)
