"""Who sits on which axis of a measurement, by its form, and who rates whom; pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from services.survey.rounds.gathering import Gathering
from services.survey.rounds.schemas import NetworkSubjects, NotAsked, Reason
from shared.contracts.register import RosterMember
from shared.contracts.survey import About, Form, Seat

Rule = Callable[[Seat, Seat], bool]
"""Whether the one rates the other."""


@dataclass(frozen=True, slots=True)
class Seating:
    """Both axes, who rates whom, and who has no seat: for one reason each, or everybody for `missing`."""

    respondents: tuple[Seat, ...]
    subjects: tuple[Seat, ...]
    rates: Rule
    left_out: tuple[tuple[UUID, Reason], ...] = ()
    missing: Reason = Reason.TOO_FEW_PARTICIPANTS

    def not_asked(self, instrument: str) -> list[NotAsked]:
        """Say who has no seat; with no respondent at all, say so too."""
        found = [
            NotAsked(instrument=instrument, respondent_id=each, reason=reason)
            for each, reason in self.left_out
        ]
        if not self.respondents:
            found.append(NotAsked(instrument=instrument, respondent_id=None, reason=self.missing))
        return found


def seat_everybody(round_id: UUID, gathering: Gathering, form: Form, network: NetworkSubjects) -> Seating:
    """Give everybody their seats by what a form asks about."""
    if form is Form.NETWORK and network is NetworkSubjects.GROUPS:
        return _of_groups(round_id, gathering)
    if form is Form.NETWORK:
        return _of_each_other(gathering)
    if form is Form.OWN_LEADER:
        return _of_own_leader(round_id, gathering)
    if form is Form.CITIZEN:
        return _of_citizens(gathering)
    return _of_collaboration(gathering)


def is_same_person(one: Seat, other: Seat) -> bool:
    """Tell whether two seats are one person's, who may be employed in several units of a case."""
    return one.id == other.id or (one.person_id is not None and one.person_id == other.person_id)


def seat_of(member: RosterMember) -> Seat:
    """Return a professional's seat: all that is kept of how things are now."""
    return Seat(
        id=member.professional_id,
        person_id=member.person_id,
        label=member.label,
        professional_group=member.professional_group,
        unit_id=member.unit_id,
        area_id=member.area_id,
        municipality_code=member.municipality_code,
        leader_id=member.leader_id,
        leader_person_id=member.leader_person_id,
        leader_label=member.leader_label,
        role=member.involvement_role,
    )


def _everybody(_respondent: Seat, _subject: Seat) -> bool:
    return True


def _of_each_other(gathering: Gathering) -> Seating:
    seats = tuple(seat_of(member) for member in gathering.members)
    if len({seat.person_id for seat in seats}) < 2:
        seats = ()
    return Seating(seats, seats, lambda one, other: not is_same_person(one, other))


def _of_groups(round_id: UUID, gathering: Gathering) -> Seating:
    """Seat groups as subjects; nobody rates a group that they are part of, in any employment."""
    wholes = {whole.code: whole for whole in gathering.wholes.values()}
    subjects = tuple(
        Seat(
            id=uuid5(round_id, code),
            label=wholes[code].name,
            professional_group=wholes[code].name if gathering.subject.about is About.CASE else None,
            role=None if gathering.subject.about is About.CASE else code,
        )
        for code in sorted(wholes)
    )
    own: dict[UUID, set[UUID]] = {}
    for member in gathering.members:
        whole = gathering.wholes.get(member.professional_id)
        own.setdefault(member.person_id, set()).update({uuid5(round_id, whole.code)} if whole else set())
    others = {person: len(subjects) > len(groups) for person, groups in own.items()}
    enough = len(subjects) > 1 and len(own) > 1
    return Seating(
        tuple(seat_of(each) for each in gathering.members if others[each.person_id]) if enough else (),
        subjects if enough else (),
        lambda one, other: one.person_id is None or other.id not in own.get(one.person_id, set()),
        tuple(
            (each.professional_id, Reason.NO_GROUP)
            for each in gathering.members
            if enough and not others[each.person_id]
        ),
        Reason.NO_GROUP if len(own) > 1 else Reason.TOO_FEW_PARTICIPANTS,
    )


def _of_own_leader(round_id: UUID, gathering: Gathering) -> Seating:
    return Seating(
        tuple(seat_of(member) for member in gathering.members if member.leader_id is not None),
        (Seat(id=round_id, label="own-leader"),),
        _everybody,
        tuple(
            (each.professional_id, Reason.NO_LEADER) for each in gathering.members if each.leader_id is None
        ),
        Reason.NO_LEADER,
    )


def _of_citizens(gathering: Gathering) -> Seating:
    return Seating(
        tuple(
            Seat(id=each.citizen_id, label=each.relation, role=each.relation) for each in gathering.citizens
        ),
        (_of_it_all(gathering),),
        _everybody,
        missing=Reason.NO_CITIZEN,
    )


def _of_collaboration(gathering: Gathering) -> Seating:
    seats = tuple(seat_of(member) for member in gathering.members)
    return Seating(seats, (_of_it_all(gathering),), _everybody)


def _of_it_all(gathering: Gathering) -> Seat:
    """Return the seat of the case's help, or of the collaboration as a whole."""
    return Seat(id=gathering.subject.id, label=gathering.respondent_label)


def asked_of(respondents: Sequence[Seat], subjects: Sequence[Seat], rates: Rule) -> bytes:
    """Return one byte per (respondent, subject), row by row: 1 if the one rates the other."""
    return bytes(int(rates(respondent, subject)) for respondent in respondents for subject in subjects)
