"""Social relations: components of complete round robins by ANOVA, per case and pooled; fills no gap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.distributions import t_estimate
from services.analytics.methods.relation_components import (
    Basis,
    Method,
    RelationComponents,
    assembled,
    undefined_components,
)
from services.analytics.methods.results import (
    CONFIDENCE,
    Estimate,
    Quantity,
    Reason,
    undefined,
    undefined_estimate,
)
from services.analytics.methods.round_robin import RoundRobin, round_robin_of, round_robins_of
from services.analytics.methods.round_robin_errors import component_variances
from services.analytics.methods.round_robin_sums import (
    SMALLEST,
    RoundRobinSums,
    component_weights,
    sums_of_columns,
)


def case_anova(means: npt.ArrayLike, level: float = CONFIDENCE) -> RelationComponents:
    """Return the ANOVA components of one complete case of at least four members.

    Parameters
    ----------
    means : (n, n) array
        Dyad means, rows given and columns received; the diagonal is not read.
    level : float
        Of the intervals.

    Returns
    -------
    RelationComponents
        Without a group variance (one case). Undefined with gaps (`not-identified`; see
        `case_least_squares`), fewer than four members (`too-few-rows`) or all dyad means
        equal (`no-variance`).

    Raises
    ------
    ValueError
        If the matrix isn't square or an entry is infinite.

    References
    ----------
    Warner, Kenny & Stoto (1979), JPSP 37; Lashley & Bond (1997), Psychological Methods 2.

    Examples
    --------
    >>> held = case_anova([[0, 1, 2, 4], [3, 0, 4, 2], [5, 6, 0, 1], [2, 2, 3, 0]])
    >>> round(held.actor.value.value, 4), round(held.relationship.value.value, 4)
    (-0.5833, 3.75)
    """
    case = round_robin_of(means)
    basis = Basis(Method.ANOVA, 1, case.members, case.dyads)
    reason = _unfit(case)
    if reason is not None:
        return undefined_components(basis, reason)
    return _pooled(basis, _sums_by_size([case]), level)


def pooled_anova(matrices: Sequence[npt.ArrayLike], level: float = CONFIDENCE) -> RelationComponents:
    """Return the ANOVA components pooled over complete cases, weights n - 1.

    Parameters
    ----------
    matrices : sequence of (n, n) arrays
        One per case. Cases with gaps or fewer than four members are left out; `cases` says
        how many stayed.
    level : float
        Of the intervals.

    Raises
    ------
    ValueError
        As `case_anova`.

    Notes
    -----
    component = sum w c / sum w, standard error sqrt(sum w^2 se^2) / sum w (Lashley and Bond
    per case). Group variance: variance (ddof 1) of the case means less what members and
    dyads put into a case mean, (actor + partner + 2 actor-partner)/n + (relationship +
    dyadic)/(n (n-1)) at the mean n; without a standard error (`not-asked`; REML has one).

    References
    ----------
    As `case_anova`; Schönbrodt, Back & Schmukle (2012), Behavior Research Methods 44.

    Examples
    --------
    >>> one = [[0, 1, 2, 4], [3, 0, 4, 2], [5, 6, 0, 1], [2, 2, 3, 0]]
    >>> held = pooled_anova([one, [[9 - m for m in row] for row in one]])
    >>> held.cases, round(held.relationship.value.value, 4)
    (2, 3.75)
    """
    held = [case for case in round_robins_of(matrices) if case.complete and case.members >= SMALLEST]
    basis = Basis(Method.ANOVA, len(held), sum(one.members for one in held), sum(one.dyads for one in held))
    if not held:
        return undefined_components(basis, Reason.NO_DATA)
    if _flat(held):
        return undefined_components(basis, Reason.NO_VARIANCE)
    return _pooled(basis, _sums_by_size(held), level)


def pooled_of_sums(sums: Sequence[RoundRobinSums], level: float = CONFIDENCE) -> RelationComponents:
    """Return the same from invariants, one set per size: any number of cases at once.

    Raises
    ------
    ValueError
        If a size is below four.

    Examples
    --------
    >>> from services.analytics.methods.round_robin_sums import round_robin_sums
    >>> one = [[0, 1, 2, 4], [3, 0, 4, 2], [5, 6, 0, 1], [2, 2, 3, 0]]
    >>> round(pooled_of_sums([round_robin_sums([one])]).actor.value.value, 4)
    -0.5833
    """
    cases = sum(one.cases for one in sums)
    members = sum(one.cases * one.size for one in sums)
    dyads = sum(one.cases * one.size * (one.size - 1) for one in sums)
    basis = Basis(Method.ANOVA, cases, members, dyads)
    return _pooled(basis, sums, level) if cases else undefined_components(basis, Reason.NO_DATA)


def pooled_estimates(
    values: FloatArray, variances: FloatArray, sizes: FloatArray, level: float
) -> tuple[Estimate, ...]:
    """Return components pooled with weights n - 1, t references with sum (n - 1) df.

    Parameters
    ----------
    values, variances : (components, cases) arrays
        Estimates and their sampling variances; a variance that is NaN leaves the pooled
        component without one (`singular`).
    sizes : (cases,) array
        Members of each case.
    level : float
        Of the intervals.
    """
    weights = sizes - 1
    total = float(weights.sum())
    pooled = values @ weights / total
    errors = variances @ weights**2 / total**2
    return tuple(
        t_estimate(float(one), float(error), total, level)
        if np.isfinite(error)
        else undefined_estimate(Reason.SINGULAR, Quantity(float(one)))
        for one, error in zip(pooled, errors, strict=True)
    )


def _unfit(case: RoundRobin) -> Reason | None:
    if case.members < SMALLEST:
        return Reason.TOO_FEW_ROWS
    if not case.dyads:
        return Reason.NO_DATA
    if not case.complete:
        return Reason.NOT_IDENTIFIED
    return Reason.NO_VARIANCE if _flat([case]) else None


def _flat(cases: Sequence[RoundRobin]) -> bool:
    return all(float(np.ptp(case.means[case.there])) == 0 for case in cases)


def _sums_by_size(cases: Sequence[RoundRobin]) -> list[RoundRobinSums]:
    sizes = sorted({case.members for case in cases})
    return [
        sums_of_columns(np.stack([case.means for case in cases if case.members == size], axis=2))
        for size in sizes
    ]


def _pooled(basis: Basis, sums: Sequence[RoundRobinSums], level: float) -> RelationComponents:
    values = [component_weights(one.size) @ one.sums for one in sums]
    variances = [component_variances(value, one.size) for value, one in zip(values, sums, strict=True)]
    sizes = np.concatenate([np.full(one.cases, float(one.size)) for one in sums])
    within = pooled_estimates(np.hstack(values), np.hstack(variances), sizes, level)
    means = np.concatenate([one.means for one in sums])
    mean = undefined_estimate(Reason.NOT_ASKED, Quantity(float(means.mean())))
    group = _group(means, [one.value.value or 0.0 for one in within], basis.mean_members)
    return assembled(basis, mean, group, within, undefined(Reason.NOT_ASKED))


def _group(means: FloatArray, within: list[float], size: float) -> Estimate:
    if means.size < 2:
        return undefined_estimate(Reason.TOO_FEW_CLUSTERS)
    actor, partner, relationship, crossed, dyadic = within
    noise = (actor + partner + 2 * crossed) / size + (relationship + dyadic) / (size * (size - 1))
    value = float(means.var(ddof=1)) - noise
    return undefined_estimate(Reason.NOT_ASKED, Quantity(value))
