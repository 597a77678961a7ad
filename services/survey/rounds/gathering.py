"""Everybody around a case or in a collaboration group, as the register tells of them; pure.

Both kinds of roster are one here, so that nothing after it need ask which it is.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.register import (
    CaseState,
    GroupRoster,
    GroupState,
    LeftOut,
    Roster,
    RosterCitizen,
    RosterMember,
)
from shared.contracts.survey import About


@dataclass(frozen=True, slots=True)
class Subject:
    """Which case or collaboration group a round is about."""

    about: About
    id: UUID

    @property
    def field(self) -> str:
        """Where a request names it."""
        return "caseId" if self.about is About.CASE else "groupId"


@dataclass(frozen=True, slots=True)
class Complexity:
    """How complex a case was, and by which rules."""

    level: str
    units: int
    authority_functions: int
    rule_set: str


@dataclass(frozen=True, slots=True)
class Whole:
    """Some of the people, rated as one."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Gathering:
    """Everybody at one moment.

    Attributes
    ----------
    wholes : dict
        By employment, the group that it is part of; who is in none is missing.
    """

    subject: Subject
    standing: CaseState | GroupState
    respondent_label: str
    members: tuple[RosterMember, ...]
    citizens: tuple[RosterCitizen, ...]
    left_out: tuple[LeftOut, ...]
    wholes: dict[UUID, Whole]
    complexity: Complexity | None

    def has_ended(self, now: datetime) -> bool:
        """Tell whether the case or group is over."""
        if isinstance(self.standing, GroupState):
            return self.standing.valid_to is not None and self.standing.valid_to <= now
        return not self.standing.is_open

    @property
    def present(self) -> frozenset[UUID]:
        """Everybody who is there: employments and citizens."""
        return frozenset(
            [each.professional_id for each in self.members] + [each.citizen_id for each in self.citizens]
        )

    @property
    def named(self) -> frozenset[UUID]:
        """Every id that erasure may ask for: also persons, leaders, and those who are left out."""
        ids = {each.id for each in self.left_out} | self.present
        for member in self.members:
            ids |= {member.person_id, member.leader_id or member.person_id}
            ids |= {member.leader_person_id or member.person_id}
        return frozenset(ids)


def around_case(roster: Roster) -> Gathering:
    """Return everybody around a case; its groups are the professional groups."""
    return Gathering(
        subject=Subject(About.CASE, roster.case_id),
        standing=roster.standing,
        respondent_label=roster.respondent_label,
        members=tuple(roster.members),
        citizens=tuple(roster.citizens),
        left_out=tuple(roster.left_out),
        wholes={
            each.professional_id: Whole(each.professional_group, each.professional_group)
            for each in roster.members
        },
        complexity=Complexity(roster.level, roster.units, roster.authority_functions, roster.rule_set),
    )


def in_group(roster: GroupRoster) -> Gathering:
    """Return everybody in a collaboration group; nobody there is a citizen."""
    wholes = {each.code: Whole(each.code, each.name) for each in roster.subject_groups}
    return Gathering(
        subject=Subject(About.COLLABORATION_GROUP, roster.group_id),
        standing=roster.standing,
        respondent_label=roster.respondent_label,
        members=tuple(roster.members),
        citizens=(),
        left_out=tuple(roster.left_out),
        wholes={
            each.professional_id: wholes[each.subject_group]
            for each in roster.members
            if each.subject_group in wholes
        },
        complexity=None,
    )
