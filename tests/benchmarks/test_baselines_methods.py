"""What the methods are timed against says the same: pingouin, statsmodels and the loops as oracles."""

import numpy as np
import pytest

from benchmarks.baselines_methods import (
    alpha_by_loop,
    alpha_by_pingouin,
    bootstrap_by_pingouin,
    frames_of,
    relations_by_loop,
    reml_by_statsmodels,
)
from benchmarks.methods import random_cells
from services.analytics.methods.alpha_bootstrap import alpha_of_sums
from services.analytics.methods.bulk import bucket_of
from services.analytics.methods.bulk_alpha import alpha_of_cubes, alpha_sums
from services.analytics.methods.bulk_relations import relation_statistics
from services.analytics.methods.resampling import given_sums
from services.analytics.methods.round_robin_sums import components_of
from services.analytics.methods.variance_components import one_way_reml

CELLS = random_cells(12, 1)


def test_alpha_of_cubes() -> None:
    found = alpha_of_cubes(bucket_of(CELLS))
    assert found == pytest.approx(alpha_by_pingouin(frames_of(CELLS)), rel=1e-12)
    assert found == pytest.approx(alpha_by_loop(CELLS), rel=1e-12)


def test_alpha_of_resamples() -> None:
    indices = np.random.default_rng(2).integers(0, 12, (5, 12))
    found = alpha_of_sums(given_sums(alpha_sums(bucket_of(CELLS)), indices))
    assert found == pytest.approx(bootstrap_by_pingouin(frames_of(CELLS), indices), rel=1e-12)


def test_social_relations() -> None:
    found = components_of(relation_statistics(bucket_of(CELLS))).T
    assert found == pytest.approx(relations_by_loop(CELLS), rel=1e-10, abs=1e-12)


def test_variance_components() -> None:
    draws = np.random.default_rng(3)
    groups = np.repeat(np.arange(40), draws.integers(2, 9, 40))
    values = draws.normal(0, 0.5, 40)[groups] + draws.normal(0, 1, groups.size)
    found, (between, within) = one_way_reml(values, groups), reml_by_statsmodels(values, groups)
    assert found.between.value == pytest.approx(between, rel=1e-4)
    assert found.within.value == pytest.approx(within, rel=1e-4)
