"""What the methods are timed against says the same: loops here, packages when the benchmark begins."""

import numpy as np
import pytest

from benchmarks.baselines_methods import alpha_by_loop, relations_by_loop
from benchmarks.simulated_studies import answers
from services.analytics.methods.bulk import bucket_of
from services.analytics.methods.bulk_alpha import alpha_of_cubes
from services.analytics.methods.bulk_relations import relation_statistics
from services.analytics.methods.round_robin_sums import components_of

CELLS = answers(12, 8, np.random.default_rng(1))


def test_alpha_of_cubes() -> None:
    assert alpha_of_cubes(bucket_of(CELLS)) == pytest.approx(alpha_by_loop(CELLS), rel=1e-12)


def test_social_relations() -> None:
    found = components_of(relation_statistics(bucket_of(CELLS))).T
    assert found == pytest.approx(relations_by_loop(CELLS), rel=1e-10, abs=1e-12)
