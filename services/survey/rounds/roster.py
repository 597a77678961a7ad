"""Who is asked about whom: works a case's roster into measurements and invitations; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from services.survey.instruments.definition import Instrument
from services.survey.rounds.schemas import InvitationKind, NotAsked
from shared.contracts.register import Roster, RosterMember
from shared.contracts.survey import Form, Seat


@dataclass(frozen=True, slots=True)
class PlannedMeasurement:
    """One instrument with its frozen roster.

    `asked` has one byte per (respondent, subject), row by row: 1 if the one rates the other.
    """

    id: UUID
    instrument: Instrument
    respondents: tuple[Seat, ...]
    subjects: tuple[Seat, ...]
    asked: bytes


@dataclass(frozen=True, slots=True)
class PlannedForm:
    """One seat of one measurement, to be filled in by whoever is invited."""

    id: UUID
    measurement: UUID
    seat: int


@dataclass(frozen=True, slots=True)
class PlannedInvitation:
    """One person, with everything that person is asked."""

    id: UUID
    kind: InvitationKind
    respondent: UUID
    label: str
    forms: tuple[PlannedForm, ...]


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """All that opening a round makes."""

    measurements: tuple[PlannedMeasurement, ...]
    invitations: tuple[PlannedInvitation, ...]
    not_asked: tuple[NotAsked, ...]


def plan_round(round_id: UUID, roster: Roster, instruments: Sequence[Instrument]) -> RoundPlan:
    """Plan a round: each instrument by its form, one invitation per person.

    Ids are derived from the round's, so a repeated opening makes the same round.
    """
    measurements: list[PlannedMeasurement] = []
    left_out: list[NotAsked] = []
    for instrument in instruments:
        planned, reasons = _measure(round_id, roster, instrument)
        left_out.extend(reasons)
        if planned is not None:
            measurements.append(planned)
    return RoundPlan(tuple(measurements), tuple(_invitations(round_id, measurements)), tuple(left_out))


def _measure(
    round_id: UUID, roster: Roster, instrument: Instrument
) -> tuple[PlannedMeasurement | None, list[NotAsked]]:
    reasons: list[NotAsked] = []
    if instrument.form is Form.NETWORK:
        seats = tuple(_member_seat(member) for member in roster.members)
        persons = {seat.person_id for seat in seats}
        respondents, subjects = (seats, seats) if len(persons) > 1 else ((), ())
        missing = "too-few-participants"
    elif instrument.form is Form.OWN_LEADER:
        led = [member for member in roster.members if member.leader_id is not None]
        reasons = [
            NotAsked(instrument=instrument.code, respondent_id=each.professional_id, reason="no-leader")
            for each in roster.members
            if each.leader_id is None
        ]
        respondents = tuple(_member_seat(member) for member in led)
        subjects = (Seat(id=round_id, label="own-leader"),)
        missing = "no-leader"
    else:
        respondents = tuple(
            Seat(id=each.citizen_id, label=each.relation, role=each.relation) for each in roster.citizens
        )
        subjects = (Seat(id=roster.case_id, label=roster.respondent_label),)
        missing = "no-citizen"
    if not respondents:
        nobody = NotAsked(instrument=instrument.code, respondent_id=None, reason=missing)
        return None, [*reasons, nobody]
    asked = bytes(
        int(not _is_same_person(respondent, subject)) for respondent in respondents for subject in subjects
    )
    measurement_id = uuid5(round_id, instrument.code)
    return PlannedMeasurement(measurement_id, instrument, respondents, subjects, asked), reasons


def _is_same_person(one: Seat, other: Seat) -> bool:
    """Tell whether two seats are one person's, who may be employed in several units of a case."""
    return one.id == other.id or (one.person_id is not None and one.person_id == other.person_id)


def _member_seat(member: RosterMember) -> Seat:
    return Seat(
        id=member.professional_id,
        person_id=member.person_id,
        label=member.label,
        professional_group=member.professional_group,
        unit_id=member.unit_id,
        area_id=member.area_id,
        municipality_code=member.municipality_code,
        leader_id=member.leader_id,
        leader_label=member.leader_label,
        role=member.involvement_role,
    )


def _invitations(round_id: UUID, measurements: Sequence[PlannedMeasurement]) -> list[PlannedInvitation]:
    forms: dict[UUID, list[PlannedForm]] = {}
    invited: dict[UUID, tuple[InvitationKind, str]] = {}
    for planned in measurements:
        for number, seat in enumerate(planned.respondents):
            respondent = seat.person_id or seat.id
            kind = InvitationKind.PROFESSIONAL if seat.person_id else InvitationKind.CITIZEN
            invited.setdefault(respondent, (kind, seat.label))
            form = PlannedForm(uuid5(planned.id, str(seat.id)), planned.id, number)
            forms.setdefault(respondent, []).append(form)
    return [
        PlannedInvitation(
            uuid5(round_id, str(respondent)), kind, respondent, label, tuple(forms[respondent])
        )
        for respondent, (kind, label) in sorted(invited.items())
    ]
