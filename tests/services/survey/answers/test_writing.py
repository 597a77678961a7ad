"""Rows as typed JSON, some at a time."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.survey.answers.schemas import Content, Layout
from services.survey.answers.writing import ROWS_AT_ONCE, JsonWriter, RowWriter, in_pieces
from shared.spreadsheet import Cell

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)


def written(writer: RowWriter, rows: Sequence[Sequence[Cell]]) -> bytes:
    return b"".join([writer.start(), *in_pieces(writer, rows), writer.end()])


class TestJson:
    @given(rows=st.lists(st.tuples(texts, st.integers(-9, 9), st.booleans(), st.none()), max_size=4))
    def test_keeps_types_and_texts(self, rows: list[tuple[Cell, ...]]) -> None:
        columns = ["a", "b", "c", "d"]
        body = json.loads(written(JsonWriter(columns, Content.ANSWERS, Layout.LONG), rows))
        assert body["columns"] == columns
        assert [tuple(row[name] for name in columns) for row in body["rows"]] == rows

    def test_several_pieces_are_one_list(self) -> None:
        rows = [[number] for number in range(ROWS_AT_ONCE + 2)]
        writer = JsonWriter(["n"], Content.ANSWERS, Layout.LONG)
        assert len(list(in_pieces(writer, rows))) == 2
        body = json.loads(written(JsonWriter(["n"], Content.ANSWERS, Layout.LONG), rows))
        assert [row["n"] for row in body["rows"]] == list(range(ROWS_AT_ONCE + 2))

    def test_cut_off_it_is_no_json(self) -> None:
        body = written(JsonWriter(["n"], Content.ANSWERS, Layout.LONG), [[1], [2]])
        for end in range(1, len(body)):
            with pytest.raises(json.JSONDecodeError):
                json.loads(body[:-end])
