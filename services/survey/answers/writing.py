"""Writes rows as typed JSON, or as any other writer does, some at a time; pure."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol

import orjson

from services.survey.answers.schemas import Content, Layout
from shared.spreadsheet import Cell

ROWS_AT_ONCE = 500


class RowWriter(Protocol):
    """Writes a table piece by piece."""

    media_type: str

    def start(self) -> bytes:
        """Write what stands before the rows."""

    def some(self, rows: Sequence[Sequence[Cell]]) -> bytes:
        """Write some rows."""

    def end(self) -> bytes:
        """Write what stands after the rows."""


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
