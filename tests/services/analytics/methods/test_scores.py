"""Scores of one cube: hand values, the three orders, degenerate cubes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.cube import rectangular, round_robin
from services.analytics.methods.dyads import MissingRule, dyads_of
from services.analytics.methods.results import Reason
from services.analytics.methods.scores import (
    RK_SUB_SCORES,
    by_missing_rule,
    dimension_scores,
    given_scores,
    given_scores_by_item,
    mean_of_dyads,
    mean_of_given,
    pooled_cells,
    received_scores,
    received_scores_by_item,
    sub_scores,
)

# A rates B 5 5 and C 4 -; B rates A 1 2; C rates nobody.
CUBE = round_robin([[[0, 0], [5, 5], [4, -1]], [[1, 2], [0, 0], [0, 0]], [[-2, -2], [0, 0], [0, 0]]])


def test_given_and_received_are_means_of_dyad_means() -> None:
    dyads = dyads_of(CUBE)
    assert [one.value.value for one in given_scores(dyads)] == [4.5, 1.5, None]
    assert [one.value.value for one in received_scores(dyads)] == [1.5, 5.0, 4.0]
    assert given_scores(dyads)[2].value.reason is Reason.NO_DATA


def test_the_three_orders_differ_and_say_what_they_stand_on() -> None:
    dyads = dyads_of(CUBE)
    primary, of_given, pooled = mean_of_dyads(dyads), mean_of_given(dyads), pooled_cells([CUBE])
    assert primary.value.value == 3.5
    assert of_given.value.value == 3.0
    assert pooled.value.value == 17 / 5
    for score in (primary, of_given, pooled):
        assert (score.cells, score.dyads, score.raters) == (5, 3, 2)


def test_dimensions_pool_the_valid_cells_of_the_item() -> None:
    first, second = dimension_scores([CUBE])
    assert (first.value.value, first.cells) == (10 / 3, 3)
    assert (second.value.value, second.cells) == (3.5, 2)


def test_sub_scores_use_their_own_items() -> None:
    cube = round_robin([[[0] * 6, [1, 2, 3, 4, 5, 5]], [[0] * 6, [0] * 6]])
    held = sub_scores(cube, RK_SUB_SCORES)
    assert held["orientation"].value.value == 10 / 3
    assert held["behaviour"].value.value == 10 / 3
    assert sub_scores(cube, {"first": [0]})["first"].value.value == 1.0


def test_the_sensitivity_block_holds_every_rule() -> None:
    block = by_missing_rule(CUBE)
    assert block[MissingRule.AVAILABLE].value.value == 3.5
    assert block[MissingRule.STRICT].value.value == 3.25
    assert block[MissingRule.STRICT].dyads == 2


def test_an_item_nobody_answered_is_undefined_and_harms_no_other() -> None:
    cube = rectangular([[[3, 0]], [[4, -1]]])
    first, second = dimension_scores([cube])
    assert first.value.value == 3.5
    assert second.value.reason is Reason.NO_DATA
    assert mean_of_dyads(dyads_of(cube)).value.value == 3.5


@pytest.mark.parametrize("shape", [(0, 0, 6), (1, 1, 6), (5, 5, 6)])
def test_a_cube_without_answers_has_no_score(shape: tuple[int, int, int]) -> None:
    score = mean_of_dyads(dyads_of(round_robin(np.zeros(shape, dtype=np.int8))))
    assert score.value.reason is Reason.NO_DATA
    assert (score.cells, score.dyads, score.raters) == (0, 0, 0)


def test_cubes_of_different_forms_are_not_pooled() -> None:
    with pytest.raises(ValueError, match="same items"):
        dimension_scores([rectangular([[[1]]]), rectangular([[[1, 2]]])])
    assert dimension_scores([]) == ()


@given(st.integers(0, 2**32 - 1))
def test_permuting_people_and_items_changes_no_bit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cells = rng.integers(-2, 6, size=(5, 5, 6), dtype=np.int8)
    order = rng.permutation(5)
    turned = cells[np.ix_(order, order, rng.permutation(6))]
    first, second = (dyads_of(round_robin(one)) for one in (cells, turned))
    assert mean_of_dyads(first) == mean_of_dyads(second)
    assert mean_of_given(first) == mean_of_given(second)
    assert [given_scores(first)[at] for at in order] == list(given_scores(second))
    assert pooled_cells([round_robin(cells)]) == pooled_cells([round_robin(turned)])


@given(st.integers(0, 2**32 - 1))
def test_items_worked_out_at_once_are_those_worked_out_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cube = rectangular(rng.integers(-2, 6, size=(3, 4, 5), dtype=np.int8))
    alone = [dyads_of(cube, [item]) for item in range(5)]
    assert list(given_scores_by_item(cube)) == [given_scores(each) for each in alone]
    assert list(received_scores_by_item(cube)) == [received_scores(each) for each in alone]
