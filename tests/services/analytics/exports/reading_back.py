"""Reads files back by libraries that did not write them, as rows of named cells."""

import csv
import io
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pyreadstat

from services.analytics.exports.files import PARQUET
from services.analytics.exports.table import Kind, Table
from shared.spreadsheet import MEDIA_TYPE as CSV
from shared.spreadsheet import Cell, unsafe

Rows = list[dict[str, Cell]]


def rows_of(table: Table) -> Rows:
    """Return a table's own rows."""
    names = [each.name for each in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def from_csv(body: bytes, numbers: frozenset[str] = frozenset()) -> Rows:
    """Read CSV; `numbers` are the columns to read as such."""
    found = csv.DictReader(io.StringIO(body.decode(), newline=""), strict=True)
    return [{name: _cell(cell, name in numbers) for name, cell in row.items()} for row in found]


def _cell(cell: str, is_number: bool) -> Cell:
    if not cell:
        return None
    return float(cell) if is_number else unsafe(cell)


def from_parquet(body: bytes) -> Rows:
    """Read Parquet by Arrow's own C++ library."""
    rows: Rows = pyarrow.parquet.read_table(io.BytesIO(body)).to_pylist()
    return rows


def from_sav(body: bytes, folder: Path) -> Rows:
    """Read .sav by ReadStat, keeping the codes declared as missing; SPSS has no empty text but ''."""
    columns, _ = sav(body, folder)
    return [
        {name: cell if cell != "" else None for name, cell in zip(columns, row, strict=True)}
        for row in zip(*columns.values(), strict=True)
    ]


def sav(body: bytes, folder: Path, *, user_missing: bool = True) -> tuple[dict[str, list[Any]], Any]:
    """Return the columns and the metadata of a .sav file."""
    file = folder / "read-back.sav"
    file.write_bytes(body)
    columns, metadata = pyreadstat.read_sav(file, output_format="dict", user_missing=user_missing)
    return dict(columns), metadata


def read(media_type: str, body: bytes, table: Table, folder: Path) -> Rows:
    """Read any of a table's formats."""
    if media_type == CSV:
        kinds = (each.name for each in table.columns if each.kind is not Kind.TEXT)
        return from_csv(body, frozenset(kinds))
    return from_parquet(body) if media_type == PARQUET else from_sav(body, folder)
