"""Paired change: clubSandwich on raters who stayed, the split of the total, and turnover's extremes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.paired_change import paired_change
from services.analytics.methods.results import Reason

from .gappy_cases import GappyCases, computed_by_r, numbers

CASES = GappyCases()
R = computed_by_r("effects")
WAVE = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(4, 20).map(lambda at: at / 4))


def test_clustered_by_case_is_r_s() -> None:
    before, after = CASES.given(1), CASES.given(2)
    held = paired_change(before, after, {key: key[0] for key in before | after})
    assert [held.stayed, held.left, held.joined] == R["paired/counts"]
    assert numbers(held.paired)[:4] == pytest.approx(R["paired/clustered"], rel=1e-8)
    assert held.total.value == pytest.approx(R["paired/total"], rel=1e-9)


@given(WAVE, WAVE)
def test_the_total_is_stayers_and_composition(before: dict[str, float], after: dict[str, float]) -> None:
    held = paired_change(before, after)
    assert held.stayed + held.left == len(before)
    assert held.stayed + held.joined == len(after)
    if held.composition.value is not None:
        assert held.paired.value.value is not None
        assert held.total.value == pytest.approx(held.paired.value.value + held.composition.value)
    shuffled = dict(reversed(before.items()))
    assert paired_change(shuffled, after) == held


def test_nobody_stayed() -> None:
    held = paired_change({"a": 2.0}, {"b": 3.0})
    assert (held.turnover.value, held.total.value) == (1.0, 1.0)
    assert held.paired.value.reason is held.composition.reason is Reason.NO_DATA


def test_nobody_at_all() -> None:
    held = paired_change({}, {})
    assert held.total.reason is held.turnover.reason is held.before.reason is Reason.NO_DATA


def test_everybody_moved_alike() -> None:
    held = paired_change({"a": 2.0, "b": 3.0}, {"a": 3.0, "b": 4.0}, {"a": 1, "b": 2})
    assert held.paired.value.value == 1.0
    assert held.paired.p.reason is Reason.NO_RESIDUAL_VARIANCE


def test_one_cluster_has_no_uncertainty() -> None:
    held = paired_change({"a": 2.0, "b": 3.0}, {"a": 3.0, "b": 5.0}, {"a": 1, "b": 1})
    assert held.paired.value.value == 1.5
    assert held.paired.p.reason is Reason.TOO_FEW_CLUSTERS


def test_malformed_input_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        paired_change({"a": float("nan")}, {})
    with pytest.raises(ValueError, match="no cluster"):
        paired_change({"a": 1.0}, {"a": 2.0}, {})
