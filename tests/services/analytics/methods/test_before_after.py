"""Before and after: lmerTest on gaps, the mandatory term, one row per wave, one arm."""

import numpy as np
import pytest

from services.analytics.methods.before_after import CASE, CASE_WAVE, BeforeAfterRows, before_after
from services.analytics.methods.results import Reason

from .gappy_groups import CASES, dyad_matrices, respondent_rows
from .test_mixed_models import R, matches


def rows(*, crossed: bool) -> BeforeAfterRows:
    held = respondent_rows()
    raters = {"rater": held["rater"]} if crossed else {}
    return BeforeAfterRows(held["score"], held["wave"], held["case"], held["arm"], raters)


def test_crossed_raters_agree_with_lmertest() -> None:
    held = before_after(rows(crossed=True))
    terms = {CASE: "case_id", CASE_WAVE: "case_wave", "rater": "rater_id"}
    matches(held.model, "before_after", terms)
    effects = held.model.term(CASE).effects
    assert effects == pytest.approx(np.array(R["before_after/case_effects"]), abs=1e-5)
    assert held.difference is not None
    assert held.difference.value.value == pytest.approx(R["before_after/coefficients"][3], rel=1e-6)
    assert held.change.value.value == pytest.approx(R["before_after/coefficients"][1], rel=1e-6)


def test_without_crossed_raters() -> None:
    held = before_after(rows(crossed=False))
    matches(held.model, "plain", {CASE: "case_id", CASE_WAVE: "case_wave"})
    assert not held.case_wave_in_residual


def test_one_row_per_case_and_wave_leaves_the_movement_in_the_residual() -> None:
    outcome, after, case, arm = [], [], [], []
    for wave in (1, 2):
        for name, means, one in zip(CASES.cases, dyad_matrices(wave), CASES.arms, strict=True):
            outcome.append(np.nanmean(means))
            after.append(wave - 1)
            case.append(name)
            arm.append(one)
    held = before_after(BeforeAfterRows(outcome, after, case, arm))
    assert held.case_wave_in_residual
    matches(held.model, "aggregated", {CASE: "case_id"})


def test_one_arm_has_a_change_and_no_difference() -> None:
    held = respondent_rows()
    found = before_after(BeforeAfterRows(held["score"], held["wave"], held["case"]))
    assert found.difference is None
    assert found.model.parameters == 2
    assert found.model.term(CASE_WAVE).levels == 48
    assert found.change.p.value is not None


def test_gaps_in_the_outcome_are_left_out() -> None:
    held = respondent_rows()
    score = np.append(held["score"], np.nan)
    found = before_after(BeforeAfterRows(score, np.append(held["wave"], 1), [*held["case"], "other"]))
    whole = before_after(BeforeAfterRows(held["score"], held["wave"], held["case"]))
    assert found.model.n == whole.model.n
    assert found.change == whole.change


def test_undefined() -> None:
    one_wave = before_after(BeforeAfterRows([1, 2, 3, 5, 2], [0, 0, 0, 0, 0], list("aabbc")))
    assert one_wave.change.value.reason is Reason.NOT_IDENTIFIED
    nothing = before_after(BeforeAfterRows([], [], []))
    assert nothing.change.value.reason is Reason.TOO_FEW_ROWS
    one_case = before_after(BeforeAfterRows([1, 2, 3, 5], [0, 1, 0, 1], list("aaaa")))
    assert one_case.change.value.reason is Reason.TOO_FEW_CLUSTERS


def test_malformed_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="after is 0 or 1"):
        BeforeAfterRows([1, 2], [1, 2], ["a", "a"])
    with pytest.raises(ValueError, match="one arm"):
        BeforeAfterRows([1, 2], [0, 1], ["a", "a"], [0, 1])
    with pytest.raises(ValueError, match="always in the model"):
        BeforeAfterRows([1, 2], [0, 1], ["a", "a"], crossed={CASE_WAVE: [1, 2]})
    with pytest.raises(ValueError, match="one label per row"):
        BeforeAfterRows([1, 2], [0, 1], ["a"])
