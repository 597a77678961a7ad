"""Leadership and RK: the released line as it is; dots and band only if they were released."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from services.analytics.associations.schemas import (
    AssociationsSeen,
    BandPointView,
    LeadershipToRkView,
    PointView,
    RegressionView,
)
from services.analytics.charts.frame import nothing_to_show
from services.analytics.charts.leadership_chart import BandPoint, leadership_chart, scatter_of
from services.analytics.release.envelope import EstimateView
from tests.services.analytics.charts.figures import estimate, scatter
from tests.services.analytics.charts.made import PROVENANCE, rows


def associations(
    intercept: EstimateView,
    slope: EstimateView,
    band: Sequence[BandPointView] = (),
    points: list[PointView] | None = None,
) -> AssociationsSeen:
    """Release a relation."""
    line = RegressionView(intercept=intercept, slope=slope, errors="cr2", clusters=[3])
    shown: dict[str, Any] = {
        "unit_of_analysis": "respondent-by-case",
        "n": 4,
        "cases": 3,
        "leaders": 2,
        "by_case": line,
        "band": list(band),
    }
    found = LeadershipToRkView.model_construct(None, **shown)  # the rest the chart does not show
    return seen(found, points)


def seen(found: LeadershipToRkView | None, points: list[PointView] | None = None) -> AssociationsSeen:
    """Let somebody see a relation."""
    return AssociationsSeen(
        provenance=PROVENANCE, leadership_to_rk=found, rk_to_citizen=None, path=None, points=points
    )


def test_takes_the_line_from_the_released_relation() -> None:
    assert scatter_of(associations(estimate(1.0), estimate(0.67, 0.45, 0.89))) == replace(
        scatter(), dots=[], band=[]
    )


def test_takes_the_band_and_the_dots_where_they_were_released() -> None:
    band = [
        BandPointView(value=2.34, at_leadership=2.0, interval=estimate(0.0, 2.1, 2.6).interval),
        BandPointView(value=3.0, at_leadership=3.0, interval=estimate(0.0).interval),
        BandPointView(value=3.68, at_leadership=4.0, interval=estimate(0.0, 3.4, 4.0).interval),
    ]
    dots = ((2.0, 2.5), (4.0, 3.5), (2.0, 2.5), (3.0, 3.0))
    line = (estimate(1.0), estimate(0.67, 0.45, 0.89))
    points = [PointView(leadership=leadership, rk=rk) for leadership, rk in dots]
    assert scatter_of(associations(*line, band, points)) == scatter(dots=True)
    without = scatter_of(associations(*line, band))
    assert without == replace(scatter(dots=True), dots=[])
    ends = rows(leadership_chart(without, "da"), "line")
    assert [each["leadership"] for each in ends] == [2.0, 4.0]


def test_a_band_stays_within_the_plot() -> None:
    wide = replace(scatter(), band=[BandPoint(1.0, -2.0, 3.0), BandPoint(5.0, 3.0, 9.0)])
    spec = leadership_chart(wide, "da")
    assert [(each["low"], each["high"]) for each in rows(spec, "band")] == [(1.0, 3.0), (3.0, 5.0)]


def test_there_is_no_line_without_a_relation() -> None:
    assert scatter_of(None) is None
    assert scatter_of(seen(None)) is None
    assert scatter_of(associations(estimate(1.0), estimate(None))) is None
    assert leadership_chart(None, "da") == nothing_to_show("da")


def test_a_line_without_dots_goes_over_the_scale() -> None:
    spec = leadership_chart(scatter(), "da")
    ends = [(each["leadership"], each["given"]) for each in rows(spec, "line")]
    assert ends == [(1.0, pytest.approx(1.67)), (5.0, pytest.approx(4.35))]
    assert rows(spec, "dots") == rows(spec, "band") == []
    assert "Medarbejdernes enkelte svar vises ikke." in " ".join(spec["title"]["subtitle"])


@pytest.mark.parametrize("slope", [2.0, -2.0, 0.0])
def test_a_line_stays_within_the_plot(slope: float) -> None:
    shown = replace(scatter(), intercept=3.0 - 3.0 * slope, slope=estimate(slope))
    for end in rows(leadership_chart(shown, "da"), "line"):
        assert 1.0 - 1e-9 <= end["given"] <= 5.0 + 1e-9
        assert 1.0 <= end["leadership"] <= 5.0


def test_dots_in_one_place_are_one_larger_ring() -> None:
    spec = leadership_chart(scatter(dots=True), "en")
    assert rows(spec, "dots") == [
        {"leadership": 2.0, "given": 2.5, "employees": 2},
        {"leadership": 3.0, "given": 3.0, "employees": 1},
        {"leadership": 4.0, "given": 3.5, "employees": 1},
    ]
    assert [each["leadership"] for each in rows(spec, "line")] == [2.0, 4.0]
    assert len(rows(spec, "band")) == 2


def test_the_text_names_slope_interval_and_unit() -> None:
    assert leadership_chart(scatter(), "da")["description"] == (
        "Ledelse og relationel kapacitet, måletidspunkt baseline. "
        "Hældning 0,67, 95 %-interval [0,45; 0,89]. "
        "Analyseenhed: medarbejder i et forløb. n = 4, 3 forløb, 2 ledere. Usikkerhed: CR2 efter forløb. "
        "Ved ledelse 1,00 går linjen gennem 1,67. Ved ledelse 5,00 går linjen gennem 4,35."
    )
    unsure = replace(scatter(), slope=estimate(0.67))
    assert "interval undefined" in leadership_chart(unsure, "en")["description"]
