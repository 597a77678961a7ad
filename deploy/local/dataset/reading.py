"""Owns how a CSV file becomes records of named cells; refuses what is not CSV in UTF-8."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.dataset import reasons
from deploy.local.dataset.personal_numbers import holds_personal_number
from deploy.local.dataset.rows import Finding


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns a file must have, and those it may have."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """Every column that is read."""
        return (*self.required, *self.optional)


@dataclass(frozen=True, slots=True)
class Record:
    """One row by column name, blanks around its cells removed."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it stands in the file; `line` is where it begins."""

    line: int
    cells: tuple[str, ...]

    @property
    def blank(self) -> bool:
        """Excel leaves rows of delimiters below the last one."""
        return not any(self.cells)


class CsvFile:
    """One file: its records, what is wrong with its form, and whether any row is missing."""

    def __init__(self, path: Path, columns: Columns) -> None:
        self.file = path.name
        self.findings: list[Finding] = []
        self.complete = True
        rows = [row for row in self._rows(path) if not row.blank]
        self._refuse_personal_numbers(rows)
        self.records = tuple(self._records(rows, columns))

    def _rows(self, path: Path) -> Iterator[RawRow]:
        text = self._text(path)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        line = 1
        try:
            for cells in reader:
                yield RawRow(line, tuple(cell.strip() for cell in cells))
                line = reader.line_num + 1
        except csv.Error:
            self._lose(line, "", reasons.NOT_CSV)

    def _text(self, path: Path) -> str:
        try:
            return path.read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            self._lose(0, "", reasons.MISSING_FILE)
        except UnicodeDecodeError as error:
            self._lose(error.object.count(b"\n", 0, error.start) + 1, "", reasons.NOT_UTF8)
        except OSError:
            self._lose(0, "", reasons.UNREADABLE_FILE)
        return ""

    def _refuse_personal_numbers(self, rows: Iterable[RawRow]) -> None:
        header: tuple[str, ...] = ()
        for row in rows:
            for position, cell in enumerate(row.cells):
                if holds_personal_number(cell):
                    column = _column_name(header, position)
                    self._find(row.line, column, reasons.PERSONAL_NUMBER)
            header = header or row.cells

    def _records(self, rows: list[RawRow], columns: Columns) -> Iterator[Record]:
        if not rows:
            if self.complete:
                self._lose(0, "", reasons.NO_HEADER)
            return
        names = self._header(rows[0], columns)
        if not self.complete:
            return
        for row in rows[1:]:
            if len(row.cells) < len(names):
                self._lose(row.line, "", reasons.TOO_FEW_CELLS)
                continue
            if any(row.cells[len(names) :]):
                self._find(row.line, "", reasons.TOO_MANY_CELLS)
            yield Record(row.line, dict(zip(names, row.cells, strict=False)))

    def _header(self, row: RawRow, columns: Columns) -> tuple[str, ...]:
        names = tuple(name.casefold() for name in row.cells)
        while names and not names[-1]:
            names = names[:-1]
        for position, name in enumerate(names):
            if name not in columns.known:
                self._find(row.line, _column_name(row.cells, position), reasons.UNKNOWN_COLUMN)
            elif name in names[:position]:
                self._lose(row.line, name, reasons.REPEATED_COLUMN)
        for name in columns.required:
            if name not in names:
                self._lose(row.line, name, reasons.MISSING_COLUMN)
        return names

    def _find(self, line: int, column: str, reason: str) -> None:
        self.findings.append(Finding(self.file, line, column, reason))

    def _lose(self, line: int, column: str, reason: str) -> None:
        self.complete = False
        self._find(line, column, reason)


def _delimiter(text: str) -> str:
    """Danish Excel writes semicolons; no column name holds either sign."""
    header = text.lstrip().partition("\n")[0]
    return ";" if header.count(";") > header.count(",") else ","


def _column_name(header: tuple[str, ...], position: int) -> str:
    """The name as written, or the position where the name may be somebody's data."""
    name = header[position] if position < len(header) else ""
    if not name or len(name) > 40 or holds_personal_number(name):
        return f"#{position + 1}"
    return name
