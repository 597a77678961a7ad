"""Owns the CSV layout: which files, which columns, and what row each record becomes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from deploy.local.dataset.cells import Cells
from deploy.local.dataset.reading import Columns, CsvFile
from deploy.local.dataset.rows import (
    CITIZEN_ITEMS,
    LEADERSHIP_ITEMS,
    RK_ITEMS,
    Case,
    CitizenRow,
    Finding,
    Involvement,
    Leader,
    LeadershipRow,
    Member,
    Municipality,
    Professional,
    RkRow,
    Unit,
    Wave,
)

Row = TypeVar("Row")
Row_co = TypeVar("Row_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Placed(Generic[Row_co]):
    """A row and the line it begins on."""

    line: int
    row: Row_co


@dataclass(frozen=True, slots=True)
class Table(Generic[Row]):
    """One file of the layout."""

    file: str
    columns: Columns
    build: Callable[[Cells], Row]


@dataclass(frozen=True, slots=True)
class Sheet(Generic[Row_co]):
    """One file as read; not `complete` means that rows may be missing from it."""

    file: str
    placed: tuple[Placed[Row_co], ...]
    complete: bool
    findings: tuple[Finding, ...]

    @property
    def rows(self) -> tuple[Row_co, ...]:
        """The rows in the order of the file."""
        return tuple(placed.row for placed in self.placed)

    def __iter__(self) -> Iterator[Placed[Row_co]]:
        return iter(self.placed)

    def finding(self, line: int, column: str, reason: str) -> Finding:
        """A mistake in this file."""
        return Finding(self.file, line, column, reason)


def read_sheet(folder: Path, table: Table[Row]) -> Sheet[Row]:
    """Read one file of the folder with everything that is wrong in it by itself."""
    source = CsvFile(folder / table.file, table.columns)
    findings = source.findings
    placed = tuple(
        Placed(record.line, table.build(Cells(table.file, record, findings))) for record in source.records
    )
    return Sheet(table.file, placed, source.complete, tuple(findings))


def _unit(cells: Cells) -> Unit:
    return Unit(
        id=cells.text("unit_id"),
        municipality=cells.text("municipality_id"),
        area=cells.text("area"),
        name=cells.text("name"),
        authority_function=cells.flag("authority_function"),
        law=cells.optional("law"),
        external=cells.flag("external"),
    )


def _professional(cells: Cells) -> Professional:
    return Professional(
        id=cells.text("professional_id"),
        municipality=cells.text("municipality_id"),
        unit=cells.text("unit_id"),
        group=cells.text("professional_group"),
        leader=cells.optional("leader_id"),
    )


def _wave(cells: Cells) -> Wave:
    return Wave(
        number=cells.ordinal("wave"),
        code=cells.wave_code("code"),
        opens_on=cells.day("opens_on"),
        closes_on=cells.day("closes_on"),
    )


def _case(cells: Cells) -> Case:
    return Case(
        id=cells.text("case_id"),
        municipality=cells.text("municipality_id"),
        arm=cells.optional_flag("arm"),
        n_units=cells.optional_count("n_units"),
    )


def _rk(cells: Cells) -> RkRow:
    return RkRow(
        case=cells.text("case_id"),
        wave=cells.ordinal("wave"),
        rater=cells.text("rater_id"),
        target=cells.text("target_id"),
        answers=cells.answers_about_another(RK_ITEMS),
    )


def _leadership(cells: Cells) -> LeadershipRow:
    return LeadershipRow(
        case=cells.text("case_id"),
        wave=cells.ordinal("wave"),
        respondent=cells.text("respondent_id"),
        leader=cells.optional("leader_id"),
        answers=cells.answers(LEADERSHIP_ITEMS),
    )


def _citizen(cells: Cells) -> CitizenRow:
    return CitizenRow(
        case=cells.text("case_id"),
        wave=cells.ordinal("wave"),
        citizen=cells.text("citizen_id"),
        answers=cells.answers(CITIZEN_ITEMS),
    )


MUNICIPALITIES = Table(
    "municipalities.csv",
    Columns(("municipality_id", "code", "name")),
    lambda cells: Municipality(
        cells.text("municipality_id"), cells.municipality_code("code"), cells.text("name")
    ),
)
UNITS = Table(
    "units.csv",
    Columns(("unit_id", "municipality_id", "area", "name", "authority_function", "law", "external")),
    _unit,
)
LEADERS = Table(
    "leaders.csv",
    Columns(("leader_id", "municipality_id", "unit_id")),
    lambda cells: Leader(cells.text("leader_id"), cells.text("municipality_id"), cells.text("unit_id")),
)
PROFESSIONALS = Table(
    "professionals.csv",
    Columns(("professional_id", "municipality_id", "unit_id", "professional_group", "leader_id")),
    _professional,
)
WAVES = Table("waves.csv", Columns(("wave", "code", "opens_on", "closes_on")), _wave)
CASES = Table("cases.csv", Columns(("case_id", "municipality_id"), ("arm", "n_units")), _case)
INVOLVEMENTS = Table(
    "involvements.csv",
    Columns(("case_id", "unit_id", "role")),
    lambda cells: Involvement(cells.text("case_id"), cells.text("unit_id"), cells.role("role")),
)
MEMBERS = Table(
    "members.csv",
    Columns(("case_id", "professional_id", "leader_id")),
    lambda cells: Member(cells.text("case_id"), cells.text("professional_id"), cells.optional("leader_id")),
)
RK = Table("rk.csv", Columns(("case_id", "wave", "rater_id", "target_id", *RK_ITEMS)), _rk)
LEADERSHIP = Table(
    "leadership.csv",
    Columns(("case_id", "wave", "respondent_id", "leader_id", *LEADERSHIP_ITEMS)),
    _leadership,
)
CITIZEN = Table("citizen.csv", Columns(("case_id", "wave", "citizen_id", *CITIZEN_ITEMS)), _citizen)
