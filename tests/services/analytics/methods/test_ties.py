"""Ties: the threshold as written, the unknown apart, and only square groups."""

import numpy as np
import pytest
from hypothesis import given

from services.analytics.methods.cube import Cube, rectangular, round_robin
from services.analytics.methods.dyads import Dyads, dyads_of
from services.analytics.methods.ties import ties_of

from .networks import group, groups


@given(groups())
def test_strong_unknown_and_weak_are_all_asked(dyads: Dyads) -> None:
    ties = ties_of(dyads)
    assert not (ties.strong & ties.unknown).any()
    assert not np.diag(ties.asked).any()
    assert ties.known.sum() + ties.unknown.sum() == ties.asked.sum() == ties.persons * (ties.persons - 1)
    assert (ties.strong == ((dyads.means >= 4.0) & ties.asked)).all()


def test_a_mean_at_the_threshold_is_strong() -> None:
    # (4 + 4 + 4 + 4 + 3) / 5 = 3.8: as a float sum of thirds or fifths it may fall beside.
    dyads = dyads_of(round_robin([[[0] * 5, [4, 4, 4, 4, 3]], [[4, 4, 4, 3, 3], [0] * 5]]))
    assert ties_of(dyads, 3.8).strong.tolist() == [[False, True], [False, False]]
    assert ties_of(dyads, 3.6).strong.sum() == 2


def test_own_ratings_and_skipped_pairs_are_no_ties() -> None:
    cells = np.full((2, 2, 1), 5)
    with_own = ties_of(dyads_of(round_robin(cells).with_own()))
    assert with_own.strong.tolist() == [[False, True], [True, False]]
    skipped = np.array([[False, True], [False, False]])
    ties = ties_of(dyads_of(Cube(cells.astype(np.int8), np.eye(2, dtype=bool), skipped)))
    assert (ties.asked.sum(), ties.strong.sum(), ties.unknown.sum()) == (1, 1, 0)


def test_malformed_input_is_refused() -> None:
    with pytest.raises(ValueError, match="square"):
        ties_of(dyads_of(rectangular([[[4], [5]]])))
    with pytest.raises(ValueError, match="number of scale points"):
        ties_of(group([[0, 4], [4, 0]]), float("nan"))
