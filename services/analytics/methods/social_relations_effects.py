"""Social relations effects: who gives and receives high, raw and shrunken; never a ranking of persons."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.records import record
from services.analytics.methods.relation_components import RelationComponents
from services.analytics.methods.relation_likelihood import dyad_patterns
from services.analytics.methods.results import Quantity, Reason, undefined
from services.analytics.methods.round_robin import RoundRobin, round_robin_of

_ROUNDING = 1e-12


@record
class CaseEffects:
    """What each member adds to the dyad means they give and receive, scale points.

    Attributes
    ----------
    mean : Quantity
        What is left: the mean of an additive table without gaps.
    actor, partner : tuple of Quantity
        Per member, in the matrix's order; each set sums to 0.
    """

    mean: Quantity
    actor: tuple[Quantity, ...]
    partner: tuple[Quantity, ...]


@record
class ShrunkenEffects:
    """Effects as the pooled components would have them, and how sure that is.

    Attributes
    ----------
    group : Quantity
        The case's distance from the mean of cases.
    actor, partner : tuple of Quantity
        Per member; 0 for one about whom nothing is known.
    group_spread : Quantity
    actor_spread, partner_spread : tuple of Quantity
        Posterior standard deviations, components and mean taken as known.
    """

    group: Quantity
    actor: tuple[Quantity, ...]
    partner: tuple[Quantity, ...]
    group_spread: Quantity
    actor_spread: tuple[Quantity, ...]
    partner_spread: tuple[Quantity, ...]


def case_effects(means: npt.ArrayLike) -> CaseEffects:
    """Return the least-squares actor and partner effects of one case.

    Parameters
    ----------
    means : (n, n) array
        Dyad means, rows given and columns received; NaN is missing.

    Returns
    -------
    CaseEffects
        A member who gave (received) nothing has no actor (partner) effect (`no-data`); all
        are undefined (`not-identified`) where dyads don't tie the members together.

    Raises
    ------
    ValueError
        If the matrix isn't square or an entry is infinite.

    Notes
    -----
    m_ij = mean + a_i + b_j + rest. Without gaps a_i = ((n-1) R_i + C_i - T) / (n (n-2)), R, C
    and T being sums of row i, column i and all, and b_i with R and C exchanged.

    References
    ----------
    Warner, Kenny & Stoto (1979), JPSP 37; Bond & Malloy (2018).

    Examples
    --------
    >>> held = case_effects([[0, 1, 2], [2, 0, 3], [3, 4, 0]])
    >>> [round(one.value, 4) for one in held.actor]
    [-1.3333, -0.0, 1.3333]
    """
    case = round_robin_of(means)
    if not case.dyads:
        return _without(case, Reason.NO_DATA)
    giver, receiver = np.nonzero(case.there)
    givers, receivers = np.unique(giver), np.unique(receiver)
    design = np.hstack([giver[:, None] == givers, receiver[:, None] == receivers]).astype(np.float64)
    centre = case.mean
    solved, _, rank, _ = np.linalg.lstsq(design, case.means[case.there] - centre, rcond=None)
    if rank < givers.size + receivers.size - 1:
        return _without(case, Reason.NOT_IDENTIFIED)
    given, received = solved[: givers.size], solved[givers.size :]
    return CaseEffects(
        mean=Quantity(float(centre + given.mean() + received.mean())),
        actor=_placed(given - given.mean(), givers, case.members),
        partner=_placed(received - received.mean(), receivers, case.members),
    )


def shrunken_effects(means: npt.ArrayLike, components: RelationComponents) -> ShrunkenEffects | Reason:
    """Return one case's best linear predictions of group, actor and partner effects.

    Parameters
    ----------
    means : (n, n) array
        Dyad means of a case; NaN is missing.
    components : RelationComponents
        Pooled, by REML: those of ANOVA may be no covariance (`negative-variance`).

    Raises
    ------
    ValueError
        If the matrix isn't square or an entry is infinite.

    Notes
    -----
    cov (u, y) V^-1 (y - mean), V the dyads' covariance under the components; posterior
    variance var u - cov (u, y) V^-1 cov (y, u).

    References
    ----------
    Robinson (1991), Statistical Science 6; Lüdtke, Robitzsch et al. (2013), Psychological
    Methods 18.

    Examples
    --------
    >>> from services.analytics.methods.social_relations_reml import pooled_reml
    >>> draws = np.random.default_rng(5)
    >>> cases = [draws.normal(3, 1, (5, 5)) + draws.normal(0, 1, (5, 1)) for _ in range(8)]
    >>> held = shrunken_effects(cases[0], pooled_reml(cases))
    >>> round(held.actor[0].value, 4), round(held.actor_spread[0].value, 4)
    (0.7005, 0.4268)
    """
    case = round_robin_of(means)
    if not case.dyads:
        return Reason.NO_DATA
    parameters = _parameters(components)
    if isinstance(parameters, Reason):
        return parameters
    kept = case.there[~np.eye(case.members, dtype=np.bool_)]
    covariance = np.tensordot(parameters, dyad_patterns(case.members), axes=1)[np.ix_(kept, kept)]
    if not _possible(parameters, covariance):
        return Reason.NEGATIVE_VARIANCE
    crossed, variances = _crossed(case, parameters)
    weights = np.linalg.solve(covariance, crossed.T).T
    left = case.means[case.there] - (components.mean.value.value or 0.0)
    found = weights @ left
    spread = np.sqrt(np.maximum(variances - np.sum(weights * crossed, axis=1), 0.0))
    effects, spreads = (tuple(Quantity(float(one)) for one in held) for held in (found, spread))
    n = case.members
    return ShrunkenEffects(
        effects[0], effects[1 : n + 1], effects[n + 1 :], spreads[0], spreads[1 : n + 1], spreads[n + 1 :]
    )


def _parameters(components: RelationComponents) -> FloatArray | Reason:
    estimates = (
        components.group,
        components.actor,
        components.partner,
        components.relationship,
        components.actor_partner,
        components.dyadic,
    )
    values = [one.value.value for one in estimates]
    if None in values or components.mean.value.value is None:
        return next((one.value.reason for one in estimates if one.value.reason), Reason.NO_DATA)
    return np.array(values, dtype=np.float64)


def _possible(parameters: FloatArray, covariance: FloatArray) -> bool:
    group, actor, partner, _, both, _ = parameters
    levels = np.linalg.eigvalsh(np.array([[actor, both], [both, partner]]))
    return min(group, float(levels[0])) > -_ROUNDING and float(np.linalg.eigvalsh(covariance)[0]) > 0


def _crossed(case: RoundRobin, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Covariances of (group, actors, partners) with the dyads, and their own variances."""
    group, actor, partner, _, crossed, _ = parameters
    giver, receiver = np.nonzero(case.there)
    members = np.arange(case.members)[:, None]
    gives, receives = members == giver, members == receiver
    covariances = [
        np.full((1, giver.size), group),
        actor * gives + crossed * receives,
        partner * receives + crossed * gives,
    ]
    variances = np.repeat([group, actor, partner], [1, case.members, case.members])
    return np.vstack(covariances), variances


def _placed(values: FloatArray, places: npt.NDArray[np.intp], members: int) -> tuple[Quantity, ...]:
    held = dict(zip(places.tolist(), values.tolist(), strict=True))
    return tuple(
        Quantity(held[member]) if member in held else undefined(Reason.NO_DATA) for member in range(members)
    )


def _without(case: RoundRobin, reason: Reason) -> CaseEffects:
    nothing = undefined(reason)
    return CaseEffects(nothing, (nothing,) * case.members, (nothing,) * case.members)
