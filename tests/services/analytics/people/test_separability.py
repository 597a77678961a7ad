"""An attacker on what others said of me in confidential rounds, beside all else shown of the cases."""

from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.methods.cube import round_robin
from services.analytics.people.professional import professional_results
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from tests.services.analytics.people.networks_of_mine import MINE, by_rater, case, held

K = GroupSize(3)
Floats = npt.NDArray[np.float64]
CASES = ([1, 2, 3, 4, 5], [1, 4, 5, 6])


def answered(valid: list[bool]) -> list[Measurement]:
    """Return cases of two statements in which these answers are given, from 1 to 5 in turn."""
    left = iter(valid)
    found = []
    for number, people in enumerate(CASES):
        network = case(people, by_rater, number)
        cells = network.cube.cells.copy()
        for row, column, item in np.argwhere(network.cube.valid).tolist():
            cells[row, column, item] = (row * 3 + column + item) % 5 + 1 if next(left) else 0
        found.append(Measurement(network.state, round_robin(cells)))
    return found


SLOTS = sum(len(people) * (len(people) - 1) * 2 for people in CASES)


def is_shown(networks: list[Measurement]) -> bool:
    results = professional_results(MINE, "baseline", held(*networks), K)
    return results is not None and results.waves[0].received.confidential is not None


def few_behind(networks: list[Measurement]) -> bool:
    """Tell whether some combination with what I received is about fewer people than the minimum.

    My own answers are known and left out. A case's figures are its dimensions, its score (the mean of
    pairs' means) and the mean of given means.
    """
    figures, raters = laid_out(networks)
    received = 2
    for few in combinations(sorted(set(raters)), K.minimum - 1):
        outside = figures[:, [rater not in few for rater in raters]]
        values, sizes, _ = np.linalg.svd(outside)
        silent = values[:, (np.pad(sizes, (0, len(figures) - len(sizes))) < 1e-9)]
        # These combinations leave all others out; does one hold what I received, and say anything?
        if np.abs(silent[:received]).max(initial=0) > 1e-7 and np.abs(silent.T @ figures).max() > 1e-7:
            return True
    return False


def laid_out(networks: list[Measurement]) -> tuple[Floats, list[str]]:
    """Return each figure's weights of all others' answers, what I received first, and whose they are."""
    columns: list[Floats] = []
    raters: list[str] = []
    for number, network in enumerate(networks):
        valid = network.cube.valid
        in_pair = valid.sum(axis=2)
        given = (in_pair > 0).sum(axis=1)
        for row, column, item in np.argwhere(valid).tolist():
            if network.respondents[row].id == MINE.professional:
                continue
            own = np.zeros((len(networks), 4))
            own[number, item] = 1.0
            own[number, 2] = 1 / in_pair[row, column]
            own[number, 3] = 1 / in_pair[row, column] / given[row]
            of_me = [float(column == 0 and item == each) for each in (0, 1)]
            columns.append(np.concatenate([of_me, own.ravel()]))
            raters.append(str(network.respondents[row].id))
    return np.array(columns).T if columns else np.zeros((2, 0)), raters


class TestNothingOfAFew:
    @settings(max_examples=60, deadline=None)
    @given(data=st.data())
    def test_follows_from_what_others_said_of_me(self, data: Any) -> None:
        share = data.draw(st.sampled_from([1, 4, 8]))
        often = st.integers(0, share).map(bool)
        networks = answered(data.draw(st.lists(often, min_size=SLOTS, max_size=SLOTS)))
        if is_shown(networks):
            assert not few_behind(networks)

    def test_where_all_answer_it_is_shown(self) -> None:
        networks = answered([True] * SLOTS)
        assert is_shown(networks)
        assert not few_behind(networks)

    @pytest.mark.parametrize("talkative", [0, 1, 2])
    def test_control_those_who_rated_me_alone_are_found_by_the_attacker(self, talkative: int) -> None:
        """In the first case all rate me, and so many of them the others too; in the second nobody."""
        networks = answered(
            [
                number == 0 and (column == 0 or 0 < row <= talkative)
                for number, people in enumerate(CASES)
                for row in range(len(people))
                for column in range(len(people))
                for _ in (0, 1)
                if row != column
            ]
        )
        assert few_behind(networks) is (talkative > 0)
        assert not is_shown(networks)
