"""EM and Little: R's values, complete rows as the limit, and reasons."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.factors_missing import (
    Expected,
    expected_moments,
    missing_completely_at_random,
)
from services.analytics.methods.factors_patterns import Patterns, likelihood, patterns_of
from services.analytics.methods.factors_sample import sample_of
from services.analytics.methods.results import Reason

from .factor_references import WITH_GAPS, rows, values


def with_gaps(seed: int, n: int = 60, items: int = 4) -> FloatArray:
    rng = np.random.default_rng(seed)
    table = np.rint(3 + rng.normal(size=(n, 1)) + rng.normal(size=(n, items)))
    return np.where(rng.random(table.shape) < 0.15, np.nan, table)


def found(patterns: Patterns) -> Expected:
    held = expected_moments(patterns)
    assert not isinstance(held, Reason)
    return held


@pytest.mark.parametrize("name", WITH_GAPS)
def test_r_s_moments_and_little(name: str) -> None:
    wanted, patterns = values(name)["em"], patterns_of(rows(name))
    held = found(patterns)
    assert held.sample.rows == wanted["n"]
    assert held.sample.means == pytest.approx(wanted["means"], rel=1e-6)
    assert held.sample.covariance == pytest.approx(np.array(wanted["covariance"]), rel=1e-5, abs=1e-6)
    assert held.log_likelihood.value == pytest.approx(wanted["logl"], abs=1e-6)
    test = missing_completely_at_random(patterns)
    assert test.statistic.value == pytest.approx(wanted["little"]["chi2"], rel=1e-6)
    assert test.df.value == wanted["little"]["df"]
    assert test.p.value == pytest.approx(wanted["little"]["p"], abs=1e-6)


@pytest.mark.parametrize("name", WITH_GAPS)
def test_em_stops_where_the_likelihood_is_flat(name: str) -> None:
    patterns = patterns_of(rows(name))
    held = found(patterns)
    at = likelihood(patterns, held.sample.means, held.sample.covariance)
    assert at is not None
    assert np.abs(at.mean_score).max() < 1e-7
    assert np.abs(at.covariance_score).max() < 1e-7


def test_complete_rows_are_their_own_moments_and_leave_no_test() -> None:
    table = rows("complete_rk_w1")
    held, plain = found(patterns_of(table)), sample_of(table)
    assert held.sample.means == pytest.approx(plain.means, rel=1e-12)
    assert held.sample.covariance == pytest.approx(plain.covariance, rel=1e-12)
    test = missing_completely_at_random(patterns_of(table))
    assert test.p.reason is Reason.NO_DEGREES_OF_FREEDOM


@given(st.integers(0, 1_000))
@settings(max_examples=15)
def test_order_changes_nothing_and_a_constant_moves_means_only(seed: int) -> None:
    rng, table = np.random.default_rng(seed), with_gaps(seed)
    items = rng.permutation(4)
    first = found(patterns_of(table)).sample
    other = found(patterns_of(table[rng.permutation(len(table))][:, items] + 5)).sample
    assert other.means == pytest.approx(first.means[items] + 5, abs=1e-9)
    assert other.covariance == pytest.approx(first.covariance[np.ix_(items, items)], abs=1e-9)


def test_gaps_that_follow_the_answers_are_found() -> None:
    rng = np.random.default_rng(4)
    table = rng.normal(size=(300, 1)) + rng.normal(size=(300, 3)) / 2
    at_random = np.where(rng.random(300) < 0.3, np.nan, table[:, 2])
    by_answer = np.where(table[:, 0] > 0.5, np.nan, table[:, 2])
    free, bound = (
        missing_completely_at_random(patterns_of(np.column_stack([table[:, :2], last])))
        for last in (at_random, by_answer)
    )
    assert (free.p.value or 0) > 0.01
    assert (bound.p.value or 0) < 1e-6


def never_together() -> FloatArray:
    table = np.random.default_rng(1).normal(size=(30, 3))
    table[:15, 0] = np.nan
    table[15:, 1] = np.nan
    return table


def twice_the_same() -> FloatArray:
    table = with_gaps(1)
    return np.column_stack([table, table[:, 0]])


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (np.full((20, 3), 3.0), Reason.NO_VARIANCE),
        (np.full((20, 3), 10 / 3), Reason.NO_VARIANCE),
        (np.column_stack([with_gaps(1), np.full(60, np.nan)]), Reason.NO_DATA),
        (never_together(), Reason.NOT_IDENTIFIED),
        (twice_the_same(), Reason.SINGULAR),
        (with_gaps(1)[:, :1], Reason.TOO_FEW_ITEMS),
        (np.array([[1.0, 2.0, 3.0], [2.0, 1.0, 5.0], [3.0, 3.0, 1.0]]), Reason.TOO_FEW_ROWS),
        (np.zeros((0, 3)), Reason.NO_DATA),
        (np.full((4, 3), np.nan), Reason.NO_DATA),
    ],
)
def test_reasons(table: FloatArray, reason: Reason) -> None:
    patterns = patterns_of(table)
    assert expected_moments(patterns) is reason
    test = missing_completely_at_random(patterns)
    assert test.statistic.reason is test.df.reason is test.p.reason is reason


def test_no_likelihood_off_the_positive_definite() -> None:
    patterns = patterns_of(with_gaps(1, items=2))
    assert likelihood(patterns, np.zeros(2), np.array([[1.0, 2.0], [2.0, 1.0]])) is None


def test_too_many_items_are_refused() -> None:
    with pytest.raises(ValueError, match="62"):
        patterns_of(np.zeros((2, 63)))
