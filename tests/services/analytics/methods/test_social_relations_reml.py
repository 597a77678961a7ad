"""REML components: reference values, nlme on gaps and triads, balanced equality, edges, degenerate data."""

import numpy as np
import pytest

from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.relation_components import RelationComponents
from services.analytics.methods.results import Reason
from services.analytics.methods.social_relations import pooled_anova
from services.analytics.methods.social_relations_effects import case_effects
from services.analytics.methods.social_relations_reml import pooled_reml

from .conftest import Compare, TwelveCases
from .gappy_cases import computed_by_r
from .gappy_groups import dyad_matrices
from .test_social_relations import NAMES, plain, values

R = computed_by_r("social_relations")


def six(held: RelationComponents) -> list[float | None]:
    names = ["group", "actor", "partner", "relationship", "actor_partner", "dyadic"]
    return [getattr(held, name).value.value for name in names]


def test_reference(twelve: TwelveCases, agrees: Compare) -> None:
    held = pooled_reml([dyads_of(cube).means for cube in twelve.cubes(1)])
    agrees("srm/w1/reml/group_var", held.group.value)
    for name, attribute in NAMES.items():
        agrees(f"srm/w1/reml/{name}", getattr(held, attribute).value)
    agrees("srm/w1/reml/mu", held.mean.value)
    agrees("srm/w1/reml/se_mu", held.mean.standard_error)
    agrees("srm/w1/reml/reml_crit", held.criterion)


@pytest.mark.parametrize("wave", [1, 2])
def test_complete_cases_of_one_size_give_the_anova(twelve: TwelveCases, wave: int) -> None:
    cases = [dyads_of(cube).means for cube in twelve.cubes(wave)]
    reml, anova = pooled_reml(cases), pooled_anova(cases)
    assert plain(values(reml)) == pytest.approx(plain(values(anova)), abs=1e-8)
    assert reml.group.value.value == pytest.approx(anova.group.value.value, abs=1e-8)


@pytest.mark.parametrize("wave", [1, 2])
def test_gaps_and_triads_agree_with_nlme(wave: int) -> None:
    held = pooled_reml(dyad_matrices(wave))
    assert held.dyads == R[f"w{wave}/reml/dyads"]
    assert held.cases == 24
    assert held.criterion.value == pytest.approx(R[f"w{wave}/reml/criterion"], abs=1e-7)
    assert six(held) == pytest.approx(R[f"w{wave}/reml/components"], abs=1e-6)
    mean = [held.mean.value.value, held.mean.standard_error.value]
    assert mean == pytest.approx(R[f"w{wave}/reml/mean"], abs=1e-7)


def test_relabelled_members_and_cases_change_nothing() -> None:
    cases = dyad_matrices(1)
    turned = [means[::-1, ::-1] - 1 for means in cases[::-1]]
    one, two = pooled_reml(cases), pooled_reml(turned)
    assert six(two) == pytest.approx(six(one), abs=1e-7)
    assert one.mean.value.value is not None
    assert two.mean.value.value == pytest.approx(one.mean.value.value - 1, abs=1e-8)


def test_no_group_variance_is_zero_without_an_error() -> None:
    draws = np.random.default_rng(6)
    cases = [draws.normal(0, 1, (5, 5)) + draws.normal(0, 1, (5, 1)) for _ in range(12)]
    level = [means - means[~np.eye(5, dtype=bool)].mean() + 3 for means in cases]
    held = pooled_reml(level)
    assert held.group.value.value == 0.0
    assert held.group.standard_error.reason is Reason.AT_BOUNDARY
    assert held.actor.standard_error.value is not None
    assert held.shares.group.value == 0.0


def test_an_actor_variance_at_zero_takes_its_covariance_with_it() -> None:
    draws = np.random.default_rng(7)
    cases = []
    for _ in range(12):
        means = draws.normal(0, 1, (5, 5)) + draws.normal(0, 1, 5) + draws.normal()
        actor = np.array([one.value for one in case_effects(means).actor])
        cases.append(means - actor[:, None])
    held = pooled_reml(cases)
    assert held.actor.value.value == pytest.approx(0.0, abs=1e-6)
    assert held.actor_partner.value.value == pytest.approx(0.0, abs=1e-6)
    assert held.actor.standard_error.reason is Reason.AT_BOUNDARY
    assert held.relationship.standard_error.value is not None


def test_undefined() -> None:
    draws = np.random.default_rng(2)
    triads = [draws.normal(3, 1, (3, 3)) for _ in range(9)]
    assert pooled_reml([]).actor.value.reason is Reason.NO_DATA
    assert pooled_reml([draws.normal(3, 1, (5, 5))]).actor.value.reason is Reason.TOO_FEW_CLUSTERS
    assert pooled_reml([[[0, 1], [2, 0]]] * 5).actor.value.reason is Reason.TOO_FEW_ROWS
    assert pooled_reml([np.full((4, 4), 3.0)] * 3).actor.value.reason is Reason.NO_VARIANCE
    assert pooled_reml(triads).actor.value.reason is Reason.NOT_IDENTIFIED


def test_two_cases_are_enough_and_one_sided_pairs_are_negative() -> None:
    draws = np.random.default_rng(8)
    cases = []
    for level in (0, 2):
        pairs = draws.normal(0, 1, (6, 6))
        cases.append(3 + level + pairs - pairs.T + draws.normal(0, 0.3, (6, 6)))
    held = pooled_reml(cases)
    assert held.dyadic.value.value is not None
    assert held.dyadic.value.value < 0
    assert held.mean.df.value == 1.0


def test_symmetry_without_exception_has_no_likelihood() -> None:
    draws = np.random.default_rng(4)
    cases = [draws.normal(3, 1, (5, 5)) for _ in range(6)]
    held = pooled_reml([(means + means.T) / 2 for means in cases])
    assert held.dyadic.value.reason is Reason.NOT_CONVERGED
    additive = [draws.integers(1, 4, (5, 1)) + draws.integers(1, 3, 5) for _ in range(6)]
    assert pooled_reml(additive).relationship.value.reason is Reason.NOT_CONVERGED


def test_a_pair_of_members_adds_to_the_group_variance() -> None:
    draws = np.random.default_rng(3)
    cases = [draws.normal(3, 1, (4, 4)) + draws.normal() for _ in range(8)]
    held = pooled_reml([*cases, [[0, 1], [2, 0]]])
    assert (held.cases, held.dyads) == (9, 98)
    assert held.relationship.value.value is not None
