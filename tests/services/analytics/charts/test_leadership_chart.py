"""Leadership and RK: the released line as it is; dots and band only if they were released."""

from dataclasses import replace
from typing import Any

import pytest

from services.analytics.associations.schemas import (
    Associations,
    LeadershipToRkView,
    RegressionView,
)
from services.analytics.charts.frame import nothing_to_show
from services.analytics.charts.leadership_chart import leadership_chart, scatter_of
from services.analytics.release.envelope import EstimateView
from tests.services.analytics.charts.figures import estimate, scatter
from tests.services.analytics.charts.made import PROVENANCE, rows


def associations(intercept: EstimateView, slope: EstimateView) -> Associations:
    """Release a relation."""
    line = RegressionView(intercept=intercept, slope=slope, errors="CR2", clusters=[3])
    shown: dict[str, Any] = {
        "unit_of_analysis": "respondent-by-case",
        "n": 4,
        "cases": 3,
        "leaders": 2,
        "by_case": line,
    }
    found = LeadershipToRkView.model_construct(None, **shown)  # the rest the chart does not show
    return Associations(provenance=PROVENANCE, leadership_to_rk=found, rk_to_citizen=None, path=None)


def test_takes_the_line_from_the_released_relation() -> None:
    assert scatter_of(associations(estimate(1.0), estimate(0.67, 0.45, 0.89))) == scatter()


def test_there_is_no_line_without_a_relation() -> None:
    assert scatter_of(None) is None
    assert (
        scatter_of(
            Associations(provenance=PROVENANCE, leadership_to_rk=None, rk_to_citizen=None, path=None)
        )
        is None
    )
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
