"""Files of rows: what is written is read back, and no spreadsheet runs any of it."""

import csv
import io
import json
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.survey.answers.schemas import Cell, Content, Layout
from services.survey.answers.writing import (
    ROWS_AT_ONCE,
    CsvWriter,
    JsonWriter,
    RowWriter,
    in_pieces,
    safe,
    unsafe,
)

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "'=1", '=HYPERLINK("x")']
SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
cells = st.one_of(texts, st.sampled_from(FORMULAS))
tables = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=5)
)


def written(writer: RowWriter, rows: Sequence[Sequence[Cell]]) -> bytes:
    return b"".join([writer.start(), *in_pieces(writer, rows), writer.end()])


def read(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode(), newline=""), strict=True))


class TestCsv:
    @given(table=tables)
    @example(table=[FORMULAS])
    def test_what_is_written_is_read_back(self, table: list[list[str]]) -> None:
        columns = [f"c{place}" for place in range(len(table[0]))]
        header, *found = read(written(CsvWriter(columns), table))
        assert header == columns
        assert [[unsafe(cell) for cell in row] for row in found] == table

    @given(table=tables)
    @example(table=[FORMULAS])
    def test_no_cell_begins_like_a_formula(self, table: list[list[str]]) -> None:
        found = read(written(CsvWriter(["c"] * len(table[0])), table))
        assert not [cell for row in found for cell in row if cell.startswith(SIGNS)]

    @pytest.mark.parametrize("text", FORMULAS)
    def test_without_the_apostrophe_one_would(self, text: str) -> None:
        body = io.StringIO(newline="")
        csv.writer(body).writerow([text])
        ((naive,),) = read(body.getvalue().encode())
        assert naive.startswith(SIGNS) or naive.startswith("'")
        assert safe(text) == "'" + text

    def test_other_kinds_of_cells(self) -> None:
        body = written(CsvWriter(["aB", "c", "d", "e", "f"]), [[None, True, False, 4, 0.5]])
        assert body == b"aB,c,d,e,f\r\n,true,false,4,0.5\r\n"

    def test_line_breaks_commas_and_quotes_stand_in_quotes(self) -> None:
        assert written(CsvWriter(["c"]), [['a,"b"\r\næ']]) == 'c\r\n"a,""b""\r\næ"\r\n'.encode()


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
