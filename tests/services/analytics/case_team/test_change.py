"""A case's change, against cases worked out by hand."""

from math import isnan, sqrt
from uuid import UUID

import pytest

from services.analytics.case_team.change import (
    TwoWaves,
    case_change,
    for_others,
    given_by_person,
    two_waves,
)
from services.analytics.case_team.peers import given_of, spreads
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.scores import given_scores
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from shared.contracts.survey import RoundState
from tests.services.analytics.networks_by_hand import (
    ANNE,
    BO,
    CARLA,
    DORTE,
    THREE,
    network,
    person_of,
)

K = GroupSize(5)


def rated(values: dict[UUID, int], **more: object) -> Measurement:
    """Return a network of one question in which everybody rates everybody else alike."""
    who = list(values)
    cells = [[[0 if one is other else values[one]] for other in who] for one in who]
    return network(cells, who, **more)


BEFORE = rated({ANNE: 2, BO: 3, CARLA: 1})
AFTER = rated({ANNE: 3, BO: 5, DORTE: 4}, wave="follow-up")
MOVED = TwoWaves(BEFORE, AFTER)


def peers(*middles: int) -> list[Measurement]:
    """Return cases of three who rate one below, at and one above the middle."""
    return [
        rated({ANNE: middle - 1, BO: middle, CARLA: middle + 1}, case_id=UUID(int=200 + number))
        for number, middle in enumerate(middles)
    ]


class TestAllAndTheSameRaters:
    def test_are_those_worked_out_by_hand(self) -> None:
        found = case_change(MOVED, [], K).overall
        same = found.same_raters
        assert same is not None
        assert (found.before.value, found.after.value, found.difference.value) == (2.0, 4.0, 2.0)
        # Anne rose by 1 and Bo by 2; Carla left with 1, Dorte came with 4.
        assert (same.stayed, same.left, same.joined, same.turnover.value) == (2, 1, 1, 0.5)
        assert (same.change.value, same.change.standard_error.value) == (1.5, 0.5)
        assert same.composition.value == 0.5
        assert (found.before.raters, found.after.raters) == (3, 3)

    def test_a_dimension_is_paired_over_who_answered_it_twice(self) -> None:
        """In THREE, Carla gives nothing on problem solving: she comes to it afterwards."""
        later = network([[[0, 0], [5, 5], [5, 5]], [[5, 5], [0, 0], [5, 5]], [[5, 5], [5, 5], [0, 0]]])
        found = case_change(TwoWaves(network(THREE), later), [], K)
        knowledge, solving = (each.change.same_raters for each in found.dimensions)
        assert knowledge is not None
        assert solving is not None
        assert (knowledge.stayed, knowledge.joined, knowledge.change.value) == (3, 0, 1.0)
        assert (solving.stayed, solving.joined, solving.change.value) == (2, 1, 2.0)
        assert found.asked is not None
        assert (found.asked.stayed, found.asked.left, found.asked.joined) == (3, 0, 0)

    def test_a_person_in_two_seats_is_one_rater(self) -> None:
        seats = [
            seat.model_copy(update={"person_id": person_of(ANNE)}) if place < 2 else seat
            for place, seat in enumerate(BEFORE.respondents)
        ]
        twice = network(BEFORE.cube.cells.tolist(), respondents=seats)
        # Two seats, with 2 and 2 in the one and 3 and 3 in the other.
        assert given_by_person(twice, None) == {person_of(ANNE): 2.5, person_of(CARLA): 1.0}


class TestTwoWaves:
    def test_are_closed_and_ask_the_same(self) -> None:
        assert two_waves(BEFORE, AFTER) == MOVED

    @pytest.mark.parametrize(
        "change",
        [
            {"round_state": RoundState.OPEN},
            {"instrument_version": 2},
            {"instrument": "relational-coordination"},
        ],
    )
    def test_are_none_otherwise(self, change: dict[str, object]) -> None:
        other = Measurement(AFTER.state.model_copy(update=change), AFTER.cube)
        assert two_waves(BEFORE, other) is None
        assert two_waves(other, AFTER) is None
        assert two_waves(BEFORE, None) is None
        assert two_waves(None, AFTER) is None


class TestReliableChange:
    def test_is_that_worked_out_by_hand(self) -> None:
        """Means 2, 2, 4, 4, 3, 3 have variance .8; MSB = 3 x .8, MSW = 1, so ICC(2) = 7 / 12."""
        found = case_change(MOVED, [BEFORE, *peers(2, 4, 4, 3, 3)], K).overall.reliable
        assert found.standard_error.value == pytest.approx(sqrt(0.8 * 2 * 5 / 12), abs=1e-12)
        assert found.index.value == pytest.approx(2 / sqrt(2 / 3), abs=1e-12)
        assert found.direction == "rose"

    def test_is_the_same_of_the_only_dimension(self) -> None:
        found = case_change(MOVED, [BEFORE, *peers(2, 4, 4, 3, 3)], K)
        assert found.dimensions[0].change.reliable == found.overall.reliable

    def test_needs_enough_other_cases_that_were_asked_the_same(self) -> None:
        others = peers(2, 4, 4, 3, 3)
        newer = Measurement(others[0].state.model_copy(update={"instrument_version": 2}), others[0].cube)
        silent = rated({ANNE: 0, BO: 0, CARLA: 0}, case_id=UUID(int=300))
        for few in (others[:4], [newer, *others[1:]], [silent, *others[1:]]):
            found = case_change(MOVED, [BEFORE, *few], K).overall.reliable
            assert (found.standard_error.reason, found.direction) == ("too-few-clusters", None)

    def test_given_scores_are_those_of_the_methods(self) -> None:
        found = given_of(network(THREE).cube)
        for column, items in enumerate((None, [0], [1])):
            exact = [each.value.value for each in given_scores(dyads_of(network(THREE).cube, items))]
            assert [None if isnan(value) else value for value in found[:, column].tolist()] == exact

    def test_who_gave_nothing_is_no_peer(self) -> None:
        silent = rated({ANNE: 0, BO: 0, CARLA: 0}, case_id=UUID(int=300))
        without = spreads(BEFORE, [BEFORE, *peers(2, 4, 4, 3, 3)], K)
        assert spreads(BEFORE, [silent, BEFORE, *peers(2, 4, 4, 3, 3)], K) == without


class TestForOthers:
    def test_too_few_people_are_nothing(self) -> None:
        assert for_others(case_change(MOVED, [], K), GroupSize(4)) is None
        assert for_others(case_change(MOVED, [], K), GroupSize(3)) is not None

    def test_nothing_is_told_of_the_same_raters_however_many_stayed(self) -> None:
        """Beside another pair of waves it would tell of whoever was in one of them."""
        exact = case_change(TwoWaves(BEFORE, rated({ANNE: 3, BO: 5, CARLA: 4})), [], K)
        assert exact.overall.same_raters is not None
        shown = for_others(exact, GroupSize(2))
        assert shown is not None
        assert (shown.asked, shown.overall.same_raters) == (None, None)
        assert all(each.change.same_raters is None for each in shown.dimensions)
        assert shown.overall.before == exact.overall.before

    def test_one_who_left_can_not_be_worked_out(self) -> None:
        waves = TwoWaves(rated({ANNE: 2, BO: 3, CARLA: 1}), rated({ANNE: 3, BO: 5}))
        exact = case_change(waves, [], GroupSize(2))
        overall, same = exact.overall, exact.overall.same_raters
        assert same is not None
        numbers = (overall.before.value, overall.after.value, same.change.value)
        before, after, moved = (number or 0.0 for number in numbers)
        # What the three figures together say: Carla's 1, exactly.
        assert before * 3 - (after * 2 - moved * 2) == 1.0
        shown = for_others(exact, GroupSize(2))
        assert shown is not None
        assert shown.overall.same_raters is None
        assert shown.asked is None
        assert shown.overall.before == overall.before

    def test_one_dimension_with_too_few_hides_all(self) -> None:
        """In THREE, two of three rate anybody on problem solving."""
        exact = case_change(TwoWaves(network(THREE), network(THREE)), [], K)
        shown = for_others(exact, GroupSize(3))
        assert shown is not None
        assert (shown.dimensions, shown.overall.same_raters) == ([], None)
        assert len(exact.dimensions) == 2
