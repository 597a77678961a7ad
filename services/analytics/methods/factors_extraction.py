"""Extraction: uniquenesses by maximum likelihood or minimum residuals; refuses improper solutions."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.results import Reason

LEAST_UNIQUENESS = 0.005
"""A uniqueness below this is a Heywood case: an item that leaves nothing unexplained."""

Problem = tuple[float, FloatArray, FloatArray]
"""A discrepancy with its gradient and Hessian in the logs of the uniquenesses."""

_ITERATIONS = 200
_STILL = 1e-11
_TIE = 1e-12
_FLAT = 1e-8


class Extraction(StrEnum):
    """What loadings are fitted to."""

    ML = "ml"
    MINRES = "minres"


def uniquenesses(correlation: FloatArray, factors: int, method: Extraction) -> FloatArray | Reason:
    """Return the items' uniquenesses under `factors` common factors.

    Notes
    -----
    ML minimises ln|S| - ln|R| + tr(R S^-1) - k over S = LL' + Psi; minres the squared
    residuals off the diagonal. Newton steps in ln psi with the exact Hessian, from
    (1 - m/2k) / diag R^-1.

    References
    ----------
    Joreskog (1967), Psychometrika 32, 443-482; Harman & Jones (1966), Psychometrika 31, 351-368.

    Examples
    --------
    >>> three = np.array([[1.0, 0.56, 0.48], [0.56, 1.0, 0.42], [0.48, 0.42, 1.0]])
    >>> uniquenesses(three, 1, Extraction.ML).round(6).tolist()
    [0.36, 0.51, 0.64]
    """
    items = len(correlation)
    start = (1 - factors / (2 * items)) / np.diag(np.linalg.inv(correlation))
    local = _likelihood if method is Extraction.ML else _residuals
    found = _newton(lambda logs: local(correlation, factors, np.exp(logs)), np.log(start))
    if isinstance(found, Reason):
        return found
    held = np.exp(found)
    if held.min() >= LEAST_UNIQUENESS and not _settled(local(correlation, factors, held)[2]):
        return Reason.NOT_IDENTIFIED
    # An oddity of minres alone: an item at odds with all others can be given more than it has.
    return Reason.IMPROPER_SOLUTION if held.min() < LEAST_UNIQUENESS or held.max() > 1 + 1e-9 else held


def loadings_at(correlation: FloatArray, factors: int, psi: FloatArray, method: Extraction) -> FloatArray:
    """Return the unrotated loadings that fit best at these uniquenesses.

    Examples
    --------
    >>> two = np.array([[1.0, 0.5], [0.5, 1.0]])
    >>> loadings_at(two, 1, np.array([0.5, 0.5]), Extraction.ML).round(6).ravel().tolist()
    [0.707107, 0.707107]
    """
    if method is Extraction.ML:
        scale = np.sqrt(psi)
        roots, vectors = np.linalg.eigh(correlation / np.outer(scale, scale))
        held = scale[:, None] * vectors * np.sqrt(np.maximum(roots - 1, 0.0))
    else:
        roots, vectors = np.linalg.eigh(correlation - np.diag(psi))
        held = vectors * np.sqrt(np.maximum(roots, 0.0))
    held = held[:, ::-1][:, :factors]
    return np.asarray(held * np.where(held.sum(axis=0) < 0, -1.0, 1.0))


def _settled(hessian: FloatArray) -> bool:
    """Whether the bottom has no flat direction: a factor of two items fits as well in many ways."""
    roots = np.linalg.eigvalsh((hessian + hessian.T) / 2)
    return bool(roots[0] > _FLAT * roots[-1])


def _likelihood(correlation: FloatArray, factors: int, psi: FloatArray) -> Problem:
    """Lawley's form: f = sum over the roots t not kept, of Psi^-1/2 R Psi^-1/2, of t - ln t - 1."""
    scale = np.sqrt(psi)
    roots, vectors = np.linalg.eigh(correlation / np.outer(scale, scale))
    left = len(psi) - factors
    rest, kept = roots[:left], roots[left:]
    pairs = vectors[:, None, :] * vectors[None, :, :]
    among = np.einsum("ijm,ijn,mn->ij", pairs[:, :, :left], pairs[:, :, :left], (rest[:, None] + rest) / 2)
    ratio = (1 - rest)[:, None] * (kept + rest[:, None]) / np.maximum(kept - rest[:, None], _TIE)
    across = np.einsum("ijm,ijn,mn->ij", pairs[:, :, :left], pairs[:, :, left:], ratio)
    gradient = vectors[:, :left] ** 2 @ (1 - rest)
    return float((rest - np.log(rest) - 1).sum()), gradient, among + across


def _residuals(correlation: FloatArray, factors: int, psi: FloatArray) -> Problem:
    """Unweighted: f = half the sum of squares of the roots not kept, of R - Psi."""
    roots, vectors = np.linalg.eigh(correlation - np.diag(psi))
    left = len(psi) - factors
    rest, kept = roots[:left], roots[left:]
    pairs = vectors[:, None, :] * vectors[None, :, :]
    among = pairs[:, :, :left].sum(axis=2) ** 2
    ratio = -2 * rest[:, None] / np.maximum(kept - rest[:, None], _TIE)
    across = np.einsum("ijm,ijn,mn->ij", pairs[:, :, :left], pairs[:, :, left:], ratio)
    gradient = -psi * (vectors[:, :left] ** 2 @ rest)
    return float((rest**2).sum()) / 2, gradient, np.outer(psi, psi) * (among + across) + np.diag(gradient)


def _newton(problem: Callable[[FloatArray], Problem], start: FloatArray) -> FloatArray | Reason:
    held = start
    value, gradient, hessian = problem(held)
    for _ in range(_ITERATIONS):
        step = _direction(gradient, hessian)
        step = step * min(1.0, 1.0 / float(np.abs(step).max(initial=1e-300)))
        if float(np.abs(step).max()) < _STILL:
            return held
        moved = _descended(problem, held, step, value)
        if moved is None:
            # No step lowers the value: at the bottom to rounding, unless the gradient disagrees.
            return held if float(np.abs(gradient).max()) < np.sqrt(_STILL) else Reason.NOT_CONVERGED
        held, (value, gradient, hessian) = moved
        if held.min() < np.log(LEAST_UNIQUENESS) - 1:
            return held
    return Reason.NOT_CONVERGED


def _descended(
    problem: Callable[[FloatArray], Problem], held: FloatArray, step: FloatArray, value: float
) -> tuple[FloatArray, Problem] | None:
    scale = 1.0
    for _ in range(30):
        found = problem(held + scale * step)
        if found[0] <= value + 1e-14:
            return held + scale * step, found
        scale /= 2
    return None


def _direction(gradient: FloatArray, hessian: FloatArray) -> FloatArray:
    """Newton's direction, downhill even where the Hessian isn't positive definite."""
    roots, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    floor = 1e-8 * max(float(np.abs(roots).max()), 1e-12)
    return np.asarray(-vectors @ ((vectors.T @ gradient) / np.maximum(np.abs(roots), floor)))
