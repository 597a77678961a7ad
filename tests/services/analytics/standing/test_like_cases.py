"""Which cases are set beside each other, what their values are, and when a level may be shown."""

import pytest

from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.nested_components import NestedBayes, nested_bayes
from services.analytics.methods.results import Reason
from services.analytics.methods.scores import mean_of_dyads
from services.analytics.standing.like_cases import LikeCases, changes_of, levels_shown, scores_of
from tests.services.analytics.networks_by_hand import person_of
from tests.services.analytics.standing.made_up_cases import K, case_id, held_of, like, members, rated


def only(groups: dict[str | None, LikeCases]) -> LikeCases:
    (found,) = groups.values()
    return found


def bayes(found: LikeCases) -> NestedBayes:
    assert isinstance(found.held, NestedBayes)
    return found.held


class TestScores:
    def test_are_the_cases_own_means_of_dyads(self) -> None:
        networks = like(6)
        found = only(scores_of(held_of(*networks), "baseline"))
        exact = [mean_of_dyads(dyads_of(each.cube)).value.value for each in networks]
        assert bayes(found).raw.tolist() == pytest.approx(exact, abs=1e-12)
        assert list(found.networks) == [case_id(number) for number in range(6)]
        assert len(found.people) == 30

    def test_are_apart_by_level_at_opening(self) -> None:
        groups = scores_of(
            held_of(*like(3), rated(7, 2, level="ordinary"), rated(8, 2, level=None)), "baseline"
        )
        assert {level: len(each.networks) for level, each in groups.items()} == {
            "complex": 3,
            "ordinary": 1,
            None: 1,
        }

    def test_do_not_depend_on_the_order_of_the_cases(self) -> None:
        networks = like(6)
        one, other = (
            only(scores_of(held_of(*each), "baseline")) for each in (networks, reversed(networks))
        )
        assert bayes(one).estimates.tolist() == bayes(other).estimates.tolist()
        assert list(one.networks) == list(other.networks)

    def test_other_ids_of_raters_change_nothing(self) -> None:
        plain = only(scores_of(held_of(*like(6)), "baseline"))
        other = [rated(case, 2 + case % 3, members(case, first=50)) for case in range(6)]
        renamed = only(scores_of(held_of(*other), "baseline"))
        assert bayes(renamed).estimates.tolist() == bayes(plain).estimates.tolist()

    def test_a_person_in_two_seats_is_one_rater(self) -> None:
        first = rated(0, 3)
        seats = [
            seat.model_copy(update={"person_id": person_of(members(0)[0])}) if place < 2 else seat
            for place, seat in enumerate(first.respondents)
        ]
        twice = rated(0, 3, respondents=seats)
        alone = only(scores_of(held_of(first, *like(6)[1:]), "baseline"))
        found = only(scores_of(held_of(twice, *like(6)[1:]), "baseline"))
        assert (bayes(alone).clusters[0], bayes(found).clusters[0]) == (5, 4)
        assert len(found.raters[case_id(0)]) == 4

    def test_a_case_nobody_answered_is_not_among_them(self) -> None:
        silent = rated(7, 3)
        silent.cube.cells.setflags(write=True)
        silent.cube.cells[:] = 0
        assert case_id(7) not in only(scores_of(held_of(*like(6), silent), "baseline")).networks

    def test_are_worked_out_once(self) -> None:
        held = held_of(*like(6))
        assert scores_of(held, "baseline") is scores_of(held, "baseline")
        assert scores_of(held_of(*like(6)), "baseline") is not scores_of(held, "baseline")

    def test_of_a_wave_without_cases_are_none(self) -> None:
        assert scores_of(held_of(*like(6)), "follow-up") == {}

    def test_of_one_case_are_undefined(self) -> None:
        assert only(scores_of(held_of(*like(1)), "baseline")).held is Reason.TOO_FEW_CLUSTERS


class TestChanges:
    def test_are_of_the_pairs_that_answered_both_times(self) -> None:
        """The first of each case left, somebody else came; those who stayed moved as the case."""
        before = tuple(rated(case, 3) for case in range(6))
        after = [
            rated(case, 3 + case % 2, [members(case, 6)[5], *members(case)[1:]], wave="follow-up")
            for case in range(6)
        ]
        held = held_of(*after, earlier=before)
        found = only(changes_of(held, "baseline", "follow-up"))
        stayed = frozenset(person_of(each) for each in members(0)[1:])
        assert found.raters[case_id(0)] == stayed
        values, cases, raters = [], [], []
        for case in range(6):
            one, other = (dyads_of(each[case].cube).means for each in (before, after))
            for rater in range(1, 5):
                for subject in range(1, 5):
                    if rater != subject:
                        values.append(float(other[rater, subject] - one[rater, subject]))
                        cases.append(case)
                        raters.append(rater)
        wanted = nested_bayes(values, cases, raters)
        assert isinstance(wanted, NestedBayes)
        assert bayes(found).estimates.tolist() == pytest.approx(wanted.estimates.tolist(), abs=1e-12)

    def test_other_questions_are_no_change(self) -> None:
        before = tuple(rated(case, 3, instrument_version=2) for case in range(6))
        assert changes_of(held_of(*like(6), earlier=before), "baseline", "follow-up") == {}

    def test_a_case_without_an_earlier_wave_has_none(self) -> None:
        held = held_of(*like(6), earlier=tuple(like(5)))
        assert case_id(5) not in only(changes_of(held, "baseline", "follow-up")).networks


class TestShown:
    def test_a_level_needs_one_case_more_than_the_minimum(self) -> None:
        assert levels_shown(scores_of(held_of(*like(6)), "baseline"), K) == {"complex"}
        assert levels_shown(scores_of(held_of(*like(5)), "baseline"), K) == set()

    def test_a_level_needs_enough_people(self) -> None:
        """Four people in six cases are four."""
        few = [rated(case, 2 + case % 3, members(0, 4)) for case in range(6)]
        assert levels_shown(scores_of(held_of(*few), "baseline"), K) == set()

    def test_what_is_left_beside_the_shown_is_nobody_or_enough_people(self) -> None:
        lone = rated(7, 2, members(7, 4), level="ordinary")
        assert levels_shown(scores_of(held_of(*like(6), lone), "baseline"), K) == set()
        lone = rated(7, 2, members(7, 5), level="ordinary")
        assert levels_shown(scores_of(held_of(*like(6), lone), "baseline"), K) == {"complex"}

    def test_cases_without_a_level_are_shown_among_none(self) -> None:
        assert levels_shown(scores_of(held_of(*like(6, level=None)), "baseline"), K) == set()

    def test_enough_other_cases_by_enough_other_people_stand_beside_a_case(self) -> None:
        """Beside a case of the same five people as all others, there is nobody."""
        same = [rated(case, 2 + case % 3, members(0)) for case in range(6)]
        alone = only(scores_of(held_of(*same), "baseline"))
        assert not alone.is_beside(case_id(0), K)
        found = only(scores_of(held_of(*same, rated(7, 3)), "baseline"))
        assert found.is_beside(case_id(0), K)
        assert found.is_beside(case_id(7), K)
        few = only(scores_of(held_of(*same, rated(7, 3, members(7, 4))), "baseline"))
        assert not few.is_beside(case_id(0), K)
        assert few.is_beside(case_id(7), K)
