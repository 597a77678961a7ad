"""Confirmatory factors: one, two or more correlated factors, and omega; refuses what data can't tell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.factors_fit_indices import (
    Discrepancy,
    FitIndices,
    bentler_srmr,
    fit_indices,
)
from services.analytics.methods.factors_fitting import Fitted, fit
from services.analytics.methods.factors_missing import expected_moments
from services.analytics.methods.factors_patterns import (
    Patterns,
    available_variances,
    likelihood,
    pattern_of,
    patterns_of,
)
from services.analytics.methods.factors_sample import Sample
from services.analytics.methods.factors_structure import Structure, structure_of
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity, Reason, undefined


@record
class Parameter:
    """A model's parameter: its estimate and standard error."""

    value: Quantity
    standard_error: Quantity


@record
class Confirmatory:
    """A fitted factor model; factors have variance 1.

    Attributes
    ----------
    rows : int
        Rows used: complete ones, or with FIML those with any answer.
    items, factor_of : tuple of int
        Item positions and each one's factor, in the order of what follows.
    intercepts, loadings, uniquenesses : tuple of Parameter
        Per item, in scale points (squared for the last).
    correlations : tuple of Parameter
        Of factors 0-1, 0-2, ..., 1-2, ...
    standardised : tuple of Quantity
        Loadings by the item's model deviation.
    omegas : tuple of Quantity
        Per factor, (sum l)^2 / ((sum l)^2 + sum theta) over its items.
    fit : FitIndices
        Against unrestricted covariances.
    """

    rows: int
    items: tuple[int, ...]
    factor_of: tuple[int, ...]
    intercepts: tuple[Parameter, ...]
    loadings: tuple[Parameter, ...]
    uniquenesses: tuple[Parameter, ...]
    correlations: tuple[Parameter, ...]
    standardised: tuple[Quantity, ...]
    omegas: tuple[Quantity, ...]
    fit: FitIndices


def confirm(sample: Sample, groups: Sequence[Sequence[int]]) -> Confirmatory | Reason:
    """Return the factor model of complete rows by maximum likelihood.

    Parameters
    ----------
    sample : Sample
        Of all items; covariances with divisor N.
    groups : sequence of sequences of int
        Item positions, from 0, by factor; each item once.

    Raises
    ------
    ValueError
        As `structure_of`.

    Notes
    -----
    chi2 = N F, F = ln|S| - ln|C| + tr(C S^-1) - k. Standard errors from expected information;
    rows are taken as independent and answers as normal. `not-identified`, `not-converged` and
    `improper-solution` (Heywood) are reasons, not results. Ordinal models are not offered.

    References
    ----------
    Joreskog (1969), Psychometrika 34, 183-202; Bollen (1989), Structural Equations with Latent
    Variables.

    Examples
    --------
    >>> from services.analytics.methods.factors_sample import sample_of
    >>> rng = np.random.default_rng(2)
    >>> rows = rng.normal(size=(400, 1)) + rng.normal(size=(400, 4))
    >>> held = confirm(sample_of(rows), [[0, 1, 2, 3]])
    >>> held.fit.chi_square.df.value, held.loadings[0].value.value > 0.8
    (2.0, True)
    """
    structure = structure_of(groups, sample.items)
    part = Sample(
        sample.rows,
        sample.means[structure.items],
        sample.covariance[np.ix_(structure.items, structure.items)],
    )
    problem = structure.problem() or part.problem()
    if problem is not None:
        return problem
    return _model(pattern_of(part), structure, part, complete=True)


def confirm_with_gaps(rows: npt.ArrayLike, groups: Sequence[Sequence[int]]) -> Confirmatory | Reason:
    """Return the factor model by full information maximum likelihood: every answer given counts.

    Right where answers are missing at random given the others; don't-knows that follow the
    unknown answer are not. Standard errors from observed information.

    Parameters
    ----------
    rows : (n, k) array
        In scale points; NaN is missing. Rows without any of the model's items are left out.
    groups : sequence of sequences of int
        As in `confirm`.

    Raises
    ------
    ValueError
        As `patterns_of` and `structure_of`.

    References
    ----------
    Arbuckle (1996), in Advanced Structural Equation Modeling, 243-277; Enders & Bandalos (2001),
    Structural Equation Modeling 8, 430-457.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> rows = rng.normal(size=(400, 1)) + rng.normal(size=(400, 4))
    >>> rows[:50, 0] = np.nan
    >>> confirm_with_gaps(rows, [[0, 1, 2, 3]]).rows
    400
    """
    patterns = patterns_of(rows)
    structure = structure_of(groups, patterns.items)
    part = patterns.chosen(structure.items)
    problem = structure.problem()
    if problem is not None:
        return problem
    expected = expected_moments(part)
    if isinstance(expected, Reason):
        return expected
    return _model(part, structure, expected.sample, complete=False)


def omega(sample: Sample) -> Quantity:
    """Return omega total of all items from the one-factor model.

    (sum l)^2 / ((sum l)^2 + sum theta), loadings and unique variances by maximum likelihood.

    References
    ----------
    McDonald (1999), Test Theory, 6; Joreskog (1971), Psychometrika 36, 109-133.

    Examples
    --------
    >>> three = np.array([[1.0, 0.56, 0.48], [0.56, 1.0, 0.42], [0.48, 0.42, 1.0]])
    >>> round(omega(Sample(100, np.zeros(3), three)).value, 6)
    0.744932
    """
    if sample.items < 3:
        return undefined(Reason.TOO_FEW_ITEMS)
    held = confirm(sample, [range(sample.items)])
    return undefined(held) if isinstance(held, Reason) else held.omegas[0]


def _model(
    patterns: Patterns, structure: Structure, sample: Sample, complete: bool
) -> Confirmatory | Reason:
    fitted = fit(patterns, structure, sample)
    if isinstance(fitted, Reason):
        return fitted
    indices = _indices(patterns, structure, (sample, fitted), complete)
    if isinstance(indices, Reason):
        return indices
    items = len(structure.items)
    values = _parameters(np.concatenate([fitted.means, fitted.values]), fitted.variances)
    deviations = np.sqrt(np.diag(structure.covariance(fitted.values)))
    return Confirmatory(
        rows=patterns.rows,
        items=tuple(structure.items.tolist()),
        factor_of=tuple(structure.factor_of.tolist()),
        intercepts=values[:items],
        loadings=values[items : 2 * items],
        uniquenesses=values[2 * items : 3 * items],
        correlations=values[3 * items :],
        standardised=tuple(Quantity(float(one)) for one in fitted.values[:items] / deviations),
        omegas=_omegas(structure, fitted.values),
        fit=indices,
    )


def _indices(
    patterns: Patterns, structure: Structure, found: tuple[Sample, Fitted], complete: bool
) -> FitIndices | Reason:
    sample, fitted = found
    means, variances = available_variances(patterns)
    whole = likelihood(patterns, sample.means, sample.covariance)
    apart = likelihood(patterns, means, np.diag(variances))
    if whole is None or apart is None:
        return Reason.SINGULAR
    items = patterns.items
    covariance = structure.covariance(fitted.values)
    discrepancy = Discrepancy(
        rows=patterns.rows,
        model=max(2 * (whole.value - fitted.log_likelihood), 0.0),
        df=structure.spare,
        baseline=max(2 * (whole.value - apart.value), 0.0),
        baseline_df=items * (items - 1) // 2,
    )
    residuals = None if complete else sample.means - fitted.means
    srmr = bentler_srmr(sample.covariance, covariance, residuals)
    free = structure.parameters + (0 if complete else items)
    return fit_indices(discrepancy, srmr, fitted.log_likelihood, free)


def _parameters(values: FloatArray, variances: FloatArray) -> tuple[Parameter, ...]:
    errors = np.sqrt(variances)
    return tuple(
        Parameter(Quantity(float(value)), Quantity(float(error)))
        for value, error in zip(values, errors, strict=True)
    )


def _omegas(structure: Structure, values: FloatArray) -> tuple[Quantity, ...]:
    sums = structure.loadings(values).sum(axis=0) ** 2
    unique = np.bincount(structure.factor_of, structure.uniquenesses(values), structure.factors)
    return tuple(Quantity(float(one / (one + rest))) for one, rest in zip(sums, unique, strict=True))
