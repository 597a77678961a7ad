"""Social relations by REML: components over all cases at once, gaps and triads included; none negative."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.descent import BEYOND, Lowest, lowest
from services.analytics.methods.distributions import t_estimate
from services.analytics.methods.records import record
from services.analytics.methods.relation_components import (
    Basis,
    Method,
    RelationComponents,
    assembled,
    undefined_components,
)
from services.analytics.methods.relation_likelihood import Evaluation, RelationLikelihood
from services.analytics.methods.results import (
    CONFIDENCE,
    Estimate,
    Quantity,
    Reason,
    undefined_estimate,
)
from services.analytics.methods.round_robin import RoundRobin, round_robins_of

_START = np.sqrt(np.array([0.1, 0.25, 0.0, 0.25, 0.5, 0.3]))
_BOUNDED = np.array([True, True, False, True, True, True])
_FEWEST_DYADS = 7
_SINGULAR = 1e10


@record(eq=False)
class RelationFit:
    """A REML fit of the social relations model.

    Attributes
    ----------
    parameters : (6,)
        Group, actor, partner and relationship variance, actor-partner and dyadic covariance.
    inside : (6,) bool
        Which of them stand inside the possible: off zero, correlations off +-1.
    mean, standard_error : float
    criterion : float
        -2 log restricted likelihood with all constants.
    errors : (6,)
        Asymptotic standard errors from the expected information; NaN at an edge.
    """

    parameters: FloatArray
    inside: npt.NDArray[np.bool_]
    mean: float
    standard_error: float
    criterion: float
    errors: FloatArray


def pooled_reml(matrices: Sequence[npt.ArrayLike], level: float = CONFIDENCE) -> RelationComponents:
    """Return the REML components over all cases (primary): gaps and triads included.

    Parameters
    ----------
    matrices : sequence of (n, n) arrays
        Dyad means, one matrix per case; NaN is missing. Any case with a dyad enters.
    level : float
        Of the intervals.

    Returns
    -------
    RelationComponents
        Undefined without dyads (`no-data`), with one case (`too-few-clusters`), with no case
        of three or under seven dyads (`too-few-rows`), with all dyad means equal
        (`no-variance`), where the data don't tell the components apart (`not-identified`:
        triads alone don't), or where the likelihood has no end (`not-converged`: every pair
        agrees fully). A component at the edge of what is possible has no standard error
        (`at-boundary`).

    Raises
    ------
    ValueError
        If a matrix isn't square or an entry is infinite.

    Notes
    -----
    m_ij = mu + g + a_i + b_j + e_ij with var g >= 0, cov (a, b) positive semidefinite and
    |cov (e_ij, e_ji)| <= var e. Standard errors are asymptotic.

    References
    ----------
    Snijders & Kenny (1999), Personal Relationships 6; Knight & Humphrey (2019), Psychological
    Methods 24 (roundRobinR).

    Examples
    --------
    >>> draws = np.random.default_rng(5)
    >>> cases = [draws.normal(3, 1, (5, 5)) + draws.normal(0, 1, (5, 1)) for _ in range(8)]
    >>> held = pooled_reml(cases)
    >>> round(held.actor.value.value, 4), round(held.relationship.value.value, 4)
    (0.9245, 0.9404)
    """
    cases = round_robins_of(matrices)
    members, dyads = sum(case.members for case in cases), sum(case.dyads for case in cases)
    basis = Basis(Method.REML, len(cases), members, dyads)
    fit = relation_fit(cases)
    if isinstance(fit, Reason):
        return undefined_components(basis, fit)
    mean = t_estimate(fit.mean, fit.standard_error**2, basis.cases - 1, level)
    group, actor, partner, relationship, crossed, dyadic = _estimates(fit, basis, level)
    within = (actor, partner, relationship, crossed, dyadic)
    return assembled(basis, mean, group, within, Quantity(fit.criterion))


def relation_fit(cases: Sequence[RoundRobin]) -> RelationFit | Reason:
    """Return the REML fit of round robins that all have a dyad, or why there is none.

    Examples
    --------
    >>> relation_fit([]).value
    'no-data'
    """
    reason = _unfit(cases)
    if reason is not None:
        return reason
    values = np.concatenate([case.means[case.there] for case in cases])
    centre, scale = float(values.mean()), float(values.std(ddof=1))
    likelihood = RelationLikelihood(cases, centre, scale)
    if not _told_apart(likelihood.information(_parameters(_START))):
        return Reason.NOT_IDENTIFIED
    found = lowest(lambda point: _criterion(likelihood, point), _START, _BOUNDED)
    if isinstance(found, Reason):
        return found
    parameters = _parameters(found.at)
    at = likelihood.at(parameters)
    if at is None:
        return Reason.NOT_IDENTIFIED
    return _fit(likelihood, found, at, (centre, scale, values.size))


def _unfit(cases: Sequence[RoundRobin]) -> Reason | None:
    dyads = sum(case.dyads for case in cases)
    if not dyads:
        return Reason.NO_DATA
    if len(cases) < 2:
        return Reason.TOO_FEW_CLUSTERS
    if max(case.members for case in cases) < 3 or dyads < _FEWEST_DYADS:
        return Reason.TOO_FEW_ROWS
    values = np.concatenate([case.means[case.there] for case in cases])
    return Reason.NO_VARIANCE if float(np.ptp(values)) == 0 else None


def _fit(
    likelihood: RelationLikelihood, found: Lowest, at: Evaluation, frame: tuple[float, float, int]
) -> RelationFit | Reason:
    centre, scale, dyads = frame
    inside = _inside(found)
    errors = _errors(likelihood, _parameters(found.at), inside)
    if isinstance(errors, Reason):
        return errors
    return RelationFit(
        parameters=_parameters(found.at) * scale**2,
        inside=inside,
        mean=centre + at.mean * scale,
        standard_error=scale / float(np.sqrt(at.precision)),
        criterion=at.value + 2 * (dyads - 1) * float(np.log(scale)),
        errors=errors * scale**2,
    )


def _parameters(point: FloatArray) -> FloatArray:
    """Roots (group; Cholesky of actor, partner; sum and difference of directions) to parameters."""
    group, first, cross, second, alike, apart = point
    return np.array(
        [
            group**2,
            first**2,
            cross**2 + second**2,
            (alike**2 + apart**2) / 2,
            first * cross,
            (alike**2 - apart**2) / 2,
        ]
    )


def _criterion(likelihood: RelationLikelihood, point: FloatArray) -> tuple[float, FloatArray]:
    at = likelihood.at(_parameters(point))
    if at is None:
        return BEYOND, np.zeros(point.size)
    group, first, cross, second, alike, apart = point
    by_group, by_actor, by_partner, by_own, by_crossed, by_dyadic = at.gradient
    slopes = [
        2 * group * by_group,
        2 * first * by_actor + cross * by_crossed,
        2 * cross * by_partner + first * by_crossed,
        2 * second * by_partner,
        alike * (by_own + by_dyadic),
        apart * (by_own - by_dyadic),
    ]
    return at.value, np.array(slopes)


def _inside(found: Lowest) -> npt.NDArray[np.bool_]:
    group, first, _, second, alike, apart = found.inside
    levels = bool(first and second)
    pairs = bool(alike and apart)
    return np.array([bool(group), levels, levels, pairs, levels, pairs])


def _errors(
    likelihood: RelationLikelihood, parameters: FloatArray, inside: npt.NDArray[np.bool_]
) -> FloatArray | Reason:
    # A variance of zero is taken as known; the others' errors are then those of the smaller model.
    kept = np.flatnonzero(inside | (parameters > 0))
    information = likelihood.information(parameters)[np.ix_(kept, kept)]
    errors = np.full(parameters.size, np.nan)
    if not _told_apart(information):
        return Reason.NOT_IDENTIFIED
    errors[kept] = np.sqrt(np.diag(np.linalg.inv(information)))
    errors[~inside] = np.nan
    return errors


def _told_apart(information: FloatArray) -> bool:
    """Whether the data tell the parameters apart: triads alone, for one, don't."""
    scale = np.sqrt(np.diag(information))
    if not (scale > 0).all():
        return False
    return float(np.linalg.cond(information / np.outer(scale, scale))) < _SINGULAR


def _estimates(fit: RelationFit, basis: Basis, level: float) -> tuple[Estimate, ...]:
    df = basis.members - basis.cases
    return tuple(
        t_estimate(float(value), float(error) ** 2, df, level)
        if np.isfinite(error)
        else undefined_estimate(Reason.AT_BOUNDARY, Quantity(float(value)))
        for value, error in zip(fit.parameters, fit.errors, strict=True)
    )
