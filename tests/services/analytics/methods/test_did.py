"""Difference in differences: clubSandwich's CR2 on raters' scores, Welch on cases, and the drift."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.did import DifferenceInDifferences, difference_in_differences
from services.analytics.methods.results import Reason

from .gappy_cases import GappyCases, computed_by_r, numbers

CASES = GappyCases()
R = computed_by_r("effects")


@pytest.fixture(scope="module")
def held() -> DifferenceInDifferences:
    arm = dict(zip(CASES.cases, CASES.arms.tolist(), strict=True))
    rows = [
        (score, arm[case], wave - 1, case)
        for wave in (1, 2)
        for (case, _), score in CASES.given(wave).items()
    ]
    outcome, arms, after, cases = zip(*rows, strict=True)
    return difference_in_differences(outcome, arms, after, cases)


def test_cr2_by_case_is_r_s(held: DifferenceInDifferences) -> None:
    assert numbers(held.effect)[:4] == pytest.approx(R["did/clustered"], rel=1e-8)
    assert held.rows == R["did/rows"]
    assert held.clustered.clusters == (24,)


def test_aggregate_and_drift_are_r_s(held: DifferenceInDifferences) -> None:
    assert numbers(held.aggregate)[:4] == pytest.approx(R["did/aggregate"], rel=1e-9)
    drift = [held.control_change.value.value, held.control_change.p.value]
    assert drift == pytest.approx(R["did/drift"], rel=1e-9)


@given(st.lists(st.tuples(st.integers(4, 20), st.integers(4, 20), st.booleans()), min_size=5, max_size=20))
def test_one_row_per_wave_gives_one_estimate(rows: list[tuple[int, int, bool]]) -> None:
    pre, post, arm = (np.array(one) for one in zip(*rows, strict=True))
    cases = np.arange(arm.size)
    found = difference_in_differences(
        np.concatenate([pre, post]) / 4,
        np.tile(arm, 2),
        np.repeat([0, 1], arm.size),
        np.tile(cases, 2),
    )
    if found.effect.value.value is not None:
        assert found.aggregate.value.value == pytest.approx(found.effect.value.value, abs=1e-9)
        assert found.both == found.cases == arm.size


def test_a_case_in_one_wave_only_is_out_of_the_aggregate() -> None:
    found = difference_in_differences(
        [2, 3, 2, np.nan, 1, 2, 4], [1, 1, 1, 1, 0, 0, 0], [0, 1, 0, 1, 0, 1, 1], list("aabbccd")
    )
    assert (found.rows, found.cases, found.both) == (6, 4, 2)
    assert found.aggregate.value.value == 0.0
    assert found.aggregate.p.reason is Reason.TOO_FEW_ROWS


def test_nothing_before_is_undefined() -> None:
    found = difference_in_differences([1, 2, 3, 4, 6], [1, 0, 1, 0, 1], [1] * 5, list("abcde"))
    assert found.effect.value.reason is Reason.NOT_IDENTIFIED
    assert found.aggregate.value.reason is found.control_change.value.reason is Reason.NO_DATA


def test_malformed_input_is_refused() -> None:
    with pytest.raises(ValueError, match="both arms"):
        difference_in_differences([1, 2], [0, 1], [0, 1], ["a", "a"])
    with pytest.raises(ValueError, match="one label per row"):
        difference_in_differences([1, 2], [0, 1], [0, 1], ["a"])
