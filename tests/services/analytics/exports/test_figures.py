"""A wave's files hold one row for each figure of the released views, and no figure besides."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from services.analytics.exports.figures import ReleasedView, figures_table, paths_of
from services.analytics.exports.sources import case_views, wave_views
from services.analytics.projection.holdings import Holdings, Wave
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import FigureView, IntervalView
from services.analytics.scores.case_scores import results_for_others
from services.analytics.scores.schemas import Provenance
from services.analytics.scores.wave_scores import overview
from services.analytics.validity.instruments import reliabilities
from shared.contracts.survey import RoundState
from shared.wire import WireModel
from tests.services.analytics.exports.reading_back import Rows, rows_of
from tests.services.analytics.networks_by_hand import THREE, network

K = GroupSize(5)
FIVE = [
    [[0 if a == b else 1 + (a + b + item) % 5 for item in range(2)] for b in range(5)] for a in range(5)
]


def of_case(number: int, cells: list[list[list[int]]], **more: Any) -> Measurement:
    return network(cells, id=UUID(int=500 + number), case_id=UUID(int=700 + number), **more)


def held(*measurements: Measurement) -> Holdings:
    return Holdings("b7c1e0", {"baseline": Wave("baseline", measurements)})


def rows(views: list[ReleasedView]) -> Rows:
    return rows_of(figures_table("baseline", views))


def numbers_in(value: Any) -> Iterator[float]:
    """Yield every number of a JSON document."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from numbers_in(each)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield float(value)


def numbers_of(found: Rows) -> set[float]:
    return {float(cell) for row in found for cell in row.values() if isinstance(cell, (int, float))}


class TestFiguresOfAWave:
    def test_are_those_of_the_views_all_of_them_and_no_more(self) -> None:
        everything = held(of_case(1, FIVE), of_case(2, FIVE))
        shown = [find("baseline", everything, K) for find in (overview, reliabilities)]
        told = set(numbers_in([each.model_dump() for each in shown if each is not None]))
        found = rows(wave_views("baseline", everything, K))
        versions = {1.0}  # an instrument's version names it, and is no figure
        assert numbers_of(found) <= told
        assert told - versions <= numbers_of(found)

    def test_stand_with_what_they_are_about(self) -> None:
        found = rows(wave_views("baseline", held(of_case(1, FIVE), of_case(2, FIVE)), K))
        (mean,) = (row for row in found if row["figure"] == "overview.meanOfCases")
        assert (mean["level"], mean["caseId"], mean["waveCode"]) == ("wave", None, "baseline")
        assert mean["instruments"] == "relational-capacity/1"
        dimensions = [row for row in found if row["figure"] == "overview.dimensions.score"]
        assert [row["dimensionCode"] for row in dimensions] == ["mutual-knowledge", "problem-solving"]
        assert [row["raters"] for row in dimensions] == [10, 10]
        (alpha,) = (row for row in found if row["figure"] == "reliability.instruments.alpha.listwise")
        assert alpha["cut"] == "instrument=relational-capacity; version=1; form=network; level=dyads"
        (rate,) = (row for row in found if row["figure"] == "overview.response.rate")
        assert rate["value"] == 1.0

    def test_say_why_there_is_none(self) -> None:
        found = rows(wave_views("baseline", held(of_case(1, FIVE)), K))
        (spread,) = (row for row in found if row["figure"] == "overview.sdOfCases")
        assert (spread["value"], spread["reason"]) == (None, "too-few-rows")

    def test_of_too_few_people_are_none(self) -> None:
        assert wave_views("baseline", held(of_case(1, THREE)), K) == []
        assert wave_views("baseline", held(), K) == []
        # With a smaller group size there are some: it is the size that keeps them back.
        assert wave_views("baseline", held(of_case(1, THREE)), GroupSize(3)) != []

    def test_an_empty_table_has_columns_and_no_rows(self) -> None:
        table = figures_table("baseline", [])
        assert table.rows == []
        assert table.provenance == {"waveCode": "baseline"}


class Grid(WireModel):
    """A view as there is none: lists in lists, truths, and figures under names."""

    provenance: Provenance
    label: str
    is_zero: bool
    version: int
    cells: list[list[FigureView]]
    clusters: list[int]
    between: list[IntervalView]


class TestAnyView:
    def test_says_where_in_a_list_a_figure_stands(self) -> None:
        provenance = overview("baseline", held(of_case(1, FIVE)), K)
        assert provenance is not None
        view = Grid(
            provenance=provenance.provenance,
            label="=Ærø",
            is_zero=True,
            version=2,
            cells=[
                [FigureView(value=1.5), FigureView(value=None, reason="no-data")],
                [FigureView(value=3)],
            ],
            clusters=[31],
            between=[IntervalView(low=1, high=2, level=0.95)],
        )
        found = rows([ReleasedView("grid", view, view.provenance)])
        about = "label==Ærø; isZero=true; version=2; "
        assert [(row["figure"], row["cut"], row["value"], row["low"]) for row in found] == [
            ("grid.cells", about + "position=1; position2=1", 1.5, None),
            ("grid.cells", about + "position=1; position2=2", None, None),
            ("grid.cells", about + "position=2; position2=1", 3.0, None),
            ("grid.clusters", about + "position=1", 31.0, None),
            ("grid.between", about + "position=1", None, 1.0),
        ]
        assert list(paths_of("grid", Grid)) == ["grid.cells", "grid.clusters", "grid.between"]


class TestFiguresOfCases:
    def test_are_of_cases_that_enough_people_answered_in(self) -> None:
        found = case_views("baseline", held(of_case(2, FIVE), of_case(1, THREE), of_case(3, FIVE)), K)
        assert [each.case_id for each in found] == [UUID(int=702), UUID(int=703)]

    def test_are_those_that_others_than_the_team_see(self) -> None:
        measurement = of_case(1, FIVE)
        told = results_for_others([measurement], K)
        assert told is not None
        found = rows(case_views("baseline", held(measurement), K))
        assert numbers_of(found) == set(numbers_in(told.model_dump()))
        assert {row["caseId"] for row in found} == {str(UUID(int=701))}
        assert {row["dataVersion"] for row in found} == {told.provenance.data_version}

    def test_dimensions_of_few_people_stay_back(self) -> None:
        # Nobody but one answers the second statement: five stand behind the score, one behind that.
        few = [[[0 if a == b else 4, 3 if a == 0 != b else 0] for b in range(5)] for a in range(5)]
        found = rows(case_views("baseline", held(of_case(1, few)), K))
        assert "caseScores.caseScore.meanOfDyads" in {row["figure"] for row in found}
        assert "caseScores.dimensions.score" not in {row["figure"] for row in found}
        every = rows(case_views("baseline", held(of_case(1, few)), GroupSize(1)))
        assert "caseScores.dimensions.score" in {row["figure"] for row in every}

    @pytest.mark.parametrize("state", [RoundState.OPEN, RoundState.CANCELLED])
    def test_of_a_round_not_closed_there_are_none(self, state: RoundState) -> None:
        assert case_views("baseline", held(of_case(1, FIVE, round_state=state)), K) == []
