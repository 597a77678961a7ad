"""The distribution: areas are counts, and a bin that would show single cases is refused."""

from dataclasses import replace

import pytest

from services.analytics.charts.distribution_chart import Bin, distribution_chart, distribution_of
from services.analytics.charts.frame import nothing_to_show
from services.analytics.distribution.case_distribution import case_score_distribution
from services.analytics.release.decisions import GroupSize
from tests.services.analytics.charts.figures import distribution
from tests.services.analytics.charts.made import rows
from tests.services.analytics.distribution.test_case_distribution import wave
from tests.services.analytics.waves_made_up import held_of

CASES = GroupSize(8)


def test_areas_are_counts() -> None:
    bins = rows(distribution_chart(distribution(), "da"), "bins")
    assert [each["density"] * (each["high"] - each["low"]) for each in bins] == [9.0, 12.0, 8.0]
    assert [each["text"] for each in bins] == ["9", "12", "8"]


@pytest.mark.parametrize("cases", [1, 7])
def test_a_bin_of_few_cases_is_refused(cases: int) -> None:
    with pytest.raises(ValueError, match="fewer cases"):
        replace(distribution(), bins=[Bin(1.0, 2.0, 8), Bin(2.0, 3.0, cases)])


def test_a_bin_without_width_is_refused() -> None:
    with pytest.raises(ValueError, match="no width"):
        replace(distribution(), bins=[Bin(2.0, 2.0, 8)])


def test_without_cases_there_is_nothing() -> None:
    assert distribution_chart(None, "da") == nothing_to_show("da")
    assert distribution_chart(replace(distribution(), bins=[Bin(1.0, 5.0, 0)]), "da") == nothing_to_show(
        "da"
    )


def test_the_text_names_every_number() -> None:
    assert distribution_chart(distribution(), "da")["description"] == (
        "Forløbenes scorer, måletidspunkt baseline. 29 forløb, middel 3,31. 1,00–2,50: 9 forløb. "
        "2,50–3,00: 0 forløb. 3,00–3,50: 12 forløb. 3,50–5,00: 8 forløb."
    )


def test_takes_the_bins_from_the_released_distribution() -> None:
    view = case_score_distribution("baseline", CASES, held_of(wave(0, 8, 0, 8)), GroupSize(5))
    assert view is not None
    spec = distribution_chart(distribution_of(CASES.minimum, view), "en")
    assert [(each["low"], each["cases"]) for each in rows(spec, "bins")] == [(2.0, 8), (4.0, 8)]
    assert [each["low"] for each in rows(spec, "mean")] == [view.overall.mean.value]
    assert "16 cases, mean 3.00." in spec["description"]


def test_where_no_bins_may_be_shown_there_is_one_bar() -> None:
    view = case_score_distribution("baseline", CASES, held_of(wave(1, 0, 0, 0, 7)), GroupSize(5))
    assert view is not None
    assert view.overall.bins == []
    bins = rows(distribution_chart(distribution_of(CASES.minimum, view), "da"), "bins")
    assert [(each["low"], each["high"], each["text"]) for each in bins] == [(1.0, 5.0, "8")]
    assert distribution_of(CASES.minimum, None) is None


def test_an_undefined_mean_is_said() -> None:
    spec = distribution_chart(replace(distribution(), mean=None), "da")
    assert "29 forløb, middel ikke bestemt." in spec["description"]
    assert rows(spec, "mean") == []
