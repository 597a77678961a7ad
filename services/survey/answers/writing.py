"""Writes rows as CSV that no spreadsheet runs (RFC 4180, OWASP's advice), or as typed JSON; pure."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol

import orjson

from services.survey.answers.schemas import Cell, Content, Layout

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_QUOTE = "'"
ROWS_AT_ONCE = 500


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


class RowWriter(Protocol):
    """Writes a table piece by piece."""

    media_type: str

    def start(self) -> bytes:
        """Write what stands before the rows."""

    def some(self, rows: Sequence[Sequence[Cell]]) -> bytes:
        """Write some rows."""

    def end(self) -> bytes:
        """Write what stands after the rows."""


class CsvWriter:
    """UTF-8, commas, CRLF, a header line; true and false are words, what is not there is empty."""

    media_type = "text/csv; charset=utf-8; header=present"

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


class JsonWriter:
    """One object, whose rows are objects with a key for every column."""

    media_type = "application/json"

    def __init__(self, columns: Sequence[str], content: Content, layout: Layout) -> None:
        self._columns = columns
        self._about = {"content": content, "layout": layout, "columns": list(columns)}
        self._is_first = True

    def start(self) -> bytes:
        """Open the object and its list of rows."""
        return orjson.dumps(self._about)[:-1] + b',"rows":['

    def some(self, rows: Sequence[Sequence[Cell]]) -> bytes:
        """Write some rows."""
        if not rows:
            return b""
        joined = b",".join(orjson.dumps(dict(zip(self._columns, row, strict=True))) for row in rows)
        written = joined if self._is_first else b"," + joined
        self._is_first = False
        return written

    def end(self) -> bytes:
        """Close the list and the object: a file that was cut off is no JSON."""
        return b"]}"


def in_pieces(writer: RowWriter, rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Write rows, some at a time."""
    remaining = iter(rows)
    while some := list(islice(remaining, ROWS_AT_ONCE)):
        yield writer.some(some)
