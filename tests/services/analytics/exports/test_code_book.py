"""The code book explains everything that the files hold, in both languages."""

import csv
import io
import json
from pathlib import Path

import pytest

from services.analytics.exports.code_book import code_book, code_book_csv
from services.analytics.exports.columns import ANSWERS, FIGURES, MATRIX, VERSIONS, about_name
from services.analytics.exports.figure_words import PARTS, label_of
from services.analytics.exports.figures import figures_table, paths_of
from services.analytics.exports.schemas import CodeBookTable, EntryKind
from services.analytics.exports.sources import SHOWN, case_views
from services.analytics.exports.words import REASONS, SUB_SCALES
from services.analytics.methods.results import Reason
from services.analytics.scores.words import DIMENSIONS, Said
from shared.access.principal import Role
from shared.spreadsheet import MEDIA_TYPE as CSV
from shared.spreadsheet import unsafe
from tests.services.analytics.exports.reading_back import rows_of
from tests.services.analytics.exports.test_figures import FIVE, LEAST, held, of_case, sample_rows
from tests.services.analytics.networks_by_hand import ANNE
from tests.services.analytics.rounds_with_answers import Answered
from tests.support.municipality import ok
from tests.support.refusals import refused

CATALOGUE = Path(__file__).parents[4] / "services" / "survey" / "instruments" / "catalogue"


def named(table: CodeBookTable, kind: EntryKind) -> set[tuple[str, str | None]]:
    return {
        (each.column_name, each.code_value)
        for each in code_book().entries
        if (each.table_name, each.entry_kind) == (table, kind)
    }


class TestCodeBook:
    def test_names_every_column(self) -> None:
        for table, columns in (
            (CodeBookTable.ANSWERS, ANSWERS),
            (CodeBookTable.FIGURES, FIGURES),
            (CodeBookTable.MATRIX, (*MATRIX, *VERSIONS)),
        ):
            assert named(table, EntryKind.COLUMN) >= {(each.name, None) for each in columns}
        assert ("about_{id}", None) in named(CodeBookTable.MATRIX, EntryKind.COLUMN)
        assert about_name(ANNE) == "about_00000000_0000_0000_0000_000000000001"

    def test_names_every_figure_that_is_written(self) -> None:
        views = case_views("baseline", held(of_case(1, FIVE), of_case(2, FIVE)), LEAST)
        found = [*sample_rows(), *rows_of(figures_table("baseline", views))]
        written = {("figure", str(row["figure"])) for row in found}
        assert len(written) > 100
        assert written <= named(CodeBookTable.FIGURES, EntryKind.FIGURE)

    def test_has_words_for_every_part_of_every_figure(self) -> None:
        paths = [path for name, view in SHOWN.items() for path in paths_of(name, view)]
        assert "associations.leadershipToRk.twoWay.slope" in paths
        parts = {part for path in paths for part in path.split(".")}
        assert parts - set(PARTS) == set()
        assert [key for key in PARTS if not any(f".{key}." in f".{path}." for path in paths)] == []
        assert label_of("overview.nothingKnown").en.endswith(": nothingKnown")

    def test_says_what_a_part_is_after_another(self) -> None:
        assert label_of("caseScoreDistribution.levels").en.endswith(": cases of one complexity")
        assert label_of("associations.leadershipToRk.mixed.terms.levels").en.endswith(": number of levels")

    def test_says_which_codes_are_no_value(self) -> None:
        missing = {
            each.code_value: (each.label_danish, each.label_english)
            for each in code_book().entries
            if each.is_missing
        }
        assert missing == {
            "0": ("Ikke besvaret", "Not answered"),
            "-1": ("Ved ikke", "Don't know"),
            "-2": ("Arbejder ikke sammen med", "Doesn't work with"),
        }

    def test_has_words_for_every_reason(self) -> None:
        assert set(REASONS) == set(Reason)

    def test_calls_statements_as_the_instruments_do(self) -> None:
        told: dict[str | int, set[Said]] = {}
        for file in CATALOGUE.glob("*.json"):
            instrument = json.loads(file.read_text())
            parts = [*instrument.get("subScales", [])]
            parts += instrument["items"] if instrument["form"] == "network" else []
            for each in parts:
                told.setdefault(each["id"], set()).add(Said(each["label"]["da"], each["label"]["en"]))
        for code, said in (*DIMENSIONS.items(), *SUB_SCALES.items()):
            assert told[code] == {said}

    def test_as_csv_says_the_same(self) -> None:
        found = list(csv.DictReader(io.StringIO(code_book_csv().decode(), newline="")))
        entries = code_book().entries
        assert [(unsafe(each["codeValue"]) or None, each["labelDanish"]) for each in found] == [
            (each.code_value, each.label_danish) for each in entries
        ]


class TestGetExportCodeBook:
    async def test_comes_as_json_and_as_csv(self, five: Answered) -> None:
        client = five.member()
        told = ok(await client.get("/v1/exports/code-book"))
        assert told == code_book().model_dump(mode="json", by_alias=True)
        file = await client.get("/v1/exports/code-book", headers={"Accept": CSV})
        assert file.content == code_book_csv()
        tag = {"Accept": CSV, "If-None-Match": file.headers["etag"]}
        assert (await client.get("/v1/exports/code-book", headers=tag)).status_code == 304
        wrong = await client.get("/v1/exports/code-book", headers={"Accept": "image/png"})
        refused(wrong, 406, "not-acceptable")

    @pytest.mark.parametrize("role", [Role.ANALYST, Role.ADMINISTRATOR, Role.LEADER])
    async def test_is_for_whoever_may_have_files(self, five: Answered, role: Role) -> None:
        ok(await five.person(None, role).get("/v1/exports/code-book"))
        refused(await five.person(None, Role.CASE_SYSTEM).get("/v1/exports/code-book"), 403, "forbidden")
