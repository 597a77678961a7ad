"""Arms: R's means, intervals and Welch, gaps counted, and arms too small to say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.arms import mean_difference, mean_estimate, two_arms, variance_of_mean
from services.analytics.methods.results import Reason

from .gappy_cases import GappyCases, computed_by_r, numbers

CASES = GappyCases()
R = computed_by_r("effects")
OUTCOMES = {"post": CASES.rk(2), "change": CASES.rk(2) - CASES.rk(1)}


@pytest.mark.parametrize("name", OUTCOMES)
def test_means_and_welch_are_r_s(name: str) -> None:
    held = two_arms(OUTCOMES[name], CASES.arms)
    assert numbers(held.difference) == pytest.approx(R[f"welch/{name}"], rel=1e-9)
    means = [
        number
        for arm in (held.intervention, held.control)
        for number in (arm.mean.value.value, arm.mean.interval.low, arm.mean.interval.high)
    ]
    assert means == pytest.approx(R[f"means/{name}"], rel=1e-9)


def test_overlapping_intervals_may_still_differ() -> None:
    rng = np.random.default_rng(4)
    noise = rng.normal(size=30)
    held = two_arms(np.concatenate([noise + 0.62, noise]), [1] * 30 + [0] * 30)
    assert held.intervention.mean.interval.low is not None
    assert held.control.mean.interval.high is not None
    assert held.intervention.mean.interval.low < held.control.mean.interval.high
    assert held.difference.p.value is not None
    assert held.difference.p.value < 0.05


@given(st.lists(st.tuples(st.integers(5, 25), st.booleans()), min_size=4, max_size=30))
def test_shifting_moves_means_only(rows: list[tuple[int, bool]]) -> None:
    values, arm = (np.array(one) for one in zip(*rows, strict=True))
    one, other = two_arms(values / 5, arm), two_arms(values / 5 + 1, arm)
    assert one.difference.value.reason is other.difference.value.reason
    if one.difference.value.value is not None:
        assert other.difference.value.value == pytest.approx(one.difference.value.value, abs=1e-12)
    if one.difference.standard_error.value is not None:
        wanted = one.difference.standard_error.value
        assert other.difference.standard_error.value == pytest.approx(wanted, rel=1e-9)


def test_gaps_are_counted() -> None:
    held = two_arms([3, np.nan, 2, 4], [1, 1, 0, 0])
    assert (held.missing, held.intervention.n, held.control.n) == (1, 1, 2)
    assert held.intervention.mean.value.value == 3.0
    assert held.intervention.mean.interval.reason is Reason.TOO_FEW_ROWS
    assert held.difference.value.value == 0.0
    assert held.difference.p.reason is Reason.TOO_FEW_ROWS


def test_arms_that_cannot_be_compared_say_why() -> None:
    assert two_arms([3, 4], [1, 1]).difference.value.reason is Reason.NO_DATA
    alike = two_arms([3, 3, 2, 2], [1, 1, 0, 0])
    assert alike.difference.value.value == 1.0
    assert alike.difference.p.reason is Reason.NO_RESIDUAL_VARIANCE
    assert mean_estimate(np.array([])).value.reason is Reason.NO_DATA
    assert variance_of_mean(np.zeros(3)) == 0.0
    assert mean_difference(np.array([]), np.array([1.0])).value.reason is Reason.NO_DATA


def test_malformed_input_is_refused() -> None:
    with pytest.raises(ValueError, match="one arm per row"):
        two_arms([1, 2], [1])
    with pytest.raises(ValueError, match="an arm is 0"):
        two_arms([1, 2], [1, 2])
