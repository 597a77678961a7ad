"""Correlations: R's values with gaps and ties, SciPy as a second witness, and what has none."""

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.correlation import (
    Correlation,
    PValue,
    kendall,
    mid_ranks,
    pearson,
    spearman,
)
from services.analytics.methods.results import Reason

from .gappy_cases import GappyCases, computed_by_r

stats = import_module("scipy.stats")
CASES = GappyCases()
R = computed_by_r("association")
PAIRS = {
    "rk_citizen": (CASES.rk(1), CASES.citizen(1)),
    "rk_leadership": (CASES.rk(1), CASES.leadership(1)),
    "units_citizen": (CASES.units, CASES.citizen(1)),
}
SCORES = st.lists(st.tuples(st.integers(1, 25), st.integers(1, 25)), min_size=3, max_size=30)


@pytest.mark.parametrize("name", PAIRS)
def test_pearson_is_r_s(name: str) -> None:
    held = pearson(*PAIRS[name])
    found = [held.value.value, held.p.value, held.interval.low, held.interval.high]
    assert found == pytest.approx(R[f"{name}/pearson"], rel=1e-10)
    assert held.n == R[f"{name}/n"]


@pytest.mark.parametrize("name", PAIRS)
def test_rank_correlations_are_r_s(name: str) -> None:
    for method, key in ((spearman, "spearman"), (kendall, "kendall")):
        held = method(*PAIRS[name])
        assert [held.value.value, held.p.value] == pytest.approx(R[f"{name}/{key}"], rel=1e-10)


def test_kendall_without_ties_is_exact() -> None:
    held = kendall(range(12), [2, 1, 4, 3, 7, 5, 6, 12, 8, 9, 11, 10])
    assert [held.value.value, held.p.value] == pytest.approx(R["untied/kendall"], rel=1e-10)
    assert held.p_from is PValue.EXACT
    assert kendall(*PAIRS["units_citizen"]).p_from is PValue.NORMAL


def test_float_noise_is_a_tie() -> None:
    noisy, clean = [0.1 + 0.2, 0.3, 0.7], [0.3, 0.3, 0.7]
    assert mid_ranks(noisy).tolist() == mid_ranks(clean).tolist() == [1.5, 1.5, 3.0]
    # Without rounding the first two are not equal, and rank apart.
    assert stats.rankdata(noisy).tolist() == [2.0, 1.0, 3.0]


@given(SCORES)
def test_values_are_scipy_s(rows: list[tuple[int, int]]) -> None:
    x, y = np.array(rows).T / 6
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert kendall(x, y).value.reason is pearson(x, y).value.reason is Reason.NO_VARIANCE
        return
    assert pearson(x, y).value.value == pytest.approx(stats.pearsonr(x, y).statistic, abs=1e-12)
    assert spearman(x, y).value.value == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)
    tau = stats.kendalltau(x, y, method="asymptotic")
    assert kendall(x, y).value.value == pytest.approx(tau.statistic, abs=1e-12)
    if kendall(x, y).p_from is PValue.NORMAL:
        assert kendall(x, y).p.value == pytest.approx(tau.pvalue, rel=1e-9)


@given(SCORES)
def test_order_scale_and_sides_do_not_matter(rows: list[tuple[int, int]]) -> None:
    x, y = np.array(rows, dtype=float).T
    order = np.random.default_rng(len(rows)).permutation(x.size)
    for method in (pearson, spearman, kendall):
        one, other = method(x, y), method(3 * y[order] + 1, x[order])
        assert one.value.reason is other.value.reason
        if one.value.value is not None:
            assert one.value.value == pytest.approx(other.value.value, abs=1e-12)


def test_a_perfect_correlation_has_no_p() -> None:
    held = pearson([0.1, 0.2, 0.3, 0.4], [1.1, 1.2, 1.3, 1.4])
    assert held.value.value == 1.0
    assert held.p.reason is held.interval.reason is Reason.NO_RESIDUAL_VARIANCE
    assert spearman([1, 2, 3], [3, 2, 1]).value.value == -1.0


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        ([], [], Reason.TOO_FEW_ROWS),
        ([1, 2, np.nan], [1, 2, 3], Reason.TOO_FEW_ROWS),
        ([2, 2, 2, 2], [1, 2, 3, 4], Reason.NO_VARIANCE),
        ([0.3, 0.1 + 0.2, 0.3], [1, 2, 3], Reason.NO_VARIANCE),
    ],
)
def test_what_cannot_be_correlated_says_why(x: list[float], y: list[float], reason: Reason) -> None:
    for method in (pearson, spearman, kendall):
        held: Correlation = method(x, y)
        assert held.value.reason is held.p.reason is held.interval.reason is reason


def test_three_rows_have_no_interval() -> None:
    assert pearson([1, 2, 3], [1, 3, 2]).interval.reason is Reason.TOO_FEW_ROWS
    assert kendall([1, 2, 3, 4], [1, 3, 2, 4]).interval.reason is Reason.TOO_FEW_ROWS


def test_rank_intervals_are_their_formulas() -> None:
    x, y = PAIRS["rk_leadership"]
    rho, tau = spearman(x, y), kendall(x, y)
    assert rho.value.value is not None
    assert tau.value.value is not None
    half = stats.norm.ppf(0.975) * np.sqrt((1 + rho.value.value**2 / 2) / 21)
    assert rho.interval.low == pytest.approx(np.tanh(np.arctanh(rho.value.value) - half), rel=1e-12)
    half = stats.norm.ppf(0.975) * np.sqrt(0.437 / 20)
    assert tau.interval.high == pytest.approx(np.tanh(np.arctanh(tau.value.value) + half), rel=1e-12)


def test_malformed_input_is_refused() -> None:
    with pytest.raises(ValueError, match="rows of one table"):
        pearson([1, 2], [1])
    with pytest.raises(ValueError, match="has no rank"):
        mid_ranks([1, np.nan])
    with pytest.raises(ValueError, match="level"):
        pearson([1, 2, 3, 4], [1, 3, 2, 4], level=1.0)
