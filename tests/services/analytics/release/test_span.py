"""What can be computed of some rows, by another way than the one taken."""

import numpy as np
import pytest

from services.analytics.methods.sparse_rows import sparse_rows
from services.analytics.release.lattice import Floats
from services.analytics.release.span import Span, quick

ROWS = [(0, 1, 2, 3), (0, 1), (2, 3), (0, 2), (3, 4)]
EVERY = np.arange(len(ROWS))
POINTS: Floats = sparse_rows(ROWS, 5).toarray().T


def taken(*rows: int) -> Span:
    span = Span(sparse_rows(ROWS, 5), EVERY)
    span.take(rows)
    return span


def by_least_squares(known: list[int]) -> Floats:
    """Return what is left of every row beside some of them."""
    own = POINTS[:, known]
    left: Floats = POINTS - own @ np.linalg.lstsq(own, POINTS, rcond=None)[0]
    return left


class TestSpan:
    def test_what_can_be_computed_leaves_nothing(self) -> None:
        left = (taken(0, 1).beside(POINTS) ** 2).sum(axis=0)
        assert left[:3] == pytest.approx(np.zeros(3), abs=1e-12)
        assert left[3] > 0.5

    @pytest.mark.parametrize("known", [[0, 3, 4], [4, 0, 3], [0, 1, 2, 3, 4]])
    def test_what_is_left_is_that_of_least_squares(self, known: list[int]) -> None:
        assert taken(*known).beside(POINTS) == pytest.approx(by_least_squares(known), abs=1e-12)

    def test_one_after_the_other_is_as_all_at_once(self) -> None:
        span = taken(0)
        for row in (3, 4, 1):
            span.take([row])
        assert span.beside(POINTS) == pytest.approx(taken(1, 4, 3, 0).beside(POINTS), abs=1e-12)

    def test_what_the_others_make_up_is_not_taken(self) -> None:
        assert taken(0, 1, 2).size == taken(0, 1).size == 2

    def test_what_is_given_back_is_as_if_it_had_not_been_taken(self) -> None:
        span = taken(0, 4)
        span.take([1, 3])
        span.back_to(2)
        assert span.beside(POINTS) == pytest.approx(by_least_squares([0, 4]), abs=1e-12)
        span.take([3])
        assert span.beside(POINTS) == pytest.approx(by_least_squares([0, 3, 4]), abs=1e-12)

    def test_many_rows_of_many_pieces_are_spanned_as_exactly(self) -> None:
        rng = np.random.default_rng(1)
        sets = [np.flatnonzero(rng.random(400) < 0.2).tolist() for _ in range(150)]
        rows = sparse_rows(sets, 400)
        span = Span(rows, np.arange(150))
        span.take(range(100))
        left = span.beside(rows.toarray().T)
        known = rows.toarray().T[:, :100]
        fitted = known @ np.linalg.lstsq(known, rows.toarray().T, rcond=None)[0]
        assert left == pytest.approx(rows.toarray().T - fitted, abs=1e-9)

    def test_weights_make_up_the_nearest(self) -> None:
        span = taken(0, 4)
        nearest = POINTS @ span.weights(POINTS)
        assert POINTS - nearest == pytest.approx(span.beside(POINTS))

    def test_nothing_taken_tells_nothing(self) -> None:
        assert taken().beside(POINTS) == pytest.approx(POINTS)

    def test_a_large_matrix_stays_sparse(self) -> None:
        assert isinstance(quick(sparse_rows(ROWS, 5)), np.ndarray)
        assert not isinstance(quick(sparse_rows([(0,)], 1_000_000)), np.ndarray)
