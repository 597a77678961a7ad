"""CSV: what is written is read back, and no spreadsheet runs any of it."""

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.spreadsheet import Cell, CsvWriter, safe, unsafe

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "'=1", '=HYPERLINK("x")']
SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
cells = st.one_of(texts, st.sampled_from(FORMULAS))
tables = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=5)
)


def written(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    writer = CsvWriter(columns)
    return b"".join([writer.start(), writer.some(rows), writer.end()])


def read(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode(), newline=""), strict=True))


class TestCsv:
    @given(table=tables)
    @example(table=[FORMULAS])
    def test_what_is_written_is_read_back(self, table: list[list[str]]) -> None:
        columns = [f"c{place}" for place in range(len(table[0]))]
        header, *found = read(written(columns, table))
        assert header == columns
        assert [[unsafe(cell) for cell in row] for row in found] == table

    @given(table=tables)
    @example(table=[FORMULAS])
    def test_no_cell_begins_like_a_formula(self, table: list[list[str]]) -> None:
        found = read(written(["c"] * len(table[0]), table))
        assert not [cell for row in found for cell in row if cell.startswith(SIGNS)]

    @pytest.mark.parametrize("text", FORMULAS)
    def test_without_the_apostrophe_one_would(self, text: str) -> None:
        body = io.StringIO(newline="")
        csv.writer(body).writerow([text])
        ((naive,),) = read(body.getvalue().encode())
        assert naive.startswith(SIGNS) or naive.startswith("'")
        assert safe(text) == "'" + text

    def test_other_kinds_of_cells(self) -> None:
        body = written(["aB", "c", "d", "e", "f"], [[None, True, False, 4, 0.5]])
        assert body == b"aB,c,d,e,f\r\n,true,false,4,0.5\r\n"

    def test_line_breaks_commas_and_quotes_stand_in_quotes(self) -> None:
        assert written(["c"], [['a,"b"\r\næ']]) == 'c\r\n"a,""b""\r\næ"\r\n'.encode()
