"""A leader's own view, against values worked out by hand and beside what it must not tell."""

from itertools import combinations
from math import sqrt
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.methods.distributions import t_quantile
from services.analytics.people.leader import Waves, leader_results
from services.analytics.people.schemas import LeaderResults
from services.analytics.projection.holdings import Holdings
from services.analytics.release.decisions import GroupSize
from tests.services.analytics.people.leaders_by_hand import (
    LEADER,
    Said,
    forms,
    holdings,
    team,
    teams,
)

K = GroupSize(5)
VALUES = (1, 2, 3, 4, 5)
PARTS = {"framing": range(2), "engagement": range(2, 4), "involvement": range(4, 7)}
FRAMES = (4, 4, 2, 2, 3, 3, 3)
LATER = "follow-up"


def found(held: Holdings, leader: UUID = LEADER, since: str | None = None) -> LeaderResults | None:
    return leader_results(leader, Waves(LATER if since else "baseline", since), held, K)


def some(held: Holdings, since: str | None = None) -> LeaderResults:
    results = found(held, since=since)
    assert results is not None
    return results


def weights(pattern: list[int], codes: list[str], whole: bool) -> list[list[float]]:
    """Return how each figure weighs each of a person's seven answers; 1 marks those that were given."""
    scales = [range(7)] if whole else []
    scales += [PARTS[code] for code in codes]
    counts = [max(sum(pattern[item] for item in scale), 1) for scale in scales]
    return [
        [pattern[item] / count * (item in scale) for item in range(7)]
        for scale, count in zip(scales, counts, strict=True)
    ]


def fewest_behind(patterns: list[list[int]], codes: list[str], whole: bool) -> int:
    """Return the fewest people that a combination of the figures can be about, by elimination."""
    people = [np.array(weights(each, codes, whole)) for each in patterns]
    figures = len(people[0])
    kinds = {each.tobytes(): each for each in people}
    fewest = len(people)
    for size in range(len(kinds) + 1):
        for gone in combinations(kinds.values(), size):
            taken = np.hstack([np.zeros((figures, 1)), *gone])
            values, _, _ = np.linalg.svd(taken)
            left = values[:, np.linalg.matrix_rank(taken, tol=1e-9) :]
            # A combination in general position of those that are left is about whom any of them is about.
            factors = left @ np.linspace(1.0, 2.0, left.shape[1]) ** 3 if left.size else np.zeros(figures)
            behind = sum(bool(np.abs(factors @ each).max() > 1e-9) for each in people)
            fewest = min(fewest, behind) if behind else fewest
    return fewest


class TestOwnScores:
    def test_are_those_worked_out_by_hand(self) -> None:
        overall = some(holdings(forms(*team(*VALUES)))).overall
        assert overall is not None
        assert (overall.value, overall.raters, overall.dyads, overall.cells) == (3.0, 5, 5, 35)
        assert overall.spread.value == pytest.approx(sqrt(2.5))
        half = t_quantile(0.975, 4) * sqrt(2.5 / 5)
        assert overall.interval.low == pytest.approx(3 - half)
        assert overall.interval.high == pytest.approx(3 + half)

    def test_sub_scales_are_over_their_own_statements(self) -> None:
        shown = some(holdings(forms(*team(*VALUES[:4], (5, 5, 1, 1, 4, 4, 1)))))
        assert {each.code: each.score.value for each in shown.sub_scales} == {
            "framing": 3.0,
            "engagement": (1 + 2 + 3 + 4 + 1) / 5,
            "involvement": (1 + 2 + 3 + 4 + 3) / 5,
        }
        assert [each.code for each in shown.sub_scales] == ["framing", "engagement", "involvement"]

    def test_an_employee_counts_once_over_all_cases_and_seats(self) -> None:
        again = forms(Said(1, 5), Said(1, 3, unit=2), case=2)
        overall = some(holdings(forms(*team(*VALUES)), again)).overall
        assert overall is not None
        # The first has 1, 5 and 3: a mean of 3, in place of 1.
        assert (overall.value, overall.raters, overall.dyads) == ((3 + 2 + 3 + 4 + 5) / 5, 5, 7)

    def test_control_four_people_in_five_forms_are_too_few(self) -> None:
        four = forms(*team(1, 2, 3, 5))
        assert found(holdings(four, forms(Said(1, 5), case=2))) is None
        assert found(holdings(four, forms(Said(9, 5), case=2))) is not None

    def test_who_answered_nothing_has_no_leader_or_another_is_not_counted(self) -> None:
        others = [Said(8, 0), Said(9, 5, leader=None), Said(10, 5, leader=UUID(int=901))]
        overall = some(holdings(forms(*team(*VALUES), *others))).overall
        assert overall is not None
        assert (overall.value, overall.raters) == (3.0, 5)

    @pytest.mark.parametrize("leader", [UUID(int=1), UUID(int=12345)])
    def test_who_leads_nobody_has_none(self, leader: UUID) -> None:
        assert found(holdings(forms(*team(*VALUES))), leader) is None

    def test_an_empty_wave_has_none(self) -> None:
        assert found(holdings()) is None
        assert found(holdings(forms(*team(*[0] * 6)))) is None

    def test_of_one_mind_nothing_is_shown_and_control_a_point_apart_it_is(self) -> None:
        assert found(holdings(forms(*team(4, 4, 4, 4, 4)))) is None
        assert found(holdings(forms(*team(4, 4, 4, 4, 3)))) is not None

    def test_does_not_depend_on_the_order_of_employees_or_cases(self) -> None:
        said = team(*VALUES, FRAMES)
        one = holdings(forms(*said[:3], case=1), forms(*said[3:], case=2))
        other = holdings(forms(*reversed(said[3:]), case=2), forms(*reversed(said[:3]), case=1))
        assert some(one) == some(other)


class TestBesideEachOther:
    """Of the whole and its parts no more is shown than leaves each few people's answers open."""

    def test_one_incomplete_form_hides_the_whole(self) -> None:
        shown = some(holdings(forms(*team(*VALUES, (4, 4, 0, 0, 0, 0, 0)))))
        assert shown.overall is None
        assert [each.score.raters for each in shown.sub_scales] == [6, 5, 5]

    def test_control_shown_together_they_would_tell_the_one_answer(self) -> None:
        """Five answer all, the sixth on framing alone: total of all less the parts' shares is 5/7 of it."""
        sixth = 4
        framing, engagement, involvement = sum(VALUES) + sixth, sum(VALUES), sum(VALUES)
        overall = sum(VALUES) + sixth
        told = (overall - (2 * framing + 2 * engagement + 3 * involvement) / 7) * 7 / 5
        assert told == pytest.approx(sixth)

    def test_enough_incomplete_forms_hide_nothing(self) -> None:
        partly = [(value, value, 0, 0, 0, 0, 0) for value in VALUES]
        shown = some(holdings(forms(*team(*VALUES, *partly))))
        assert shown.overall is not None
        assert shown.overall.raters == 10

    @pytest.mark.parametrize("complete", [1, 4])
    def test_a_few_complete_forms_among_incomplete_ones_hide_the_whole(self, complete: int) -> None:
        partly = [(0, value, value, value, value, value, value) for value in VALUES]
        shown = some(holdings(forms(*team(*partly, *VALUES[:complete]))))
        assert shown.overall is None
        assert len(shown.sub_scales) == 3

    @settings(max_examples=40, deadline=None)
    @given(
        patterns=st.lists(
            st.lists(st.sampled_from([0, 1]), min_size=7, max_size=7) | st.just([1] * 7),
            min_size=5,
            max_size=12,
        )
    )
    def test_no_sum_of_what_is_shown_is_about_a_few(self, patterns: list[list[int]]) -> None:
        """Whatever factors an attacker takes: all combinations that leave out all but four people."""
        said = [
            [value * (1 + 4 * (number % 2)) for value in pattern] for number, pattern in enumerate(patterns)
        ]
        results = found(holdings(forms(*team(*said))))
        if results is None:
            return
        codes = [each.code for each in results.sub_scales]
        assert fewest_behind(patterns, codes, whole=results.overall is not None) >= K.minimum

    def test_control_shown_all_the_same_a_sum_would_be_about_one(self) -> None:
        patterns = [[1] * 7] * 6 + [[1, 1, 0, 0, 0, 0, 0]]
        parts = ["framing", "engagement", "involvement"]
        assert fewest_behind(patterns, parts, whole=True) == 1
        assert fewest_behind(patterns, parts, whole=False) == 6

    def test_a_part_of_one_mind_hides_itself_and_the_whole(self) -> None:
        shown = some(holdings(forms(*team(*[(4, 4, *[value] * 5) for value in VALUES]))))
        assert [each.code for each in shown.sub_scales] == ["engagement", "involvement"]
        assert shown.overall is None

    def test_the_whole_alone_stays_where_each_part_is_of_too_few(self) -> None:
        partly = [(value, value, 0, 0, 0, 0, 0) for value in (1, 3, 5)]
        rest = [(0, 0, value, value, 0, 0, 0) for value in (1, 5)]
        shown = some(holdings(forms(*team(*partly, *rest))))
        assert shown.sub_scales == []
        assert shown.overall is not None
        assert shown.overall.raters == 5


class TestComparison:
    def test_is_all_leaders_mean_from_five_others_on(self) -> None:
        own = team(*VALUES)
        enough = some(holdings(forms(*own, *teams(5)))).comparison
        assert enough is not None
        assert [(each.score.leaders, each.score.employees) for each in enough] == [(6, 20)] * 3
        # Three employees each: (1, 1, 2), (4, 5, 5), (2, 3, 4), (1, 2, 3), (3, 4, 5); and mine.
        means = (4 / 3, 14 / 3, 3, 2, 4, 3)
        assert enough[0].score.value == pytest.approx(sum(means) / 6)

    def test_control_with_four_others_there_is_none(self) -> None:
        assert some(holdings(forms(*team(*VALUES), *teams(4)))).comparison is None


class TestChange:
    BEFORE = forms(*team(1, 2, 3, 4, 5))

    def later(self, *said: Said) -> Holdings:
        return holdings(self.BEFORE, forms(*said, wave=LATER))

    def test_of_the_same_people_is_the_mean_of_their_own(self) -> None:
        change = some(self.later(*team(3, 3, 3, 4, 5)), "baseline").change
        assert change is not None
        overall = change.scores[0]
        assert (overall.code, overall.paired, overall.before.value) == (None, True, 3.0)
        # By 2, 1, 0, 0 and 0: mean 0.6, variance 0.8.
        assert overall.difference.value == pytest.approx(0.6)
        assert overall.difference.standard_error.value == pytest.approx(sqrt(0.8 / 5))
        assert change.since.wave == "baseline"

    def test_people_who_all_changed_alike_are_held_as_two_means(self) -> None:
        change = some(self.later(*team(2, 3, 4, 5, 5)), "baseline").change
        assert change is not None
        assert change.scores[0].paired
        alike = forms(*team(1, 2, 3, 4, 1))
        moved = holdings(alike, forms(*team(2, 3, 4, 5, 2), wave=LATER))
        change = some(moved, "baseline").change
        assert change is not None
        assert not change.scores[0].paired
        assert change.scores[0].difference.value == pytest.approx(1.0)

    @pytest.mark.parametrize(("left", "joined", "shown"), [(0, 4, False), (0, 5, True), (5, 5, True)])
    def test_a_few_who_come_or_go_hide_it(self, left: int, joined: int, shown: bool) -> None:
        values = (1, 5, 2, 4, 3, 1, 5, 2, 4, 3)
        before = forms(*team(*values))
        after = team(*values[left:], first=1 + left) + team(*values[:joined], first=50)
        results = some(holdings(before, forms(*after, wave=LATER)), "baseline")
        assert (results.change is not None) is shown
        if results.change is not None:
            assert not any(each.paired for each in results.change.scores)

    @pytest.mark.parametrize("left", [1, 4])
    def test_a_few_who_go_hide_it(self, left: int) -> None:
        values = (1, 5, 2, 4, 3, 1, 5, 2, 4, 3)
        before, after = forms(*team(*values)), forms(*team(*values[:-left]), wave=LATER)
        assert some(holdings(before, after), "baseline").change is None

    def test_employees_of_another_leader_later_have_left(self) -> None:
        moved = [Said(9, 3), Said(10, 5, leader=UUID(int=901))]
        before = forms(*team(*VALUES), Said(9, 3), Said(10, 5))
        assert some(holdings(before, forms(*team(*VALUES), *moved, wave=LATER)), "baseline").change is None

    def test_there_is_none_from_too_few_another_version_a_later_or_no_wave(self) -> None:
        few = holdings(forms(*team(1, 2, 3, 5)), forms(*team(*VALUES), wave=LATER))
        assert some(few, "baseline").change is None
        newer = holdings(self.BEFORE, forms(*team(*VALUES), wave=LATER, instrument_version=2))
        assert some(newer, "baseline").change is None
        assert some(self.later(*team(*VALUES)), "midway").change is None
        assert some(self.later(*team(*VALUES)), LATER).change is None
        backwards = leader_results(LEADER, Waves("baseline", LATER), self.later(*team(*VALUES)), K)
        assert backwards is not None
        assert backwards.change is None
        assert some(self.later(*team(*VALUES))).change is None
