"""Mixed difference in differences: lmerTest's values, and one row per case and wave."""

from typing import NamedTuple

import pytest

from services.analytics.methods.did_mixed import mixed_difference_in_differences
from services.analytics.methods.results import Reason

from .gappy_cases import GappyCases, computed_by_r, numbers

CASES = GappyCases()
R = computed_by_r("effects")


class Row(NamedTuple):
    outcome: float
    arm: int
    after: int
    case: str
    rater: str


ARM = dict(zip(CASES.cases, CASES.arms.tolist(), strict=True))
ROWS = [
    Row(score, ARM[case], wave - 1, case, person)
    for wave in (1, 2)
    for (case, person), score in CASES.given(wave).items()
]


@pytest.mark.parametrize("name", ["mixed", "mixed_raters"])
def test_effect_is_lmer_s(name: str) -> None:
    outcome, arm, after, cases, raters = zip(*ROWS, strict=True)
    held = mixed_difference_in_differences(
        outcome, arm, after, cases, raters if name == "mixed_raters" else None
    )
    value, error, df, p, criterion = R[f"did/{name}"]
    found = numbers(held.effect)
    assert found[:2] == pytest.approx([value, error], rel=1e-5)
    assert found[2:4] == pytest.approx([df, p], rel=1e-3)
    assert held.model.criterion.value == pytest.approx(criterion, abs=1e-6)
    assert held.model.term("case:wave").levels == 48


def test_one_row_per_case_and_wave_is_not_identified() -> None:
    held = mixed_difference_in_differences(
        [1, 2, 2, 4, 1, 1, 3, 2], [1] * 4 + [0] * 4, [0, 1] * 4, list("aabbccdd")
    )
    assert held.effect.value.reason is Reason.NOT_IDENTIFIED


def test_malformed_input_is_refused() -> None:
    with pytest.raises(ValueError, match="one label per row"):
        mixed_difference_in_differences([1, 2], [0, 1], [0, 1], ["a"])
    with pytest.raises(ValueError, match="an arm is 0"):
        mixed_difference_in_differences([1, 2], [0, 1], [0, 2], ["a", "b"])
