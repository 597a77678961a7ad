"""What is left of a frozen roster, and of the answers laid out by it, without those erased; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from shared.contracts.survey import Form, Seat


@dataclass(frozen=True, slots=True)
class Gone:
    """Who is erased: `persons` by person, `others` by employment or as a citizen."""

    persons: frozenset[UUID]
    others: frozenset[UUID]

    @property
    def ids(self) -> frozenset[UUID]:
        """All of them."""
        return self.persons | self.others

    def holds(self, seat: Seat) -> bool:
        """Tell whether a seat was one of theirs."""
        return seat.id in self.others or seat.person_id in self.persons

    def leads(self, seat: Seat) -> bool:
        """Tell whether a seat's leader is one of them."""
        return seat.leader_id in self.others or seat.leader_person_id in self.persons


@dataclass(frozen=True, slots=True)
class FrozenRoster:
    """Both axes of a measurement; `asked` has one byte per (respondent, subject), row by row."""

    form: Form
    respondents: tuple[Seat, ...]
    subjects: tuple[Seat, ...]
    asked: bytes

    @property
    def is_measurable(self) -> bool:
        """Whether there is anybody left to answer; a network takes two persons."""
        least = 2 if self.form is Form.NETWORK else 1
        return len({seat.person_id or seat.id for seat in self.respondents}) >= least


@dataclass(frozen=True, slots=True)
class Remainder:
    """A roster without those erased, and the places that were kept on each axis, in order."""

    roster: FrozenRoster
    rows: tuple[int, ...]
    columns: tuple[int, ...]

    def row_of(self, place: int) -> int | None:
        """Return a respondent's new place, or None if it is gone."""
        return self.rows.index(place) if place in self.rows else None

    def cells(self, row: bytes, items: int) -> bytes:
        """Return a respondent's cells about those who are left, exactly as they were.

        A row may be short of those who joined after it was answered; it stays so.
        """
        return b"".join(row[column * items : (column + 1) * items] for column in self.columns)


def without(roster: FrozenRoster, gone: Gone) -> Remainder:
    """Take those erased off both axes.

    With an own leader who is erased a whole row goes, as it is about nobody else; elsewhere a
    leader's name is all there is to take away.
    """
    about_leader = roster.form is Form.OWN_LEADER
    rows = tuple(
        place
        for place, seat in enumerate(roster.respondents)
        if not gone.holds(seat) and not (about_leader and gone.leads(seat))
    )
    columns = tuple(place for place, seat in enumerate(roster.subjects) if not gone.holds(seat))
    width = len(roster.subjects)
    return Remainder(
        FrozenRoster(
            form=roster.form,
            respondents=_left(roster.respondents, rows, gone),
            subjects=_left(roster.subjects, columns, gone),
            asked=bytes(roster.asked[row * width + column] for row in rows for column in columns),
        ),
        rows,
        columns,
    )


def _left(seats: tuple[Seat, ...], places: Iterable[int], gone: Gone) -> tuple[Seat, ...]:
    return tuple(_unled(seats[place]) if gone.leads(seats[place]) else seats[place] for place in places)


def _unled(seat: Seat) -> Seat:
    return seat.model_copy(update={"leader_id": None, "leader_person_id": None, "leader_label": None})
