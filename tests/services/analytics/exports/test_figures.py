"""A wave's files hold one row for each figure of the released views, and no figure besides."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from services.analytics.associations.of_wave import associations
from services.analytics.cuts.schemas import Attribute, Crossing, Direction
from services.analytics.cuts.views import capacities, interfaces
from services.analytics.distribution.case_distribution import case_score_distribution
from services.analytics.distribution.response import wave_response
from services.analytics.exports.figures import ReleasedView, figures_table, paths_of
from services.analytics.exports.sources import case_views, wave_views
from services.analytics.people.profile import leadership_profile
from services.analytics.projection.holdings import Holdings, Wave
from services.analytics.projection.measurement import Measurement
from services.analytics.release.cases import Least
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import EstimateView, FigureView, IntervalView
from services.analytics.scores.case_scores import results_for_others
from services.analytics.scores.schemas import Provenance
from services.analytics.scores.wave_scores import overview
from services.analytics.validity.instruments import reliabilities
from shared.contracts.survey import RoundState
from shared.wire import WireModel
from tests.services.analytics.cuts.test_views import whole
from tests.services.analytics.exports.reading_back import Rows, rows_of
from tests.services.analytics.five_municipalities import sample
from tests.services.analytics.networks_by_hand import THREE, network
from tests.services.analytics.people.leaders_by_hand import forms, teams
from tests.services.analytics.waves_made_up import case_of

K, CASES = GroupSize(5), GroupSize(8)
LEAST = Least(K, CASES)
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


def figures_in(value: Any) -> Iterator[float]:
    """Yield every number of a JSON document but those that say which figure it is."""
    if isinstance(value, dict):
        naming = {"version", "share", "atLeadership", *(("low", "high") if "cases" in value else ())}
        for name, each in value.items():
            yield from figures_in(each) if name not in naming or isinstance(each, dict) else ()
    elif isinstance(value, list):
        for each in value:
            yield from figures_in(each)
    else:
        yield from numbers_in(value)


def numbers_listed(found: Rows) -> list[float]:
    return [float(cell) for row in found for cell in row.values() if isinstance(cell, (int, float))]


def numbers_of(found: Rows) -> set[float]:
    return set(numbers_listed(found))


VIEWS: dict[str, Callable[[str, Holdings, GroupSize], Sequence[WireModel | None]]] = {
    "overview": lambda *asked: [overview(*asked)],
    "reliability": lambda *asked: [reliabilities(*asked)],
    "associations": lambda *asked: [associations(*asked)],
    "caseScoreDistribution": lambda wave, held, size: [case_score_distribution(wave, CASES, held, size)],
    "responseQuality": lambda *asked: [wave_response(*asked)],
    "leadershipProfile": lambda *asked: [leadership_profile(*asked)],
    "capacities": lambda wave, held, size: [
        capacities(wave, *each, held, size) for each in product(Direction, Attribute)
    ],
    "interfaces": lambda wave, held, size: [interfaces(wave, each, held, size) for each in Crossing],
}


@cache
def sample_rows() -> Rows:
    """Return what there is of the five municipalities: of every view something."""
    return rows(wave_views("baseline", sample(), LEAST))


class TestFiguresOfAWave:
    @pytest.mark.parametrize("view", VIEWS)
    def test_are_those_of_each_view_all_of_them_and_no_more(self, view: str) -> None:
        shown = [each for each in VIEWS[view]("baseline", sample(), K) if each is not None]
        assert shown
        own = [row for row in sample_rows() if str(row["figure"]).split(".")[0] == view]
        told = Counter(figures_in([each.model_dump(mode="json", by_alias=True) for each in shown]))
        assert Counter(numbers_listed(own)) == told
        assert {row["figure"] for row in own} <= set(paths_of(view, type(shown[0])))

    def test_are_each_told_apart_from_the_others(self) -> None:
        names = ("figure", "dimensionCode", "cut")
        found = Counter(tuple(row[name] for name in names) for row in sample_rows())
        assert [each for each, times in found.items() if times > 1] == []

    def test_are_of_views_that_may_be_seen_each_by_itself(self) -> None:
        # Cases are few for a distribution and enough for all else; leaders there are none.
        names = {each.name for each in wave_views("baseline", held(of_case(1, FIVE)), LEAST)}
        assert names == set(VIEWS) - {"associations", "caseScoreDistribution", "leadershipProfile"}

    def test_stand_with_what_they_are_about(self) -> None:
        found = rows(wave_views("baseline", held(of_case(1, FIVE), of_case(2, FIVE)), LEAST))
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
        found = rows(wave_views("baseline", held(of_case(1, FIVE)), LEAST))
        (spread,) = (row for row in found if row["figure"] == "overview.sdOfCases")
        assert (spread["value"], spread["reason"]) == (None, "too-few-rows")

    def test_of_an_interval_say_why_there_is_none(self) -> None:
        bare = IntervalView(low=None, high=None, level=0.95, reason="too-few-clusters")
        nothing = FigureView(value=None, reason="no-variance")
        estimate = EstimateView(
            value=0.5, standard_error=nothing, degrees_of_freedom=nothing, p=nothing, interval=bare
        )
        view = Reasoned(provenance=provenance(), estimate=estimate, bare=bare)
        found = rows([ReleasedView("reasoned", view, view.provenance)])
        assert [(row["value"], row["reason"], row["intervalReason"]) for row in found] == [
            (0.5, None, "too-few-clusters"),
            (None, None, "too-few-clusters"),
        ]

    def test_of_a_distribution_say_which_step_and_which_share(self) -> None:
        cases = [case_of(number, 2 + 2 * (number % 2), 5) for number in range(1, 17)]
        found = rows(wave_views("baseline", held(*cases), LEAST))
        about = "unitOfAnalysis=case; score=mean-of-dyads; "
        bins = [row for row in found if row["figure"] == "caseScoreDistribution.overall.bins.cases"]
        assert [(row["cut"], row["value"]) for row in bins if row["value"]] == [
            (about + "low=2.0; high=2.5", 8.0),
            (about + "low=4.0; high=4.5", 8.0),
        ]
        shares = [row for row in found if row["figure"] == "caseScoreDistribution.overall.quantiles"]
        assert [(row["cut"], row["value"]) for row in shares] == [
            (about + "share=0.25", 2.25),
            (about + "share=0.5", 2.5),
            (about + "share=0.75", 4.25),
        ]

    def test_of_a_distribution_there_are_none_of_too_few_cases(self) -> None:
        everything = held(*(case_of(number, 2 + 2 * (number % 2), 5) for number in range(1, 17)))
        for cases, shown in ((GroupSize(16), True), (GroupSize(17), False)):
            views = wave_views("baseline", everything, Least(K, cases))
            assert ("caseScoreDistribution" in {each.name for each in views}) is shown

    def test_of_interfaces_say_who_speaks_of_whom(self) -> None:
        everything, _ = whole()
        shown = interfaces("baseline", Crossing.UNIT, everything, K)
        assert shown is not None
        found = rows(wave_views("baseline", everything, LEAST))
        means = [
            (row["cut"], row["value"])
            for row in found
            if row["figure"] == "interfaces.interfaces.figures.mean"
            and str(row["cut"]).startswith("by=unit;")
        ]
        assert means == [
            (
                f"by=unit; raters.key={each.raters.key}; raters.label={each.raters.label or ''}; "
                f"rated.key={each.rated.key}; rated.label={each.rated.label or ''}",
                each.figures.mean,
            )
            for each in shown.interfaces
        ]
        assert len(means) == 9
        intervals = [row for row in found if row["figure"] == "interfaces.interfaces.figures.interval"]
        assert all(row["confidenceLevel"] == 0.95 and row["value"] is None for row in intervals)

    def test_of_leadership_say_where_and_stand_with_their_interval(self) -> None:
        found = rows(wave_views("baseline", held(forms(*teams(8), *teams(8, unit=2))), LEAST))
        units = [row for row in found if row["figure"] == "leadershipProfile.units.subScales.score"]
        assert len(units) == 6
        assert {row["dimensionCode"] for row in units} == {"framing", "engagement", "involvement"}
        assert {row["cut"] for row in units} == {f"id={UUID(int=7000 + number)}" for number in (1, 2)}
        assert all(isinstance(row["low"], float) and row["confidenceLevel"] == 0.95 for row in units)
        people = [
            row for row in found if row["figure"] == "leadershipProfile.units.subScales.score.leaders"
        ]
        assert [row["value"] for row in people] == [8.0] * 6

    def test_of_too_few_people_are_none(self) -> None:
        assert wave_views("baseline", held(of_case(1, THREE)), LEAST) == []
        assert wave_views("baseline", held(), LEAST) == []
        # With a smaller group size there are some: it is the size that keeps them back.
        assert wave_views("baseline", held(of_case(1, THREE)), replace(LEAST, people=GroupSize(3))) != []

    def test_an_empty_table_has_columns_and_no_rows(self) -> None:
        table = figures_table("baseline", [])
        assert table.rows == []
        assert table.provenance == {"waveCode": "baseline"}


class Reasoned(WireModel):
    """A view of an estimate, and of an interval by itself."""

    provenance: Provenance
    estimate: EstimateView
    bare: IntervalView


class Grid(WireModel):
    """A view as there is none: lists in lists, truths, and figures under names."""

    provenance: Provenance
    label: str
    is_zero: bool
    version: int
    cells: list[list[FigureView]]
    clusters: list[int]
    between: list[IntervalView]


class Party(WireModel):
    """Who is meant: texts, and no figure."""

    key: str | None
    label: str


class Between(WireModel):
    """What one party says of another, or nobody says of whom."""

    raters: Party
    rated: Party
    cells: int


class Factor(WireModel):
    """A code within a code."""

    code: str
    items: list["Loading"]


class Loading(WireModel):
    code: str
    loading: FigureView


class Parts(WireModel):
    """A view of parts that say what they are in ways of their own."""

    purpose: str
    provenance: Provenance
    between: list[Between]
    factors: list[Factor]


def provenance() -> Provenance:
    return Provenance(data_version="b7c1e0", instruments=["relational-capacity/1"], wave="baseline")


class TestAnyView:
    def test_says_who_and_within_what(self) -> None:
        view = Parts(
            purpose="better-collaboration",
            provenance=provenance(),
            between=[
                Between(raters=Party(key="a", label="A"), rated=Party(key=None, label="-"), cells=4),
            ],
            factors=[
                Factor(code=code, items=[Loading(code="innovation", loading=FigureView(value=0.5))])
                for code in ("behaviour", "orientation")
            ],
        )
        found = rows([ReleasedView("parts", view, view.provenance)])
        assert [(row["figure"], row["dimensionCode"], row["cut"]) for row in found] == [
            ("parts.between.cells", None, "raters.key=a; raters.label=A; rated.key=; rated.label=-"),
            ("parts.factors.items.loading", "innovation", "within=behaviour"),
            ("parts.factors.items.loading", "innovation", "within=orientation"),
        ]

    def test_says_where_in_a_list_a_figure_stands(self) -> None:
        view = Grid(
            provenance=provenance(),
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
        found = case_views("baseline", held(of_case(2, FIVE), of_case(1, THREE), of_case(3, FIVE)), LEAST)
        assert [each.case_id for each in found] == [UUID(int=702), UUID(int=703)]

    def test_are_those_that_others_than_the_team_see(self) -> None:
        measurement = of_case(1, FIVE)
        told = results_for_others([measurement], K)
        assert told is not None
        found = rows(case_views("baseline", held(measurement), LEAST))
        assert numbers_of(found) == set(numbers_in(told.model_dump()))
        assert {row["caseId"] for row in found} == {str(UUID(int=701))}
        assert {row["dataVersion"] for row in found} == {told.provenance.data_version}

    def test_dimensions_of_few_people_stay_back(self) -> None:
        # Nobody but one answers the second statement: five stand behind the score, one behind that.
        few = [[[0 if a == b else 4, 3 if a == 0 != b else 0] for b in range(5)] for a in range(5)]
        found = rows(case_views("baseline", held(of_case(1, few)), LEAST))
        assert "caseScores.caseScore.meanOfDyads" in {row["figure"] for row in found}
        assert "caseScores.dimensions.score" not in {row["figure"] for row in found}
        every = rows(case_views("baseline", held(of_case(1, few)), replace(LEAST, people=GroupSize(1))))
        assert "caseScores.dimensions.score" in {row["figure"] for row in every}

    @pytest.mark.parametrize("state", [RoundState.OPEN, RoundState.CANCELLED])
    def test_of_a_round_not_closed_there_are_none(self, state: RoundState) -> None:
        assert case_views("baseline", held(of_case(1, FIVE, round_state=state)), LEAST) == []
