"""The attention list: which cases are on it and why, for whom, in which order, and from how many."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.standing.attention import AttentionQuestion, attention_list
from services.analytics.standing.schemas import AttentionList, AttentionRow, AttentionTerms
from services.analytics.standing.wording import AttentionReason
from shared.access.principal import Principal, Role
from shared.contracts.register import CaseParticipant, CaseState, ParticipantRole
from shared.contracts.survey import Visibility
from shared.errors import Problem
from shared.paging import PageRequest
from tests.services.analytics.scores.test_case_scores import citizens
from tests.services.analytics.standing.made_up_cases import (
    K,
    as_small,
    case_id,
    held_of,
    like,
    members,
    person,
    rated,
)

EVERYTHING = PageRequest(200, None)
UNIT = UUID(int=555)


def caller(*roles: Role, who: UUID | None = None, **more: Any) -> Principal:
    return Principal("somebody", "gateway", frozenset(roles), person=who, **more)


ADMINISTRATOR = caller(Role.ADMINISTRATOR)


def asked(
    who: Principal = ADMINISTRATOR, page: PageRequest = EVERYTHING, **terms: Any
) -> AttentionQuestion:
    wave = terms.pop("wave", "baseline")
    return AttentionQuestion(who, wave, AttentionTerms(**terms), page, terms.pop("language", "da"))


def shown(held: Holdings, question: AttentionQuestion | None = None) -> AttentionList:
    view = attention_list(question or asked(), held, K)
    assert view is not None
    return view


def rows(held: Holdings, question: AttentionQuestion | None = None) -> dict[UUID, AttentionRow]:
    return {each.case_id: each for each in shown(held, question).items}


def codes(row: AttentionRow) -> list[str]:
    return [each.code for each in row.reasons]


def lows(*low: int, cases: int = 9, **more: Any) -> list[Measurement]:
    """Return cases of which these are low and all others high."""
    return like(cases, lambda case: 1 if case in low else 4, **more)


class TestLow:
    def test_are_those_probably_below_the_threshold(self) -> None:
        found = rows(held_of(*lows(2, 5)))
        assert set(found) == {case_id(2), case_id(5)}
        row = found[case_id(2)]
        assert codes(row) == ["team-low"]
        assert row.reasons[0].text == "Teamets relationelle kapacitet er sandsynligvis under grænsen."
        assert (row.probability_below.value or 0) >= 0.8
        assert (row.raw_mean.raters, row.fall, row.citizen) == (5, None, None)

    def test_the_most_probable_come_first_and_ties_by_id(self) -> None:
        held = held_of(*like(9, lambda case: {1: 1, 4: 1, 6: 2}.get(case, 5)))
        order = [each.case_id for each in shown(held, asked(threshold=3.5)).items]
        assert order == [case_id(1), case_id(4), case_id(6)]

    def test_control_another_threshold_lists_others(self) -> None:
        held = held_of(*lows(2))
        assert rows(held, asked(threshold=1.0)) == {}
        assert len(rows(held, asked(threshold=5.0))) == 9

    def test_are_all_where_all_are_low_and_alike(self) -> None:
        """Cases that don't differ are not told apart, and yet are low."""
        view = shown(held_of(*like(6, lambda _: 1)))
        assert view.like_cases.spread == "zero"
        assert [each.case_id for each in view.items] == [case_id(number) for number in range(6)]

    def test_are_none_where_nothing_varies(self) -> None:
        networks = like(6)
        for each in networks:
            each.cube.cells.setflags(write=True)
            each.cube.cells[each.cube.cells > 0] = 3
        view = shown(held_of(*networks))
        assert (view.items, view.like_cases.mean.reason) == ([], "no-variance")

    def test_closed_cases_ask_for_nothing(self) -> None:
        closed = CaseState(version=1, id=case_id(2), participants=[], is_open=False)
        question = replace(asked(), cases={case_id(2): closed})
        assert set(rows(held_of(*lows(2, 5)), question)) == {case_id(5)}

    def test_are_of_one_level(self) -> None:
        held = held_of(*lows(2), *(rated(case, 1, level="ordinary") for case in range(20, 23)))
        assert set(rows(held)) == {case_id(2)}
        assert attention_list(asked(level="ordinary"), held, K) is None


class TestFalling:
    def moved(self, *fallen: int, cases: int = 9) -> Holdings:
        """All stood at 4; these fell to 1, and in each somebody sees somebody better than before."""
        before = tuple(rated(case, 4) for case in range(cases))
        after = [rated(case, 1 if case in fallen else 4) for case in range(cases)]
        for case, each in enumerate(after):
            each.cube.cells.setflags(write=True)
            each.cube.cells[case % 5, (case + 1) % 5] = 5
        return held_of(*after, earlier=before)

    def test_are_those_that_probably_fell(self) -> None:
        found = rows(self.moved(3), asked(wave="follow-up", threshold=1.0))
        assert set(found) == {case_id(3)}
        assert codes(found[case_id(3)]) == ["team-falling"]
        fall = found[case_id(3)].fall
        assert fall is not None
        assert (fall.since, fall.raters) == ("baseline", 5)
        assert (fall.value or 0) < -1
        assert (fall.probability.value or 0) > 0.99

    def test_may_be_low_as_well(self) -> None:
        found = rows(self.moved(3), asked(wave="follow-up"))
        assert codes(found[case_id(3)]) == ["team-low", "team-falling"]

    @pytest.mark.parametrize("since", ["follow-up", "nothing-yet"])
    def test_since_a_wave_that_is_not_before_is_none(self, since: str) -> None:
        assert rows(self.moved(3), asked(wave="follow-up", threshold=1.0, since=since)) == {}

    def test_since_a_named_wave_is_the_same_as_since_the_one_before(self) -> None:
        held = self.moved(3)
        plain, named = (asked(wave="follow-up", since=each) for each in (None, "baseline"))
        assert rows(held, named) == rows(held, plain)

    def test_needs_enough_changed_cases_beside_it(self) -> None:
        held = self.moved(3)
        fewer = held_of(*held.waves["follow-up"].measurements, earlier=tuple(lows(cases=5)))
        assert rows(fewer, asked(wave="follow-up", threshold=1.0)) == {}

    @pytest.mark.parametrize(("left", "told"), [(0, True), (1, False), (4, False), (5, True)])
    def test_for_others_few_that_left_hide_it(self, left: int, told: bool) -> None:
        after = self.moved(3).waves["follow-up"].measurements
        before = tuple(
            rated(case, 4, [*members(case), *members(case, left, 50)] if case == 3 else members(case))
            for case in range(9)
        )
        held = held_of(*after, earlier=before)
        question = asked(wave="follow-up", threshold=1.0)
        assert (case_id(3) in rows(held, question)) is told
        own = asked(caller(Role.PROFESSIONAL, who=person(3)), wave="follow-up", threshold=1.0)
        assert case_id(3) in rows(held, own)


class TestCitizens:
    def held(self, value: int, shared: bool, *low: int) -> Holdings:
        network = lows(*low)
        own = citizens([value], [shared], case_id=case_id(2))
        return held_of(*network, own)

    TEAM = asked(caller(Role.PROFESSIONAL, who=person(2)))

    def test_satisfied_beside_a_low_team_is_said_to_the_team(self) -> None:
        row = rows(self.held(5, True, 2), self.TEAM)[case_id(2)]
        assert codes(row) == [AttentionReason.LOW, AttentionReason.LOW_CITIZEN_SATISFIED]
        assert row.citizen is not None
        assert row.citizen.value == 5.0

    def test_dissatisfied_beside_a_team_that_is_not_low_is_the_reverse(self) -> None:
        row = rows(self.held(1, True), self.TEAM)[case_id(2)]
        assert codes(row) == [AttentionReason.CITIZEN_DISSATISFIED]

    def test_dissatisfied_beside_a_low_team_is_no_reason_of_its_own(self) -> None:
        row = rows(self.held(1, True, 2), self.TEAM)[case_id(2)]
        assert codes(row) == ["team-low"]

    @pytest.mark.parametrize("value", [1, 5])
    def test_not_shared_is_as_if_not_there(self, value: int) -> None:
        for low in ((), (2,)):
            without = held_of(*lows(*low))
            assert rows(self.held(value, False, *low), self.TEAM) == rows(without, self.TEAM)

    @pytest.mark.parametrize("value", [1, 5])
    def test_shared_with_the_team_is_shared_with_nobody_else(self, value: int) -> None:
        for low in ((), (2,)):
            assert rows(self.held(value, True, *low)) == rows(held_of(*lows(*low)))


class TestForWhom:
    def of(self, people: int = 5, **more: Any) -> Holdings:
        first = rated(0, 1, members(0, people), **more)
        return held_of(first, *lows(1)[1:], *as_small(people))

    def sees(self, held: Holdings, who: Principal, state: CaseState | None = None) -> set[UUID]:
        known = {state.id: state} if state else {}
        return set(rows(held, replace(asked(who), cases=known)))

    @pytest.mark.parametrize("role", [Role.PROFESSIONAL, Role.LEADER, Role.CASE_WORKER])
    def test_who_takes_part_sees_the_own_case_alone(self, role: Role) -> None:
        assert self.sees(self.of(), caller(role, who=person(0))) == {case_id(0)}
        assert self.sees(self.of(people=3), caller(role, who=person(0))) == {case_id(0)}

    def test_a_stranger_sees_none(self) -> None:
        assert self.sees(self.of(), caller(Role.PROFESSIONAL, who=UUID(int=7))) == set()
        assert self.sees(self.of(), caller(Role.LEADER)) == set()

    def test_a_case_lead_sees_it_exactly(self) -> None:
        lead = CaseParticipant(
            professional_id=UUID(int=1), person_id=UUID(int=7), role=ParticipantRole.CO_LEADER
        )
        state = CaseState(version=1, id=case_id(0), participants=[lead])
        assert self.sees(self.of(3), caller(Role.LEADER, who=UUID(int=7)), state) == {case_id(0)}
        later = lead.model_copy(update={"role": ParticipantRole.PARTICIPANT})
        plain = state.model_copy(update={"participants": [later]})
        assert self.sees(self.of(3), caller(Role.LEADER, who=UUID(int=7)), plain) == set()

    @pytest.mark.parametrize(
        ("state", "sees"),
        [
            ({"unit_ids": [UNIT]}, True),
            ({"unit_ids": [UUID(int=9)]}, False),
            ({"written_by": ["somebody"]}, True),
        ],
    )
    def test_case_workers_see_those_of_their_units_and_their_own(
        self, state: dict[str, Any], sees: bool
    ) -> None:
        known = CaseState(version=1, id=case_id(0), participants=[], **state)
        worker = caller(Role.CASE_WORKER, units=frozenset({UNIT}))
        assert self.sees(self.of(), worker, known) == ({case_id(0)} if sees else set())
        assert self.sees(self.of(4), worker, known) == set()
        leader = caller(Role.LEADER, units=frozenset({UNIT}))
        assert self.sees(self.of(), leader, known) == set()

    @pytest.mark.parametrize(("people", "sees"), [(4, False), (5, True)])
    def test_administrators_see_all_from_enough_raters(self, people: int, sees: bool) -> None:
        found = self.sees(self.of(people=people), ADMINISTRATOR)
        assert found == ({case_id(0), case_id(1)} if sees else {case_id(1)})

    @pytest.mark.parametrize(("people", "sees"), [(4, False), (5, True)])
    def test_confidential_answers_of_few_are_nobodys(self, people: int, sees: bool) -> None:
        held = self.of(people=people, visibility=Visibility.CONFIDENTIAL)
        for who in (ADMINISTRATOR, caller(Role.PROFESSIONAL, who=person(0))):
            assert (case_id(0) in self.sees(held, who)) is sees

    def test_there_is_no_list_without_enough_like_cases(self) -> None:
        assert attention_list(asked(), held_of(*lows(1, cases=5)), K) is None
        assert attention_list(asked(wave="nothing-yet"), held_of(*lows(1)), K) is None


class TestPages:
    def test_go_through_all_in_order(self) -> None:
        held = held_of(*lows(1, 2, 3, 4, 7))
        whole = [each.case_id for each in shown(held).items]
        found, cursor = [], None
        for _ in range(3):
            page = shown(held, asked(page=PageRequest(2, cursor)))
            found += [each.case_id for each in page.items]
            cursor = page.next_cursor
        assert (found, cursor) == (whole, None)

    def test_of_another_list_go_on_nowhere(self) -> None:
        held = held_of(*lows(1, 2, 3))
        cursor = shown(held, asked(page=PageRequest(1, None))).next_cursor
        others: list[dict[str, Any]] = [{"threshold": 3.0}, {"probability": 0.9}]
        for other in others:
            with pytest.raises(Problem):
                shown(held, asked(page=PageRequest(1, cursor), **other))
        with pytest.raises(Problem):
            shown(held, asked(page=PageRequest(1, "bm9uZQ")))

    def test_english_is_said_in_english(self) -> None:
        question = AttentionQuestion(ADMINISTRATOR, "baseline", AttentionTerms(), EVERYTHING, "en")
        (row,) = shown(held_of(*lows(2)), question).items
        assert row.reasons[0].text == "The team's relational capacity is probably below the threshold."
