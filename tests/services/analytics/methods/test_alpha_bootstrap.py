"""Alpha over cases: R's draws to the digit, the same alpha as from rows, and its reasons."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.methods.alpha_bootstrap import (
    alpha_interval,
    alpha_interval_given,
    alpha_of_sums,
    alpha_statistics,
)
from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.reliability import reliability
from services.analytics.methods.resampling import given_sums
from services.analytics.methods.results import Reason

from .conftest import Compare, TwelveCases
from .factor_references import REFERENCE, gappy_cases


def cases_of(seed: int, cases: int, items: int = 4) -> list[FloatArray]:
    rng = np.random.default_rng(seed)
    return [
        np.where(rng.random((size, items)) < 0.1, np.nan, rng.integers(1, 6, (size, items)))
        for size in rng.integers(2, 9, cases)
    ]


def test_every_draw_and_both_intervals_are_r_s() -> None:
    wanted = json.loads((REFERENCE / "factors" / "resampling.json").read_text(encoding="utf-8"))
    indices = np.loadtxt(REFERENCE / "gappy" / "boot_indices.csv", delimiter=",", skiprows=1, dtype=int)
    cases = gappy_cases("1")
    draws = alpha_of_sums(given_sums(alpha_statistics(cases), indices))
    held = alpha_interval_given(cases, indices)
    assert draws == pytest.approx(wanted["draws"], rel=1e-12)
    assert held.value.value == pytest.approx(wanted["alpha"], rel=1e-12)
    assert held.bias.value == pytest.approx(wanted["bias"], rel=1e-9)
    assert held.standard_error.value == pytest.approx(wanted["standard_error"], rel=1e-10)
    assert [held.percentile.low, held.percentile.high] == pytest.approx(wanted["percentile"], rel=1e-12)
    assert [held.bca.low, held.bca.high] == pytest.approx(wanted["bca"], rel=1e-10)


@pytest.mark.parametrize("wave", [1, 2])
def test_the_value_is_the_reference_alpha(twelve: TwelveCases, agrees: Compare, wave: int) -> None:
    held = alpha_interval([cube.rows() for cube in twelve.cubes(wave)], np.random.default_rng(1), draws=500)
    agrees(f"alpha/rk_w{wave}_dyadrows/alpha_listwise", held.value)
    assert held.percentile.low is not None
    assert held.percentile.high is not None
    assert held.percentile.low < (held.value.value or 0) < held.percentile.high


def test_on_clustered_rows_it_is_wider_than_feldt_s() -> None:
    cases = gappy_cases("1")
    held = alpha_interval(cases, np.random.default_rng(1)).percentile
    feldt = reliability(np.vstack(cases)).feldt
    assert None not in (held.low, held.high, feldt.low, feldt.high)
    assert (held.high or 0) - (held.low or 0) > (feldt.high or 0) - (feldt.low or 0)


@given(st.integers(0, 10_000))
@settings(max_examples=40)
def test_added_statistics_give_the_alpha_of_all_rows(seed: int) -> None:
    cases = cases_of(seed, 6)
    added = alpha_of_sums(alpha_statistics(cases).sum(axis=0, keepdims=True))[0]
    whole = reliability(np.vstack(cases)).listwise.alpha.value
    merged = alpha_statistics([np.vstack(cases[:2]), *cases[2:]]).sum(axis=0)
    assert whole == pytest.approx(added, rel=1e-12, abs=1e-12)
    assert np.array_equal(merged, alpha_statistics(cases).sum(axis=0))


@given(st.integers(0, 10_000))
@settings(max_examples=40)
def test_neither_order_nor_a_constant_moves_it(seed: int) -> None:
    rng, cases = np.random.default_rng(seed), cases_of(seed, 6)
    items = rng.permutation(4)
    other = [case[rng.permutation(len(case))][:, items] + 7 for case in cases]
    indices = rng.integers(0, 6, (30, 6))
    first, second = (alpha_of_sums(given_sums(alpha_statistics(held), indices)) for held in (cases, other))
    assert np.allclose(first, second, rtol=1e-11, atol=1e-11, equal_nan=True)


def test_a_case_without_a_complete_row_is_drawn_too() -> None:
    cases = [*cases_of(1, 8), np.array([[1.0, np.nan, 2.0, 3.0]])]
    held = alpha_interval(cases, np.random.default_rng(1), draws=200)
    assert held.clusters == 9
    assert held.value.value == pytest.approx(reliability(np.vstack(cases)).listwise.alpha.value)


@pytest.mark.parametrize(
    ("cases", "reason"),
    [
        ([np.full((4, 3), 3.0)] * 3, Reason.NO_VARIANCE),
        ([np.full((4, 3), 10 / 3)] * 3, Reason.NO_VARIANCE),
        ([np.array([[1.0], [2.0]])] * 3, Reason.TOO_FEW_ITEMS),
        ([np.array([[1.0, np.nan], [2.0, np.nan]])] * 3, Reason.TOO_FEW_ROWS),
        ([np.array([[1.0, 2.0], [3.0, 3.0], [4.0, 5.0]])], Reason.TOO_FEW_CLUSTERS),
    ],
)
def test_no_alpha_no_interval_and_its_reason(cases: list[FloatArray], reason: Reason) -> None:
    held = alpha_interval(cases, np.random.default_rng(1), draws=20)
    assert held.percentile.reason is held.bca.reason is held.standard_error.reason is reason


def test_two_cases_and_a_negative_alpha_are_kept() -> None:
    cases = [np.array([[1.0, 4.0], [2.0, 3.0]]), np.array([[4.0, 1.0], [5.0, 2.0]])]
    held = alpha_interval(cases, np.random.default_rng(1), draws=200)
    assert held.value.value is not None
    assert held.value.value < 0


def test_malformed_input_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one case"):
        alpha_statistics([])
    with pytest.raises(ValueError, match="same items"):
        alpha_statistics([np.ones((2, 3)), np.ones((2, 4))])
    with pytest.raises(ValueError, match="wide"):
        alpha_of_sums(np.ones((1, 3)))
