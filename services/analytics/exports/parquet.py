"""Writes a table as Parquet, with its labels and where its figures come from; pure."""

import io

import orjson
from arro3.core import Array, DataType, Field, Schema
from arro3.core import Table as ArrowTable
from arro3.io import write_parquet as write_file

from services.analytics.exports.table import Kind, Table
from shared.wire import Language

METADATA_KEY = "samspil"
_TYPES = {
    Kind.TEXT: DataType.utf8(),
    Kind.WHOLE: DataType.int64(),
    Kind.NUMBER: DataType.float64(),
}


def write_parquet(table: Table, language: Language) -> bytes:
    """Write the file; `samspil` in its metadata is JSON: title, labels and where the figures come from."""
    fields = [Field(each.name, _TYPES[each.kind], nullable=True) for each in table.columns]
    arrays = [
        Array([row[place] for row in table.rows], _TYPES[column.kind])
        for place, column in enumerate(table.columns)
    ]
    file = io.BytesIO()
    write_file(
        ArrowTable.from_arrays(arrays, schema=Schema(fields)),
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
