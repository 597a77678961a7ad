"""Samples: listwise, the same from rows as from added moments, and never of pairwise moments."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.methods.factors_sample import Sample, sample_from_moments, sample_of
from services.analytics.methods.moments import complete_rows, moments_of
from services.analytics.methods.reliability import reliability
from services.analytics.methods.results import Reason

from .factor_references import NAMES, rows, values


@given(st.integers(0, 10_000), st.integers(2, 30))
@settings(max_examples=50)
def test_parts_merged_are_the_whole(seed: int, n: int) -> None:
    table = np.random.default_rng(seed).integers(1, 6, (n, 3)).astype(float)
    cut = n // 2
    merged = sample_from_moments(moments_of(table[:cut]) + moments_of(table[cut:]))
    whole = sample_of(table)
    assert merged.rows == whole.rows == n
    assert merged.means == pytest.approx(whole.means, rel=1e-12)
    assert merged.covariance == pytest.approx(whole.covariance, rel=1e-12, abs=1e-12)
    assert whole.covariance == pytest.approx(np.cov(table, rowvar=False, bias=True), rel=1e-12, abs=1e-12)


@given(st.integers(0, 10_000))
@settings(max_examples=50)
def test_a_constant_moves_the_means_only(seed: int) -> None:
    table = np.random.default_rng(seed).integers(1, 6, (12, 3)).astype(float)
    first, moved = sample_of(table), sample_of(table + 1000)
    assert np.array_equal(first.covariance, moved.covariance)
    assert moved.means == pytest.approx(first.means + 1000, rel=1e-14)


def test_pairwise_moments_are_refused() -> None:
    with pytest.raises(ValueError, match="complete rows"):
        sample_from_moments(moments_of(np.array([[1, 2], [3, np.nan]])))


@pytest.mark.parametrize("n", [0, 1])
def test_no_rows_have_no_covariance(n: int) -> None:
    held = sample_of(np.ones((n, 3)))
    assert held.problem() is Reason.TOO_FEW_ROWS
    assert not held.covariance.any()


def test_two_flat_rows_lack_variance_not_rows() -> None:
    assert Sample(9, np.zeros(2), np.zeros((2, 2))).problem() is Reason.NO_VARIANCE


@pytest.mark.parametrize("name", NAMES)
def test_r_s_alpha_with_gaps(name: str) -> None:
    wanted, table = values(name)["alpha"], rows(name)
    held = reliability(table)
    assert held.listwise.rows == len(complete_rows(table)) == wanted["n_listwise"]
    assert held.pairwise.rows == wanted["n_any"]
    assert held.listwise.alpha.value == pytest.approx(wanted["alpha_listwise"], rel=1e-10)
    assert held.listwise.standardised.value == pytest.approx(wanted["alpha_std_listwise"], rel=1e-10)
    assert held.listwise.mean_correlation.value == pytest.approx(wanted["avg_r_listwise"], rel=1e-10)
    assert held.pairwise.alpha.value == pytest.approx(wanted["alpha_pairwise"], rel=1e-10)
    for ours, theirs in (
        (held.listwise.item_rest, "r_drop_listwise"),
        (held.listwise.if_dropped, "alpha_if_dropped_listwise"),
        (held.listwise.item_means, "item_mean_listwise"),
        (held.listwise.item_sds, "item_sd_listwise"),
    ):
        assert [one.value for one in ours] == pytest.approx(wanted[theirs], rel=1e-10)
