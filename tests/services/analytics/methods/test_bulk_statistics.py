"""Additive statistics: as counted cube by cube, whatever the order of axes, additive over any split."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.bulk import Bucket, bucket_of, buckets_of
from services.analytics.methods.bulk_pooled import merged
from services.analytics.methods.bulk_statistics import MIDDLE, Layout, bulk_statistics
from services.analytics.methods.cube import Cube, rectangular, round_robin, tally
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.moments import complete_rows
from services.analytics.methods.round_robin_sums import round_robin_sums
from tests.services.analytics.methods.bulk_cubes import cubes, random_cube


def table_of(held: list[Cube]) -> FloatArray:
    return merged([bulk_statistics(bucket) for bucket in buckets_of(held)])


def from_raw(cube: Cube) -> list[float]:
    """One cube's statistics from the code that works on one cube."""
    counts, means = tally(cube), dyads_of(cube).means
    known = means[~np.isnan(means)]
    rows = complete_rows(cube.rows())
    products = (rows.T @ rows)[np.triu_indices(cube.items)]
    valid, cells = cube.valid, cube.cells
    score = known.mean() if known.size else 0.0
    members = len(means)
    square = means.shape == (members, members) and bool((cube.own == np.eye(members)).all())
    complete = square and members > 1 and known.size == members * (members - 1)
    relations = round_robin_sums(means[None] if complete else np.zeros((1, 2, 2)))
    found = [
        *(1, counts.asked, counts.valid, counts.dont_know, counts.dont_work_with, counts.not_answered),
        *valid.sum(axis=(0, 1)),
        *np.where(valid, cells, 0).sum(axis=(0, 1), dtype=np.int64),
        *(len(rows), *rows.sum(axis=0), *products),
        *(known.size, known.sum(), (known**2).sum()),
        *(known.size > 0, score, (score - MIDDLE) ** 2 if known.size else 0.0),
        *(complete, relations.totals[0], *relations.sums[:, 0]),
    ]
    return [float(one) for one in found]


@settings(max_examples=40)
@given(cubes())
def test_they_are_those_of_the_code_for_one_cube(held: list[Cube]) -> None:
    for found, cube in zip(table_of(held), held, strict=True):
        assert found == pytest.approx(from_raw(cube), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    "shape", [(1, 1, 1), (12, 12, 6), (3, 25, 7), (25, 3, 30), (2, 2, 60), (60, 60, 2), (1, 5, 1)]
)
def test_no_shape_overflows_a_byte_or_two(shape: tuple[int, int, int]) -> None:
    full = rectangular(np.full(shape, 5))
    open_ = rectangular(np.full(shape, -1))
    held = [full, open_, *(random_cube(seed, *shape) for seed in range(3))]
    for found, cube in zip(table_of(held), held, strict=True):
        assert found == pytest.approx(from_raw(cube), rel=1e-12, abs=1e-12)


@settings(max_examples=40)
@given(st.integers(4, 7), st.integers(0, 2**32 - 1))
def test_permuting_members_changes_no_bit(members: int, seed: int) -> None:
    cells = np.random.default_rng(seed).integers(-2, 6, (2, members, members, 6))
    order = np.random.default_rng(seed + 1).permutation(members)
    turned = cells[:, order][:, :, order]
    first, second = (bulk_statistics(bucket_of(one)).table for one in (cells, turned))
    assert (first == second).all()


@settings(max_examples=40)
@given(cubes(), st.integers(0, 2**32 - 1))
def test_splitting_and_merging_gives_the_whole(held: list[Cube], seed: int) -> None:
    whole = table_of(held)
    chosen = np.random.default_rng(seed).random(len(held)) < 0.5
    sides = (True, False)
    parts = [[cube for cube, one in zip(held, chosen == side, strict=True) if one] for side in sides]
    sums = [table_of(part).sum(axis=0) for part in parts if part]
    assert sum(sums) == pytest.approx(whole.sum(axis=0), rel=1e-12, abs=1e-12)
    for side, part in zip(sides, parts, strict=True):
        if part:
            assert (table_of(part) == whole[chosen == side]).all()


@settings(max_examples=5)
@given(st.sampled_from([8_191, 8_192, 8_193, 16_400]))
def test_where_blocks_of_cases_end_nothing_changes(cases: int) -> None:
    cells = np.random.default_rng(cases).integers(-2, 6, (cases, 3, 3, 2), dtype=np.int8)
    whole = bulk_statistics(bucket_of(cells)).table
    parts = [
        bulk_statistics(bucket_of(cells[start : start + 2_900])).table for start in range(0, cases, 2_900)
    ]
    assert (whole == np.hstack(parts)).all()


def test_weights_choose_repeat_and_leave_out() -> None:
    held = bulk_statistics(bucket_of(np.random.default_rng(3).integers(-2, 6, (4, 3, 3, 2))))
    found = held.summed([2, 0, 1, 0])
    assert found == pytest.approx(2 * held.table[:, 0] + held.table[:, 2], rel=1e-15)
    assert held.summed() == pytest.approx(held.table.sum(axis=1))
    with pytest.raises(ValueError, match="one weight per case"):
        held.summed([1, 2])


def test_names_stand_where_the_layout_says() -> None:
    layout = Layout(3)
    held = bulk_statistics(bucket_of([[[[0] * 3, [5, 4, 3]], [[1, 2, -1], [0] * 3]]]))
    assert held.table.shape == (layout.size, 1)
    assert held.table[layout.item_counts, 0].tolist() == [2, 2, 1]
    assert held.table[layout.item_sums, 0].tolist() == [6, 6, 3]
    assert held.table[layout.row_sums, 0].tolist() == [5, 4, 3]
    assert held.table[layout.products, 0].tolist() == [25, 20, 15, 16, 12, 9]
    assert (held.of("complete_rows")[0], held.of("complete")[0], held.of("total")[0]) == (1, 1, 5.5)
    assert held.table[layout.invariants, 0] == pytest.approx([30.25, 18.25, 18.25, 12, 18.25, 12])
    with pytest.raises(ValueError, match="no statistic"):
        held.of("mean")


def test_an_empty_bucket_has_no_columns() -> None:
    empty = bulk_statistics(bucket_of(np.zeros((0, 4, 4, 2), dtype=np.int8)))
    assert empty.table.shape == (Layout(2).size, 0)
    nobody = Bucket(np.zeros((0, 0, 2, 3), dtype=np.int8), np.arange(3), round_robin=True)
    assert bulk_statistics(nobody).of("cubes").tolist() == [1, 1, 1]
    assert bulk_statistics(nobody).of("asked").tolist() == [0, 0, 0]


def test_a_gap_leaves_the_relations_at_zero() -> None:
    cells = np.full((4, 4, 2), 3)
    cells[0, 1] = -1
    assert bulk_statistics(buckets_of([round_robin(cells)])[0]).of("total").tolist() == [0]
    cells[0, 1, 0] = 4
    assert bulk_statistics(buckets_of([round_robin(cells)])[0]).of("total").tolist() == [37]
