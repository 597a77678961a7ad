"""Ancova: sandwich's HC2 and estimatr's Lin with gaps, and designs that can't be adjusted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.ancova import ancova
from services.analytics.methods.results import Reason

from .gappy_cases import GappyCases, computed_by_r, numbers

CASES = GappyCases()
R = computed_by_r("effects")


def test_both_effects_are_r_s() -> None:
    held = ancova(CASES.rk(2), CASES.rk(1), CASES.arms, CASES.municipalities)
    assert numbers(held.effect)[:4] == pytest.approx(R["ancova"], rel=1e-9)
    assert numbers(held.lin_effect) == pytest.approx(R["lin"], rel=1e-9)
    assert held.intervention + held.control == R["n"]
    assert (held.strata, held.dropped) == (3, 0)


@given(st.integers(0, 1000), st.floats(-3, 3))
def test_names_order_and_constants_do_not_matter(seed: int, constant: float) -> None:
    rng = np.random.default_rng(seed)
    pre, arm = rng.normal(3, 0.5, 24), np.tile([0, 1], 12)
    post, strata = pre + 0.4 * arm + rng.normal(size=24), np.repeat(list("ABC"), 8)
    one = ancova(post, pre, arm, strata)
    order = rng.permutation(24)
    renamed = np.array([{"A": "z", "B": "y", "C": "x"}[name] for name in strata])
    other = ancova((post + constant)[order], pre[order] - constant, arm[order], renamed[order])
    for first, second in ((one.effect, other.effect), (one.lin_effect, other.lin_effect)):
        assert numbers(second) == pytest.approx(numbers(first), rel=1e-6, abs=1e-9)


def test_cases_without_both_scores_are_dropped_and_counted() -> None:
    post, pre = CASES.rk(2), CASES.rk(1)
    post[0], pre[5] = np.nan, np.nan
    held = ancova(post, pre, CASES.arms, CASES.municipalities)
    kept = np.delete(np.arange(24), [0, 5])
    again = ancova(post[kept], pre[kept], CASES.arms[kept], np.array(CASES.municipalities)[kept])
    assert (held.dropped, again.dropped) == (2, 0)
    assert held.adjusted == again.adjusted


def test_a_stratum_with_one_arm_leaves_lin_unidentified() -> None:
    rng = np.random.default_rng(3)
    pre, arm = rng.normal(size=12), np.array([0, 1] * 4 + [1] * 4)
    held = ancova(pre + rng.normal(size=12), pre, arm, ["A"] * 8 + ["B"] * 4)
    assert held.effect.p.value is not None
    assert held.lin_effect.value.reason is Reason.NOT_IDENTIFIED


def test_a_stratum_of_one_case_leaves_hc2_undefined() -> None:
    rng = np.random.default_rng(3)
    pre, arm = rng.normal(size=9), np.array([0, 1] * 4 + [1])
    held = ancova(pre + rng.normal(size=9), pre, arm, ["A"] * 8 + ["B"])
    assert held.effect.value.value is not None
    assert held.effect.p.reason is Reason.FULL_LEVERAGE


def test_thin_data_say_why() -> None:
    assert ancova([], [], [], []).effect.value.reason is Reason.TOO_FEW_ROWS
    one_arm = ancova([1, 2, 3, 5, 4], [1, 2, 2, 4, 4], [1] * 5, ["A"] * 5)
    assert one_arm.effect.value.reason is Reason.NOT_IDENTIFIED


def test_malformed_input_is_refused() -> None:
    with pytest.raises(ValueError, match="same cases"):
        ancova([1, 2], [1], [0, 1], ["A", "A"])
    with pytest.raises(ValueError, match="one label per row"):
        ancova([1, 2], [1, 2], [0, 1], ["A"])
