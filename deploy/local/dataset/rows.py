"""Owns what a data folder holds once read: typed rows and findings; knows nothing of files."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from datetime import date
from enum import StrEnum
from hashlib import sha256
from json import dumps
from typing import TypeAlias

NOT_ANSWERED = 0
DONT_KNOW = -1
DONT_WORK_WITH = -2

RK_ITEMS = ("i1", "i2", "i3", "i4", "i5", "i6")
LEADERSHIP_ITEMS = ("l1", "l2", "l3", "l4", "l5", "l6", "l7")
CITIZEN_ITEMS = ("c1", "c2", "c3", "c4", "c5")

LEADER_GROUP = "Leder"


class Role(StrEnum):
    """A unit's part in a case."""

    AUTHORITY = "authority"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake and where it stands; line 0 is the whole file, column "" the whole row.

    The reason is Danish and English, and never repeats what a cell holds.
    """

    file: str
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.column}: {self.reason}" if self.column else f"{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality and its official four-digit code."""

    id: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A professional unit in an area; `external` is outside the municipality."""

    id: str
    municipality: str
    area: str
    name: str
    authority_function: bool
    law: str | None
    external: bool


@dataclass(frozen=True, slots=True)
class Leader:
    """Who has personnel responsibility; is a professional too."""

    id: str
    municipality: str
    unit: str


@dataclass(frozen=True, slots=True)
class Professional:
    """An employment in a unit; a GP has no leader."""

    id: str
    municipality: str
    unit: str
    group: str
    leader: str | None


@dataclass(frozen=True, slots=True)
class Wave:
    """One point in time at which every case is measured."""

    number: int
    code: str
    opens_on: date
    closes_on: date


@dataclass(frozen=True, slots=True)
class Case:
    """A case; arm 1 is intervention, 0 control, None not in the study."""

    id: str
    municipality: str
    arm: int | None
    n_units: int | None


@dataclass(frozen=True, slots=True)
class Involvement:
    """A unit's part in a case."""

    case: str
    unit: str
    role: Role


@dataclass(frozen=True, slots=True)
class Member:
    """A professional's part in a case, with the leader the own-leader form asks about there."""

    case: str
    professional: str
    leader: str | None


@dataclass(frozen=True, slots=True)
class RkRow:
    """What one member answered about another, in the order of `RK_ITEMS`."""

    case: str
    wave: int
    rater: str
    target: str
    answers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LeadershipRow:
    """What a member answered about the own leader, in the order of `LEADERSHIP_ITEMS`."""

    case: str
    wave: int
    respondent: str
    leader: str | None
    answers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CitizenRow:
    """What a citizen answered, in the order of `CITIZEN_ITEMS`."""

    case: str
    wave: int
    citizen: str
    answers: tuple[int, ...]


Row: TypeAlias = (
    Municipality
    | Unit
    | Leader
    | Professional
    | Wave
    | Case
    | Involvement
    | Member
    | RkRow
    | LeadershipRow
    | CitizenRow
)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A whole data folder without a mistake."""

    name: str
    municipalities: tuple[Municipality, ...]
    units: tuple[Unit, ...]
    leaders: tuple[Leader, ...]
    professionals: tuple[Professional, ...]
    waves: tuple[Wave, ...]
    cases: tuple[Case, ...]
    involvements: tuple[Involvement, ...]
    members: tuple[Member, ...]
    rk: tuple[RkRow, ...]
    leadership: tuple[LeadershipRow, ...]
    citizen: tuple[CitizenRow, ...]

    @property
    def digest(self) -> str:
        """The same for the same rows in any order, however the files were written."""
        total = sha256()
        for line in self._lines():
            total.update(line.encode())
        return total.hexdigest()

    def employees(self) -> tuple[Professional, ...]:
        """Everyone employed, each once: the leaders, then the professionals.

        Who stands in both files is one person, as `professionals.csv` has them.
        """
        own_row = {professional.id for professional in self.professionals}
        leaders = (
            Professional(leader.id, leader.municipality, leader.unit, LEADER_GROUP, None)
            for leader in self.leaders
            if leader.id not in own_row
        )
        return (*leaders, *self.professionals)

    def _lines(self) -> Iterator[str]:
        for field in fields(self)[1:]:
            rows = getattr(self, field.name)
            yield f"{field.name}\n"
            yield from sorted(f"{dumps(astuple(row), default=str)}\n" for row in rows)
