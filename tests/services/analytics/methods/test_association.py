"""The two associations: reference values, oracles, gaps, percent conventions."""

from importlib import import_module

import numpy as np
import pytest

from services.analytics.methods.association import (
    UnitOfAnalysis,
    leadership_to_rk,
    percent_effect,
    rk_to_citizen,
)
from services.analytics.methods.least_squares import design_of
from services.analytics.methods.regression import regress
from services.analytics.methods.results import Quantity, Reason, undefined
from services.analytics.methods.sandwich import Errors

from .conftest import Compare, TwelveCases

stats = import_module("scipy.stats")


def test_reference_leadership_to_rk(twelve: TwelveCases, agrees: Compare) -> None:
    held = leadership_to_rk(**twelve.leadership_and_rk(1))
    agrees("lead_rk/slope", held.by_case.slope.value)
    agrees("lead_rk/by_case/n_clusters", held.cases)
    agrees("lead_rk/by_case/se_CR2", held.by_case.slope.standard_error)
    agrees("lead_rk/by_case/df_satt_CR2", held.by_case.slope.df)
    agrees("lead_rk/by_case/p_CR2", held.by_case.slope.p)
    assert held.unit_of_analysis is UnitOfAnalysis.RESPONDENT_BY_CASE
    assert (held.n, held.leaders) == (60, 7)
    assert held.by_leader.slope.value == held.two_way.slope.value == held.by_case.slope.value


@pytest.mark.parametrize("errors", [one for one in Errors if one.clustered])
def test_reference_standard_errors(twelve: TwelveCases, agrees: Compare, errors: Errors) -> None:
    rows = twelve.leadership_and_rk(1)
    held = regress(rows["rk"], design_of(rows["leadership"]), errors, [rows["cases"]])
    agrees(f"lead_rk/by_case/se_{errors.upper()}", held.slope.standard_error)


def test_rk_to_citizen_is_the_least_squares_line_with_hc3(twelve: TwelveCases) -> None:
    rk, citizen = (np.array(column, dtype=float) for column in twelve.rk_and_citizen(1))
    held = rk_to_citizen(rk, citizen)
    line = stats.linregress(rk, citizen)
    assert held.regression.slope.value.value == pytest.approx(line.slope, rel=1e-10)
    assert held.regression.intercept.value.value == pytest.approx(line.intercept, rel=1e-10)
    assert held.regression.r_squared.value == pytest.approx(line.rvalue**2, rel=1e-10)
    centred = rk - rk.mean()
    residuals = citizen - line.intercept - line.slope * rk
    leverage = 1 / 12 + centred**2 / np.sum(centred**2)
    variance = np.sum((centred * residuals / (1 - leverage)) ** 2) / np.sum(centred**2) ** 2
    assert held.regression.slope.standard_error.value == pytest.approx(variance**0.5, rel=1e-10)
    assert held.regression.slope.df.value == 10.0
    assert (held.n, held.unit_of_analysis) == (12, UnitOfAnalysis.CASE)


def test_rows_with_both_are_used() -> None:
    x, y = [1, 2, None, 3, 4, 5], [2, 1, 3, None, 4, 4]
    held = leadership_to_rk(np.array(x, float), np.array(y, float), list("aabbcc"), list("klmnop"))
    assert (held.n, held.cases, held.leaders) == (4, 2, 4)
    assert held.mean_x.value == 3.0


def test_nothing_to_relate_is_undefined_not_an_error() -> None:
    held = leadership_to_rk([], [], [], [])
    assert held.by_case.slope.value.reason is held.percent.scale_range.reason
    assert held.by_case.slope.value.reason is Reason.TOO_FEW_ROWS
    assert held.mean_x.reason is Reason.NO_DATA
    assert rk_to_citizen([3, 3, 3], [2, 3, 4]).regression.slope.value.reason is (Reason.NOT_IDENTIFIED)


def test_one_case_has_a_slope_without_uncertainty() -> None:
    held = leadership_to_rk([1, 2, 3, 5], [1, 2, 2, 4], list("aaaa"), list("kkll"))
    assert held.by_case.slope.value.value is not None
    assert held.by_case.slope.p.reason is Reason.TOO_FEW_CLUSTERS
    assert held.two_way.slope.p.reason is Reason.TOO_FEW_CLUSTERS


def test_both_percent_conventions_are_named() -> None:
    held = percent_effect(Quantity(0.67), Quantity(3.0), Quantity(2.0))
    assert held.scale_range.value == pytest.approx(6.7)
    assert held.relative_to_means.value == pytest.approx(10.05)
    lost = percent_effect(Quantity(0.67), undefined(Reason.NO_DATA), Quantity(2.0))
    assert lost.scale_range.value is not None
    assert lost.relative_to_means.reason is Reason.NO_DATA


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="rows of one table"):
        rk_to_citizen([1, 2], [1])
    with pytest.raises(ValueError, match="one label per row"):
        leadership_to_rk([1, 2], [1, 2], ["a"], ["k", "l"])
