"""Mixed models: crossed and nested random intercepts by REML; refuses terms the rows can't tell apart."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from math import sqrt

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray, IntArray, frozen, labels, matrix, vector
from services.analytics.methods.descent import Lowest, lowest
from services.analytics.methods.distributions import t_estimate
from services.analytics.methods.least_squares import LeastSquares, least_squares
from services.analytics.methods.mixed_degrees import degrees_of_freedom
from services.analytics.methods.mixed_profile import Evaluation, MixedProfile
from services.analytics.methods.records import record
from services.analytics.methods.results import (
    CONFIDENCE,
    Estimate,
    Quantity,
    Reason,
    undefined,
    undefined_estimate,
)
from services.analytics.methods.variance_components import Spread

Groups = Mapping[str, npt.ArrayLike]


@record(eq=False)
class RandomTerm:
    """One random intercept.

    Attributes
    ----------
    name : str
    levels : int
    variance : Quantity
        In the outcome's unit squared.
    share : Quantity
        Of the sum of all terms' and the residual variance.
    spread : Spread or None
        `zero` when the criterion is lowest without the term (lme4: singular fit): the model
        is then the one without it, and says so here.
    effects : (levels,)
        Predicted intercepts, in the order of the labels; empty when there is no fit.
    """

    name: str
    levels: int
    variance: Quantity
    share: Quantity
    spread: Spread | None
    effects: FloatArray


@record(eq=False)
class MixedModel:
    """A linear mixed model by REML.

    Attributes
    ----------
    n, parameters : int
        Rows used; columns of the design.
    coefficients : tuple of Estimate
        By generalised least squares; t references with Satterthwaite's degrees of freedom.
    terms : tuple of RandomTerm
        In the order given.
    residual : Quantity
        Residual variance.
    criterion : Quantity
        -2 log restricted likelihood with all constants (as lme4 prints it).
    """

    n: int
    parameters: int
    coefficients: tuple[Estimate, ...]
    terms: tuple[RandomTerm, ...]
    residual: Quantity
    criterion: Quantity

    @property
    def zero_terms(self) -> tuple[str, ...]:
        """Terms whose variance was found to be zero."""
        return tuple(term.name for term in self.terms if term.spread is Spread.ZERO)

    def term(self, name: str) -> RandomTerm:
        """Return the term of this name.

        Raises
        ------
        ValueError
            If there is none.
        """
        for term in self.terms:
            if term.name == name:
                return term
        raise ValueError(f"no term {name!r}")


def mixed_model(
    outcome: npt.ArrayLike, design: npt.ArrayLike, groups: Groups, level: float = CONFIDENCE
) -> MixedModel:
    """Return a linear mixed model with a random intercept per grouping.

    Parameters
    ----------
    outcome : (n,) array
        NaN is missing: the row is left out.
    design : (n, p) array
        With its own column of ones; complete.
    groups : mapping of name to (n,) labels
        At least one. Crossed and nested groupings alike: a nested one is given by its own
        labels (case and wave together for case : wave).
    level : float
        Of the intervals.

    Returns
    -------
    MixedModel
        Undefined with one level (`too-few-clusters`), where a grouping has a level per row
        or two are the same (`not-identified`), where the groups leave no residual
        (`no-residual-variance`), and as `least_squares`.

    Raises
    ------
    ValueError
        If shapes don't fit, the design has a gap, or there is no grouping.

    Notes
    -----
    Profiled over theta_t = tau_t / sigma: log |L|^2 + log |R_X|^2 + (n-p)(1 + log (2 pi
    r^2/(n-p))), L of Lambda'Z'Z Lambda + I, R_X of X'V^-1 X, r^2 the penalised residual sum.

    References
    ----------
    Bates, Mächler, Bolker & Walker (2015), J. Stat. Software 67(1); Kuznetsova, Brockhoff &
    Christensen (2017), J. Stat. Software 82(13).

    Examples
    --------
    >>> held = mixed_model([1, 2, 4, 5], np.ones((4, 1)), {"case": ["a", "a", "b", "b"]})
    >>> round(held.terms[0].variance.value, 4), round(held.residual.value, 4)
    (4.25, 0.5)
    """
    y, x, codes = _rows(outcome, design, groups)
    fit = least_squares(y, x)
    reason = fit if isinstance(fit, Reason) else _unfit(codes, y.size)
    if reason is not None or isinstance(fit, Reason):
        return _undefined(groups, codes, x.shape, reason or Reason.NO_DATA)
    if not fit.residuals.any():
        return _undefined(groups, codes, x.shape, Reason.NO_RESIDUAL_VARIANCE)
    order = sorted(range(len(codes)), key=lambda at: -int(codes[at].max()))
    profile = MixedProfile(fit, [codes[at] for at in order])
    if profile.leaves_nothing():
        return _undefined(groups, codes, x.shape, Reason.NO_RESIDUAL_VARIANCE)
    found = lowest(profile.criterion, np.ones(len(codes)), np.ones(len(codes), dtype=np.bool_))
    if isinstance(found, Reason):
        return _undefined(groups, codes, x.shape, found)
    return _model(tuple(groups), order, (fit, profile, found), level)


def _rows(
    outcome: npt.ArrayLike, design: npt.ArrayLike, groups: Groups
) -> tuple[FloatArray, FloatArray, list[IntArray]]:
    y, x = vector(outcome, "outcome"), matrix(design, "design")
    if x.shape[0] != y.size or np.isnan(x).any():
        raise ValueError(f"outcome {y.shape} and design {x.shape} must fit, the design complete")
    if not groups:
        raise ValueError("a mixed model needs at least one grouping")
    there = ~np.isnan(y)
    codes = [labels(one, y.size, name)[there] for name, one in groups.items()]
    return y[there], x[there], [labels(code, code.size, "groups") for code in codes]


def _unfit(codes: list[IntArray], rows: int) -> Reason | None:
    levels = [int(code.max(initial=-1)) + 1 for code in codes]
    if min(levels) < 2:
        return Reason.TOO_FEW_CLUSTERS
    if max(levels) >= rows:
        return Reason.NOT_IDENTIFIED
    for (one, first), (other, second) in combinations(zip(codes, levels, strict=True), 2):
        if first == second == np.unique(one * second + other).size:
            return Reason.NOT_IDENTIFIED
    return None


def _model(
    names: tuple[str, ...],
    order: list[int],
    fitted: tuple[LeastSquares, MixedProfile, Lowest],
    level: float,
) -> MixedModel:
    fit, profile, found = fitted
    at = profile.at(found.at)
    variance = at.squares / profile.free
    held = {
        names[place]: _term(names[place], float(found.at[rank]), at.effects[rank], variance)
        for rank, place in enumerate(order)
    }
    whole = variance * (1 + float(found.at @ found.at))
    terms = tuple(_shared(held[name], whole) for name in names)
    return MixedModel(
        n=profile.rows,
        parameters=profile.parameters,
        coefficients=_coefficients(fit, at, (profile, found, variance), level),
        terms=terms,
        residual=Quantity(variance),
        criterion=Quantity(found.value),
    )


def _term(name: str, ratio: float, spherical: FloatArray, variance: float) -> RandomTerm:
    nothing = undefined(Reason.NO_DATA)
    spread = Spread.ESTIMATED if ratio > 0 else Spread.ZERO
    effects = frozen(ratio * spherical)
    return RandomTerm(name, spherical.size, Quantity(ratio**2 * variance), nothing, spread, effects)


def _shared(term: RandomTerm, whole: float) -> RandomTerm:
    share = Quantity((term.variance.value or 0.0) / whole)
    return RandomTerm(term.name, term.levels, term.variance, share, term.spread, term.effects)


def _coefficients(
    fit: LeastSquares, at: Evaluation, fitted: tuple[MixedProfile, Lowest, float], level: float
) -> tuple[Estimate, ...]:
    profile, found, variance = fitted
    values = fit.coefficients + fit.unbasis @ at.coefficients
    df = degrees_of_freedom(profile, found, fit.unbasis)
    errors = [sqrt(variance * float(row @ at.inverse @ row)) for row in fit.unbasis]
    return tuple(
        t_estimate(float(value), error**2, one, level)
        for value, error, one in zip(values, errors, df, strict=True)
    )


def _undefined(groups: Groups, codes: list[IntArray], shape: tuple[int, ...], reason: Reason) -> MixedModel:
    nothing = undefined(reason)
    terms = tuple(
        RandomTerm(name, int(code.max(initial=-1)) + 1, nothing, nothing, None, np.zeros(0))
        for name, code in zip(groups, codes, strict=True)
    )
    rows, columns = shape
    return MixedModel(rows, columns, (undefined_estimate(reason),) * columns, terms, nothing, nothing)
