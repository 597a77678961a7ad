"""Cluster bootstrap: exact on given resamples, seeded otherwise, and honest where it has no interval."""

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.resampling import (
    MOST_MULTINOMIAL,
    bootstrap,
    cluster_weights,
    drawn_sums,
    drawn_weights,
    given_sums,
    jackknife_sums,
    seeded_sums,
)
from services.analytics.methods.results import Reason

from .factor_references import REFERENCE


def mean_of(sums: FloatArray) -> FloatArray:
    held = np.full(len(sums), np.nan)
    np.divide(sums[:, 0], sums[:, 1], out=held, where=sums[:, 1] > 0)
    return held


def clusters_of(seed: int, clusters: int) -> FloatArray:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 9, clusters)
    return np.column_stack([[rng.integers(1, 6, size).sum() for size in sizes], sizes]).astype(float)


def test_given_indices_are_taken_exactly() -> None:
    rows = clusters_of(1, 24)
    indices = np.loadtxt(REFERENCE / "gappy" / "boot_indices.csv", delimiter=",", skiprows=1, dtype=int)
    assert np.array_equal(given_sums(rows, indices), np.array([rows[draw].sum(axis=0) for draw in indices]))
    held = bootstrap(rows, mean_of, given_sums(rows, indices))
    wanted = np.array([rows[draw, 0].sum() / rows[draw, 1].sum() for draw in indices])
    assert held.draws == 200
    assert held.standard_error.value == pytest.approx(wanted.std(ddof=1), rel=1e-12)
    assert held.percentile.low == pytest.approx(np.quantile(wanted, 0.025), rel=1e-12)


def test_the_seed_decides_the_draw() -> None:
    rows = clusters_of(2, 54)
    first, again, other = (drawn_sums(rows, 300, np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("clusters", [1, 54, MOST_MULTINOMIAL])
def test_up_to_five_thousand_a_draw_holds_as_many_clusters_as_there_are(clusters: int) -> None:
    weights = drawn_weights(clusters, 4, np.random.default_rng(1))
    assert (weights.sum(axis=1) == clusters).all()
    assert weights.shape == (4, clusters)


def test_above_five_thousand_weights_are_poisson() -> None:
    weights = drawn_weights(MOST_MULTINOMIAL + 1, 200, np.random.default_rng(1))
    assert len(set(weights.sum(axis=1))) > 1
    assert weights.mean() == pytest.approx(1, abs=0.01)
    assert weights.var() == pytest.approx(1, abs=0.02)
    assert (weights == 0).mean() == pytest.approx(np.exp(-1), abs=0.002)


def test_poisson_and_multinomial_give_the_same_error() -> None:
    few, many = clusters_of(3, MOST_MULTINOMIAL), clusters_of(3, MOST_MULTINOMIAL + 1)
    errors = [
        bootstrap(rows, mean_of, drawn_sums(rows, 1_000, np.random.default_rng(8))).standard_error.value
        for rows in (few, many)
    ]
    assert errors[0] == pytest.approx(errors[1], rel=0.1)


def test_the_error_is_that_of_the_ratio() -> None:
    rows = clusters_of(4, 400)
    held = bootstrap(rows, mean_of, drawn_sums(rows, 4_000, np.random.default_rng(3)))
    assert held.value.value is not None
    residual = rows[:, 0] - held.value.value * rows[:, 1]
    assert held.standard_error.value == pytest.approx(
        np.sqrt((residual**2).sum()) / rows[:, 1].sum(), rel=0.05
    )


def test_bca_moves_with_skewness() -> None:
    rng = np.random.default_rng(9)
    rows = np.column_stack([rng.exponential(1, 40) ** 2, np.ones(40)])
    held = bootstrap(rows, mean_of, drawn_sums(rows, 4_000, rng))
    assert held.bca.high is not None
    assert held.percentile.high is not None
    assert held.bca.high > held.percentile.high


def test_bca_agrees_with_scipy_on_single_rows() -> None:
    values = np.random.default_rng(10).exponential(1, 60)
    rows = np.column_stack([values, np.ones(60)])
    held = bootstrap(rows, mean_of, drawn_sums(rows, 20_000, np.random.default_rng(2)))
    wanted = import_module("scipy.stats").bootstrap(
        (values,), np.mean, n_resamples=20_000, method="BCa", rng=np.random.default_rng(1)
    )
    assert held.bca.low == pytest.approx(wanted.confidence_interval.low, abs=0.012)
    assert held.bca.high == pytest.approx(wanted.confidence_interval.high, abs=0.012)


@given(st.integers(0, 10_000), st.integers(2, 12))
@settings(max_examples=50)
def test_statistics_add_up_however_they_are_split(seed: int, clusters: int) -> None:
    rows = clusters_of(seed, clusters)
    indices = np.random.default_rng(seed).integers(0, clusters, (7, clusters))
    whole = given_sums(rows, indices)
    apart = np.hstack([given_sums(rows[:, :1], indices), given_sums(rows[:, 1:], indices)])
    assert np.array_equal(whole, apart)
    order = np.random.default_rng(seed + 1).permutation(clusters)
    place = np.argsort(order)
    assert np.array_equal(given_sums(rows[order], place[indices]), whole)
    assert np.array_equal(jackknife_sums(rows)[0], rows[1:].sum(axis=0))


@pytest.mark.parametrize("clusters", [0, 1])
def test_too_few_clusters_have_no_interval(clusters: int) -> None:
    rows = np.ones((clusters, 2))
    held = bootstrap(rows, mean_of, drawn_sums(rows, 10, np.random.default_rng(1)))
    assert held.percentile.reason is held.bca.reason is Reason.TOO_FEW_CLUSTERS
    assert held.standard_error.reason is Reason.TOO_FEW_CLUSTERS
    assert held.value.value == (1.0 if clusters else None)


def test_two_clusters_have_an_interval() -> None:
    rows = np.array([[2.0, 1.0], [4.0, 1.0]])
    held = bootstrap(rows, mean_of, drawn_sums(rows, 200, np.random.default_rng(1)))
    assert (held.percentile.low, held.percentile.high) == (2.0, 4.0)


def test_equal_clusters_have_a_point_and_no_correction() -> None:
    rows = np.tile([3.0, 1.0], (6, 1))
    held = bootstrap(rows, mean_of, drawn_sums(rows, 50, np.random.default_rng(1)))
    assert (held.percentile.low, held.percentile.high) == (3.0, 3.0)
    assert held.bca.reason is Reason.NO_VARIANCE
    assert held.standard_error.value == 0.0


def test_draws_without_an_estimate_are_counted_and_too_many_leave_no_interval() -> None:
    rows = np.array([[1.0, 1.0], *[[0.0, 0.0]] * 30])
    held = bootstrap(rows, mean_of, drawn_sums(rows, 100, np.random.default_rng(1)))
    assert held.undefined_draws > 5
    assert held.value.value == 1.0
    assert held.percentile.reason is held.standard_error.reason is Reason.UNDEFINED_RESAMPLES


def test_an_estimate_that_one_cluster_carries_has_no_bca() -> None:
    rows = np.array([[5.0, 1.0], *[[0.0, 0.0]] * 3])
    held = bootstrap(rows, mean_of, given_sums(rows, [[0, 1, 2, 3]] * 99 + [[0, 0, 0, 0]]))
    assert held.percentile.low == 5.0
    assert held.bca.reason is Reason.UNDEFINED_RESAMPLES


def test_an_acceleration_past_its_pole_has_no_bca() -> None:
    rows = np.array([[1000.0, 1.0], *[[0.0, 1.0]] * 40])
    sums = np.column_stack([np.r_[np.full(1, 0.0), np.full(999, 3_000.0)], np.full(1_000, 41.0)])
    held = bootstrap(rows, mean_of, np.vstack([sums, np.full((4_000, 2), [0.0, 41.0])]), level=0.99999999)
    assert held.bca.reason is Reason.NOT_IDENTIFIED


@pytest.mark.parametrize("indices", [[[0, 3]], [[-1]], [0, 1], [[0.5]]])
def test_indices_that_are_no_clusters_are_refused(indices: object) -> None:
    with pytest.raises(ValueError, match=r"index|indices"):
        cluster_weights(np.array(indices), 3)


def test_malformed_input_is_refused() -> None:
    rows = np.ones((3, 2))
    with pytest.raises(ValueError, match="adds 0"):
        given_sums([[np.nan, 1.0]], [[0]])
    with pytest.raises(ValueError, match="at least one draw"):
        drawn_sums(rows, 0, np.random.default_rng(1))
    with pytest.raises(ValueError, match="level"):
        bootstrap(rows, mean_of, rows, level=1.0)
    with pytest.raises(ValueError, match="fit"):
        bootstrap(rows, mean_of, np.ones((4, 3)))


@pytest.mark.parametrize("clusters", [0, 1, 27, 300, 5_001])
def test_seeded_sums_are_those_drawn_of_the_seed_to_the_bit(clusters: int) -> None:
    for offset in (0.0, 0.5):  # the second time the draws are there already
        table = np.arange(2.0 * clusters).reshape(clusters, 2) + offset
        drawn = drawn_sums(table, 90, np.random.default_rng(11))
        assert (seeded_sums(table, 90, 11) == drawn).all()
        if clusters > 1:
            assert (seeded_sums(table, 90, 12) != drawn).any()


def test_seeded_sums_take_at_least_one_draw() -> None:
    with pytest.raises(ValueError, match="at least one draw"):
        seeded_sums([[1.0]], 0, 1)
