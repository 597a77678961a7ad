"""What becomes of an open round's frozen roster when people come and go; pure.

Nobody's place changes: newcomers are appended, and whoever left stays on both axes. Only rows of those who
have not submitted are asked anew; answers given stay what they are.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.survey.rounds.roster import PlannedMeasurement
from services.survey.rounds.schemas import NotAsked, Reason
from shared.contracts.survey import Form, Seat


@dataclass(frozen=True, slots=True)
class Frozen:
    """A measurement as it stands.

    Attributes
    ----------
    settled : frozenset
        The places of those who are not asked anew: they have submitted, or withdrawn.
    """

    id: UUID
    instrument: str
    form: Form
    respondents: tuple[Seat, ...]
    subjects: tuple[Seat, ...]
    asked: bytes
    settled: frozenset[int]


@dataclass(frozen=True, slots=True)
class Extended:
    """A measurement with everybody who came appended, and everybody's rows as they are now."""

    id: UUID
    respondents: tuple[Seat, ...]
    subjects: tuple[Seat, ...]
    asked: bytes
    first_new: int

    @property
    def newcomers(self) -> list[tuple[UUID, int, Seat]]:
        """Return the seats that are new: (measurement, number, seat)."""
        return [
            (self.id, place, seat) for place, seat in enumerate(self.respondents) if place >= self.first_new
        ]

    def row(self, place: int) -> bytes:
        """Return whom one respondent is asked about."""
        width = len(self.subjects)
        return self.asked[place * width : (place + 1) * width]


def extend(
    frozen: Frozen,
    planned: PlannedMeasurement | None,
    present: Collection[UUID],
    skipped: Collection[UUID] = (),
) -> Extended:
    """Follow a roster.

    Parameters
    ----------
    planned : PlannedMeasurement or None
        The same measurement as it would be planned now; None if nobody would be asked.
    present : collection
        Everybody who is there: employments and citizens.
    skipped : collection
        Who was there at opening without being asked with this instrument, and is not asked now either.
    """
    newcomers = _missing(planned.respondents if planned else (), frozen.respondents, skipped)
    subjects = (*frozen.subjects, *_missing(planned.subjects if planned else (), frozen.subjects, ()))
    respondents = (*frozen.respondents, *newcomers)
    rates = _pairs(planned)
    rows = [
        _row(frozen, (place, seat), subjects, rates, is_present=seat.id in present)
        for place, seat in enumerate(respondents)
    ]
    return Extended(frozen.id, respondents, subjects, b"".join(rows), len(frozen.respondents))


def _missing(
    planned: Sequence[Seat], frozen: Sequence[Seat], skipped: Collection[UUID]
) -> tuple[Seat, ...]:
    there = {seat.id for seat in frozen}
    return tuple(seat for seat in planned if seat.id not in there and seat.id not in skipped)


def _pairs(planned: PlannedMeasurement | None) -> Mapping[tuple[UUID, UUID], int]:
    if planned is None:
        return {}
    pairs = [(one.id, other.id) for one in planned.respondents for other in planned.subjects]
    return dict(zip(pairs, planned.asked, strict=True))


def _row(
    frozen: Frozen,
    respondent: tuple[int, Seat],
    subjects: Sequence[Seat],
    rates: Mapping[tuple[UUID, UUID], int],
    *,
    is_present: bool,
) -> bytes:
    """Return whom a respondent is asked about: as before, if settled; nobody, if gone."""
    place, seat = respondent
    width = len(frozen.subjects)
    before = frozen.asked[place * width : (place + 1) * width]
    if place in frozen.settled:
        return before + bytes(len(subjects) - width)
    if not is_present:
        return bytes(len(subjects))
    if before and frozen.form is not Form.NETWORK:
        # One subject, whoever comes and goes: the leader at opening, the help, the collaboration.
        return bytes([1]) + bytes(len(subjects) - 1)
    return bytes(rates.get((seat.id, subject.id), 0) for subject in subjects)


def changed_leaders(frozen: Sequence[Frozen], leaders: Mapping[UUID, UUID | None]) -> list[Seat]:
    """Return the seats of those who are there with another leader than when they were seated."""
    seats = {seat.id: seat for each in frozen for seat in each.respondents if seat.person_id is not None}
    return [
        seat for each, seat in sorted(seats.items()) if each in leaders and leaders[each] != seat.leader_id
    ]


def not_asked_now(
    before: Sequence[NotAsked],
    planned: Sequence[NotAsked],
    frozen: Sequence[Frozen],
    present: Collection[UUID],
) -> list[NotAsked]:
    """Return who is not asked: as before, without those who are back; those who left, or came unasked.

    Parameters
    ----------
    planned : sequence
        Who would not be asked if the round opened now.
    """
    seated = {(each.instrument, seat.id) for each in frozen for seat in each.respondents}
    kept = [each for each in before if each.instrument is not None or each.respondent_id not in present]
    known = {(each.instrument, each.respondent_id) for each in kept}
    new = [
        each
        for each in planned
        if each.respondent_id is not None
        and (each.instrument, each.respondent_id) not in known
        and (each.instrument, each.respondent_id) not in seated
    ]
    told = {each.respondent_id for each in [*kept, *new] if each.instrument is None}
    gone = sorted({seat for _, seat in seated if seat not in present and seat not in told})
    left = [NotAsked(instrument=None, respondent_id=each, reason=Reason.LEFT) for each in gone]
    return [*kept, *new, *left]
