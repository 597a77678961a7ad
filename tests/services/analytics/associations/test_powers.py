"""Powers at the published effects: by hand, in the limit, and where there is no error to find them from."""

import numpy as np
import pytest

from services.analytics.associations.powers import (
    PUBLISHED_LEADERSHIP_TO_RK,
    clustered_power,
    moderator_power,
    slope_power,
)
from services.analytics.methods.distributions import t_estimate
from services.analytics.methods.least_squares import design_of
from services.analytics.methods.noncentral import normal_quantile
from services.analytics.methods.power import Spread
from services.analytics.methods.regression import Regression, regress
from services.analytics.methods.results import Reason, undefined_estimate
from services.analytics.methods.sandwich import Errors

RNG = np.random.default_rng(4)


def line(x: np.ndarray, y: np.ndarray) -> Regression:
    return regress(y, design_of(x), Errors.HC3)


def test_with_many_degrees_of_freedom_it_is_the_normal_s() -> None:
    """An effect of 1.96 + 0.84 standard errors is seen four times out of five."""
    far = normal_quantile(0.975) + normal_quantile(0.8)
    error = PUBLISHED_LEADERSHIP_TO_RK / far
    found = clustered_power(t_estimate(0.1, error**2, 1e7))
    assert found.power.value == pytest.approx(0.8, abs=1e-5)
    assert found.detectable.value == pytest.approx(PUBLISHED_LEADERSHIP_TO_RK, abs=1e-5)


def test_does_not_depend_on_what_was_found() -> None:
    one, other = (clustered_power(t_estimate(value, 0.04, 20)) for value in (0.1, 2.0))
    assert one == other


def test_what_is_detectable_is_seen_four_times_out_of_five() -> None:
    x = RNG.uniform(1, 5, 54)
    y = 0.3 * x + RNG.normal(size=54)
    found = slope_power(x, y, line(x, y))
    assert found.detectable.value is not None
    assert found.power.value is not None
    assert (found.power.value > 0.8) == (found.effect > found.detectable.value)


def test_a_moderator_needs_more_than_a_slope() -> None:
    x = RNG.uniform(2, 4, 54)
    y = 0.3 * x + RNG.normal(size=54)
    spread = Spread(float(x.std(ddof=1)), 1.0)
    slope, moderator = slope_power(x, y, line(x, y)), moderator_power(spread, 22, 32)
    assert (moderator.power.value or 1) < (slope.power.value or 0)


def test_without_error_there_is_none() -> None:
    x = np.arange(1.0, 6.0)
    assert slope_power(x, 2 * x, line(x, 2 * x)).power.reason == "no-residual-variance"
    flat = np.full(5, 3.0)
    assert slope_power(flat, x, line(flat, x)).power.reason == "not-identified"
    assert clustered_power(undefined_estimate(Reason.TOO_FEW_CLUSTERS)).power.reason == "too-few-clusters"
    assert moderator_power(Spread(1.0, 1.0), 1, 3).detectable.reason == "too-few-rows"
