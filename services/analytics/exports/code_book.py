"""Writes the code book of all files: every column, code and figure, in both languages; pure."""

from collections.abc import Iterator, Mapping, Sequence

from services.analytics.exports.columns import (
    ABOUT_ANYBODY,
    ANSWERS,
    FIGURE,
    FIGURES,
    MATRIX,
    NETWORK,
    VERSIONS,
)
from services.analytics.exports.figure_words import label_of
from services.analytics.exports.figures import paths_of
from services.analytics.exports.schemas import CodeBookEntry, CodeBookTable, CodeBookView, EntryKind
from services.analytics.exports.sources import SHOWN
from services.analytics.exports.table import Column
from shared.spreadsheet import CsvWriter

_TABLES: Mapping[CodeBookTable, Sequence[Column]] = {
    CodeBookTable.ANSWERS: ANSWERS,
    CodeBookTable.MATRIX: (*MATRIX, ABOUT_ANYBODY, *VERSIONS),
    CodeBookTable.NETWORK: NETWORK,
    CodeBookTable.FIGURES: FIGURES,
}


def code_book() -> CodeBookView:
    """Return the whole code book."""
    entries = [entry for table, columns in _TABLES.items() for entry in _of_table(table, columns)]
    return CodeBookView(entries=entries)


def code_book_csv() -> bytes:
    """Write the code book as CSV, a line for each entry."""
    rows = [each.model_dump(mode="json", by_alias=True) for each in code_book().entries]
    writer = CsvWriter(list(rows[0]))
    return b"".join([writer.start(), writer.some([list(row.values()) for row in rows]), writer.end()])


def _of_table(table: CodeBookTable, columns: Sequence[Column]) -> Iterator[CodeBookEntry]:
    for column in columns:
        yield CodeBookEntry(
            entry_kind=EntryKind.COLUMN,
            table_name=table,
            column_name=column.name,
            code_value=None,
            label_danish=column.label.da,
            label_english=column.label.en,
            cell_kind=column.kind,
            measure_level=column.measure,
            is_missing=None,
        )
        yield from _codes(table, column)
        if column.name == FIGURE:
            yield from _figures(table)


def _codes(table: CodeBookTable, column: Column) -> Iterator[CodeBookEntry]:
    for code, said in column.values.items():
        yield CodeBookEntry(
            entry_kind=EntryKind.CODE,
            table_name=table,
            column_name=column.name,
            code_value=str(code),
            label_danish=said.da,
            label_english=said.en,
            cell_kind=None,
            measure_level=None,
            is_missing=code in column.missing,
        )


def _figures(table: CodeBookTable) -> Iterator[CodeBookEntry]:
    for name, view in SHOWN.items():
        for path in paths_of(name, view):
            said = label_of(path)
            yield CodeBookEntry(
                entry_kind=EntryKind.FIGURE,
                table_name=table,
                column_name=FIGURE,
                code_value=path,
                label_danish=said.da,
                label_english=said.en,
                cell_kind=None,
                measure_level=None,
                is_missing=None,
            )
