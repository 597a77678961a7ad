"""Exploratory factors: loadings, rotation and test of m common factors; refuses unidentified m."""

from __future__ import annotations

import numpy as np

from services.analytics.methods.arrays import FloatArray, frozen
from services.analytics.methods.chi_square import ChiSquare, chi_square
from services.analytics.methods.factors_extraction import Extraction, loadings_at, uniquenesses
from services.analytics.methods.factors_rotation import Rotation, rotate
from services.analytics.methods.factors_sample import Sample
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity, Reason, quantity


@record(eq=False)
class Exploratory:
    """Common factors found in correlations.

    Attributes
    ----------
    rows : int
        Complete rows N.
    loadings : (items, factors) array
        Pattern loadings; factors by falling explained variance, each with a positive sum.
    correlations : (factors, factors) array
        Between factors; the identity unless oblimin.
    uniquenesses, communalities : (items,) arrays
        Summing to 1 under ML, and under minres as near as it fits.
    explained : (factors,) array
        Share of all items' variance.
    objective : Quantity
        ln|S| - ln|R| + tr(R S^-1) - k at these loadings, whatever they were fitted to.
    chi_square : ChiSquare
        (N - 1 - (2k + 5)/6 - 2m/3) times the objective; rows taken as independent.
    residual : Quantity
        Root mean square of the correlations left over off the diagonal.
    """

    rows: int
    loadings: FloatArray
    correlations: FloatArray
    uniquenesses: FloatArray
    communalities: FloatArray
    explained: FloatArray
    objective: Quantity
    chi_square: ChiSquare
    residual: Quantity


def explore(
    sample: Sample,
    factors: int,
    method: Extraction = Extraction.ML,
    rotation: Rotation = Rotation.OBLIMIN,
) -> Exploratory | Reason:
    """Return `factors` common factors of the correlations, or why there are none.

    `not-identified` where the items are too few for so many factors, `improper-solution` for a
    Heywood case (a uniqueness below .005), `not-converged`.

    Raises
    ------
    ValueError
        If `factors` is below 1.

    References
    ----------
    Lawley & Maxwell (1971), Factor Analysis as a Statistical Method; Harman & Jones (1966),
    Psychometrika 31, 351-368.

    Examples
    --------
    >>> from services.analytics.methods.factors_sample import sample_of
    >>> rng = np.random.default_rng(2)
    >>> rows = rng.normal(size=(500, 1)) + rng.normal(size=(500, 5))
    >>> explore(sample_of(rows), 1).loadings.round(1).ravel().tolist()
    [0.7, 0.7, 0.7, 0.7, 0.7]
    """
    if factors < 1:
        raise ValueError(f"there is at least one factor, got {factors}")
    spare = ((sample.items - factors) ** 2 - sample.items - factors) // 2
    if spare < 0 or factors >= sample.items:
        return Reason.NOT_IDENTIFIED
    problem = sample.problem()
    if problem is not None:
        return problem
    correlation = sample.correlation
    psi = uniquenesses(correlation, factors, method)
    if isinstance(psi, Reason):
        return psi
    unrotated = loadings_at(correlation, factors, psi, method)
    if not (unrotated**2).sum(axis=0).min() > 1e-9:
        # The last factor explains nothing: any direction would do.
        return Reason.NOT_IDENTIFIED
    return _described(sample, unrotated, rotation, spare)


def _described(
    sample: Sample, unrotated: FloatArray, rotation: Rotation, spare: int
) -> Exploratory | Reason:
    turned = rotate(unrotated, rotation)
    if isinstance(turned, Reason):
        return turned
    items, factors = unrotated.shape
    common = unrotated @ unrotated.T
    communalities = np.diag(common).copy()
    model = common + np.diag(1 - communalities)
    objective = _objective(sample.correlation, model)
    factor = sample.rows - 1 - (2 * items + 5) / 6 - 2 * factors / 3
    shares = np.diag(turned.correlations @ turned.loadings.T @ turned.loadings) / items
    off = (sample.correlation - model)[np.triu_indices(items, 1)]
    return Exploratory(
        rows=sample.rows,
        loadings=turned.loadings,
        correlations=turned.correlations,
        uniquenesses=frozen(1 - communalities),
        communalities=frozen(communalities),
        explained=frozen(shares.copy()),
        objective=Quantity(objective),
        chi_square=chi_square(factor * objective if factor > 0 else Reason.TOO_FEW_ROWS, spare),
        residual=quantity(float(np.sqrt((off**2).mean()))),
    )


def _objective(correlation: FloatArray, model: FloatArray) -> float:
    ratio = np.linalg.solve(model, correlation)
    return max(float(np.trace(ratio) - np.linalg.slogdet(ratio)[1]) - len(model), 0.0)
