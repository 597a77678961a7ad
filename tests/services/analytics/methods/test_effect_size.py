"""Hedges' g: effectsize's values, its label, and arms without spread."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.effect_size import Outcome, hedges_g
from services.analytics.methods.results import Reason

from .gappy_cases import GappyCases, computed_by_r

CASES = GappyCases()
R = computed_by_r("effects")
OUTCOMES = {Outcome.POST: CASES.rk(2), Outcome.CHANGE: CASES.rk(2) - CASES.rk(1)}


@pytest.mark.parametrize("outcome", Outcome)
def test_g_and_interval_are_effectsize_s(outcome: Outcome) -> None:
    held = hedges_g(OUTCOMES[outcome], CASES.arms, outcome)
    g, low, high = R[f"hedges/{outcome}"]
    assert held.g.value == pytest.approx(g, rel=1e-9)
    # effectsize finds its ends by an optimiser that stops early; uniroot goes on.
    assert [held.interval.low, held.interval.high] == pytest.approx([low, high], rel=1e-4)
    assert [held.interval.low, held.interval.high] == pytest.approx(R[f"hedges/{outcome}/ends"], rel=1e-9)
    assert held.outcome is outcome


@given(st.integers(0, 500), st.floats(0.1, 9), st.floats(-5, 5))
def test_scale_and_place_do_not_matter(seed: int, scale: float, place: float) -> None:
    rng = np.random.default_rng(seed)
    values, arm = rng.normal(size=14), np.tile([0, 1], 7)
    one = hedges_g(values, arm, Outcome.POST)
    other = hedges_g(values * scale + place, arm, Outcome.POST)
    turned = hedges_g(values, 1 - arm, Outcome.POST)
    assert one.g.value is not None
    assert one.interval.low is not None
    assert other.g.value == pytest.approx(one.g.value, rel=1e-6, abs=1e-9)
    assert turned.g.value == pytest.approx(-one.g.value, abs=1e-12)
    assert turned.interval.high == pytest.approx(-one.interval.low, abs=1e-8)


def test_g_is_j_times_d() -> None:
    held = hedges_g([4, 5, np.nan, 3, 2, 2, 1], [1, 1, 1, 1, 0, 0, 0], Outcome.CHANGE)
    assert held.d.value is not None
    assert held.factor.value is not None
    assert held.g.value == held.d.value * held.factor.value
    assert (held.intervention, held.control) == (3, 3)


@pytest.mark.parametrize(
    ("values", "arm", "reason"),
    [
        ([1, np.nan, 3], [1, 1, 0], Reason.TOO_FEW_ROWS),
        ([1, 2, 3, 4], [1, 1, 1, 1], Reason.TOO_FEW_ROWS),
        ([0.1, 0.1, 0.3, 0.3], [1, 1, 0, 0], Reason.NO_VARIANCE),
    ],
)
def test_what_has_no_effect_size_says_why(values: list[float], arm: list[int], reason: Reason) -> None:
    held = hedges_g(values, arm, Outcome.POST)
    assert held.g.reason is held.d.reason is held.factor.reason is held.interval.reason is reason
