"""Least squares with gaps: reference values, Bond and Malloy's own code, equality without gaps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.results import Reason
from services.analytics.methods.social_relations import case_anova, pooled_anova
from services.analytics.methods.social_relations_gaps import case_least_squares, pooled_least_squares

from .conftest import Compare, TwelveCases
from .gappy_cases import computed_by_r
from .gappy_groups import CASES, dyad_matrices
from .test_social_relations import NAMES, errors, plain, values

R = computed_by_r("social_relations")


@pytest.mark.parametrize("wave", [1, 2])
def test_reference(twelve: TwelveCases, agrees: Compare, wave: int) -> None:
    held = pooled_least_squares([dyads_of(cube).means for cube in twelve.cubes(wave)])
    agrees(f"srm/w{wave}/n_bm_cases", held.cases)
    for name, attribute in NAMES.items():
        agrees(f"srm/w{wave}/pooled_bm_{name}", getattr(held, attribute).value)


@pytest.mark.parametrize("wave", [1, 2])
def test_gaps_agree_with_bond_and_malloy(wave: int) -> None:
    cases = dict(zip(CASES.cases, dyad_matrices(wave), strict=True))
    pooled = pooled_least_squares(list(cases.values()))
    assert plain(values(pooled)) == pytest.approx(R[f"w{wave}/bm/pooled"], abs=1e-10)
    each = {case: case_least_squares(means) for case, means in cases.items()}
    known = [case for case, held in each.items() if held.actor.value.value is not None]
    assert known == R[f"w{wave}/bm/cases"]
    compared = 0
    for case, wanted, wanted_errors in zip(
        known, R[f"w{wave}/bm/each"], R[f"w{wave}/bm/each_se"], strict=True
    ):
        assert plain(values(each[case])) == pytest.approx(wanted, abs=1e-10)
        for found, error in zip(plain(errors(each[case])), wanted_errors, strict=True):
            if found is not None and error is not None:
                assert found == pytest.approx(error, rel=1e-7)
                compared += 1
    assert compared > 60


@given(st.integers(4, 7), st.integers(0, 2**32 - 1))
def test_without_gaps_it_is_the_anova(members: int, seed: int) -> None:
    means = np.random.default_rng(seed).integers(6, 31, (members, members)) / 6
    one, two = case_least_squares(means), case_anova(means)
    assert one.actor.value.reason is two.actor.value.reason
    if one.actor.value.value is not None:
        assert plain(values(one)) == pytest.approx(plain(values(two)), abs=1e-10)


def test_the_group_variance_without_gaps_is_the_anova_s() -> None:
    draws = np.random.default_rng(4)
    cases = [draws.normal(3, 1, (5, 5)) + draws.normal(0, 1) for _ in range(7)]
    one, two = pooled_least_squares(cases), pooled_anova(cases)
    assert one.group.value.value == pytest.approx(two.group.value.value, abs=1e-12)


@given(st.integers(4, 6), st.integers(0, 2**32 - 1), st.floats(0.05, 0.4))
def test_relabelling_and_a_constant(members: int, seed: int, gaps: float) -> None:
    draws = np.random.default_rng(seed)
    means = draws.integers(6, 31, (members, members)) / 6
    means[draws.random(means.shape) < gaps] = np.nan
    order = draws.permutation(members)
    one, two = case_least_squares(means), case_least_squares(means[np.ix_(order, order)] + 1)
    assert one.actor.value.reason is two.actor.value.reason
    if one.actor.value.value is not None:
        scale = max(abs(value or 0.0) for value in plain(values(one)))
        assert plain(values(two)) == pytest.approx(plain(values(one)), abs=1e-7 * (1 + scale))


def test_undefined() -> None:
    one_way = np.triu(np.random.default_rng(0).normal(3, 1, (5, 5)))
    one_way[np.tril_indices(5)] = np.nan
    assert case_least_squares(one_way).actor.value.reason is Reason.NOT_IDENTIFIED
    assert case_least_squares(np.ones((3, 3))).actor.value.reason is Reason.TOO_FEW_ROWS
    assert case_least_squares(np.full((4, 4), np.nan)).actor.value.reason is Reason.NO_DATA
    assert case_least_squares(np.full((4, 4), 2.5)).actor.value.reason is Reason.NO_VARIANCE
    assert pooled_least_squares([one_way]).actor.value.reason is Reason.NO_DATA
    assert pooled_least_squares([np.ones((4, 4))] * 2).actor.value.reason is Reason.NO_VARIANCE


def test_components_stand_where_their_error_has_no_solution() -> None:
    cases = dict(zip(CASES.cases, dyad_matrices(1), strict=True))
    held = case_least_squares(cases["S01"])
    assert held.actor.value.value == pytest.approx(R["w1/bm/each"][0][0])
    assert held.actor.standard_error.reason is Reason.NEGATIVE_VARIANCE
