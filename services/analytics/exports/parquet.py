"""Writes a table as Parquet, labels in its metadata; its library is loaded when the first is written."""

import io
from importlib import import_module
from typing import Any

import orjson

from services.analytics.exports.table import Kind, Table
from shared.wire import Language

METADATA_KEY = "samspil"


def write_parquet(table: Table, language: Language) -> bytes:
    """Write the file; `samspil` in its metadata is JSON: title, labels and where the figures come from."""
    arrow: Any = import_module("arro3.core")
    files: Any = import_module("arro3.io")
    types = {
        Kind.TEXT: arrow.DataType.utf8(),
        Kind.WHOLE: arrow.DataType.int64(),
        Kind.NUMBER: arrow.DataType.float64(),
    }
    fields = [arrow.Field(each.name, types[each.kind], nullable=True) for each in table.columns]
    arrays = [
        arrow.Array([row[place] for row in table.rows], types[column.kind])
        for place, column in enumerate(table.columns)
    ]
    file = io.BytesIO()
    files.write_parquet(
        arrow.Table.from_arrays(arrays, schema=arrow.Schema(fields)),
        file,
        # One key: the order of several would not be the same each time, and so neither the bytes.
        key_value_metadata={METADATA_KEY: _described(table, language)},
    )
    return file.getvalue()


def _described(table: Table, language: Language) -> str:
    about = {
        "title": table.title.in_language(language),
        "provenance": dict(table.provenance),
        "columns": {each.name: each.label.in_language(language) for each in table.columns},
    }
    return orjson.dumps(about).decode()
