"""How a group, and what others say of each professional group in it, develops: by hand and by size."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from services.analytics.collaboration.development import group_development, rated_groups
from services.analytics.collaboration.group_results import GroupSeen
from services.analytics.collaboration.schemas import GroupDevelopment
from services.analytics.methods.cube import Cube
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from shared.contracts.survey import Visibility
from tests.services.analytics.collaboration.groups_by_hand import (
    ANNE,
    GROUP,
    Rating,
    held_groups,
    of_each_other,
    of_wholes,
)
from tests.services.analytics.networks_by_hand import person_of

FIVE = GroupSize(5)
LATER: dict[str, Any] = {"wave": "follow-up", "wave_ordinal": 2, "id": UUID(int=200)}
NURSE, DOCTOR = "Sygeplejerske", "Læge"


def by_place(rater: int, _rated: int) -> int:
    return rater % 5 + 1


def development(
    *measurements: Measurement, person: UUID | None = None, size: GroupSize = FIVE
) -> GroupDevelopment | None:
    return group_development(GroupSeen(GROUP, person), held_groups(*measurements), size)


def shown(*measurements: Measurement, person: UUID | None = None) -> GroupDevelopment:
    found = development(*measurements, person=person)
    assert found is not None
    return found


def wholes(sizes: Sequence[int], first: Rating, second: Rating) -> tuple[Measurement, Measurement]:
    """Return two waves, the later one first."""
    return of_wholes(sizes, second, **LATER), of_wholes(sizes, first)


class TestByHand:
    def test_each_group_of_professionals_start_and_end(self) -> None:
        """Wholes of five: of the first others say 2 and then 4, of the second 3 and then 3."""
        found = shown(
            *wholes([5, 5], lambda _p, whole: 2 + whole, lambda _p, whole: 4 - whole), person=ANNE
        )
        assert [each.provenance.wave for each in found.waves] == ["baseline", "follow-up"]
        assert [each.overall.value for each in found.waves] == [2.5, 3.5]
        assert found.change.value == 1.0
        assert [
            (each.code, each.label, [one.received.value for one in each.waves], each.change.value)
            for each in found.rated
        ] == [("group-0", "Gruppe 0", [2.0, 4.0], 2.0), ("group-1", "Gruppe 1", [3.0, 3.0], 0.0)]

    def test_professions_are_rated_by_the_others_only(self) -> None:
        """Nurses 1 and 2, doctor 3: nurses give each other 5 and the doctor 2; the doctor gives them 4."""

        def rating(one: int, other: int) -> int:
            return 4 if one == 2 else 2 if other == 2 else 5

        found = shown(of_each_other([NURSE, NURSE, DOCTOR], rating), person=ANNE)
        assert {
            each.code: (each.waves[0].received.value, each.waves[0].received.raters) for each in found.rated
        } == {NURSE: (4.0, 1), DOCTOR: (2.0, 2)}
        assert found.waves[0].overall.value == pytest.approx((5 + 5 + 2 + 2 + 4 + 4) / 6)
        assert [each.change.reason for each in found.rated] == ["too-few-rows"] * 2

    def test_one_profession_alone_is_rated_by_no_others(self) -> None:
        assert shown(of_each_other([NURSE] * 6, lambda _a, _b: 3)).rated == []

    def test_groups_come_by_code_never_by_score(self) -> None:
        for rating in (lambda _p, whole: 2 + whole, lambda _p, whole: 4 - whole):
            found = shown(of_wholes([5, 5], rating))
            assert [each.code for each in found.rated] == ["group-0", "group-1"]

    def test_other_questions_than_the_last_waves_are_left_out(self) -> None:
        earlier = of_wholes([5, 5], by_place, instrument_version=2)
        found = shown(of_wholes([5, 5], by_place, **LATER), earlier)
        assert [each.provenance.wave for each in found.waves] == ["follow-up"]
        assert found.change.value is None

    def test_of_nothing_there_is_nothing(self) -> None:
        assert development() is None


class TestForOthers:
    def test_wholes_rated_by_enough_are_shown(self) -> None:
        assert len(shown(of_wholes([5, 5], by_place)).rated) == 2

    def test_one_whole_rated_by_four_hides_all(self) -> None:
        held = of_wholes([4, 6], by_place)
        assert shown(held).rated == []
        assert len(shown(held, person=ANNE).rated) == 2
        found = development(held, size=GroupSize(4))
        assert found is not None
        assert len(found.rated) == 2

    def test_a_whole_of_one_person_is_a_person(self) -> None:
        assert shown(of_wholes([1, 6, 6], by_place)).rated == []
        assert len(shown(of_wholes([2, 6, 6], by_place)).rated) == 3

    def test_a_profession_of_few_is_people(self) -> None:
        assert shown(of_each_other([NURSE] * 6 + [DOCTOR] * 4, by_place)).rated == []
        assert len(shown(of_each_other([NURSE] * 6 + [DOCTOR] * 5, by_place)).rated) == 2

    def test_what_all_leave_of_the_whole_is_of_nobody_or_enough(self) -> None:
        """Ratings within professions are what is left: with those of three people the three were known."""

        def within(raters: int) -> Measurement:
            def rating(one: int, other: int) -> int:
                same = (one < 5) == (other < 5)
                return one % 5 + 1 if not same or one < raters else -1

            return of_each_other([NURSE] * 5 + [DOCTOR] * 5, rating)

        assert [len(shown(within(raters)).rated) for raters in (0, 3, 4, 5)] == [2, 0, 0, 2]

    def test_waves_of_too_few_are_left_out(self) -> None:
        few = of_wholes([2, 2], lambda p, _w: p + 1)
        many = of_wholes([5, 5], by_place, **LATER)
        assert [each.provenance.wave for each in shown(few, many).waves] == ["follow-up"]
        assert development(few) is None
        assert [each.provenance.wave for each in shown(few, many, person=ANNE).waves] == [
            "baseline",
            "follow-up",
        ]

    def test_who_came_in_later_sees_the_first_wave_as_others_do(self) -> None:
        few = of_wholes([2, 2], by_place)
        later = of_wholes([4, 6], by_place, **LATER)
        newcomer = person_of(UUID(int=9))
        found = shown(few, later, person=newcomer)
        assert [each.provenance.wave for each in found.waves] == ["follow-up"]
        assert len(found.rated) == 2
        assert shown(few, later).rated == []

    def test_confidential_waves_are_the_same_to_members_and_others(self) -> None:
        held = of_wholes([4, 6], by_place, visibility=Visibility.CONFIDENTIAL)
        assert shown(held, person=ANNE) == shown(held)
        assert shown(held, person=ANNE).rated == []

    def test_dimensions_too_few_answered_are_hidden(self) -> None:
        held = of_wholes([5, 5], by_place)
        assert len(shown(held).waves[0].dimensions) == 1
        two = held.cube.cells.repeat(2, axis=2)
        two[:6, :, 1] = -1
        state = held.state.model_copy(update={"items": ["a", "b"]})
        thin = Measurement(state, Cube(two, own=held.cube.own, skipped=held.cube.skipped))
        assert shown(thin).waves[0].dimensions == []
        assert len(shown(thin, person=ANNE).waves[0].dimensions) == 2


class TestRatedGroups:
    def test_a_whole_consists_of_whoever_does_not_rate_it(self) -> None:
        first, second = rated_groups(of_wholes([1, 3], lambda _p, _w: 3))
        assert (first.people, len(second.people)) == (frozenset({ANNE}), 3)
        assert (int(first.pairs.sum()), int(second.pairs.sum())) == (3, 1)
