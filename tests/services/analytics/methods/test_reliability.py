"""Alpha: reference values, hand values, gaps, degenerate rows."""

import numpy as np
import pytest

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.moments import Moments, moments_of
from services.analytics.methods.reliability import alpha_from_moments, feldt_interval, reliability
from services.analytics.methods.results import Quantity, Reason, undefined

from .conftest import Compare, TwelveCases


def rows_of(twelve: TwelveCases, name: str) -> FloatArray:
    if name == "leadership_w1":
        return twelve.leadership(1)[0].rows()
    return twelve.dyad_rows(int(name[4]))


@pytest.mark.parametrize("name", ["rk_w1_dyadrows", "rk_w2_dyadrows", "leadership_w1"])
def test_reference_alpha(twelve: TwelveCases, agrees: Compare, name: str) -> None:
    held = reliability(rows_of(twelve, name))
    listwise, pairwise = held.listwise, held.pairwise
    agrees(f"alpha/{name}/n_any", pairwise.rows)
    agrees(f"alpha/{name}/n_listwise", listwise.rows)
    agrees(f"alpha/{name}/alpha_listwise", listwise.alpha)
    agrees(f"alpha/{name}/alpha_std_listwise", listwise.standardised)
    agrees(f"alpha/{name}/avg_r_listwise", listwise.mean_correlation)
    agrees(f"alpha/{name}/ase_listwise", held.standard_error)
    agrees(f"alpha/{name}/r_drop_listwise", listwise.item_rest)
    agrees(f"alpha/{name}/alpha_if_dropped_listwise", listwise.if_dropped)
    agrees(f"alpha/{name}/item_mean_listwise", listwise.item_means)
    agrees(f"alpha/{name}/item_sd_listwise", listwise.item_sds)
    agrees(f"alpha/{name}/feldt_lo", held.feldt.low)
    agrees(f"alpha/{name}/feldt_hi", held.feldt.high)
    agrees(f"alpha/{name}/alpha_pairwise", pairwise.alpha)
    agrees(f"alpha/{name}/r_drop_pairwise", pairwise.item_rest)


def test_moments_added_over_cases_give_the_same_alpha(twelve: TwelveCases) -> None:
    parts = [moments_of(cube.rows()) for cube in twelve.cubes(1)]
    merged = sum(parts[1:], parts[0])
    whole = reliability(twelve.dyad_rows(1)).pairwise
    assert merged.rows == whole.rows
    held = alpha_from_moments(merged)
    assert held.alpha.value == pytest.approx(whole.alpha.value, rel=1e-12)


def test_identical_items_reach_one() -> None:
    held = reliability([[1, 1], [2, 2], [5, 5]])
    assert held.listwise.alpha.value == pytest.approx(1.0)
    assert held.listwise.item_rest[0].value == pytest.approx(1.0)
    assert held.listwise.if_dropped[0].reason is Reason.TOO_FEW_ITEMS


def test_a_negative_alpha_is_kept_and_no_item_reversed() -> None:
    rows = [[1, 4, 2], [2, 3, 3], [3, 3, 1], [5, 1, 3]]
    held = reliability(rows).listwise.alpha.value
    covariance = np.cov(np.array(rows), rowvar=False)
    assert held == pytest.approx(1.5 * (1 - np.trace(covariance) / covariance.sum()))
    assert held is not None
    assert held < 0


def test_gaps_leave_listwise_and_pairwise_their_own_rows() -> None:
    held = reliability(np.array([[1, 2], [2, 3], [4, 4], [5, np.nan], [np.nan, np.nan]]))
    assert (held.listwise.rows, held.pairwise.rows) == (3, 4)
    assert held.listwise.alpha != held.pairwise.alpha


@pytest.mark.parametrize("value", [3.0, 10 / 3])
def test_all_answers_equal(value: float) -> None:
    held = reliability(np.full((6, 3), value))
    assert held.listwise.alpha.reason is Reason.NO_VARIANCE
    assert held.standard_error.reason is held.feldt.reason is Reason.NO_VARIANCE
    assert held.listwise.standardised.reason is Reason.NO_VARIANCE
    assert held.listwise.item_rest == (undefined(Reason.NO_VARIANCE),) * 3


@pytest.mark.parametrize("value", [4.0, 11 / 3])
def test_one_flat_item_leaves_alpha_but_no_correlation(value: float) -> None:
    rows = np.array([[1.0, 2.0, value], [2.0, 2.0, value], [3.0, 5.0, value]])
    held = reliability(rows).listwise
    covariance = np.cov(rows, rowvar=False)
    wanted = 1.5 * (1 - np.trace(covariance) / covariance.sum())
    assert held.alpha.value == pytest.approx(wanted)
    assert held.standardised.reason is held.item_rest[2].reason is Reason.NO_VARIANCE
    assert held.item_sds[2].value == 0.0


def test_an_item_nobody_answered() -> None:
    held = reliability([[1, 2, np.nan], [2, 2, np.nan], [3, 5, np.nan]])
    assert held.listwise.rows == 0
    assert held.listwise.alpha.reason is held.pairwise.alpha.reason is Reason.TOO_FEW_ROWS
    assert held.pairwise.if_dropped[2].value is not None
    assert held.pairwise.item_means[2].reason is Reason.NO_DATA


@pytest.mark.parametrize("rows", [np.zeros((0, 3)), np.array([[1.0, 2.0, 3.0]])])
def test_too_few_rows(rows: FloatArray) -> None:
    held = reliability(rows)
    assert held.listwise.alpha.reason is held.feldt.reason is Reason.TOO_FEW_ROWS


def test_one_item_has_no_alpha() -> None:
    assert reliability([[1], [2]]).listwise.alpha.reason is Reason.TOO_FEW_ITEMS


def test_feldt_of_an_undefined_alpha_is_undefined() -> None:
    assert feldt_interval(undefined(Reason.NO_VARIANCE), 5, 3).reason is Reason.NO_VARIANCE
    assert feldt_interval(Quantity(0.8), 50, 6).level == 0.95


def test_pairwise_covariances_that_no_data_have_are_undefined() -> None:
    covariance = np.array([[1.0, -2.0], [-2.0, 1.0]])
    ten = np.full((2, 2), 10.0)
    held = alpha_from_moments(Moments(10, ten, np.zeros((2, 2)), 9 * covariance))
    assert held.alpha.reason is held.standardised.reason is Reason.NEGATIVE_VARIANCE
