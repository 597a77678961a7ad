"""Owns the CSV layout of an organisation: reads four files; lists every mistake with its line."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Snapshot = dict[str, Any]

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_REFERENCE = re.compile(r"[A-Za-z0-9._~:-]{1,128}")
_PERSONAL_NUMBER = re.compile(r"[0-9]{6}[- ]?[0-9]{4}")
_MUNICIPALITY = re.compile(r"[0-9]{4}")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{1,2})[-.](\d{1,2})[-.](\d{4})")
_YES_NO = {"1": True, "ja": True, "true": True, "0": False, "nej": False, "false": False}


class Unreadable(ValueError):
    """A cell that doesn't hold what its column must; says why, never what it holds."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something wrong in a file."""

    file: str
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.column}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, the field it becomes, how it is read, and whether a cell may be empty."""

    header: str
    field: str
    read: Callable[[str], object]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A file: its name without `.csv`, which is also the snapshot's list, and its columns."""

    name: str
    columns: Sequence[Column]


@dataclass
class Reading:
    """What was read of a folder, and everything wrong in it."""

    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)


def _reference(cell: str) -> str:
    if not _REFERENCE.fullmatch(cell):
        raise Unreadable("1 to 128 letters a-z, digits or . _ ~ : -")
    if _PERSONAL_NUMBER.fullmatch(cell):
        raise Unreadable("looks like a CPR number; use another key")
    return cell


def _line(cell: str) -> str:
    if len(cell) > 200:
        raise Unreadable("at most 200 characters")
    return cell


def _municipality(cell: str) -> str:
    code = cell.zfill(4)  # Excel drops the zero in front
    if not _MUNICIPALITY.fullmatch(code):
        raise Unreadable("four digits, as 0766")
    return code


def _yes_no(cell: str) -> bool:
    if cell.lower() not in _YES_NO:
        raise Unreadable("1 or 0, ja or nej")
    return _YES_NO[cell.lower()]


def _laws(cell: str) -> list[str]:
    return [law.strip() for law in cell.split("|") if law.strip()]


def _mobile(cell: str) -> str:
    number = re.sub(r"[ .-]", "", cell)
    number = f"+45{number}" if re.fullmatch(r"[0-9]{8}", number) else number
    if not re.fullmatch(r"\+[1-9][0-9]{7,14}", number):
        raise Unreadable("eight digits, or + and a country's code")
    return number


def _language(cell: str) -> str:
    if cell not in {"da", "en"}:
        raise Unreadable("da or en")
    return cell


def _day(cell: str) -> str:
    """Read a date as midnight in Denmark, written ISO (2026-01-31) or Danish (31-01-2026)."""
    found = _DATE.fullmatch(cell)
    if not found:
        raise Unreadable("a date as 2026-01-31 or 31-01-2026")
    year, month, day = found.group(1, 2, 3) if found.group(1) else found.group(6, 5, 4)
    try:
        return datetime(int(year), int(month), int(day), tzinfo=_COPENHAGEN).isoformat()
    except ValueError:
        raise Unreadable("no such day") from None


LAYOUTS = (
    Layout(
        "areas",
        (
            Column("reference", "reference", _reference),
            Column("name", "name", _line),
            Column("municipality_code", "municipalityCode", _municipality),
            Column("valid_to", "validTo", _day, optional=True),
        ),
    ),
    Layout(
        "units",
        (
            Column("reference", "reference", _reference),
            Column("name", "name", _line),
            Column("area_reference", "areaReference", _reference),
            Column("parent_reference", "parentReference", _reference, optional=True),
            Column("municipality_code", "municipalityCode", _municipality),
            Column("counts_as_unit", "countsAsUnit", _yes_no, optional=True),
            Column("authority_function", "authorityFunction", _yes_no, optional=True),
            Column("external", "external", _yes_no, optional=True),
            Column("laws", "laws", _laws, optional=True),
            Column("valid_to", "validTo", _day, optional=True),
        ),
    ),
    Layout(
        "persons",
        (Column("reference", "reference", _reference), Column("name", "name", _line)),
    ),
    Layout(
        "professionals",
        (
            Column("reference", "reference", _reference),
            Column("person_reference", "personReference", _reference),
            Column("unit_reference", "unitReference", _reference),
            Column("professional_group", "professionalGroup", _line),
            Column("leader_reference", "leaderReference", _reference, optional=True),
            Column("email", "email", _line, optional=True),
            Column("mobile", "mobile", _mobile, optional=True),
            Column("language", "language", _language, optional=True),
            Column("valid_from", "validFrom", _day, optional=True),
            Column("valid_to", "validTo", _day, optional=True),
        ),
    ),
)
_NAMES = {
    ("units", "areaReference"): "areas",
    ("units", "parentReference"): "units",
    ("professionals", "personReference"): "persons",
    ("professionals", "unitReference"): "units",
    ("professionals", "leaderReference"): "professionals",
}


def read_folder(folder: Path, source_version: int) -> tuple[Snapshot, list[Mistake]]:
    """Read areas.csv, units.csv, persons.csv and professionals.csv; return all mistakes, too."""
    reading = Reading()
    for layout in LAYOUTS:
        _read_file(folder / f"{layout.name}.csv", layout, reading)
    if not reading.mistakes:
        reading.mistakes += _contradictions(reading.lists)
    for rows in reading.lists.values():
        for row in rows:
            row.pop("line")
    return {"sourceVersion": source_version, **reading.lists}, reading.mistakes


def _read_file(path: Path, layout: Layout, reading: Reading) -> None:
    rows = reading.lists.setdefault(layout.name, [])
    try:
        # utf-8-sig: Excel writes a byte order mark.
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        reading.mistakes.append(Mistake(path.name, 0, "", "the file is missing"))
        return
    except UnicodeDecodeError:
        reading.mistakes.append(Mistake(path.name, 0, "", 'not UTF-8; save it as "CSV UTF-8"'))
        return
    lines = csv.reader(text.splitlines(), delimiter=_delimiter(text))
    headers = [header.strip().lower() for header in next(lines, [])]
    mistaken = list(_header_mistakes(path.name, layout, headers))
    reading.mistakes += mistaken
    if mistaken:
        return
    for cells in lines:
        if any(cell.strip() for cell in cells):
            rows.append({"line": lines.line_num})
            for column, reason in _read_row(layout, dict(zip(headers, cells, strict=False)), rows[-1]):
                reading.mistakes.append(Mistake(path.name, lines.line_num, column, reason))


def _delimiter(text: str) -> str:
    """Danish Excel separates by semicolons."""
    first = text.partition("\n")[0]
    return ";" if first.count(";") > first.count(",") else ","


def _header_mistakes(file: str, layout: Layout, headers: Sequence[str]) -> Iterator[Mistake]:
    for column in layout.columns:
        if column.header not in headers and not column.optional:
            yield Mistake(file, 1, column.header, "the column is missing")
    known = {column.header for column in layout.columns}
    for place, header in enumerate(headers, start=1):
        if header not in known:
            yield Mistake(file, 1, f"column {place}", "there is no such column")
        elif headers.index(header) != place - 1:
            yield Mistake(file, 1, header, "the column is there twice")


def _read_row(layout: Layout, cells: Mapping[str, str], row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for column in layout.columns:
        cell = cells.get(column.header, "").strip()
        if cell:
            try:
                row[column.field] = column.read(cell)
            except Unreadable as error:
                yield column.header, str(error)
        elif not column.optional:
            yield column.header, "must not be empty"


def _contradictions(lists: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Mistake]:
    """Find keys that stand twice and references that name nothing."""
    header_by_field = {
        (layout.name, column.field): column.header for layout in LAYOUTS for column in layout.columns
    }
    known: dict[str, set[str]] = {}
    for name, rows in lists.items():
        seen = known.setdefault(name, set())
        for row in rows:
            if row["reference"] in seen:
                yield Mistake(f"{name}.csv", row["line"], "reference", "is there twice")
            seen.add(row["reference"])
    for (name, field_name), target in _NAMES.items():
        for row in lists[name]:
            if field_name in row and row[field_name] not in known[target]:
                header = header_by_field[name, field_name]
                yield Mistake(f"{name}.csv", row["line"], header, f"is not in {target}.csv")
