"""Rotation: varimax and direct oblimin, factors in a settled order and sign; refuses no loadings."""

from __future__ import annotations

from enum import StrEnum
from itertools import combinations
from math import atan2, cos, sin

import numpy as np

from services.analytics.methods.arrays import FloatArray, frozen
from services.analytics.methods.records import record
from services.analytics.methods.results import Reason

_SWEEPS = 500
_ITERATIONS = 2_000
_STILL = 1e-10
_ROUGH = 1e-5


class Rotation(StrEnum):
    """How loadings are turned towards simple structure."""

    NONE = "none"
    VARIMAX = "varimax"
    OBLIMIN = "oblimin"


@record(eq=False)
class Rotated:
    """Turned loadings.

    Attributes
    ----------
    loadings : (items, factors) array
        The pattern, factors by falling sum of squares, each with a positive column sum.
    correlations : (factors, factors) array
        Between the factors; the identity unless oblique.
    """

    loadings: FloatArray
    correlations: FloatArray


def rotate(loadings: FloatArray, rotation: Rotation) -> Rotated | Reason:
    """Return the loadings rotated, or `not-converged`.

    Parameters
    ----------
    loadings : (items, factors) array
        Unrotated.
    rotation : Rotation
        `varimax` with Kaiser's normalisation; `oblimin` direct, gamma 0, not normalised, from
        the unrotated loadings by gradient projection.

    References
    ----------
    Kaiser (1958), Psychometrika 23, 187-200; Jennrich (2002), Psychometrika 67, 7-19;
    Bernaards & Jennrich (2005), Educational and Psychological Measurement 65, 676-696.

    Examples
    --------
    >>> mixed = np.array([[0.7, 0.7], [0.7, 0.7], [0.7, -0.7]])
    >>> abs(rotate(mixed, Rotation.VARIMAX).loadings.round(4)).tolist()
    [[0.9899, 0.0], [0.9899, 0.0], [0.0, 0.9899]]
    """
    factors = loadings.shape[1]
    identity = np.eye(factors)
    if rotation is Rotation.NONE or factors == 1:
        return _settled(loadings, identity)
    if rotation is Rotation.VARIMAX:
        turned = _varimax(loadings)
        return turned if isinstance(turned, Reason) else _settled(turned, identity)
    return _oblimin(loadings)


def _settled(loadings: FloatArray, correlations: FloatArray) -> Rotated:
    # Explained variance by factor, correlations counted in: the order psych shows.
    order = np.argsort(-np.diag(correlations @ loadings.T @ loadings), kind="stable")
    turned, between = loadings[:, order], correlations[np.ix_(order, order)]
    signs = np.where(turned.sum(axis=0) < 0, -1.0, 1.0)
    return Rotated(frozen(turned * signs), frozen(between * np.outer(signs, signs) + 0.0))


def _varimax(loadings: FloatArray) -> FloatArray | Reason:
    """Turn pairs of factors in their plane until none turns, rows scaled to length 1."""
    length = np.sqrt((loadings**2).sum(axis=1))
    length = np.where(length > 0, length, 1.0)
    held = loadings / length[:, None]
    for _ in range(_SWEEPS):
        angles = [_turn(held, first, second) for first, second in combinations(range(held.shape[1]), 2)]
        if max(abs(angle) for angle in angles) < _STILL:
            return np.asarray(held * length[:, None])
    return Reason.NOT_CONVERGED


def _turn(held: FloatArray, first: int, second: int) -> float:
    x, y = held[:, first].copy(), held[:, second].copy()
    u, v = x**2 - y**2, 2 * x * y
    numerator = 2 * float(u @ v) - 2 * float(u.sum() * v.sum()) / len(x)
    denominator = float(u @ u - v @ v) - float(u.sum() ** 2 - v.sum() ** 2) / len(x)
    angle = atan2(numerator, denominator) / 4
    held[:, first] = x * cos(angle) + y * sin(angle)
    held[:, second] = y * cos(angle) - x * sin(angle)
    return angle


def _oblimin(loadings: FloatArray) -> Rotated | Reason:
    """Gradient projection over oblique transformations T: L = A T^-T, factors' correlations T'T."""
    step, turn = 1.0, np.eye(loadings.shape[1])
    along = _downhill(loadings, turn)
    for _ in range(_ITERATIONS):
        if _length(along) < _STILL:
            return _settled(_pattern(loadings, turn), turn.T @ turn)
        found = _stepped(loadings, turn, along, 2 * step)
        if found is None:
            return Reason.NOT_CONVERGED
        turn, along, step = found
    return Reason.NOT_CONVERGED


def _downhill(loadings: FloatArray, turn: FloatArray) -> FloatArray:
    """The slope by T, less what would only change its columns' lengths."""
    pattern = _pattern(loadings, turn)
    gradient = -(pattern.T @ _slope(pattern) @ np.linalg.inv(turn)).T
    return np.asarray(gradient - turn * (turn * gradient).sum(axis=0))


def _stepped(
    loadings: FloatArray, turn: FloatArray, along: FloatArray, step: float
) -> tuple[FloatArray, FloatArray, float] | None:
    before, length = _value(_pattern(loadings, turn)), _length(along)
    for _ in range(60):
        moved = turn - step * along
        moved = moved / np.sqrt((moved**2).sum(axis=0))
        gain = before - _value(_pattern(loadings, moved))
        # Where the gain drowns in the value's rounding, a shorter slope is what tells.
        if (
            gain > 0.5 * length**2 * step
            if length > _ROUGH
            else _length(_downhill(loadings, moved)) < length
        ):
            return moved, _downhill(loadings, moved), step
        step /= 2
    return None


def _length(along: FloatArray) -> float:
    return float(np.sqrt((along**2).sum()))


def _pattern(loadings: FloatArray, turn: FloatArray) -> FloatArray:
    return np.asarray(loadings @ np.linalg.inv(turn).T)


def _others(squares: FloatArray) -> FloatArray:
    return np.asarray(squares.sum(axis=1, keepdims=True) - squares)


def _slope(pattern: FloatArray) -> FloatArray:
    return np.asarray(pattern * _others(pattern**2))


def _value(pattern: FloatArray) -> float:
    squares = pattern**2
    return float((squares * _others(squares)).sum()) / 4
