"""Pooled from additive statistics is what the methods compute from the raw cubes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.methods.alpha_bootstrap import alpha_statistics
from services.analytics.methods.bulk import bucket_of, buckets_of
from services.analytics.methods.bulk_pooled import (
    alpha_sums_of,
    item_means_of,
    mean_of_cases_of,
    mean_of_dyads_of,
    merged,
    moments_of_sums,
    pooled_cells_of,
    round_robins_of_bucket,
    sd_of_cases_of,
    tally_of,
)
from services.analytics.methods.bulk_statistics import BulkStatistics, Layout, bulk_statistics
from services.analytics.methods.cube import Cube, merge, round_robin, tally
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.pooled import pooled_scores
from services.analytics.methods.reliability import alpha_from_moments, reliability
from services.analytics.methods.results import Quantity
from services.analytics.methods.social_relations import pooled_anova, pooled_of_sums
from tests.services.analytics.methods.bulk_cubes import cubes, random_cube

LAYOUT = Layout(3)


def parts_of(held: list[Cube]) -> list[BulkStatistics]:
    return [bulk_statistics(bucket) for bucket in buckets_of(held)]


def same(found: Quantity, wanted: Quantity) -> None:
    assert (found.value is None) == (wanted.value is None)
    assert found.reason is wanted.reason
    if found.value is not None:
        assert found.value == pytest.approx(wanted.value, rel=1e-12, abs=1e-12)


@settings(max_examples=40)
@given(cubes())
def test_scores_are_those_of_the_cubes(held: list[Cube]) -> None:
    sums = merged(parts_of(held)).sum(axis=0)
    wanted = pooled_scores(held)
    assert tally_of(LAYOUT, sums) == merge(tuple(tally(cube) for cube in held))
    same(mean_of_cases_of(LAYOUT, sums), wanted.mean_of_cases)
    same(mean_of_dyads_of(LAYOUT, sums), wanted.mean_of_dyads.value)
    same(pooled_cells_of(LAYOUT, sums), wanted.pooled_cells.value)
    for found, bar in zip(item_means_of(LAYOUT, sums), wanted.dimensions, strict=True):
        same(found, bar.value)
    sd = sd_of_cases_of(LAYOUT, sums)
    assert sd.reason is wanted.sd_of_cases.reason
    # A variance is what keeps 12 digits; near zero its root keeps half of them.
    if sd.value is not None and wanted.sd_of_cases.value is not None:
        assert sd.value**2 == pytest.approx(wanted.sd_of_cases.value**2, rel=1e-12, abs=1e-12)


@settings(max_examples=40)
@given(cubes())
def test_alpha_is_that_of_the_rows(held: list[Cube]) -> None:
    sums = merged(parts_of(held)).sum(axis=0)
    found = alpha_from_moments(moments_of_sums(LAYOUT, sums))
    wanted = reliability(np.vstack([cube.rows() for cube in held])).listwise
    assert (found.rows, found.items) == (wanted.rows, wanted.items)
    same(found.alpha, wanted.alpha)
    pairs = [*zip(found.if_dropped, wanted.if_dropped, strict=True)]
    pairs += [*zip(found.item_rest, wanted.item_rest, strict=True)]
    pairs += [*zip(found.item_means if found.rows else (), wanted.item_means, strict=bool(found.rows))]
    for one, other in pairs:
        same(one, other)


@settings(max_examples=40)
@given(cubes())
def test_the_bootstraps_statistics_are_those_of_the_cases(held: list[Cube]) -> None:
    found = alpha_sums_of(LAYOUT, merged(parts_of(held)))
    assert (found == alpha_statistics([cube.rows() for cube in held])).all()


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(4, 7)), min_size=2, max_size=9))
def test_social_relations_are_those_of_the_dyad_means(seeds: list[tuple[int, int]]) -> None:
    held = [random_cube(seed, members, members, 3) for seed, members in seeds]
    held.append(round_robin(np.random.default_rng(1).integers(1, 6, (5, 5, 3))))
    robins = [part for part in parts_of(held) if part.members is not None and part.members >= 4]
    found = pooled_of_sums([round_robins_of_bucket(part) for part in robins])
    counted = [cube for cube in held if cube.own.diagonal().all()]
    wanted = pooled_anova([dyads_of(cube).means for cube in counted])
    assert (found.cases, found.members, found.dyads) == (wanted.cases, wanted.members, wanted.dyads)
    same(found.mean.value, wanted.mean.value)
    for name in ("group", "actor", "partner", "relationship", "actor_partner", "dyadic"):
        same(getattr(found, name).value, getattr(wanted, name).value)
        same(getattr(found, name).standard_error, getattr(wanted, name).standard_error)


def test_slices_of_round_robins_are_chosen_by_weight() -> None:
    cells = np.random.default_rng(4).integers(1, 6, (6, 4, 4, 3))
    held = bulk_statistics(bucket_of(cells))
    part = round_robins_of_bucket(held, [1, 0, 1, 0, 0, 1])
    assert (part.sums == round_robins_of_bucket(bulk_statistics(bucket_of(cells[[0, 2, 5]]))).sums).all()
    with pytest.raises(ValueError, match="one weight per case"):
        round_robins_of_bucket(held, [1, 0])


def test_other_designs_and_lost_places_are_refused() -> None:
    square = bulk_statistics(bucket_of(np.ones((1, 4, 4, 3), dtype=np.int8), round_robin=False))
    with pytest.raises(ValueError, match="need round robins"):
        round_robins_of_bucket(square)
    with pytest.raises(ValueError, match="one instrument"):
        merged([square, bulk_statistics(bucket_of(np.ones((1, 4, 4, 2), dtype=np.int8)))])
    with pytest.raises(ValueError, match="every place once"):
        merged([square, square])
    with pytest.raises(ValueError, match="at least one"):
        merged([])


def test_one_case_has_no_spread_and_equal_cases_have_none() -> None:
    cube = round_robin(np.full((4, 4, 3), 2))
    one, two = (merged(parts_of([cube] * count)).sum(axis=0) for count in (1, 2))
    assert sd_of_cases_of(LAYOUT, one).value is None
    assert sd_of_cases_of(LAYOUT, two).value == 0
