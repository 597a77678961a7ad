"""Alpha of every cube from its bytes: the sums of the slower roads, and alpha of one cube's rows."""

import numpy as np
import pytest
from hypothesis import given, settings

from services.analytics.methods.alpha_bootstrap import alpha_statistics
from services.analytics.methods.bulk import bucket_of, buckets_of
from services.analytics.methods.bulk_alpha import alpha_of_cubes, alpha_sums
from services.analytics.methods.cube import Cube, rectangular
from services.analytics.methods.reliability import reliability
from tests.services.analytics.methods.bulk_cubes import cubes


@settings(max_examples=40)
@given(cubes())
def test_sums_are_those_of_the_rows(held: list[Cube]) -> None:
    for bucket in buckets_of(held):
        rows = [held[place].rows() for place in bucket.places]
        assert (alpha_sums(bucket) == alpha_statistics(rows)).all()


@settings(max_examples=40)
@given(cubes(items=4, largest=7))
def test_alpha_is_that_of_each_cubes_rows(held: list[Cube]) -> None:
    for bucket in buckets_of(held):
        for place, found in zip(bucket.places, alpha_of_cubes(bucket), strict=True):
            wanted = reliability(held[place].rows()).listwise.alpha.value
            assert np.isnan(found) == (wanted is None)
            if wanted is not None:
                assert found == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("shape", [(12, 12, 6), (3, 25, 7), (25, 3, 30), (2, 2, 60), (60, 60, 2)])
def test_no_shape_overflows(shape: tuple[int, int, int]) -> None:
    full = rectangular(np.full(shape, 5))
    assert (alpha_sums(buckets_of([full])[0]) == alpha_statistics([full.rows()])).all()


def test_blocks_of_cases_join() -> None:
    cells = np.random.default_rng(5).integers(-2, 6, (4_100, 2, 3, 2), dtype=np.int8)
    whole = alpha_sums(bucket_of(cells, round_robin=False))
    parts = [alpha_sums(bucket_of(cells[at : at + 999], round_robin=False)) for at in range(0, 4_100, 999)]
    assert (whole == np.vstack(parts)).all()
