"""ANOVA components: reference values, TripleR on cases of several sizes, sums, degenerate cases."""

import numpy as np
import pytest

from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.relation_components import RelationComponents
from services.analytics.methods.results import Quantity, Reason
from services.analytics.methods.round_robin_sums import round_robin_sums
from services.analytics.methods.social_relations import case_anova, pooled_anova, pooled_of_sums

from .conftest import Compare, TwelveCases
from .gappy_cases import computed_by_r
from .gappy_groups import CASES, dyad_matrices

R = computed_by_r("social_relations")
NAMES = {
    "actor": "actor",
    "partner": "partner",
    "rel": "relationship",
    "ap_cov": "actor_partner",
    "rel_cov": "dyadic",
}


def values(held: RelationComponents) -> list[Quantity]:
    return [getattr(held, name).value for name in NAMES.values()]


def errors(held: RelationComponents) -> list[Quantity]:
    return [getattr(held, name).standard_error for name in NAMES.values()]


def plain(found: list[Quantity]) -> list[float | None]:
    return [one.value for one in found]


@pytest.mark.parametrize("wave", [1, 2])
def test_reference_pooled(twelve: TwelveCases, agrees: Compare, wave: int) -> None:
    held = pooled_anova([dyads_of(cube).means for cube in twelve.cubes(wave)])
    agrees(f"srm/w{wave}/n_complete_cases_ge4", held.cases)
    for name, attribute in NAMES.items():
        agrees(f"srm/w{wave}/pooled_complete_{name}", getattr(held, attribute).value)
    for name in ("actor", "partner", "rel"):
        error = getattr(held, NAMES[name]).standard_error
        agrees(f"srm/w{wave}/pooled_complete_se_{name}", error)


def test_reference_tripler(twelve: TwelveCases, agrees: Compare) -> None:
    held = pooled_anova([dyads_of(cube).means for cube in twelve.cubes(1)])
    agrees("srm/w1/tripler_multi_estimates", values(held))
    agrees("srm/w1/tripler_multi_se", errors(held))
    agrees("srm/w1/tripler_group_var", held.group.value)
    agrees("srm/w1/rel_actor", held.actor_reliability)
    agrees("srm/w1/rel_partner", held.partner_reliability)
    assert held.actor.df.value == 48.0


@pytest.mark.parametrize("wave", [1, 2])
def test_cases_of_several_sizes_agree_with_tripler(wave: int) -> None:
    cases = dict(zip(CASES.cases, dyad_matrices(wave), strict=True))
    held = pooled_anova(list(cases.values()))
    first = case_anova(cases[R[f"w{wave}/anova/cases"][0]])
    assert held.cases == len(R[f"w{wave}/anova/cases"])
    assert plain(values(held)) == pytest.approx(R[f"w{wave}/anova/pooled"], abs=1e-12)
    assert plain(errors(held)) == pytest.approx(R[f"w{wave}/anova/pooled_se"], abs=1e-12)
    assert held.group.value.value == pytest.approx(R[f"w{wave}/anova/group"], abs=1e-12)
    assert plain(values(first)) == pytest.approx(R[f"w{wave}/anova/first"], abs=1e-12)
    known = [
        one
        for one in zip(plain(errors(first)), R[f"w{wave}/anova/first_se"], strict=True)
        if None not in one
    ]
    assert len(known) >= 3
    for found, wanted in known:
        assert found == pytest.approx(wanted, abs=1e-12)


def test_sums_of_all_sizes_pool_to_the_same() -> None:
    draws = np.random.default_rng(8)
    small, large = draws.normal(3, 1, (6, 4, 4)), draws.normal(3, 1, (9, 7, 7))
    whole = pooled_anova([*small, *large])
    sums = pooled_of_sums([round_robin_sums(small), round_robin_sums(large)])
    assert plain(values(sums)) == pytest.approx(plain(values(whole)), abs=1e-12)
    assert plain(errors(sums)) == pytest.approx(plain(errors(whole)), abs=1e-12)
    assert sums.group.value.value == pytest.approx(whole.group.value.value, abs=1e-12)
    assert (sums.cases, sums.members, sums.dyads) == (15, 87, 6 * 12 + 9 * 42)


def test_triads_and_gaps_are_left_out() -> None:
    draws = np.random.default_rng(9)
    whole, triad, holed = (draws.normal(3, 1, (n, n)) for n in (5, 3, 5))
    holed[0, 1] = np.nan
    assert pooled_anova([whole, triad, holed]).cases == 1
    assert case_anova(triad).actor.value.reason is Reason.TOO_FEW_ROWS
    assert case_anova(holed).actor.value.reason is Reason.NOT_IDENTIFIED
    assert case_anova(np.full((5, 5), np.nan)).actor.value.reason is Reason.NO_DATA
    assert pooled_anova([triad]).actor.value.reason is Reason.NO_DATA


def test_one_case_has_no_group_variance() -> None:
    held = case_anova(np.random.default_rng(1).normal(3, 1, (5, 5)))
    assert held.group.value.reason is held.shares.group.reason is Reason.TOO_FEW_CLUSTERS
    assert held.shares.relationship_within.value is not None


def test_equal_answers_have_no_components() -> None:
    assert case_anova(np.full((4, 4), 10 / 3)).actor.value.reason is Reason.NO_VARIANCE
    assert pooled_anova([np.full((4, 4), 3.0)] * 2).shares.actor.reason is Reason.NO_VARIANCE


def test_relabelled_members_and_cases_change_nothing() -> None:
    draws = np.random.default_rng(3)
    cases = [draws.normal(3, 1, (n, n)) for n in (4, 5, 6, 5)]
    turned = [means[::-1, ::-1] + 2 for means in cases[::-1]]
    one, two = pooled_anova(cases), pooled_anova(turned)
    assert plain(values(two)) == pytest.approx(plain(values(one)), abs=1e-12)
    assert two.group.value.value == pytest.approx(one.group.value.value, abs=1e-12)
    assert one.mean.value.value is not None
    assert two.mean.value.value == pytest.approx(one.mean.value.value + 2)


def test_a_rectangle_is_refused() -> None:
    with pytest.raises(ValueError, match="square"):
        pooled_anova([np.ones((4, 3))])
