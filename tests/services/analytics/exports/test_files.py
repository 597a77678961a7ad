"""Files of tables: whatever the format, what is read back is what was written, always in the same bytes."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import orjson
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.analytics.exports.columns import ANSWERS, FIGURES
from services.analytics.exports.files import PARQUET, SAV, TABLES, WRITERS, file_of
from services.analytics.exports.parquet import METADATA_KEY
from services.analytics.exports.sav import LONGEST_TEXT, write_sav
from services.analytics.exports.table import Column, Kind, Measure, Table
from services.analytics.scores.words import Said
from shared.spreadsheet import MEDIA_TYPE as CSV
from shared.spreadsheet import Cell
from tests.services.analytics.exports.reading_back import from_parquet, read, rows_of, sav

FORMULAS = ["=1+1", "+1", "@SUM(A1)", "\t=1", "-2", "'=1"]
WORDS = Column("theWords", Kind.TEXT, Measure.NOMINAL, Said("Ordene på dansk: æøå", "The words"))
WHOLES = Column("theWholes", Kind.WHOLE, Measure.ORDINAL, Said("Hele tal", "Whole numbers"))
NUMBERS = Column("theNumbers", Kind.NUMBER, Measure.SCALE, Said("Tal", "Numbers"))

# SPSS pads texts with blanks, and knows no text of none but blanks and no carriage return inside of cells.
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).filter(
    lambda text: text == text.strip() != ""
)
cells = st.tuples(
    st.none() | texts | st.sampled_from(FORMULAS[:3]),
    st.none() | st.integers(-(2**31), 2**31),
    st.none() | st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300),
)


def table_of(rows: list[tuple[Cell, ...]]) -> Table:
    return Table(Said("Prøve", "Trial"), (WORDS, WHOLES, NUMBERS), rows, {"dataVersion": "b7c1e0"})


class TestEveryFormat:
    @pytest.mark.parametrize("media_type", TABLES)
    @given(rows=st.lists(cells, max_size=5))
    @example(rows=[])
    @example(rows=[("Søren Ærø-Åkjær", 4, 1 / 3), (None, None, None)])
    @settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_is_read_back_as_it_was_written(
        self, media_type: str, rows: list[tuple[Cell, ...]], tmp_path: Path
    ) -> None:
        table = table_of(rows)
        body = WRITERS[media_type](table, "da")
        assert read(media_type, body, table, tmp_path) == rows_of(table)

    @pytest.mark.parametrize("text", FORMULAS)
    def test_a_formula_is_a_text(self, text: str, tmp_path: Path) -> None:
        table = table_of([(text, 1, 1.0)])
        csv = WRITERS[CSV](table, "da").decode()
        assert csv.splitlines()[1].strip('"').startswith("'")
        for media_type in TABLES:
            assert read(media_type, WRITERS[media_type](table, "da"), table, tmp_path) == rows_of(table)

    def test_has_the_same_bytes_in_another_process(self) -> None:
        program = (
            "import hashlib\n"
            "from services.analytics.exports.files import WRITERS\n"
            "from tests.services.analytics.exports.test_files import table_of\n"
            "table = table_of([('æ', 1, 0.1), (None, None, None)])\n"
            "bodies = b''.join(write(table, 'da') for write in WRITERS.values())\n"
            "print(hashlib.sha256(bodies).hexdigest())\n"
        )
        found = {
            subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).stdout
            for _ in range(2)
        }
        assert len(found) == 1

    def test_a_files_name_is_made_of_codes(self) -> None:
        file = file_of(b"", CSV, "wave-figures-baseline")
        assert file.disposition == 'attachment; filename="samspil-wave-figures-baseline.csv"'


class TestSav:
    def test_has_labels_codes_measures_and_missing_values(self, tmp_path: Path) -> None:
        row = [None] * 8 + ["dont-know", -1, None] + [None] * 3
        table = Table(Said("Borgerforløbets svar", "Answers"), ANSWERS, [row], {"dataVersion": "b7c1e0"})
        columns, about = sav(write_sav(table, "da"), tmp_path)
        assert about.file_label == "Borgerforløbets svar"
        assert about.column_names_to_labels["raterLabel"] == "Navn på den der bedømmer"
        assert about.variable_value_labels["answerKind"]["dont-work-with"] == "Arbejder ikke sammen med"
        assert about.variable_value_labels["answerCode"][-1.0] == "Ved ikke"
        assert (about.variable_measure["answerCode"], about.variable_measure["answerValue"]) == (
            "ordinal",
            "scale",
        )
        assert about.notes == ["dataVersion: b7c1e0"]
        assert columns["answerCode"] == [-1.0]
        # Read as SPSS computes with it, a declared code is no value.
        assert sav(write_sav(table, "da"), tmp_path, user_missing=False)[0]["answerCode"] == [None]

    def test_an_undeclared_code_is_a_value(self, tmp_path: Path) -> None:
        declared = next(each for each in ANSWERS if each.name == "answerCode")
        table = Table(Said("a", "a"), (replace(declared, missing=()),), [[-1]], {})
        assert sav(write_sav(table, "da"), tmp_path, user_missing=False)[0]["answerCode"] == [-1.0]

    def test_speaks_english_too(self, tmp_path: Path) -> None:
        _, about = sav(write_sav(Table(Said("a", "b"), FIGURES, [], {}), "en"), tmp_path)
        assert about.file_label == "b"
        assert about.column_names_to_labels["value"] == "The figure; empty where it is undefined"

    @pytest.mark.parametrize("length", [1, 7, 8, 9, 254, 255, 256, 257, 504, 505, 510, 511, 765, 3000])
    def test_a_long_text_is_whole(self, length: int, tmp_path: Path) -> None:
        text = ("abcdefghij" * length)[: length - 1] + "z"
        danish = ("æøå" * length)[: length // 2]
        table = table_of([(text, 1, 1.0), (danish or None, 2, 2.0), ("kort", 3, 3.0)])
        body = WRITERS[SAV](table, "da")
        assert read(SAV, body, table, tmp_path) == rows_of(table)
        # What stands after the text's segments is still where it belongs.
        _, about = sav(body, tmp_path)
        assert about.column_labels == ["Ordene på dansk: æøå", "Hele tal", "Tal"]
        assert list(about.variable_measure.values()) == ["nominal", "ordinal", "scale"]

    def test_one_too_long_is_cut_between_letters(self, tmp_path: Path) -> None:
        for text in ("å" * 20_000, "a" + "å" * 20_000):
            columns, _ = sav(write_sav(table_of([(text, 1, 1.0)]), "da"), tmp_path)
            (found,) = columns["theWords"]
            assert found.endswith("...")
            assert text.startswith(found.removesuffix("..."))
            assert LONGEST_TEXT - 1 <= len(found.encode()) <= LONGEST_TEXT

    @pytest.mark.parametrize(
        "column",
        [
            replace(WORDS, name="knowledge-sharing"),
            replace(WORDS, name="1st"),
            replace(WORDS, name="a" * 65),
            replace(WHOLES, missing=(0, -1, -2, -3)),
        ],
    )
    def test_refuses_what_spss_would_not_take(self, column: Column) -> None:
        with pytest.raises(ValueError, match=r"name for a variable|missing codes"):
            write_sav(Table(Said("a", "a"), (column,), [], {}), "da")

    def test_every_column_of_ours_has_a_name_it_takes(self, tmp_path: Path) -> None:
        for columns in (ANSWERS, FIGURES):
            _, about = sav(write_sav(Table(Said("a", "a"), columns, [], {}), "da"), tmp_path)
            assert about.column_names == [each.name for each in columns]


class TestParquet:
    def test_has_types_and_says_what_it_holds(self, tmp_path: Path) -> None:
        file = tmp_path / "trial.parquet"
        file.write_bytes(WRITERS[PARQUET](table_of([]), "da"))
        schema = pyarrow.parquet.read_schema(file)
        assert [str(each) for each in schema.types] == ["string", "int64", "double"]
        metadata = pyarrow.parquet.ParquetFile(file).metadata.metadata
        assert orjson.loads(metadata[METADATA_KEY.encode()]) == {
            "title": "Prøve",
            "provenance": {"dataVersion": "b7c1e0"},
            "columns": {
                "theWords": "Ordene på dansk: æøå",
                "theWholes": "Hele tal",
                "theNumbers": "Tal",
            },
        }

    def test_an_empty_table_has_its_columns(self) -> None:
        assert from_parquet(WRITERS[PARQUET](table_of([]), "da")) == []
