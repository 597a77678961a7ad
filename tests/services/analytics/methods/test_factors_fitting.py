"""Fitting: the top is a top, errors shrink with rows, and Newton takes over where scoring creeps."""

import numpy as np
import pytest

from services.analytics.methods.factors_fitting import Fitted, fit
from services.analytics.methods.factors_missing import Expected, expected_moments
from services.analytics.methods.factors_patterns import likelihood, pattern_of, patterns_of
from services.analytics.methods.factors_sample import Sample, sample_of
from services.analytics.methods.factors_structure import structure_of
from services.analytics.methods.results import Reason

from .factor_references import groups, rows


def fitted(sample: Sample, by: list[list[int]]) -> Fitted:
    held = fit(pattern_of(sample), structure_of(by, sample.items), sample)
    assert not isinstance(held, Reason)
    return held


def test_no_step_from_the_top_goes_up() -> None:
    patterns, structure = patterns_of(rows("two_factors")), structure_of(groups("two_factors"), 8)
    expected = expected_moments(patterns)
    assert isinstance(expected, Expected)
    held = fit(patterns, structure, expected.sample)
    assert not isinstance(held, Reason)
    for at in range(structure.parameters):
        for step in (-1e-3, 1e-3):
            moved = held.values.copy()
            moved[at] += step
            found = likelihood(patterns, held.means, structure.covariance(moved))
            assert found is not None
            assert found.value < held.log_likelihood


def test_four_times_the_rows_halve_the_errors() -> None:
    once = sample_of(rows("complete_rk_w1"))
    four = Sample(4 * once.rows, once.means, once.covariance)
    first, other = fitted(once, [list(range(6))]), fitted(four, [list(range(6))])
    assert other.values == pytest.approx(first.values, abs=1e-9)
    assert other.variances == pytest.approx(first.variances / 4, rel=1e-9)


def test_data_that_fit_badly_still_converge() -> None:
    # Noise: one factor explains next to nothing, and scoring alone would take hundreds of steps.
    table = np.random.default_rng(72)
    table.choice([3, 4, 6, 8, 10, 15, 25, 60])
    table.integers(2, 8)
    held = fitted(sample_of(table.integers(1, 6, (60, 7))), [list(range(7))])
    assert held.values[7:].min() > 0


def test_a_likelihood_that_rises_for_ever_is_improper() -> None:
    table = np.random.default_rng(80)
    table.choice([3, 4, 6, 8, 10, 15, 25, 60])
    table.integers(2, 8)
    sample = sample_of(table.integers(1, 6, (60, 6)))
    assert fit(pattern_of(sample), structure_of([range(6)], 6), sample) is Reason.IMPROPER_SOLUTION
