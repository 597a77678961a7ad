"""Buckets: every cube in one, cases last, what was not asked told apart from what was not answered."""

import numpy as np
import pytest
from hypothesis import given, settings

from services.analytics.methods.bulk import NOT_ASKED, bucket_of, buckets_of
from services.analytics.methods.cube import Cube, round_robin
from tests.services.analytics.methods.bulk_cubes import cubes


@settings(max_examples=40)
@given(cubes())
def test_every_cube_is_in_one_bucket_as_it_was(held: list[Cube]) -> None:
    buckets = buckets_of(held)
    places = np.concatenate([bucket.places for bucket in buckets])
    assert sorted(places) == list(range(len(held)))
    for bucket in buckets:
        assert bucket.cells.flags.c_contiguous
        for at, place in enumerate(bucket.places):
            cube = held[place]
            found = bucket.cells[..., at]
            assert ((found == NOT_ASKED).all(axis=2) == ~cube.asked).all()
            assert (found[cube.asked] == cube.cells[cube.asked]).all()


@settings(max_examples=40)
@given(cubes())
def test_a_bucket_has_one_shape_and_one_design(held: list[Cube]) -> None:
    for bucket in buckets_of(held):
        shapes = {held[place].cells.shape for place in bucket.places}
        assert shapes == {bucket.cells.shape[:3]}
        for place in bucket.places:
            own = held[place].own
            square = own.shape[0] == own.shape[1]
            assert bucket.round_robin == (square and bool((own == np.eye(len(own))).all()))


def test_self_ratings_that_count_make_no_round_robin() -> None:
    cube = round_robin(np.full((4, 4, 2), 3))
    apart = buckets_of([cube, cube.with_own()])
    assert [(bucket.round_robin, bucket.places.tolist()) for bucket in apart] == [(True, [0]), (False, [1])]


def test_stored_cells_are_turned_and_their_diagonal_closed() -> None:
    cells = np.random.default_rng(1).integers(-2, 6, (5, 4, 4, 2))
    stored, made = bucket_of(cells), buckets_of([round_robin(one) for one in cells])[0]
    assert (stored.cells == made.cells).all()
    assert stored.cells.shape == (4, 4, 2, 5)
    assert not stored.cells.flags.writeable
    assert (stored.cases, stored.items) == (5, 2)


def test_no_cubes_make_no_buckets() -> None:
    assert buckets_of([]) == ()
    assert bucket_of(np.zeros((0, 4, 4, 2), dtype=np.int8)).cases == 0


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (np.zeros((2, 2, 2), dtype=np.int8), "cases x respondents"),
        (np.zeros((1, 2, 2, 0), dtype=np.int8), "cases x respondents"),
        (np.zeros((1, 2, 2, 1)), "whole-number"),
        (np.full((1, 2, 2, 1), 6), "outside"),
        (np.full((1, 2, 2, 1), -4), "outside"),
        (np.zeros((1, 2, 3, 1), dtype=np.int8), "square"),
    ],
)
def test_other_cells_are_refused(cells: np.ndarray, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        bucket_of(cells)
