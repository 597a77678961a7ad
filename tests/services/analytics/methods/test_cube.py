"""Cubes: codes, masks, counts, refusals."""

import numpy as np
import pytest

from services.analytics.methods.cube import (
    DONT_KNOW,
    DONT_WORK_WITH,
    Cube,
    Tally,
    rectangular,
    round_robin,
    tally,
    tally_by_item,
    tally_by_respondent,
    tally_by_subject,
)

CELLS = [
    [[5, 5], [4, DONT_KNOW], [DONT_WORK_WITH, DONT_WORK_WITH]],
    [[3, 0], [0, 0], [2, 1]],
    [[0, 0], [0, 0], [0, 0]],
]


def test_self_ratings_are_stored_but_not_asked() -> None:
    cube = round_robin(CELLS)
    assert tally(cube) == Tally(12, 4, 1, 2, 5)
    assert tally(cube.with_own()) == Tally(18, 6, 1, 2, 9)
    assert cube.cells[0, 0].tolist() == [5, 5]


def test_skipped_pairs_are_in_no_count() -> None:
    cube = rectangular([[[4, 0]], [[3, 3]]])
    skipped = np.array([[True], [False]])
    assert tally(Cube(cube.cells, cube.own, skipped)) == Tally(2, 2, 0, 0, 0)


def test_tallies_by_each_axis_add_up() -> None:
    cube = round_robin(CELLS)
    assert [one.dont_know for one in tally_by_respondent(cube)] == [1, 0, 0]
    assert [one.dont_work_with for one in tally_by_subject(cube)] == [0, 0, 2]
    assert [one.valid for one in tally_by_item(cube)] == [3, 1]
    for parts in (tally_by_respondent(cube), tally_by_subject(cube), tally_by_item(cube)):
        assert sum(part.asked for part in parts) == tally(cube).asked


def test_rates_stand_on_their_own_denominators() -> None:
    held = tally(round_robin(CELLS))
    assert held.dont_know_rate.value == 1 / 7
    assert held.dont_work_with_rate.value == 2 / 7
    assert held.missing_rate.value == 5 / 12


def test_rates_of_nothing_are_undefined() -> None:
    held = tally(round_robin([[[5]]]))
    assert held == Tally(0, 0, 0, 0, 0)
    assert held.dont_know_rate.value is held.missing_rate.value is None


def test_rows_are_the_asked_pairs_with_nan_for_no_rating() -> None:
    rows = round_robin(CELLS).rows()
    assert rows.shape == (6, 2)
    assert int(np.isfinite(rows).sum()) == 4


def test_the_cube_is_its_own_copy_and_closed() -> None:
    given = np.array(CELLS, dtype=np.int8)
    cube = round_robin(given)
    given[0, 1, 0] = 1
    assert cube.cells[0, 1, 0] == 4
    with pytest.raises(ValueError, match="read-only"):
        cube.cells[0, 1, 0] = 1


@pytest.mark.parametrize(
    "cells", [[[[6]]], [[[-3]]], [[[1.5]]], [[1]], np.zeros((2, 2, 0), dtype=np.int8), [[[261]]]]
)
def test_wrong_cells_are_refused(cells: object) -> None:
    with pytest.raises(ValueError, match=r"cells|code"):
        rectangular(np.asarray(cells))


def test_wrong_masks_and_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="square"):
        round_robin([[[1], [2]]])
    with pytest.raises(ValueError, match="own"):
        Cube(np.ones((1, 1, 1), np.int8), np.zeros((2, 1), np.bool_), np.zeros((1, 1), np.bool_))


def test_an_empty_roster_is_a_cube() -> None:
    assert tally(round_robin(np.zeros((0, 0, 6), dtype=np.int8))).asked == 0
