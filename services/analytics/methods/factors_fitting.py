"""Factor fitting: the structure's likelihood climbed by scoring; refuses improper solutions."""

from __future__ import annotations

import numpy as np

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.factors_patterns import (
    Likelihood,
    Patterns,
    available_variances,
    likelihood,
)
from services.analytics.methods.factors_sample import Sample
from services.analytics.methods.factors_structure import Structure
from services.analytics.methods.records import record
from services.analytics.methods.results import Reason

_ITERATIONS = 100
_SCORING = 25
_STILL = 1e-20
_CONDITION = 1e-11
_STEP = 1e-3


@record(eq=False)
class Fitted:
    """A structure at its highest likelihood.

    Attributes
    ----------
    means : (items,) array
        The items' intercepts.
    values : (parameters,) array
        As `Structure` orders them.
    log_likelihood : float
        Of all answers given.
    variances : (items + parameters,) array
        Sampling variances of the means and the values.
    """

    means: FloatArray
    values: FloatArray
    log_likelihood: float
    variances: FloatArray


@record(eq=False)
class _Point:
    """The likelihood at one place, seen from the parameters."""

    place: FloatArray
    value: float
    score: FloatArray
    information: FloatArray


def fit(patterns: Patterns, structure: Structure, sample: Sample) -> Fitted | Reason:
    """Return the structure of highest likelihood, or why there is none.

    Parameters
    ----------
    patterns : Patterns
        Of the structure's items, in its order.
    structure : Structure
        What measures what.
    sample : Sample
        Means and covariances to start from.

    Notes
    -----
    Fisher scoring, and Newton steps where it creeps. Complete rows have expected information,
    rows with gaps observed information (the score's derivative, by central differences of fourth
    order): under gaps that are not completely at random only the latter is right.

    References
    ----------
    Joreskog (1969), Psychometrika 34, 183-202; Savalei (2010), Psychological Methods 15, 352-367.

    Examples
    --------
    >>> from services.analytics.methods.factors_patterns import pattern_of
    >>> from services.analytics.methods.factors_structure import structure_of
    >>> three = np.array([[1.0, 0.56, 0.48], [0.56, 1.0, 0.42], [0.48, 0.42, 1.0]])
    >>> sample = Sample(100, np.zeros(3), three)
    >>> fit(pattern_of(sample), structure_of([[0, 1, 2]], 3), sample).values[:3].round(6).tolist()
    [0.8, 0.7, 0.6]
    """
    top = _climbed(patterns, structure, np.concatenate([sample.means, structure.start(sample.covariance)]))
    if isinstance(top, Reason):
        return top
    items = patterns.items
    values = structure.settled(top.place[items:])
    if _improper(structure, values, available_variances(patterns)[1]):
        return Reason.IMPROPER_SOLUTION
    gaps = not patterns.held.all()
    information = _observed(patterns, structure, top.place) if gaps else top.information
    if information is None or not _identified(information):
        return Reason.NOT_IDENTIFIED
    variances = np.diag(np.linalg.inv(information))
    if not (variances > 0).all():
        return Reason.NOT_CONVERGED
    return Fitted(top.place[:items], values, top.value, np.asarray(variances))


def _climbed(patterns: Patterns, structure: Structure, start: FloatArray) -> _Point | Reason:
    point = _at(patterns, structure, start)
    variances = available_variances(patterns)[1]
    for iteration in range(_ITERATIONS):
        if point is None:
            return Reason.NOT_CONVERGED
        if not _identified(point.information):
            return Reason.NOT_IDENTIFIED
        if (structure.uniquenesses(point.place[patterns.items :]) < -variances).any():
            # On the way to a Heywood case without end: the likelihood rises for ever.
            return Reason.IMPROPER_SOLUTION
        curvature = _curvature(patterns, structure, point, iteration)
        step = np.asarray(np.linalg.solve(curvature, point.score), dtype=np.float64)
        gain = float(step @ point.score)
        if gain < _STILL * patterns.rows:
            return point
        point = _higher(patterns, structure, point, step)
    return Reason.NOT_CONVERGED


def _curvature(patterns: Patterns, structure: Structure, point: _Point, iteration: int) -> FloatArray:
    """Fisher's information; where it creeps, Newton's, as far as that is positive definite."""
    if iteration < _SCORING:
        return point.information
    observed = _observed(patterns, structure, point.place)
    return point.information if observed is None or not _identified(observed) else observed


def _higher(patterns: Patterns, structure: Structure, point: _Point, step: FloatArray) -> _Point | None:
    scale = 1.0
    for _ in range(40):
        moved = _at(patterns, structure, point.place + scale * step)
        # Close to the top the value's own rounding would refuse steps that are right.
        if moved is not None and moved.value >= point.value - 1e-10 * (1 + abs(point.value)):
            return moved
        scale /= 2
    return None


def _at(patterns: Patterns, structure: Structure, place: FloatArray) -> _Point | None:
    items = patterns.items
    values = place[items:]
    found = likelihood(patterns, place[:items], structure.covariance(values))
    if found is None:
        return None
    slopes = structure.slopes(values)
    score = np.concatenate([found.mean_score, np.einsum("kij,ij->k", slopes, found.covariance_score)])
    return _Point(place, found.value, score, _expected(patterns, found, slopes))


def _expected(patterns: Patterns, found: Likelihood, slopes: FloatArray) -> FloatArray:
    """Fisher's information: n S^-1 of the means, n/2 tr(S^-1 dS S^-1 dS) of the rest, by pattern."""
    items = patterns.items
    through = found.inverses[:, None] @ slopes
    curved = np.einsum("p,pkij,plji->kl", patterns.counts, through, through) / 2
    held = np.zeros((items + len(slopes), items + len(slopes)))
    held[:items, :items] = np.einsum("p,pij->ij", patterns.counts, found.inverses)
    held[items:, items:] = curved
    return held


def _observed(patterns: Patterns, structure: Structure, place: FloatArray) -> FloatArray | None:
    held = np.zeros((len(place), len(place)))
    for at in range(len(place)):
        step = _STEP * max(abs(float(place[at])), 0.1)
        scores = []
        for times in (1, -1, 2, -2):
            moved = place.copy()
            moved[at] += times * step
            point = _at(patterns, structure, moved)
            if point is None:
                return None
            scores.append(point.score)
        held[at] = -(8 * (scores[0] - scores[1]) - (scores[2] - scores[3])) / (12 * step)
    return (held + held.T) / 2


def _identified(information: FloatArray) -> bool:
    scale = np.sqrt(np.maximum(np.diag(information), 0.0))
    if not (np.isfinite(information).all() and (scale > 0).all()):
        return False
    return bool(np.linalg.eigvalsh(information / np.outer(scale, scale))[0] > _CONDITION)


def _improper(structure: Structure, values: FloatArray, variances: FloatArray) -> bool:
    """A Heywood case: a unique variance of nothing or less, or factors that can't correlate so."""
    if (structure.uniquenesses(values) <= 1e-6 * variances).any():
        return True
    return bool(np.linalg.eigvalsh(structure.correlations(values))[0] <= 1e-6)
