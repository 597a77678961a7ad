"""Power of slopes and moderators: R's values, growth with n, and the inverse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.power import (
    Spread,
    detectable_slope,
    power_of_moderator,
    power_of_slope,
    smallest,
)
from services.analytics.methods.results import Reason

from .gappy_cases import computed_by_r

R = computed_by_r("association")
SPREAD = Spread(0.5, 0.6)


def test_power_is_r_s() -> None:
    # R's noncentral F stops at 1e-9.
    assert power_of_slope(0.4, SPREAD, 54).value == pytest.approx(R["power/slope"], abs=1e-8)
    held = power_of_moderator(0.4, SPREAD, 20, 34).value
    assert held == pytest.approx(R["power/moderator"], abs=1e-8)
    # pwr.f2.test takes n where the sample's sd gives n - 1: f2 = 0.1 is 54 x 0.1 = 53 x (slope sd / sd)^2.
    slope = (0.1 * 54 / 53) ** 0.5
    assert power_of_slope(slope, Spread(1, 1), 54).value == pytest.approx(R["power/pwr_f2"], abs=1e-8)


@given(st.floats(0.05, 2), st.integers(3, 300))
def test_more_rows_show_more(slope: float, n: int) -> None:
    fewer, more = power_of_slope(slope, SPREAD, n).value, power_of_slope(slope, SPREAD, n + 50).value
    assert fewer is not None
    assert more is not None
    assert 0.05 <= fewer <= more + 1e-12


@given(st.floats(0.1, 0.99), st.integers(4, 200))
def test_the_detectable_slope_has_the_power(power: float, n: int) -> None:
    slope = detectable_slope(power, SPREAD, n).value
    assert slope is not None
    assert power_of_slope(slope, SPREAD, n).value == pytest.approx(power, abs=1e-9)


def test_a_moderator_needs_more_than_a_slope() -> None:
    slope, moderator = power_of_slope(0.4, SPREAD, 54), power_of_moderator(0.4, SPREAD, 27, 27)
    assert slope.value is not None
    assert moderator.value is not None
    assert moderator.value < slope.value


def test_too_few_rows_have_no_power() -> None:
    assert power_of_slope(0.4, SPREAD, 2).reason is Reason.TOO_FEW_ROWS
    assert detectable_slope(0.8, SPREAD, 2).reason is Reason.TOO_FEW_ROWS
    assert power_of_moderator(0.4, SPREAD, 1, 40).reason is Reason.TOO_FEW_ROWS


def test_malformed_input_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        Spread(0, 1)
    with pytest.raises(ValueError, match="alpha"):
        power_of_slope(0.4, SPREAD, 54, alpha=0)
    with pytest.raises(ValueError, match="between alpha and 1"):
        smallest(lambda effect: effect, 0.01, 0.05)
