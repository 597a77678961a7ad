"""Pooled scores: the reference values of both waves, and what no case leaves undefined."""

import pytest

from services.analytics.methods.cube import round_robin
from services.analytics.methods.pooled import pooled_scores
from services.analytics.methods.results import Reason

from .conftest import Compare, TwelveCases


@pytest.mark.parametrize("wave", [1, 2])
def test_reference_scores(twelve: TwelveCases, agrees: Compare, wave: int) -> None:
    held = pooled_scores(twelve.cubes(wave))
    at = f"scores/w{wave}"
    agrees(f"{at}/n_cells_design", held.tally.asked)
    agrees(f"{at}/n_valid", held.tally.valid)
    agrees(f"{at}/n_dk", held.tally.dont_know)
    agrees(f"{at}/n_missing", held.tally.not_answered)
    agrees(f"{at}/n_dyads_any", held.mean_of_dyads.dyads)
    agrees(f"{at}/n_raters_design", held.respondents)
    agrees(f"{at}/n_raters_any", held.mean_of_dyads.raters)
    agrees(f"{at}/grand_pool", held.pooled_cells.value)
    agrees(f"{at}/grand_dyad", held.mean_of_dyads.value)
    agrees(f"{at}/grand_case_dyad", held.mean_of_cases)
    agrees(f"{at}/dimension_pool", [one.value for one in held.dimensions])
    agrees(f"{at}/sd_case_dyad", held.sd_of_cases)


def test_the_comparison_itself_can_fail(agrees: Compare) -> None:
    with pytest.raises(AssertionError):
        agrees("scores/w1/grand_pool", 3.0618)


def test_cases_without_a_score_are_left_out_of_the_mean_of_cases() -> None:
    empty = round_robin([[[0], [0]], [[0], [0]]])
    filled = round_robin([[[0], [4]], [[2], [0]]])
    held = pooled_scores([empty, filled])
    assert (held.cases, held.mean_of_cases.value) == (1, 3.0)
    assert held.sd_of_cases.reason is Reason.TOO_FEW_ROWS


def test_no_case_at_all() -> None:
    held = pooled_scores([])
    assert held.mean_of_cases.reason is Reason.NO_DATA
    assert held.mean_of_dyads.value.reason is held.pooled_cells.value.reason is Reason.NO_DATA
    assert held.dimensions == ()
