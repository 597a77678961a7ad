"""Effects: reference values, the closed form, gaps, shrinkage towards nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.relation_components import Basis, Method, undefined_components
from services.analytics.methods.results import Reason
from services.analytics.methods.social_relations import pooled_anova
from services.analytics.methods.social_relations_effects import (
    ShrunkenEffects,
    case_effects,
    shrunken_effects,
)
from services.analytics.methods.social_relations_reml import pooled_reml

from .conftest import Compare, TwelveCases
from .gappy_cases import computed_by_r
from .gappy_groups import CASES, dyad_matrices

R = computed_by_r("social_relations")


def test_reference(twelve: TwelveCases, agrees: Compare) -> None:
    held = case_effects(dyads_of(twelve.cube(twelve.cases[0], 1)).means)
    agrees("srm/w1/case0_actor_effects", list(held.actor))
    agrees("srm/w1/case0_partner_effects", list(held.partner))
    agrees("srm/w1/case0_grand_mean", held.mean)


def test_another_case_agrees_with_tripler() -> None:
    means = dict(zip(CASES.cases, dyad_matrices(1), strict=True))[R["w1/anova/cases"][0]]
    held = case_effects(means)
    assert [one.value for one in held.actor] == pytest.approx(R["w1/anova/first_actor"], abs=1e-12)
    assert [one.value for one in held.partner] == pytest.approx(R["w1/anova/first_partner"], abs=1e-12)


@given(st.integers(3, 7), st.integers(0, 2**32 - 1))
def test_without_gaps_it_is_the_closed_form(members: int, seed: int) -> None:
    means = np.random.default_rng(seed).integers(6, 31, (members, members)) / 6
    np.fill_diagonal(means, 0)
    given_sums, received = means.sum(axis=1), means.sum(axis=0)
    actor = ((members - 1) * given_sums + received - means.sum()) / (members * (members - 2))
    held = case_effects(means)
    assert [one.value for one in held.actor] == pytest.approx(actor.tolist(), abs=1e-9)
    assert sum(one.value or 0.0 for one in held.partner) == pytest.approx(0.0, abs=1e-9)


def test_a_silent_member_has_no_actor_effect() -> None:
    means = np.random.default_rng(1).normal(3, 1, (5, 5))
    means[2] = np.nan
    held = case_effects(means)
    assert held.actor[2].reason is Reason.NO_DATA
    assert held.actor[0].value is not None
    assert held.partner[2].value is not None


def test_members_who_are_not_tied_together_are_not_compared() -> None:
    means = np.full((4, 4), np.nan)
    means[0, 1] = means[1, 0] = 3.0
    means[2, 3] = means[3, 2] = 4.0
    assert case_effects(means).actor[0].reason is Reason.NOT_IDENTIFIED
    assert case_effects(np.full((3, 3), np.nan)).mean.reason is Reason.NO_DATA


def test_shrunken_effects_are_smaller_and_know_their_spread() -> None:
    cases = dyad_matrices(1)
    pooled = pooled_reml(cases)
    for means in cases[:6]:
        raw, held = case_effects(means), shrunken_effects(means, pooled)
        assert isinstance(held, ShrunkenEffects)
        known = [
            (abs(one.value), abs(two.value or 0.0))
            for one, two in zip(raw.actor, held.actor, strict=True)
            if one.value is not None
        ]
        if known:
            assert sum(two for _, two in known) < sum(one for one, _ in known)
        assert pooled.actor.value.value is not None
        top = pooled.actor.value.value**0.5
        assert all(0 < (one.value or 0.0) <= top + 1e-12 for one in held.actor_spread)


def test_shrunken_effects_are_the_model_s_predictions() -> None:
    """Henderson's equations on dummies give the same numbers as covariances do."""
    cases = dyad_matrices(1)
    pooled = pooled_reml(cases)
    means = cases[14]
    held = shrunken_effects(means, pooled)
    assert isinstance(held, ShrunkenEffects)
    n = len(means)
    giver, receiver = np.nonzero(~np.isnan(means) & ~np.eye(n, dtype=bool))
    design = np.zeros((giver.size, 2 * n + 1))
    design[:, 0] = 1
    design[np.arange(giver.size), 1 + giver] = 1
    design[np.arange(giver.size), 1 + n + receiver] = 1
    group, actor, partner, own, crossed, dyadic = (
        getattr(pooled, name).value.value
        for name in ("group", "actor", "partner", "relationship", "actor_partner", "dyadic")
    )
    levels = np.zeros((2 * n + 1, 2 * n + 1))
    levels[0, 0] = group
    levels[1 : n + 1, 1 : n + 1] = actor * np.eye(n)
    levels[n + 1 :, n + 1 :] = partner * np.eye(n)
    levels[1 : n + 1, n + 1 :] = levels[n + 1 :, 1 : n + 1] = crossed * np.eye(n)
    back = (giver[:, None] == receiver) & (receiver[:, None] == giver)
    rest = np.linalg.inv(own * np.eye(giver.size) + dyadic * back)
    mean = pooled.mean.value.value
    assert mean is not None
    left = means[giver, receiver] - mean
    inner = np.linalg.inv(design.T @ rest @ design + np.linalg.inv(levels))
    wanted = inner @ design.T @ rest @ left
    found = [held.group, *held.actor, *held.partner]
    assert [one.value for one in found] == pytest.approx(wanted.tolist(), abs=1e-10)
    spreads = [held.group_spread, *held.actor_spread, *held.partner_spread]
    assert [one.value for one in spreads] == pytest.approx(np.sqrt(np.diag(inner)).tolist(), abs=1e-10)


def test_nothing_to_shrink() -> None:
    pooled = pooled_reml(dyad_matrices(1))
    assert shrunken_effects(np.full((3, 3), np.nan), pooled) is Reason.NO_DATA
    lost = undefined_components(Basis(Method.REML, 0, 0, 0), Reason.TOO_FEW_CLUSTERS)
    assert shrunken_effects(np.ones((3, 3)), lost) is Reason.TOO_FEW_CLUSTERS


def test_components_that_are_no_covariance_are_refused() -> None:
    draws = np.random.default_rng(5)
    cases = []
    for _ in range(6):
        means = draws.normal(3, 1, (4, 4))
        cases.append(means - means.mean(axis=1, keepdims=True) - means.mean(axis=0))
    pooled = pooled_anova(cases)
    assert pooled.actor.value.value is not None
    assert pooled.actor.value.value < 0
    assert shrunken_effects(cases[0], pooled) is Reason.NEGATIVE_VARIANCE
