"""Noncentral: R's values, the far tails, and the interval as its own inverse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.noncentral import (
    noncentral_t_below,
    noncentrality_interval,
    normal_quantile,
    normal_two_sided_p,
    small_sample_factor,
    two_sided_power,
)

from .gappy_cases import computed_by_r

R = computed_by_r("association")


def test_areas_are_r_s() -> None:
    found = [noncentral_t_below(*one) for one in ((2, 10, 1.5), (-1, 8, 2), (3, 4.5, 1))]
    # R's pt() stops at 1e-12.
    assert found == pytest.approx(R["power/noncentral_t"], rel=1e-10)


@pytest.mark.parametrize("centre", [9, 12, 30, 38, 1000])
def test_areas_across_zero_vanish(centre: float) -> None:
    assert noncentral_t_below(-2, 50, centre) == pytest.approx(0.0, abs=1e-15)
    assert noncentral_t_below(2, 50, -centre) == pytest.approx(1.0, abs=1e-15)
    assert two_sided_power(centre, 50) == pytest.approx(1.0)


@given(st.floats(-6, 6), st.integers(2, 60))
def test_the_interval_puts_t_at_its_tails(t: float, df: int) -> None:
    held = noncentrality_interval(t, df)
    assert held.low is not None
    assert held.high is not None
    assert noncentral_t_below(t, df, held.low) == pytest.approx(0.975, abs=1e-9)
    assert noncentral_t_below(t, df, held.high) == pytest.approx(0.025, abs=1e-9)


@given(st.floats(-5, 5), st.integers(1, 100))
def test_power_is_even_and_at_least_alpha(centre: float, df: int) -> None:
    held = two_sided_power(centre, df)
    assert held == pytest.approx(two_sided_power(-centre, df), rel=1e-12)
    assert 0.05 - 1e-9 <= held <= 1


@pytest.mark.parametrize(
    ("t", "df", "centre", "below"),
    [(1.0, 5.0, 37.0, 0.0), (-1.0, 5.0, -37.0, 1.0), (39.0, 9e4, 0.01, 1.0), (-3.0, 40.0, 12.0, 0.0)],
)
def test_far_out_all_is_on_one_side(t: float, df: float, centre: float, below: float) -> None:
    assert noncentral_t_below(t, df, centre) == pytest.approx(below, abs=1e-12)


@given(st.floats(-40, 40), st.floats(0.5, 1e5), st.floats(-40, 40))
def test_an_area_is_never_nan(t: float, df: float, centre: float) -> None:
    assert -1e-12 <= noncentral_t_below(t, df, centre) <= 1 + 1e-12


def test_normal_tails() -> None:
    assert normal_two_sided_p(-10) == pytest.approx(1.523970604832105e-23, rel=1e-12)
    assert normal_two_sided_p(normal_quantile(0.9)) == pytest.approx(0.2, rel=1e-12)


def test_the_small_sample_factor_tends_to_one() -> None:
    assert small_sample_factor(2) == pytest.approx(0.5641895835477563, rel=1e-12)
    assert small_sample_factor(1e6) == pytest.approx(1 - 0.75e-6, rel=1e-9)


def test_malformed_input_is_refused() -> None:
    with pytest.raises(ValueError, match="degrees"):
        noncentral_t_below(1, 0, 1)
    with pytest.raises(ValueError, match="alpha"):
        two_sided_power(1, 10, 1.5)
    with pytest.raises(ValueError, match="level"):
        noncentrality_interval(1, 10, 0)
    with pytest.raises(ValueError, match="above 1"):
        small_sample_factor(1)
    with pytest.raises(ValueError, match="probability"):
        normal_quantile(1)
