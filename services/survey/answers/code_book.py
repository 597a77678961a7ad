"""Writes the code book of an export: every column and every code, in both languages, as rows; pure."""

from collections.abc import Iterable, Iterator, Sequence

from services.survey.answers.columns import OF_ITEM, SHARED, Column
from services.survey.answers.schemas import Layout
from services.survey.instruments.code_book import CodeBook, code_book
from services.survey.instruments.definition import Instrument, Item
from shared.spreadsheet import Cell

COLUMNS = (
    "entryKind",
    "columnName",
    "instrumentCode",
    "instrumentVersion",
    "codeValue",
    "labelDanish",
    "labelEnglish",
    "wordingDanish",
    "wordingEnglish",
    "isRequired",
    "dimensionId",
    "dimensionDanish",
    "dimensionEnglish",
    "dimensionAliases",
    "subScales",
    "answerScore",
    "comparableWith",
)
"""`entryKind`: column, item, code or text; `comparableWith`: the same item in earlier versions."""

_WORDS = {0: "not-answered", -1: "dont-know", -2: "dont-work-with"}
_KIND_COLUMN = "answerKind"
_VALUE_COLUMN = "answerValue"


def code_book_rows(layout: Layout, instruments: Iterable[Instrument]) -> Iterator[tuple[Cell, ...]]:
    """Write a row for each column of a layout, and for each item, code and question of the instruments."""
    own = OF_ITEM if layout is Layout.LONG else ()
    for column in (*SHARED, *own):
        yield _column_row(column)
    for instrument in sorted(instruments, key=lambda each: (each.code, each.version)):
        yield from _instrument_rows(layout, instrument)


def _row(**cells: Cell) -> tuple[Cell, ...]:
    return tuple(cells.get(name) for name in COLUMNS)


def _column_row(column: Column) -> tuple[Cell, ...]:
    return _row(
        entryKind="column", columnName=column.name, labelDanish=column.danish, labelEnglish=column.english
    )


def _instrument_rows(layout: Layout, instrument: Instrument) -> Iterator[tuple[Cell, ...]]:
    danish, english = code_book(instrument, "da"), code_book(instrument, "en")
    is_long = layout is Layout.LONG
    for number, item in enumerate(instrument.items):
        column = "itemId" if is_long else item.id
        yield _item_row(column, instrument, item, (danish, english, number))
    yield from _code_rows(is_long, instrument, danish, english)
    for said, said_in_english in zip(danish.texts, english.texts, strict=True):
        yield _row(
            entryKind="text",
            columnName="textQuestionId",
            instrumentCode=instrument.code,
            instrumentVersion=instrument.version,
            codeValue=said.id,
            labelDanish=said.label,
            labelEnglish=said_in_english.label,
            wordingDanish=said.wording,
            wordingEnglish=said_in_english.wording,
        )


def _item_row(
    column: str, instrument: Instrument, item: Item, books: tuple[CodeBook, CodeBook, int]
) -> tuple[Cell, ...]:
    danish, english, number = books
    said, said_in_english = danish.items[number], english.items[number]
    return _row(
        entryKind="item",
        columnName=column,
        instrumentCode=instrument.code,
        instrumentVersion=instrument.version,
        codeValue=item.id,
        labelDanish=said.label,
        labelEnglish=said_in_english.label,
        wordingDanish=said.wording,
        wordingEnglish=said_in_english.wording,
        isRequired=said.required,
        dimensionId=said.dimension,
        dimensionDanish=said.dimension_label,
        dimensionEnglish=said_in_english.dimension_label,
        dimensionAliases=_joined(_aliases(instrument, item)),
        subScales=_joined(said.sub_scales),
        comparableWith=_joined(_same_earlier(instrument, item)),
    )


def _code_rows(
    is_long: bool, instrument: Instrument, danish: CodeBook, english: CodeBook
) -> Iterator[tuple[Cell, ...]]:
    for said, said_in_english in zip(danish.codes, english.codes, strict=True):
        word = _WORDS.get(said.value)
        column = (_KIND_COLUMN if word else _VALUE_COLUMN) if is_long else None
        yield _row(
            entryKind="code",
            columnName=column,
            instrumentCode=instrument.code,
            instrumentVersion=instrument.version,
            codeValue=word or str(said.value),
            labelDanish=said.label,
            labelEnglish=said_in_english.label,
            answerScore=said.score,
        )


def _aliases(instrument: Instrument, item: Item) -> list[str]:
    return [
        f"{alias.da} / {alias.en}"
        for dimension in instrument.dimensions
        if item.id in dimension.items
        for alias in dimension.aliases
    ]


def _same_earlier(instrument: Instrument, item: Item) -> list[str]:
    return [
        f"{each.version}:{each.items[item.id]}" for each in instrument.crosswalk if item.id in each.items
    ]


def _joined(several: Sequence[str]) -> str | None:
    return "; ".join(several) or None
