"""Patterns: the likelihood of every row, its slopes, and orders that change nothing."""

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.factors_patterns import (
    Likelihood,
    likelihood,
    pattern_of,
    patterns_of,
)
from services.analytics.methods.factors_sample import sample_of

stats = import_module("scipy.stats")


def with_gaps(seed: int) -> FloatArray:
    rng = np.random.default_rng(seed)
    return np.where(rng.random((25, 3)) < 0.3, np.nan, rng.integers(1, 6, (25, 3)))


def place(seed: int) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(3, 3))
    return rng.normal(3, 1, 3), root @ root.T + np.eye(3)


def at(table: FloatArray, means: FloatArray, covariance: FloatArray) -> Likelihood:
    held = likelihood(patterns_of(table), means, covariance)
    assert held is not None
    return held


@given(st.integers(0, 10_000))
@settings(max_examples=30)
def test_the_likelihood_is_that_of_the_rows(seed: int) -> None:
    table, (means, covariance) = with_gaps(seed), place(seed)
    wanted = 0.0
    for row in table:
        there = ~np.isnan(row)
        if there.any():
            part = covariance[np.ix_(there, there)]
            wanted += float(stats.multivariate_normal.logpdf(row[there], means[there], part))
    assert at(table, means, covariance).value == pytest.approx(wanted, rel=1e-10)


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_scores_are_slopes(seed: int) -> None:
    table, (means, covariance) = with_gaps(seed), place(seed)
    held = at(table, means, covariance)
    for item in range(3):
        step = np.zeros(3)
        step[item] = 1e-5
        slope = (
            at(table, means + step, covariance).value - at(table, means - step, covariance).value
        ) / 2e-5
        assert held.mean_score[item] == pytest.approx(slope, abs=1e-4)
        wide = np.diag(step)
        slope = (
            at(table, means, covariance + wide).value - at(table, means, covariance - wide).value
        ) / 2e-5
        assert held.covariance_score[item, item] == pytest.approx(slope, abs=1e-4)


@given(st.integers(0, 10_000))
@settings(max_examples=50)
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    table = with_gaps(seed)
    first, other = patterns_of(table), patterns_of(np.random.default_rng(seed).permutation(table))
    assert np.array_equal(first.held, other.held)
    assert np.array_equal(first.counts, other.counts)
    assert first.covariances == pytest.approx(other.covariances, abs=1e-12)


def test_chosen_items_are_those_of_the_columns() -> None:
    table = with_gaps(3)
    held, wanted = patterns_of(table).chosen(np.array([2, 0])), patterns_of(table[:, [2, 0]])
    assert held.rows == wanted.rows
    value = [likelihood(one, np.full(2, 3.0), np.eye(2)) for one in (held, wanted)]
    assert value[0] is not None
    assert value[1] is not None
    assert value[0].value == pytest.approx(value[1].value, rel=1e-12)


def test_complete_rows_are_one_pattern() -> None:
    table = np.random.default_rng(1).integers(1, 6, (12, 3)).astype(float)
    first, other = patterns_of(table), pattern_of(sample_of(table))
    assert first.rows == other.rows == 12
    assert first.covariances == pytest.approx(other.covariances, abs=1e-12)


def test_rows_with_nothing_are_in_none() -> None:
    assert patterns_of(np.full((3, 2), np.nan)).rows == 0
