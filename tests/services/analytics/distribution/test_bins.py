"""Which bins may be shown: none or enough in each, also of the cases that only a few answered."""

from itertools import pairwise
from uuid import UUID

import numpy as np
import pytest

from services.analytics.distribution.bins import EDGES, allows, are_open, counts, finest
from services.analytics.release.cases import Least, ScoredCase
from services.analytics.release.decisions import GroupSize

LEAST = Least(people=GroupSize(5), cases=GroupSize(8))


def cases(*scores: float, raters: int = 5, first: int = 0) -> list[ScoredCase]:
    """Return a case of each score, with people of their own; others see it from five on."""
    return [
        ScoredCase(
            score,
            frozenset(UUID(int=(first + number) * 100 + place) for place in range(raters)),
            is_shown=raters >= 5,
        )
        for number, score in enumerate(scores)
    ]


class TestAllows:
    def test_eight_cases_are_enough_and_seven_are_not(self) -> None:
        assert allows(LEAST, cases(*[3.0] * 8))
        assert not allows(LEAST, cases(*[3.0] * 7))

    @pytest.mark.parametrize(("few", "allowed"), [(0, True), (1, False), (7, False), (8, True)])
    def test_cases_of_few_people_are_none_or_enough_too(self, few: int, allowed: bool) -> None:
        held = cases(*[3.0] * 10) + cases(*[3.0] * few, raters=4, first=10)
        assert allows(LEAST, held) is allowed

    def test_eight_cases_of_the_same_four_people_are_too_few(self) -> None:
        four = frozenset(UUID(int=number) for number in range(4))
        assert not allows(LEAST, [ScoredCase(3.0, four)] * 8)
        five = four | {UUID(int=4)}
        assert allows(LEAST, [ScoredCase(3.0, five)] * 8)


class TestFinest:
    def test_bins_of_enough_stay_as_they_are(self) -> None:
        held = cases(*[2.25] * 8, *[3.25] * 9)
        edges = finest([held], EDGES, LEAST)
        assert edges == EDGES
        assert counts(held, edges) == [0, 0, 8, 0, 9, 0, 0, 0]

    def test_a_bin_of_too_few_is_joined_with_another(self) -> None:
        held = cases(*[2.25] * 8, *[3.25] * 9, *[4.75] * 7)
        edges = finest([held], EDGES, LEAST)
        found = counts(held, edges)
        assert min(count for count in found if count) >= 8
        assert len(edges) < len(EDGES)
        assert sum(found) == 24

    def test_five_lies_in_the_last_bin_and_an_edge_in_the_bin_it_begins(self) -> None:
        assert counts(cases(5.0, 4.5, 3.5, 1.0), EDGES) == [1, 0, 0, 0, 0, 1, 0, 2]

    def test_each_of_several_groups_has_none_or_enough(self) -> None:
        one = cases(*[2.25] * 8, *[3.25] * 8)
        other = cases(*[2.25] * 7, *[3.25] * 9, first=50)
        assert finest([one], EDGES, LEAST) == EDGES
        common = finest([one, other], EDGES, LEAST)
        assert all(count == 0 or count >= 8 for own in (one, other) for count in counts(own, common))
        assert common != EDGES

    def test_in_random_waves_no_bin_holds_too_few(self) -> None:
        draws = np.random.default_rng(6)
        several = 0
        for _ in range(60):
            scores = np.clip(draws.normal(3.3, 0.8, draws.integers(8, 60)), 1, 5).tolist()
            few = int(draws.integers(0, len(scores)))
            held = cases(*scores[few:]) + cases(*scores[:few], raters=3, first=100)
            edges = finest([held], EDGES, LEAST)
            several += len(edges) > 2
            if len(edges) == 2:
                continue
            for low, high in pairwise(edges):
                own = [each for each in held if low <= each.score < high or high == each.score == 5]
                small = [each for each in own if not each.is_shown]
                assert len(own) == 0 or len(own) >= 8
                assert len(small) == 0 or len(small) >= 8
        assert several > 10

    def test_without_a_minimum_bins_would_hold_single_cases(self) -> None:
        held = cases(*[2.25] * 8, *[3.25] * 9, 4.75)
        nobody = Least(GroupSize(1), GroupSize(1))
        assert 1 in counts(held, finest([held], EDGES, nobody))


class TestAreOpen:
    def test_scores_of_few_people_that_are_nearly_alike_are_known_from_mean_and_spread(self) -> None:
        alike = cases(*[3.2] * 9, raters=3)
        assert not are_open(alike, (1.0, 5.0))
        assert are_open(cases(*[3.2] * 9), (1.0, 5.0))

    def test_at_the_foot_of_a_bin_the_mean_tells_more_than_the_bin(self) -> None:
        spread = cases(*[2.0] * 8, *[4.0] * 8, raters=3)
        assert are_open(spread, (1.0, 5.0))
        assert are_open(spread, (1.0, 3.0, 5.0))
        low = cases(*[1.0] * 40, *[1.5] * 8, raters=3)
        assert are_open(low, (1.0, 5.0))
        assert not are_open(low, EDGES)
