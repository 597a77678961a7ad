"""Owns what each kind of cell may hold and its forgiven spellings; notes a finding for the rest."""

import re
from datetime import date
from typing import Final
from unicodedata import category

from deploy.local.dataset import reasons
from deploy.local.dataset.reading import Record
from deploy.local.dataset.rows import (
    DONT_KNOW,
    DONT_WORK_WITH,
    NOT_ANSWERED,
    Finding,
    Role,
)

LONGEST_TEXT = 200

_WAVE_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# Statistics programs write 3.0 (Danish: 3,0) where a column has gaps.
_RATING = re.compile(r"([1-5])([.,]0+)?")
_SPECIAL_ANSWERS: Final = {"": NOT_ANSWERED, "dk": DONT_KNOW, "ved ikke": DONT_KNOW}
_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})[-.](?P<month>\d{1,2})[-.](?P<year>\d{4})"),
)


class Cells:
    """The cells of one record, read as what they should be.

    A bad cell becomes a finding and a neutral value, so that a row's other mistakes are found too.
    """

    def __init__(self, file: str, record: Record, findings: list[Finding]) -> None:
        self._file = file
        self._record = record
        self._findings = findings

    def text(self, column: str) -> str:
        """A text or id that may not be empty."""
        cell = self._cell(column)
        if not cell:
            self.find(column, reasons.EMPTY)
        elif len(cell) > LONGEST_TEXT:
            self.find(column, reasons.TOO_LONG)
        if any(category(letter) == "Cc" for letter in cell):
            self.find(column, reasons.CONTROL_CHARACTER)
        return cell

    def optional(self, column: str) -> str | None:
        """A text or id that may be empty."""
        return self.text(column) if self._cell(column) else None

    def flag(self, column: str) -> bool:
        """0 or 1."""
        return self._number(column, reasons.NOT_0_OR_1, range(2)) == 1

    def optional_flag(self, column: str) -> int | None:
        """0, 1 or empty."""
        if not self._cell(column):
            return None
        return self._number(column, reasons.NOT_0_OR_1, range(2))

    def ordinal(self, column: str) -> int:
        """A whole number from 1."""
        return self._number(column, reasons.NOT_A_COUNT, range(1, 1000))

    def optional_count(self, column: str) -> int | None:
        """A whole number from 0, or empty."""
        if not self._cell(column):
            return None
        return self._number(column, reasons.NOT_A_UNIT_COUNT, range(1000))

    def municipality_code(self, column: str) -> str:
        """Four digits; Excel takes the leading zero away."""
        cell = self._cell(column)
        if not (cell.isascii() and cell.isdigit() and len(cell) in (3, 4)):
            self.find(column, reasons.NOT_A_CODE)
            return ""
        return cell.zfill(4)

    def wave_code(self, column: str) -> str:
        """The wave's name on the wire."""
        cell = self._cell(column)
        if not _WAVE_CODE.fullmatch(cell):
            self.find(column, reasons.NOT_A_WAVE_CODE)
        return cell

    def day(self, column: str) -> date:
        """A date, as ISO 8601 or as Danish Excel rewrites it."""
        for pattern in _DATES:
            if found := pattern.fullmatch(self._cell(column)):
                try:
                    return date(*(int(found[part]) for part in ("year", "month", "day")))
                except ValueError:
                    break
        self.find(column, reasons.NOT_A_DATE)
        return date.min

    def role(self, column: str) -> Role:
        """Authority or provider."""
        try:
            return Role(self._cell(column).casefold())
        except ValueError:
            self.find(column, reasons.NOT_A_ROLE)
            return Role.PROVIDER

    def answers(self, columns: tuple[str, ...]) -> tuple[int, ...]:
        """Ratings and don't-knows."""
        return tuple(self._answer(column, reasons.NOT_AN_ANSWER) for column in columns)

    def answers_about_another(self, columns: tuple[str, ...]) -> tuple[int, ...]:
        """Ratings and don't-knows, or don't-work-with in every cell."""
        without = [self._cell(column).casefold() == "dw" for column in columns]
        if all(without):
            return (DONT_WORK_WITH,) * len(columns)
        if any(without):
            self.find("", reasons.PARTLY_DW)
        return tuple(
            NOT_ANSWERED if dw else self._answer(column, reasons.NOT_AN_RK_ANSWER)
            for column, dw in zip(columns, without, strict=True)
        )

    def find(self, column: str, reason: str) -> None:
        """Note a mistake in this row."""
        self._findings.append(Finding(self._file, self._record.line, column, reason))

    def _cell(self, column: str) -> str:
        return self._record.cells.get(column, "")

    def _number(self, column: str, reason: str, allowed: range) -> int:
        cell = self._cell(column)
        if cell.isascii() and cell.isdigit() and len(cell) < 10 and int(cell) in allowed:
            return int(cell)
        self.find(column, reason)
        return 0

    def _answer(self, column: str, reason: str) -> int:
        cell = " ".join(self._cell(column).casefold().split())
        if cell in _SPECIAL_ANSWERS:
            return _SPECIAL_ANSWERS[cell]
        if found := _RATING.fullmatch(cell):
            return int(found[1])
        self.find(column, reasons.AMBIGUOUS_NA if cell == "na" else reason)
        return NOT_ANSWERED
