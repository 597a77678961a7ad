"""Round robin: gaps, the diagonal, shapes."""

import numpy as np
import pytest

from services.analytics.methods.round_robin import round_robin_of, round_robins_of


def test_the_diagonal_is_not_read() -> None:
    held = round_robin_of(np.array([[7, 1, np.nan], [2, 7, 3], [4, 5, 7]]))
    assert (held.members, held.dyads, held.complete, held.mean) == (3, 5, False, 3.0)
    assert not held.there.diagonal().any()
    assert round_robin_of(np.array([[np.nan, 1], [2, np.nan]])).complete


def test_a_rectangle_has_no_pairs() -> None:
    with pytest.raises(ValueError, match="square"):
        round_robin_of([[1, 2, 3], [4, 5, 6]])
    with pytest.raises(ValueError, match="infinite"):
        round_robin_of(np.array([[1, np.inf], [4, 5]]))


def test_cases_without_a_dyad_are_left_out() -> None:
    gap = np.full((3, 3), np.nan)
    assert [case.members for case in round_robins_of([gap, [[0, 1], [1, 0]], np.zeros((0, 0))])] == [2]
