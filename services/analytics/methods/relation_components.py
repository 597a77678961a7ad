"""Relation components: the social relations model's published numbers; keeps what is negative."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from math import sqrt

from services.analytics.methods.records import record
from services.analytics.methods.results import (
    Estimate,
    Quantity,
    Reason,
    undefined,
    undefined_estimate,
)


class Method(StrEnum):
    """How components were estimated."""

    ANOVA = "anova"
    LEAST_SQUARES = "least-squares"
    REML = "reml"


@record
class Shares:
    """Each variance's part of their sum, negative ones shown as 0.

    Attributes
    ----------
    group, actor, partner, relationship : Quantity
        Of the sum of all four; undefined where the group variance is.
    actor_within, partner_within, relationship_within : Quantity
        Of the three within cases.
    """

    group: Quantity
    actor: Quantity
    partner: Quantity
    relationship: Quantity
    actor_within: Quantity
    partner_within: Quantity
    relationship_within: Quantity


@record
class RelationComponents:
    """What makes dyad means differ: the case, who answers, who is rated, the two together.

    Attributes
    ----------
    method : Method
    cases, members, dyads : int
        That entered; members counted once per case.
    mean : Estimate
        Mean over cases, scale points; standard error by REML only.
    group, actor, partner, relationship : Estimate
        Variances, scale points squared. Negative values are kept (REML has none).
    actor_partner, dyadic : Estimate
        Covariances: of giving and receiving high; of both directions of a pair. t references
        with sum (n - 1) degrees of freedom; p is two-sided.
    generalised_reciprocity, dyadic_reciprocity : Quantity
        The same as correlations; undefined beside a variance that isn't positive.
    actor_reliability, partner_reliability : Quantity
        Of actor and partner effects at the mean number of members.
    shares : Shares
    criterion : Quantity
        REML's -2 log restricted likelihood with all constants.
    """

    method: Method
    cases: int
    members: int
    dyads: int
    mean: Estimate
    group: Estimate
    actor: Estimate
    partner: Estimate
    relationship: Estimate
    actor_partner: Estimate
    dyadic: Estimate
    generalised_reciprocity: Quantity
    dyadic_reciprocity: Quantity
    actor_reliability: Quantity
    partner_reliability: Quantity
    shares: Shares
    criterion: Quantity


@record
class Basis:
    """What stands behind components."""

    method: Method
    cases: int
    members: int
    dyads: int

    @property
    def mean_members(self) -> float:
        """Members per case."""
        return self.members / self.cases


def assembled(
    basis: Basis, mean: Estimate, group: Estimate, within: Sequence[Estimate], criterion: Quantity
) -> RelationComponents:
    """Return the components with everything that follows from them.

    Parameters
    ----------
    basis : Basis
    mean, group : Estimate
    within : sequence of five Estimate
        Actor, partner, relationship, actor-partner, dyadic; all with a value.
    criterion : Quantity
    """
    actor, partner, relationship, crossed, dyadic = (one.value.value or 0.0 for one in within)
    size = basis.mean_members
    noise = ((size - 1) * relationship + dyadic) / (size * (size - 2)) if size > 2 else None
    return RelationComponents(
        method=basis.method,
        cases=basis.cases,
        members=basis.members,
        dyads=basis.dyads,
        mean=mean,
        group=group,
        actor=within[0],
        partner=within[1],
        relationship=within[2],
        actor_partner=within[3],
        dyadic=within[4],
        generalised_reciprocity=_correlation(crossed, actor, partner),
        dyadic_reciprocity=_correlation(dyadic, relationship, relationship),
        actor_reliability=_reliability(actor, noise),
        partner_reliability=_reliability(partner, noise),
        shares=shares_of(group.value, actor, partner, relationship),
        criterion=criterion,
    )


def undefined_components(basis: Basis, reason: Reason) -> RelationComponents:
    """Return components without numbers, for this reason.

    Examples
    --------
    >>> undefined_components(Basis(Method.ANOVA, 0, 0, 0), Reason.NO_DATA).actor.value.reason.value
    'no-data'
    """
    nothing, lost = undefined(reason), undefined_estimate(reason)
    return RelationComponents(
        basis.method,
        basis.cases,
        basis.members,
        basis.dyads,
        *(lost,) * 7,
        *(nothing,) * 4,
        Shares(*(nothing,) * 7),
        nothing,
    )


def shares_of(group: Quantity, actor: float, partner: float, relationship: float) -> Shares:
    """Return each variance's share, negative ones as 0.

    Examples
    --------
    >>> held = shares_of(Quantity(1.0), 2.0, -0.5, 1.0)
    >>> held.actor.value, held.partner.value, round(held.actor_within.value, 6)
    (0.5, 0.0, 0.666667)
    """
    within = [max(one, 0.0) for one in (actor, partner, relationship)]
    inside = _parts(within, sum(within))
    if group.value is None:
        nothing = undefined(group.reason or Reason.NO_DATA)
        return Shares(*(nothing,) * 4, *inside)
    all_four = [max(group.value, 0.0), *within]
    return Shares(*_parts(all_four, sum(all_four)), *inside)


def _parts(values: list[float], whole: float) -> list[Quantity]:
    if whole <= 0:
        return [undefined(Reason.NO_VARIANCE)] * len(values)
    return [Quantity(one / whole) for one in values]


def _correlation(covariance: float, first: float, second: float) -> Quantity:
    if min(first, second) <= 0:
        return undefined(Reason.NEGATIVE_VARIANCE if min(first, second) < 0 else Reason.NO_VARIANCE)
    return Quantity(covariance / sqrt(first * second))


def _reliability(variance: float, noise: float | None) -> Quantity:
    """variance / (variance + ((n-1) relationship + dyadic) / (n (n-2)))."""
    if noise is None:
        return undefined(Reason.TOO_FEW_ROWS)
    if variance < 0:
        return undefined(Reason.NEGATIVE_VARIANCE)
    whole = variance + noise
    return Quantity(variance / whole) if whole > 0 else undefined(Reason.NO_VARIANCE)
