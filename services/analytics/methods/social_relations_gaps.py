"""Social relations with gaps: Bond and Malloy's least squares, per case and pooled; fills no gap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.records import record
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
from services.analytics.methods.round_robin_sums import SMALLEST
from services.analytics.methods.social_relations import pooled_estimates

_SINGULAR = 1e-10


@record(eq=False)
class _Fit:
    """One case's components (5,) and their sampling variances (5,), NaN where those have no solution."""

    case: RoundRobin
    values: FloatArray
    variances: FloatArray


def case_least_squares(means: npt.ArrayLike, level: float = CONFIDENCE) -> RelationComponents:
    """Return the components of one case of at least four members, gaps allowed.

    Parameters
    ----------
    means : (n, n) array
        Dyad means, rows given and columns received; NaN is missing.
    level : float
        Of the intervals.

    Returns
    -------
    RelationComponents
        Undefined where too few pairs answered both ways (`not-identified`), below four
        members (`too-few-rows`) or with all dyad means equal (`no-variance`).

    Raises
    ------
    ValueError
        If the matrix isn't square or an entry is infinite.

    Notes
    -----
    Five sums of squares and products - within receivers, within givers, of the two means of
    a person over pairs answered both ways, total, and between directions of a pair - are set
    equal to what they are expected to be, and solved. Without gaps that is the ANOVA. The
    variances are exact under normality, with products of parameters estimated unbiased, as
    Lashley and Bond did for complete matrices.

    References
    ----------
    Bond & Malloy (2018), in Malloy, Social relations modeling, ch. 14; Searle, Casella &
    McCulloch (1992), Variance components, 173-176.

    Examples
    --------
    >>> gap = float("nan")
    >>> held = case_least_squares(
    ...     [[0, 1, 2, 4, 2], [3, 0, 4, gap, 3], [5, 4, 0, 1, 2], [2, 2, 3, 0, 5], [4, 3, 3, 4, 0]]
    ... )
    >>> round(held.relationship.value.value, 4)
    2.1363
    """
    case = round_robin_of(means)
    basis = Basis(Method.LEAST_SQUARES, 1, case.members, case.dyads)
    fit = _fitted(case)
    if isinstance(fit, Reason):
        return undefined_components(basis, fit)
    return _pooled(basis, [fit], level)


def pooled_least_squares(
    matrices: Sequence[npt.ArrayLike], level: float = CONFIDENCE
) -> RelationComponents:
    """Return the components pooled over cases with gaps, weights n - 1.

    Parameters
    ----------
    matrices : sequence of (n, n) arrays
        One per case. Cases below four members, or whose equations have no single solution,
        are left out; `cases` says how many stayed.
    level : float
        Of the intervals.

    Raises
    ------
    ValueError
        As `case_least_squares`.

    Notes
    -----
    Group variance: variance (ddof 1) of the case means less the mean of what members and
    dyads put into each, given who answered.

    References
    ----------
    As `case_least_squares`.

    Examples
    --------
    >>> pooled_least_squares([[[0, 1], [2, 0]]]).actor.value.reason.value
    'no-data'
    """
    held = [_fitted(case, flat=True) for case in round_robins_of(matrices)]
    fits = [fit for fit in held if isinstance(fit, _Fit)]
    members = sum(fit.case.members for fit in fits)
    dyads = sum(fit.case.dyads for fit in fits)
    basis = Basis(Method.LEAST_SQUARES, len(fits), members, dyads)
    if not fits:
        return undefined_components(basis, Reason.NO_DATA)
    if all(_flat(fit.case) for fit in fits):
        return undefined_components(basis, Reason.NO_VARIANCE)
    return _pooled(basis, fits, level)


def _pooled(basis: Basis, fits: Sequence[_Fit], level: float) -> RelationComponents:
    sizes = np.array([float(fit.case.members) for fit in fits])
    values = np.stack([fit.values for fit in fits], axis=1)
    variances = np.stack([fit.variances for fit in fits], axis=1)
    within = pooled_estimates(values, variances, sizes, level)
    means = np.array([fit.case.mean for fit in fits])
    mean = undefined_estimate(Reason.NOT_ASKED, Quantity(float(means.mean())))
    group = _group(means, fits, np.array([one.value.value for one in within], dtype=np.float64))
    return assembled(basis, mean, group, within, undefined(Reason.NOT_ASKED))


def _group(means: FloatArray, fits: Sequence[_Fit], within: FloatArray) -> Estimate:
    if means.size < 2:
        return undefined_estimate(Reason.TOO_FEW_CLUSTERS)
    noise = np.mean([_in_mean(fit.case) @ within for fit in fits])
    return undefined_estimate(Reason.NOT_ASKED, Quantity(float(means.var(ddof=1) - noise)))


def _in_mean(case: RoundRobin) -> FloatArray:
    """What each component puts into the variance of the case's mean."""
    given, received = case.there.sum(axis=1), case.there.sum(axis=0)
    mutual = int((case.there & case.there.T).sum())
    parts = [given @ given, received @ received, case.dyads, 2 * (given @ received), mutual]
    return np.array(parts, dtype=np.float64) / case.dyads**2


def _flat(case: RoundRobin) -> bool:
    return float(np.ptp(case.means[case.there])) == 0


def _fitted(case: RoundRobin, *, flat: bool = False) -> _Fit | Reason:
    if case.members < SMALLEST:
        return Reason.TOO_FEW_ROWS
    if not case.dyads:
        return Reason.NO_DATA
    if _flat(case) and not flat:
        return Reason.NO_VARIANCE
    forms, patterns = _forms(case), _patterns(case)
    expected = np.einsum("aij,bij->ab", forms, patterns)
    scale = np.abs(expected).max(axis=1)
    if not scale.all() or np.linalg.cond(expected / scale[:, None]) > 1 / _SINGULAR:
        return Reason.NOT_IDENTIFIED
    centred = case.means[case.there] - case.mean
    solved = np.linalg.inv(expected)
    values = solved @ np.einsum("i,aij,j->a", centred, forms, centred)
    return _Fit(case, values, _variances(values, solved, forms, patterns))


def _forms(case: RoundRobin) -> FloatArray:
    """The five quadratic forms (5 x dyads x dyads): matrices A of y'Ay."""
    giver, receiver = np.nonzero(case.there)
    count = giver.size
    same_giver = giver[:, None] == giver
    same_receiver = receiver[:, None] == receiver
    crossed = giver[:, None] == receiver
    back = crossed & crossed.T
    mutual = back.any(axis=1)
    pairs = np.bincount(giver, mutual, case.members)[giver]
    identity = np.eye(count)
    # Over pairs answered both ways: a person's ratings given times received, about their means.
    both = np.outer(mutual, mutual) * crossed / np.maximum(pairs, 1)[:, None]
    products = back - both
    return np.stack(
        [
            identity - same_receiver / same_receiver.sum(axis=1),
            identity - same_giver / same_giver.sum(axis=1),
            (products + products.T) / 2,
            identity - 1 / count,
            np.diag(mutual.astype(np.float64)) - back,
        ]
    )


def _patterns(case: RoundRobin) -> FloatArray:
    """Where each component stands in the dyads' covariance (5 x dyads x dyads)."""
    giver, receiver = np.nonzero(case.there)
    crossed = (giver[:, None] == receiver).astype(np.float64)
    return np.stack(
        [
            (giver[:, None] == giver).astype(np.float64),
            (receiver[:, None] == receiver).astype(np.float64),
            np.eye(giver.size),
            crossed + crossed.T,
            crossed * crossed.T,
        ]
    )


def _variances(
    values: FloatArray, solved: FloatArray, forms: FloatArray, patterns: FloatArray
) -> FloatArray:
    """cov(s_a, s_b) = 2 tr(A V B V), V = sum_k c_k V_k; products c_k c_l estimated unbiased."""
    count = values.size
    parts = forms[:, None] @ patterns[None, :]
    flat = parts.reshape(count * count, -1)
    turned = parts.transpose(0, 1, 3, 2).reshape(count * count, -1)
    traces = (flat @ turned.T).reshape(count, count, count, count)
    spread = 2 * np.einsum("pa,qb,akbl->pqkl", solved, solved, traces)
    square = spread.reshape(count * count, -1)
    whole = np.eye(count * count) + square
    if np.linalg.cond(whole) > 1 / _SINGULAR:
        return np.full(count, np.nan)
    products = np.linalg.solve(whole, np.outer(values, values).ravel())
    return np.diag((square @ products).reshape(count, count)).copy()
