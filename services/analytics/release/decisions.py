"""Who may see what; pure. Nothing else in analytics decides it.

- A case's exact results are for its team: whoever was in the roster when the round opened, and its
  case leads; only in a `team-open` round, and only once it is closed. So are a collaboration group's.
- Everybody else sees means over at least the minimum number of people, or nothing.
- A professional's own results are that one's alone, and a leader's the leader's, over at least the minimum
  number of own employees.
- One employee's dot among all is for analysts alone, and is nobody's in particular.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from shared.access.principal import Principal, Role
from shared.contracts.register import CaseState, GroupState, ParticipantRole
from shared.contracts.survey import MeasurementState, RoundState, Visibility

_CASE_LEADS = {ParticipantRole.FACILITATOR, ParticipantRole.CO_LEADER}


@dataclass(frozen=True, slots=True)
class GroupSize:
    """The smallest number of people an aggregate may be about."""

    minimum: int

    def is_reached_by(self, people: int) -> bool:
        """Tell whether an aggregate over this many people may leave."""
        return people >= self.minimum

    def is_apart(self, people: int) -> bool:
        """Tell whether two aggregates of which one has these people besides may both leave.

        The fewer in between, the closer their difference is to the answers of one.
        """
        return people == 0 or self.is_reached_by(people)


def is_of_team(
    person: UUID | None, measurement: MeasurementState, known: CaseState | GroupState | None
) -> bool:
    """Tell whether a person was in the round's roster, or leads the case or the group now."""
    if person is None:
        return False
    return any(seat.person_id == person for seat in measurement.respondents) or person in _leads(known)


def _leads(known: CaseState | GroupState | None) -> set[UUID]:
    people = known.members if isinstance(known, GroupState) else known.participants if known else ()
    return {each.person_id for each in people if each.role in _CASE_LEADS}


def shows_team_results(
    person: UUID | None, network: MeasurementState, known: CaseState | GroupState | None
) -> bool:
    """Tell whether a person sees the exact results of a round."""
    return (
        network.round_state is RoundState.CLOSED
        and network.visibility is Visibility.TEAM_OPEN
        and is_of_team(person, network, known)
    )


def shows_own_results(person: UUID | None, own: UUID | None) -> bool:
    """Tell whether somebody is the person whose own results are asked for."""
    return person is not None and person == own


def shows_means(caller: Principal, network: MeasurementState, case: CaseState | None) -> bool:
    """Tell whether a caller may see a case's means over enough people: leaders, analysts, its own."""
    return caller.is_any(Role.LEADER, Role.ANALYST) or works_with(caller, network, case)


def works_with(caller: Principal, network: MeasurementState, case: CaseState | None) -> bool:
    """Tell whether a caller has to do with a case: takes part, leads it, sees to it, or to all cases.

    That alone lets nobody see exact results.
    """
    return (
        caller.is_any(Role.ADMINISTRATOR)
        or is_of_team(caller.person, network, case)
        or _sees_to(caller, case)
    )


def by_register(caller: Principal, case: CaseState | None) -> tuple[bool, bool]:
    """Return what the register decides of what a caller may see of a case: leading it, and seeing to it."""
    return caller.person in _leads(case), _sees_to(caller, case)


def _sees_to(caller: Principal, case: CaseState | None) -> bool:
    return (
        case is not None
        and caller.is_any(Role.CASE_WORKER)
        and (
            bool(caller.units & set(case.unit_ids))
            or caller.subject in case.written_by
            or caller.person in {each.person_id for each in case.participants}
        )
    )


def shows_points(roles: Collection[Role]) -> bool:
    """Tell whether somebody sees single employees as dots, without whose they are."""
    return Role.ANALYST in roles
