"""Who may see what: a table of every caller and every round."""

from uuid import UUID, uuid4

import pytest

from services.analytics.release.decisions import (
    GroupSize,
    is_of_team,
    shows_own_results,
    shows_team_results,
    works_with,
)
from shared.access.principal import Principal, Role
from shared.contracts.register import CaseParticipant, CaseState, ParticipantRole
from shared.contracts.survey import Form, MeasurementState, RoundState, Seat, Visibility

ANNE, BO, LEAD, PASSER_BY = (UUID(int=number) for number in range(1, 5))
OPEN, CLOSED = RoundState.OPEN, RoundState.CLOSED
TEAM_OPEN, CONFIDENTIAL = Visibility.TEAM_OPEN, Visibility.CONFIDENTIAL


def network(state: RoundState = CLOSED, visibility: Visibility = TEAM_OPEN) -> MeasurementState:
    seats = [Seat(id=uuid4(), person_id=person, label="P") for person in (ANNE, BO)]
    return MeasurementState(
        version=1,
        id=uuid4(),
        round_id=uuid4(),
        case_id=uuid4(),
        wave="baseline",
        wave_ordinal=1,
        visibility=visibility,
        round_state=state,
        instrument="relational-capacity",
        instrument_version=1,
        form=Form.NETWORK,
        items=["respect"],
        sub_scales=[],
        respondents=seats,
        subjects=seats,
        submitted=[True, True],
        shared_with_team=[False, False],
        level="ordinary",
        units=2,
        authority_functions=0,
        rule_set="default/1",
        cells="",
        asked="",
    )


def case(*participants: tuple[UUID, ParticipantRole]) -> CaseState:
    return CaseState(
        version=1,
        id=uuid4(),
        participants=[
            CaseParticipant(professional_id=uuid4(), person_id=person, role=role)
            for person, role in participants
        ],
    )


NOW = case(
    (BO, ParticipantRole.PARTICIPANT),
    (PASSER_BY, ParticipantRole.PARTICIPANT),
    (LEAD, ParticipantRole.FACILITATOR),
)


class TestTeamResults:
    @pytest.mark.parametrize(
        ("person", "state", "visibility", "shown"),
        [
            (ANNE, CLOSED, TEAM_OPEN, True),
            (BO, CLOSED, TEAM_OPEN, True),
            (LEAD, CLOSED, TEAM_OPEN, True),
            (PASSER_BY, CLOSED, TEAM_OPEN, False),
            (None, CLOSED, TEAM_OPEN, False),
            (uuid4(), CLOSED, TEAM_OPEN, False),
            (ANNE, OPEN, TEAM_OPEN, False),
            (LEAD, OPEN, TEAM_OPEN, False),
            (ANNE, CLOSED, CONFIDENTIAL, False),
            (LEAD, CLOSED, CONFIDENTIAL, False),
            (None, CLOSED, CONFIDENTIAL, False),
            (ANNE, OPEN, CONFIDENTIAL, False),
        ],
    )
    def test_are_for_the_team_of_a_closed_open_round(
        self, person: UUID | None, state: RoundState, visibility: Visibility, shown: bool
    ) -> None:
        assert shows_team_results(person, network(state, visibility), NOW) is shown

    def test_the_team_is_whoever_was_asked_and_the_case_leads_of_now(self) -> None:
        assert is_of_team(ANNE, network(), NOW)
        assert not is_of_team(PASSER_BY, network(), NOW)
        assert is_of_team(LEAD, network(), case((LEAD, ParticipantRole.CO_LEADER)))
        assert not is_of_team(LEAD, network(), case((LEAD, ParticipantRole.PARTICIPANT)))

    def test_without_the_register_the_roster_still_decides(self) -> None:
        assert is_of_team(ANNE, network(), None)
        assert not is_of_team(LEAD, network(), None)

    def test_nobody_is_not_whoever_has_no_person(self) -> None:
        """A citizen's seat has no person, and a caller without one must not match it."""
        seat = Seat(id=uuid4(), label="citizen")
        state = network().model_copy(update={"respondents": [seat]})
        assert not is_of_team(None, state, None)


class TestOwnResults:
    @pytest.mark.parametrize(
        ("caller", "own", "shown"),
        [
            (ANNE, ANNE, True),
            (ANNE, BO, False),
            (ANNE, None, False),
            (None, BO, False),
            (None, None, False),
        ],
    )
    def test_are_that_persons_alone(self, caller: UUID | None, own: UUID | None, shown: bool) -> None:
        assert shows_own_results(caller, own) is shown


class TestGroupSize:
    @pytest.mark.parametrize(("people", "reached"), [(0, False), (4, False), (5, True), (6, True)])
    def test_is_the_smallest_number_that_may_leave(self, people: int, reached: bool) -> None:
        assert GroupSize(5).is_reached_by(people) is reached

    @pytest.mark.parametrize(("people", "apart"), [(0, True), (1, False), (4, False), (5, True)])
    def test_two_aggregates_differ_by_nobody_or_by_as_many(self, people: int, apart: bool) -> None:
        assert GroupSize(5).is_apart(people) is apart


class TestWorksWith:
    UNIT = uuid4()
    SEEN_TO = NOW.model_copy(update={"unit_ids": [UNIT], "written_by": ["hand"]})

    @pytest.mark.parametrize(
        ("role", "person", "subject", "works"),
        [
            (Role.ADMINISTRATOR, None, "s", True),
            (Role.PROFESSIONAL, ANNE, "s", True),
            (Role.LEADER, LEAD, "s", True),
            (Role.LEADER, uuid4(), "s", False),
            (Role.PROFESSIONAL, PASSER_BY, "s", False),
            (Role.CASE_WORKER, PASSER_BY, "s", True),
            (Role.CASE_WORKER, None, "hand", True),
            (Role.PROFESSIONAL, None, "hand", False),
            (Role.CASE_WORKER, None, "s", False),
            (Role.ANALYST, None, "s", False),
        ],
    )
    def test_is_the_team_who_sees_to_the_case_and_administrators(
        self, role: Role, person: UUID | None, subject: str, works: bool
    ) -> None:
        caller = Principal(subject, "gateway", frozenset({role}), person=person)
        assert works_with(caller, network(), self.SEEN_TO) is works

    @pytest.mark.parametrize(("role", "works"), [(Role.CASE_WORKER, True), (Role.LEADER, False)])
    def test_case_workers_have_to_do_with_their_units_cases(self, role: Role, works: bool) -> None:
        caller = Principal("s", "gateway", frozenset({role}), units=frozenset({self.UNIT}))
        assert works_with(caller, network(), self.SEEN_TO) is works
        assert not works_with(caller, network(), NOW)
        assert not works_with(caller, network(), None)
