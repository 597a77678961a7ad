"""Regression: coefficients with HC and CR standard errors; refuses errors without their clusters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray, IntArray, labels, matrix
from services.analytics.methods.distributions import t_estimate
from services.analytics.methods.least_squares import LeastSquares, least_squares
from services.analytics.methods.records import record
from services.analytics.methods.results import (
    CONFIDENCE,
    Estimate,
    Quantity,
    Reason,
    undefined,
    undefined_estimate,
)
from services.analytics.methods.sandwich import Errors, Sandwich, clustered, heteroskedastic


@record
class Regression:
    """Coefficients with their uncertainty.

    Attributes
    ----------
    n, parameters : int
        Rows used; columns of the design.
    clusters : tuple of int
        Number of clusters of each clustering given; empty for none.
    errors : Errors
        How the standard errors were worked out.
    coefficients : tuple of Estimate
        One per column of the design.
    r_squared : Quantity
        1 - RSS / TSS about the mean.
    """

    n: int
    parameters: int
    clusters: tuple[int, ...]
    errors: Errors
    coefficients: tuple[Estimate, ...]
    r_squared: Quantity

    @property
    def intercept(self) -> Estimate:
        """The first coefficient: the intercept of a design made by `design_of`."""
        return self.coefficients[0]

    @property
    def slope(self) -> Estimate:
        """The second coefficient: the slope of the first column given to `design_of`."""
        return self.coefficients[1]


def regress(
    outcome: npt.ArrayLike,
    design: npt.ArrayLike,
    errors: Errors,
    clusters: Sequence[npt.ArrayLike] = (),
    level: float = CONFIDENCE,
) -> Regression:
    """Return least-squares coefficients with sandwich standard errors.

    Parameters
    ----------
    outcome : (n,) array
    design : (n, p) array
        `design_of(x)` for a slope; `design_of(x, m, x * m)` for an interaction.
    errors : Errors
        HC0-HC3 without clusters; CR0, CR1, CR1S, CR2, CR3 with one or two.
    clusters : sequence of (n,) labels
        None for HC; one for one-way; two for two-way (V_a + V_b - V_ab).
    level : float
        Of the intervals.

    Returns
    -------
    Regression
        t references: n - p for HC; G - 1 for CR, of the fewer clusters of two; for CR2
        Satterthwaite's, the smaller of two. Where the fit or its uncertainty is
        undefined, every quantity says so with its reason.

    Raises
    ------
    ValueError
        If shapes don't fit, an entry is missing, or errors and clusters don't match.

    References
    ----------
    MacKinnon & White (1985), J. Econometrics 29; Bell & McCaffrey (2002), Survey
    Methodology 28; Cameron, Gelbach & Miller (2011), JBES 29; Pustejovsky & Tipton
    (2018), JBES 36.

    Examples
    --------
    >>> from services.analytics.methods.least_squares import design_of
    >>> held = regress([1, 2, 2, 4], design_of([0, 1, 2, 3]), Errors.HC3)
    >>> round(held.slope.value.value, 6)
    0.9
    >>> round(held.slope.standard_error.value, 6)
    0.425225
    """
    x = matrix(design, "design")
    codes = tuple(labels(one, x.shape[0], "clusters") for one in clusters)
    if errors.clustered != bool(codes) or len(codes) > 2:
        raise ValueError(f"{errors.value} does not go with {len(codes)} clusterings")
    fit = least_squares(outcome, x)
    found = fit if isinstance(fit, Reason) else _sandwich(fit, errors, codes)
    return _regression(x, fit, found, (errors, codes, level))


def regress_each_way(
    outcome: npt.ArrayLike,
    design: npt.ArrayLike,
    errors: Errors,
    clusters: tuple[npt.ArrayLike, npt.ArrayLike],
    level: float = CONFIDENCE,
) -> tuple[Regression, Regression, Regression]:
    """Return the same line with errors clustered one way, the other way, and both ways.

    Each is as `regress` gives it; together they cost a little over half.

    Parameters
    ----------
    outcome : (n,) array
    design : (n, p) array
    errors : Errors
        CR0, CR1, CR1S, CR2 or CR3.
    clusters : two (n,) labels
    level : float
        Of the intervals.

    Raises
    ------
    ValueError
        As `regress`.

    Examples
    --------
    >>> from services.analytics.methods.least_squares import design_of
    >>> ways = list("aabb"), list("xyyx")
    >>> held = regress_each_way([1, 2, 2, 4], design_of([0, 1, 2, 3]), Errors.CR0, ways)
    >>> [each.clusters for each in held]
    [(2,), (2,), (2, 2)]
    """
    x = matrix(design, "design")
    first, second = (labels(one, x.shape[0], "clusters") for one in clusters)
    if not errors.clustered:
        raise ValueError(f"{errors.value} goes with no clusterings")
    fit = least_squares(outcome, x)
    one, other, both = (fit,) * 3 if isinstance(fit, Reason) else _each_way(fit, errors, first, second)
    return (
        _regression(x, fit, one, (errors, (first,), level)),
        _regression(x, fit, other, (errors, (second,), level)),
        _regression(x, fit, both, (errors, (first, second), level)),
    )


def combined(
    outcome: npt.ArrayLike,
    design: npt.ArrayLike,
    weights: npt.ArrayLike,
    clusters: npt.ArrayLike,
    level: float = CONFIDENCE,
) -> tuple[Estimate, ...]:
    """Return weighted sums of least-squares coefficients with CR2 standard errors.

    Parameters
    ----------
    outcome : (n,) array
    design : (n, p) array
    weights : (k, p) array
        A row for each sum: (1, x) gives the height of a line at x.
    clusters : (n,) labels
    level : float
        Of the intervals, each by itself.

    Raises
    ------
    ValueError
        If shapes don't fit or an entry is missing.

    References
    ----------
    Bell & McCaffrey (2002), Survey Methodology 28, 169-181, whose degrees of freedom are
    those of each sum.

    Examples
    --------
    >>> from services.analytics.methods.least_squares import design_of
    >>> design = design_of([0, 1, 2, 3, 4, 5])
    >>> (height,) = combined([1, 2, 2, 4, 3, 6], design, [[1, 2]], [0, 0, 1, 1, 2, 2])
    >>> round(height.value.value, 6)
    2.571429
    """
    x, w = matrix(design, "design"), matrix(weights, "weights")
    codes = labels(clusters, x.shape[0], "clusters")
    fit = least_squares(outcome, x)
    if isinstance(fit, Reason):
        return (undefined_estimate(fit),) * len(w)
    sums = LeastSquares(
        w @ fit.coefficients, fit.residuals, fit.basis, w @ fit.unbasis, r_squared=fit.r_squared
    )
    return _estimates(sums, clustered(sums, codes, Errors.CR2), level)


def _regression(
    x: FloatArray,
    fit: LeastSquares | Reason,
    sandwich: Sandwich | Reason,
    how: tuple[Errors, tuple[IntArray, ...], float],
) -> Regression:
    errors, codes, level = how
    rows, columns = x.shape
    sizes = tuple(int(code.max(initial=-1)) + 1 for code in codes)
    if isinstance(fit, Reason):
        estimates = (undefined_estimate(fit),) * columns
        return Regression(rows, columns, sizes, errors, estimates, undefined(fit))
    return Regression(rows, columns, sizes, errors, _estimates(fit, sandwich, level), fit.r_squared)


def _sandwich(fit: LeastSquares, errors: Errors, codes: tuple[IntArray, ...]) -> Sandwich | Reason:
    if not codes:
        return heteroskedastic(fit, errors)
    if len(codes) == 1:
        return clustered(fit, codes[0], errors)
    return _each_way(fit, errors, *codes)[2]


def _each_way(
    fit: LeastSquares, errors: Errors, first: IntArray, second: IntArray
) -> tuple[Sandwich | Reason, Sandwich | Reason, Sandwich | Reason]:
    """Return what one clustering gives, the other, and both: V_a + V_b - V_ab."""
    pairs = first * (int(second.max()) + 1) + second
    parts = [
        clustered(fit, code, errors) for code in (first, second, labels(pairs, pairs.size, "clusters"))
    ]
    known = [part for part in parts if isinstance(part, Sandwich)]
    if len(known) < len(parts):
        return parts[0], parts[1], next(part for part in parts if isinstance(part, Reason))
    one, other, both = known
    variances = one.variances + other.variances - both.variances
    df = tuple(_smaller(*pair) for pair in zip(one.df, other.df, strict=True))
    return one, other, Sandwich(variances=variances, df=df)


def _smaller(first: float | Reason, second: float | Reason) -> float | Reason:
    if isinstance(first, Reason):
        return first
    return second if isinstance(second, Reason) else min(first, second)


def _estimates(fit: LeastSquares, sandwich: Sandwich | Reason, level: float) -> tuple[Estimate, ...]:
    values = [float(value) for value in fit.coefficients]
    if isinstance(sandwich, Reason):
        return tuple(undefined_estimate(sandwich, Quantity(value)) for value in values)
    return tuple(
        t_estimate(value, float(variance), df, level)
        for value, variance, df in zip(values, sandwich.variances, sandwich.df, strict=True)
    )
