"""Shares and what follows from components: negative values shown as 0 in shares only."""

import pytest

from services.analytics.methods.relation_components import (
    Basis,
    Method,
    assembled,
    shares_of,
    undefined_components,
)
from services.analytics.methods.results import Quantity, Reason, undefined, undefined_estimate


def test_a_negative_variance_is_kept_and_is_no_share() -> None:
    found = assembled(
        Basis(Method.ANOVA, 2, 10, 40),
        undefined_estimate(Reason.NOT_ASKED, Quantity(3.0)),
        undefined_estimate(Reason.NOT_ASKED, Quantity(-0.1)),
        [undefined_estimate(Reason.NOT_ASKED, Quantity(one)) for one in (0.2, -0.05, 0.3, 0.1, 0.2)],
        undefined(Reason.NOT_ASKED),
    )
    assert found.partner.value.value == -0.05
    assert found.group.value.value == -0.1
    assert found.shares.partner.value == found.shares.group.value == 0.0
    assert found.shares.actor.value == pytest.approx(0.4)
    assert found.shares.relationship_within.value == pytest.approx(0.6)
    assert found.partner_reliability.reason is Reason.NEGATIVE_VARIANCE
    assert found.generalised_reciprocity.reason is Reason.NEGATIVE_VARIANCE
    assert found.dyadic_reciprocity.value == pytest.approx(2 / 3)


def test_without_a_group_variance_only_shares_within_stand() -> None:
    shares = shares_of(undefined(Reason.TOO_FEW_CLUSTERS), 1.0, 1.0, 2.0)
    assert shares.group.reason is shares.actor.reason is Reason.TOO_FEW_CLUSTERS
    assert shares.relationship_within.value == 0.5


def test_nothing_to_share() -> None:
    shares = shares_of(Quantity(0.0), -1.0, 0.0, 0.0)
    assert shares.actor.reason is shares.actor_within.reason is Reason.NO_VARIANCE


def test_undefined_components_have_no_number() -> None:
    found = undefined_components(Basis(Method.REML, 0, 0, 0), Reason.NO_DATA)
    assert found.mean.value.reason is found.criterion.reason is found.shares.group.reason is Reason.NO_DATA
