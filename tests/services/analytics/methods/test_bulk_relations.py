"""The quick road to the six invariants ends where the full one does; gaps stay out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.methods.bulk import bucket_of, buckets_of
from services.analytics.methods.bulk_pooled import round_robins_of_bucket
from services.analytics.methods.bulk_relations import relation_statistics
from services.analytics.methods.bulk_statistics import bulk_statistics
from tests.services.analytics.methods.bulk_cubes import random_cube


@settings(max_examples=40)
@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=8), st.integers(2, 7))
def test_invariants_are_those_of_all_statistics(seeds: list[int], members: int) -> None:
    held = [random_cube(seed, members, members, 3) for seed in seeds]
    for bucket in buckets_of(held):
        if bucket.round_robin:
            found, wanted = relation_statistics(bucket), round_robins_of_bucket(bulk_statistics(bucket))
            assert found.cases == wanted.cases
            assert found.totals == pytest.approx(wanted.totals, rel=1e-12)
            assert found.sums == pytest.approx(wanted.sums, rel=1e-12)


def test_blocks_of_cases_join_and_gaps_stay_out() -> None:
    cells = np.random.default_rng(1).integers(1, 6, (2_100, 4, 4, 2))
    cells[7, 0, 1] = -1
    found = relation_statistics(bucket_of(cells))
    assert found.cases == 2_099
    wanted = relation_statistics(bucket_of(np.delete(cells, 7, axis=0)))
    assert found.sums == pytest.approx(wanted.sums, rel=1e-15)


def test_no_case_and_other_designs() -> None:
    assert relation_statistics(bucket_of(np.zeros((0, 4, 4, 2), dtype=np.int8))).cases == 0
    with pytest.raises(ValueError, match="need round robins"):
        relation_statistics(bucket_of(np.ones((1, 4, 4, 2), dtype=np.int8), round_robin=False))
