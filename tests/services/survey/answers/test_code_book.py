"""The code book covers every column and every code that an export can have."""

from itertools import product

import pytest

from services.survey.answers.code_book import COLUMNS, code_book_rows
from services.survey.answers.columns import columns_of
from services.survey.answers.schemas import Layout
from services.survey.instruments.definition import load_catalogue
from shared.contracts.survey import Form
from shared.spreadsheet import Cell

VERSIONS = [load_catalogue()["relational-capacity", version] for version in (1, 2)]


def book(layout: Layout) -> list[dict[str, Cell]]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in code_book_rows(layout, VERSIONS)]


@pytest.mark.parametrize("layout", Layout)
def test_every_column_is_explained_in_both_languages(layout: Layout) -> None:
    explained = {row["columnName"] for row in book(layout)}
    assert set(columns_of(layout, VERSIONS)) <= explained
    assert all(row["labelDanish"] and row["labelEnglish"] for row in book(layout))


def test_every_item_and_code_of_every_version_is() -> None:
    rows = book(Layout.LONG)
    for instrument in VERSIONS:
        own = [row for row in rows if row["instrumentVersion"] == instrument.version]
        items = [row["codeValue"] for row in own if row["entryKind"] == "item"]
        assert items == list(instrument.item_ids)
        values = {row["codeValue"]: row["answerScore"] for row in own if row["entryKind"] == "code"}
        assert instrument.form is Form.NETWORK
        special = {"not-answered": None, "dont-know": None, "dont-work-with": None}
        assert values == {str(value): score for value, score in instrument.score_map.items()} | special


def test_other_names_of_a_dimension_and_the_same_item_of_an_earlier_version() -> None:
    rows = {(row["instrumentVersion"], row["codeValue"]): row for row in book(Layout.WIDE)}
    assert rows[1, "holistic-orientation"]["dimensionAliases"] == (
        "Samarbejdsorientering / Collaborative orientation; Samarbejde / Collaboration"
    )
    assert rows[2, "knowledge-sharing"]["comparableWith"] == "1:knowledge-sharing"


def test_names_of_entries_are_not_repeated() -> None:
    for layout, kind in product(Layout, ("column", "item")):
        found = [
            (row["columnName"], row["instrumentVersion"], row["codeValue"])
            for row in book(layout)
            if row["entryKind"] == kind
        ]
        assert len(set(found)) == len(found)
