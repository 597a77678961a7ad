"""Who is asked about whom: works a roster into measurements and invitations; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from services.survey.instruments.definition import Instrument
from services.survey.rounds.gathering import Gathering
from services.survey.rounds.schemas import InvitationKind, NetworkSubjects, NotAsked, Reason
from services.survey.rounds.seats import asked_of, seat_everybody
from shared.contracts.register import Contact, LeftOutReason
from shared.contracts.survey import Seat

_LEFT_OUT = {
    LeftOutReason.OBJECTED: Reason.OBJECTED,
    LeftOutReason.EMPLOYMENT_ENDED: Reason.EMPLOYMENT_ENDED,
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """An instrument to ask with, and the items that those asked work on."""

    instrument: Instrument
    focus_items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedMeasurement:
    """One instrument with its frozen roster.

    `asked` has one byte per (respondent, subject), row by row: 1 if the one rates the other.
    """

    id: UUID
    chosen: Chosen
    respondents: tuple[Seat, ...]
    subjects: tuple[Seat, ...]
    asked: bytes

    @property
    def instrument(self) -> Instrument:
        """What is asked."""
        return self.chosen.instrument

    @property
    def judgements(self) -> int:
        """How many statements are judged, all in all."""
        return sum(self.asked) * len(self.instrument.items)

    def judgements_of(self, place: int) -> int:
        """Return how many statements one respondent judges."""
        width = len(self.subjects)
        return sum(self.asked[place * width : (place + 1) * width]) * len(self.instrument.items)


@dataclass(frozen=True, slots=True)
class PlannedForm:
    """One seat of one measurement, to be filled in by whoever is invited."""

    id: UUID
    measurement: UUID
    seat: int


@dataclass(frozen=True, slots=True)
class PlannedInvitation:
    """One person, with everything that person is asked, and how the person can be reached."""

    id: UUID
    kind: InvitationKind
    respondent: UUID
    label: str
    forms: tuple[PlannedForm, ...]
    contact: Contact


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """All that opening a round makes."""

    measurements: tuple[PlannedMeasurement, ...]
    invitations: tuple[PlannedInvitation, ...]
    not_asked: tuple[NotAsked, ...]

    @property
    def judgements(self) -> int:
        """How many statements are judged by everybody."""
        return sum(each.judgements for each in self.measurements)


def plan_round(
    round_id: UUID,
    gathering: Gathering,
    instruments: Sequence[Chosen],
    network: NetworkSubjects = NetworkSubjects.PARTICIPANTS,
) -> RoundPlan:
    """Plan a round: each instrument by its form, one invitation per person.

    Ids are derived from the round's, so a repeated opening makes the same round.
    """
    measurements: list[PlannedMeasurement] = []
    not_asked = [
        NotAsked(instrument=None, respondent_id=each.id, reason=_LEFT_OUT[each.reason])
        for each in gathering.left_out
    ]
    for chosen in instruments:
        seating = seat_everybody(round_id, gathering, chosen.instrument.form, network)
        not_asked.extend(seating.not_asked(chosen.instrument.code))
        if seating.respondents:
            measurements.append(
                PlannedMeasurement(
                    id=uuid5(round_id, chosen.instrument.code),
                    chosen=chosen,
                    respondents=seating.respondents,
                    subjects=seating.subjects,
                    asked=asked_of(seating.respondents, seating.subjects, seating.rates),
                )
            )
    seats = [
        (each.id, number, seat) for each in measurements for number, seat in enumerate(each.respondents)
    ]
    return RoundPlan(
        tuple(measurements), tuple(invite(round_id, seats, contacts_of(gathering))), tuple(not_asked)
    )


def contacts_of(gathering: Gathering) -> dict[UUID, Contact]:
    """Return how each person can be reached: by the first employment that tells."""
    known: dict[UUID, Contact] = {}
    for member in gathering.members:
        before = known.setdefault(member.person_id, member.contact)
        if before.email is None and (before.mobile is None or member.contact.email is not None):
            known[member.person_id] = member.contact
    return known


def invite(
    round_id: UUID, seats: Sequence[tuple[UUID, int, Seat]], contacts: dict[UUID, Contact]
) -> list[PlannedInvitation]:
    """Return one invitation for each person who has seats: (measurement, number, seat)."""
    forms: dict[UUID, list[PlannedForm]] = {}
    invited: dict[UUID, tuple[InvitationKind, str]] = {}
    for measurement, number, seat in seats:
        respondent = seat.person_id or seat.id
        kind = InvitationKind.PROFESSIONAL if seat.person_id else InvitationKind.CITIZEN
        invited.setdefault(respondent, (kind, seat.label))
        form = PlannedForm(uuid5(measurement, str(seat.id)), measurement, number)
        forms.setdefault(respondent, []).append(form)
    return [
        PlannedInvitation(
            uuid5(round_id, str(respondent)),
            kind,
            respondent,
            label,
            tuple(forms[respondent]),
            contacts.get(respondent, Contact()),
        )
        for respondent, (kind, label) in sorted(invited.items())
    ]
