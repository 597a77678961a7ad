"""Statements at the start and the end: by hand, by size, and what an outsider could work out."""

from uuid import UUID

import pytest

from services.analytics.indicators.indicators import TwoWavesOf, indicators
from services.analytics.indicators.schemas import IndicatorsView
from services.analytics.projection.holdings import Holdings
from services.analytics.release.decisions import GroupSize
from tests.services.analytics.indicators.forms_by_hand import (
    GROUP,
    form,
    halves,
    later,
    of_cases,
    of_groups,
)

FIVE = GroupSize(5)
START = {1: (1, 3), 2: (2, 3), 3: (3, 3), 4: (4, 1), 5: (5, 5)}
END = {1: (2, 3), 2: (3, 3), 3: (5, 3), 4: (5, 2), 5: (5, 4)}


def asked(group: UUID | None = GROUP, *, sees_all: bool = False, **more: str) -> TwoWavesOf:
    return TwoWavesOf(
        "baseline", more.get("to", "end"), more.get("instrument", "quality-indicators"), group, sees_all
    )


def shown(held: Holdings, wanted: TwoWavesOf | None = None) -> IndicatorsView:
    found = indicators(wanted or asked(), held, FIVE)
    assert found is not None
    return found


def but(answers: dict[int, tuple[int, int]], **changed: tuple[int, int]) -> dict[int, tuple[int, int]]:
    """Return the answers with some changed: `p1=(...)` are person 1's."""
    return {**answers, **{int(name[1:]): own for name, own in changed.items()}}


class TestByHand:
    def test_each_statement(self) -> None:
        found = shown(of_groups(form(START), later(END)))
        first, second = found.indicators
        assert (first.code, first.before.value, first.before.people) == ("statement-0", 3.0, 5)
        assert (first.after.value, first.difference.value) == (4.0, 1.0)
        assert first.percent_change.value == pytest.approx(100 / 3)
        assert (second.before.value, second.after.value, second.percent_change.value) == (3.0, 3.0, 0.0)

    def test_the_average_both_ways(self) -> None:
        average = shown(of_groups(form(START), later(END))).average
        assert (average.items, average.before.value, average.after.value) == (2, 3.0, 3.5)
        assert average.difference.value == 0.5
        assert average.percent_of_averages.value == pytest.approx(100 / 6)
        assert average.average_of_percents.value == pytest.approx(100 / 6)

    def test_those_who_answered_both_times(self) -> None:
        """Changes 1, 1, 2, 1, 0: mean 1, variance 1/2, standard error the root of 1/10."""
        found = shown(of_groups(form(START), later(END))).indicators[0]
        same = found.same_people
        assert same is not None
        assert (same.stayed, same.left, same.joined) == (5, 0, 0)
        assert (same.change.value, same.composition.value) == (1.0, 0.0)
        assert same.change.standard_error.value == pytest.approx(0.1**0.5)
        assert same.change.degrees_of_freedom.value == 4
        # As if others answered: variances 2.5 and 2 over 5 people each.
        assert found.difference.standard_error.value == pytest.approx((2.5 / 5 + 2 / 5) ** 0.5)

    def test_provenance_of_both_waves_and_instruments_code(self) -> None:
        found = shown(of_groups(form(START), later(END)))
        assert (found.before.wave, found.after.wave) == ("baseline", "end")
        assert found.before.instruments == found.after.instruments == ["quality-indicators/1"]

    def test_a_person_counts_once_over_all_cases(self) -> None:
        """Person 1 says 1 in one case and 5 in another: 3, as one person."""
        case = {"group_id": None}
        one = form(START, case_id=UUID(int=1), **case)
        two = form({1: (5, 3)}, case_id=UUID(int=2), id=UUID(int=101), **case)
        found = shown(of_cases(one, two, later(END, **case)), asked(None, sees_all=True))
        assert found.indicators[0].before.people == 5
        assert found.indicators[0].before.value == pytest.approx((3 + 2 + 3 + 4 + 5) / 5)

    def test_sub_scales_of_shown_statements(self) -> None:
        parts = halves("structures", "leadership")
        code = "authority-function-structures"
        held = of_groups(
            form(START, instrument=code, sub_scales=parts), later(END, instrument=code, sub_scales=parts)
        )
        found = shown(held, asked(instrument=code))
        assert [(each.code, each.average.difference.value) for each in found.sub_scales] == [
            ("structures", 1.0),
            ("leadership", 0.0),
        ]
        assert indicators(asked(), held, FIVE) is None


class TestIsShown:
    def test_five_people_in_both_waves(self) -> None:
        four = {person: own for person, own in START.items() if person < 5}
        for held in (of_groups(form(four), later(END)), of_groups(form(START), later(four))):
            assert indicators(asked(), held, FIVE) is None
            assert indicators(asked(), held, GroupSize(4)) is not None

    def test_a_statement_four_rated_is_out_of_the_averages_too(self) -> None:
        found = shown(of_groups(form(but(START, p5=(5, -1))), later(END)))
        assert [each.code for each in found.indicators] == ["statement-0"]
        assert (found.average.items, found.average.difference.value) == (1, 1.0)

    def test_a_statement_all_are_of_one_mind_about_is_left_out(self) -> None:
        alike = {person: (own[0], 5) for person, own in START.items()}
        assert [each.code for each in shown(of_groups(form(alike), later(END))).indicators] == [
            "statement-0"
        ]
        assert [each.code for each in shown(of_groups(form(END), later(alike))).indicators] == [
            "statement-0"
        ]

    def test_a_sub_scale_with_a_statement_left_out_is_left_out(self) -> None:
        parts = halves("structures", "leadership")
        held = of_groups(form(but(START, p5=(5, -1)), sub_scales=parts), later(END, sub_scales=parts))
        assert [each.code for each in shown(held).sub_scales] == ["structures"]

    @pytest.mark.parametrize(("more", "paired"), [(0, True), (1, False), (4, False), (5, True)])
    def test_those_who_stayed_where_nobody_or_enough_came(self, more: int, paired: bool) -> None:
        came = {6 + place: (place % 5 + 1, 5 - place % 5) for place in range(more)}
        for held in (
            of_groups(form(START), later({**END, **came})),
            of_groups(form({**START, **came}), later(END)),
        ):
            found = shown(held)
            assert [each.same_people is not None for each in found.indicators] == [paired] * 2

    def test_one_statement_with_a_few_who_came_hides_who_stayed_of_all(self) -> None:
        held = of_groups(form(START), later({**END, 6: (3, -1)}))
        assert [each.same_people for each in shown(held).indicators] == [None, None]

    def test_who_stayed_is_not_told_of_three_waves(self) -> None:
        """Those who stayed from one to each of the others differ by the few who missed one of these."""
        third = later(END, wave="after", wave_ordinal=3, id=UUID(int=301))
        three = of_groups(form(START), later(END), third)
        for to in ("end", "after"):
            assert [each.same_people for each in shown(three, asked(to=to)).indicators] == [None, None]

    def test_a_third_wave_of_others_or_of_another_form_hides_nothing(self) -> None:
        elsewhere = {"wave": "after", "wave_ordinal": 3, "id": UUID(int=301)}
        for third in (
            later(END, **elsewhere, group_id=UUID(int=901)),
            later(END, **elsewhere, instrument="midway-form"),
            later(END, **elsewhere, group_id=None, case_id=UUID(int=1)),
        ):
            found = shown(of_groups(form(START), later(END), third))
            assert all(each.same_people is not None for each in found.indicators)

    def test_control_unless_other_waves_were_looked_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(TwoWavesOf, "has_more_waves", lambda *_: False)
        third = later(END, wave="after", wave_ordinal=3, id=UUID(int=301))
        found = shown(of_groups(form(START), later(END), third))
        assert all(each.same_people is not None for each in found.indicators)

    def test_nor_of_three_waves_of_all_cases(self) -> None:
        case = {"group_id": None, "case_id": UUID(int=1)}
        third = later(END, wave="later", wave_ordinal=3, id=UUID(int=301), **case)
        everything = asked(None, sees_all=True)
        two = of_cases(form(START, **case), later(END, **case))
        three = of_cases(form(START, **case), later(END, **case), third)
        assert shown(two, everything).indicators[0].same_people is not None
        assert shown(three, everything).indicators[0].same_people is None


class TestWhose:
    def test_all_cases_are_for_who_sees_them_together(self) -> None:
        case = {"group_id": None, "case_id": UUID(int=1)}
        held = of_cases(form(START, **case), later(END, **case))
        assert indicators(asked(None, sees_all=True), held, FIVE) is not None
        assert indicators(asked(None), held, FIVE) is None

    def test_groups_and_cases_share_no_answers(self) -> None:
        held = of_groups(form(START), later(END))
        assert indicators(asked(None, sees_all=True), held, FIVE) is None
        assert indicators(asked(UUID(int=901)), held, FIVE) is None

    def test_nothing_of_waves_and_instruments_there_are_none_of(self) -> None:
        held = of_groups(form(START), later(END))
        assert indicators(asked(to="never"), held, FIVE) is None
        assert indicators(asked(instrument="midway-form"), held, FIVE) is None

    def test_versions_with_other_statements_are_not_mixed(self) -> None:
        held = of_groups(form(START), later(END, instrument_version=2))
        assert indicators(asked(), held, FIVE) is None
