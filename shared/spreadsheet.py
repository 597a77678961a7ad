"""Writes rows as CSV that no spreadsheet runs (RFC 4180, OWASP); decides nothing of what goes in."""

import csv
import io
from collections.abc import Sequence

Cell = str | int | float | bool | None
MEDIA_TYPE = "text/csv"

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_QUOTE = "'"


def safe(text: str) -> str:
    """Put a quote before what a spreadsheet would take for a formula; whoever reads takes it off again.

    A text that begins with a quote gets one more, so that taking one off always gives the text back.

    >>> safe("=1+1"), safe("'quoted'"), safe("1+1")
    ("'=1+1", "''quoted'", '1+1')
    """
    return _QUOTE + text if text.startswith((_QUOTE, *_FORMULA_SIGNS)) else text


def unsafe(text: str) -> str:
    """Take off what `safe` has put before a text."""
    return text.removeprefix(_QUOTE)


class CsvWriter:
    """UTF-8, commas, CRLF, a header line; true and false are words, what is not there is empty."""

    media_type = f"{MEDIA_TYPE}; charset=utf-8; header=present"

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns

    def start(self) -> bytes:
        """Write the header line."""
        return self.some([self._columns])

    def some(self, rows: Sequence[Sequence[Cell]]) -> bytes:
        """Write some lines."""
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows([_written(cell) for cell in row] for row in rows)
        return text.getvalue().encode()

    def end(self) -> bytes:
        """Nothing stands after the last line."""
        return b""


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return safe(cell) if isinstance(cell, str) else str(cell)
