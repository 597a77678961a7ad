"""How cases' scores spread: by hand, and what is left out where too little stands behind it."""

import numpy as np
import pytest

from services.analytics.distribution.case_distribution import case_score_distribution
from services.analytics.distribution.schemas import CaseScoreDistribution
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from tests.services.analytics.waves_made_up import case_of, held_of

PEOPLE, CASES = GroupSize(5), GroupSize(8)


def distribution(measurements: list[Measurement]) -> CaseScoreDistribution | None:
    return case_score_distribution("baseline", CASES, held_of(measurements), PEOPLE)


def shown(measurements: list[Measurement]) -> CaseScoreDistribution:
    found = distribution(measurements)
    assert found is not None
    return found


def wave(*numbers: int, people: int = 5, first: int = 1, **more: str) -> list[Measurement]:
    """Return so many cases of each score, 1 and upwards."""
    scores = [score for score, number in enumerate(numbers, start=1) for _ in range(number)]
    return [case_of(first + place, score, people, **more) for place, score in enumerate(scores)]


class TestCaseScoreDistribution:
    def test_by_hand(self) -> None:
        found = shown(wave(0, 8, 9, 8))
        scores = [2] * 8 + [3] * 9 + [4] * 8
        assert (found.unit_of_analysis, found.score) == ("case", "mean-of-dyads")
        assert (found.overall.cases, found.overall.people) == (25, 125)
        assert found.overall.mean.value == pytest.approx(np.mean(scores))
        assert found.overall.sd.value == pytest.approx(np.std(scores, ddof=1))
        assert [each.cases for each in found.overall.bins] == [0, 0, 8, 0, 9, 0, 8, 0]
        assert [(each.low, each.high) for each in found.overall.bins][2] == (2.0, 2.5)
        # 12.5 of 25: the 8 below 2.5, and 4.5 of the 9 from 3 to 3.5.
        assert [each.value for each in found.overall.quantiles] == pytest.approx(
            [2 + 0.5 * 6.25 / 8, 3 + 0.5 * 4.5 / 9, 4 + 0.5 * 1.75 / 8]
        )

    def test_seven_cases_are_too_few_and_eight_are_enough(self) -> None:
        assert distribution(wave(0, 0, 0, 7)) is None
        assert distribution(wave(0, 0, 0, 8)) is not None

    def test_nothing_of_a_wave_there_was_none_of(self) -> None:
        assert case_score_distribution("never", CASES, held_of(wave(0, 0, 0, 8)), PEOPLE) is None

    def test_where_few_cases_lie_bins_are_joined(self) -> None:
        found = shown(wave(0, 8, 1, 9)).overall
        assert sorted(each.cases for each in found.bins if each.cases) == [8, 10]
        assert sum(each.cases for each in found.bins) == found.cases

    def test_one_case_of_few_people_among_many_withholds_everything(self) -> None:
        """It would be what is left when those that are shown one by one are taken away."""
        known = wave(0, 8, 9, 8)
        assert distribution([*known, case_of(99, 4, 4)]) is None
        assert distribution([*known, *wave(0, 0, 7, people=4, first=90)]) is None
        assert distribution([*known, *wave(0, 0, 8, 8, people=4, first=90)]) is not None

    def test_cases_in_which_all_say_the_highest_are_not_shown_one_by_one_and_hide_everything(self) -> None:
        """Taken away from the others' mean they would be known: all of them have said 5."""
        assert distribution(wave(0, 8, 0, 8, 9)) is None
        assert distribution(wave(0, 8, 9, 8)) is not None

    def test_cases_of_few_people_who_are_of_one_mind_are_withheld(self) -> None:
        assert distribution(wave(0, 0, 0, 20, people=4)) is None
        assert distribution(wave(0, 0, 0, 20)) is not None

    def test_the_order_of_cases_makes_no_difference(self) -> None:
        held = wave(3, 8, 2, 8, 9)
        assert shown(held).overall == shown(held[::-1]).overall


class TestLevels:
    def test_each_level_is_shown_with_common_bins(self) -> None:
        found = shown(wave(0, 8, 0, 9) + wave(0, 10, 0, 8, first=50, level="complex"))
        assert [each.level for each in found.levels] == ["complex", "ordinary"]
        assert [each.spread.cases for each in found.levels] == [18, 17]
        assert [[(each.low, each.high) for each in level.spread.bins] for level in found.levels] == 2 * [
            [(each.low, each.high) for each in found.overall.bins]
        ]
        assert [
            sum(counts)
            for counts in zip(
                *([each.cases for each in level.spread.bins] for level in found.levels), strict=True
            )
        ] == [each.cases for each in found.overall.bins]

    def test_a_level_of_too_few_cases_hides_all_levels(self) -> None:
        found = shown(wave(0, 8, 0, 9) + wave(0, 0, 0, 7, first=50, level="complex"))
        assert found.levels == []
        assert found.overall.cases == 24

    def test_a_level_with_a_bin_of_few_has_wider_bins_than_the_whole(self) -> None:
        found = shown(wave(0, 8, 0, 9) + wave(0, 1, 0, 9, first=50, level="complex"))
        assert [each.cases for each in found.overall.bins if each.cases] == [9, 18]
        assert all(each.cases == 0 or each.cases >= 8 for one in found.levels for each in one.spread.bins)
        assert all(len(one.spread.bins) < len(found.overall.bins) for one in found.levels)
