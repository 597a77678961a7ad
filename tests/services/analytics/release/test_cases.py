"""Which cases are shown one by one, and what others leave of a sum."""

from uuid import UUID

import pytest

from services.analytics.projection.measurement import Measurement
from services.analytics.release.cases import (
    ScoredCase,
    are_enough,
    hidden_among,
    is_shown,
    shows_dimensions,
    without_dimensions,
)
from services.analytics.release.decisions import GroupSize
from tests.services.analytics.networks_by_hand import network

K = GroupSize(5)


def people(first: int, number: int = 2) -> frozenset[UUID]:
    return frozenset(UUID(int=first * 100 + each) for each in range(number))


def case(value: int, raters: int, second: int | None = None) -> Measurement:
    """Return a case in which all say the same, of the second dimension only so many."""
    return network(
        [
            [
                [0, 0]
                if one == other
                else [value, value if one < (raters if second is None else second) else 0]
                for other in range(raters)
            ]
            for one in range(raters)
        ]
    )


HIDDEN = [ScoredCase(2.0 + number / 2, people(number)) for number in range(5)]


class TestAreEnough:
    def test_none_are(self) -> None:
        assert are_enough([], K)

    @pytest.mark.parametrize("number", [1, 2, 4])
    def test_few_are_not(self, number: int) -> None:
        assert not are_enough(HIDDEN[:number], K)

    def test_five_of_many_people_are(self) -> None:
        assert are_enough(HIDDEN, K)

    def test_five_of_the_same_few_people_are_not(self) -> None:
        assert not are_enough([ScoredCase(each.score, people(1)) for each in HIDDEN], K)

    def test_five_alike_are_known_by_their_spread(self) -> None:
        assert not are_enough([ScoredCase(3.0, each.people) for each in HIDDEN], K)


class TestIsShown:
    @pytest.mark.parametrize(("raters", "shown"), [(4, False), (5, True)])
    def test_from_enough_people(self, raters: int, shown: bool) -> None:
        assert is_shown(case(3, raters), K) is shown
        assert [len(hidden_among([case(3, raters)], K))] == [0 if shown else 1]

    @pytest.mark.parametrize(("value", "shown"), [(1, False), (2, True), (5, False)])
    def test_not_where_the_mean_says_what_each_said(self, value: int, shown: bool) -> None:
        assert is_shown(case(value, 6), K) is shown

    def test_two_seats_are_one_person(self) -> None:
        five = case(3, 5)
        seats = [
            seat.model_copy(update={"person_id": UUID(int=9)}) if place < 2 else seat
            for place, seat in enumerate(five.respondents)
        ]
        both = Measurement(
            five.state.model_copy(update={"respondents": seats, "subjects": seats}), five.cube
        )
        assert is_shown(five, K)
        assert not is_shown(both, K)


class TestShowsDimensions:
    @pytest.mark.parametrize(("second", "shown"), [(4, False), (5, True)])
    def test_all_or_none(self, second: int, shown: bool) -> None:
        held = case(3, 5, second)
        assert is_shown(held, K)
        assert shows_dimensions(held, K) is shown
        assert len(without_dimensions([held], K)) == (0 if shown else 1)
