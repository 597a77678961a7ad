"""Relation likelihood: the restricted likelihood of round robins with gaps; refuses no missing pattern."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log, pi

import numpy as np

from services.analytics.methods.arrays import FloatArray, IntArray
from services.analytics.methods.records import record
from services.analytics.methods.round_robin import RoundRobin

PARAMETERS = ("group", "actor", "partner", "relationship", "actor_partner", "dyadic")

_SINGULAR = 1e-6


@record(eq=False)
class _Batch:
    """All cases of one size, those with the same gaps added up.

    Attributes
    ----------
    patterns : (6, N, N)
        Where each parameter stands in the covariance of the N = n (n-1) dyads.
    there : (P, N)
        1 where a dyad of the gap pattern has a mean.
    counts : (P,)
        Cases of the pattern.
    sums, products : (P, N), (P, N, N)
        Sum over them of y, and of y y'.
    """

    patterns: FloatArray
    there: FloatArray
    counts: FloatArray
    sums: FloatArray
    products: FloatArray


@record(eq=False)
class Evaluation:
    """The criterion at one set of parameters.

    Attributes
    ----------
    value : float
        -2 log restricted likelihood with all constants.
    gradient : (6,)
        By the parameters.
    mean, precision : float
        The mean by generalised least squares and 1 / its variance.
    """

    value: float
    gradient: FloatArray
    mean: float
    precision: float


class RelationLikelihood:
    """m_ij = mu + g + a_i + b_j + e_ij over all cases; var (g), cov (a, b), cov (e_ij, e_ji).

    Dyads without a mean are left out of their case's covariance. Cases of one size and one
    gap pattern enter as sums, so complete cases cost as much as there are sizes.
    """

    def __init__(self, cases: Sequence[RoundRobin], centre: float, scale: float) -> None:
        self._dyads = sum(case.dyads for case in cases)
        sizes = Counter(case.members for case in cases)
        self._batches = [
            _batch([case for case in cases if case.members == size], centre, scale)
            for size in sorted(sizes)
        ]

    def at(self, parameters: FloatArray) -> Evaluation | None:
        """Return the criterion at the parameters; None where a covariance is singular or none."""
        inverses = [_inverted(batch, parameters) for batch in self._batches]
        known = [pair for pair in inverses if pair is not None]
        if len(known) < len(inverses):
            return None
        weighed = [
            np.einsum("pij,pj->pi", inverse, batch.there)
            for batch, (inverse, _) in zip(self._batches, known, strict=True)
        ]
        precision = sum(
            float(np.einsum("p,pi,pi->", batch.counts, weight, batch.there))
            for batch, weight in zip(self._batches, weighed, strict=True)
        )
        total = sum(
            float(np.sum(weight * batch.sums)) for batch, weight in zip(self._batches, weighed, strict=True)
        )
        mean = total / precision
        value = log(precision) + (self._dyads - 1) * log(2 * pi)
        gradient = np.zeros(len(PARAMETERS))
        for batch, (inverse, logs), weight in zip(self._batches, known, weighed, strict=True):
            left = _left(batch, mean)
            value += float(batch.counts @ logs) + float(np.sum(inverse * left))
            gradient += _slopes(batch, inverse, left, weight, precision)
        return Evaluation(value, gradient, mean, precision)

    def information(self, parameters: FloatArray) -> FloatArray:
        """Return the expected information of the parameters, tr(P V_k P V_l) / 2."""
        count = len(PARAMETERS)
        traces, bent, sides = np.zeros((count, count)), np.zeros((count, count)), np.zeros(count)
        precision = 0.0
        for batch in self._batches:
            found = _inverted(batch, parameters)
            if found is None:
                return np.full((count, count), np.nan)
            for inverse, there, cases in zip(found[0], batch.there, batch.counts, strict=True):
                masked = inverse * np.outer(there, there)
                parts = masked @ batch.patterns
                weight = masked @ there
                ends = batch.patterns @ weight
                precision += float(cases * (weight @ there))
                traces += cases * np.einsum("aij,bji->ab", parts, parts)
                bent += cases * np.einsum("ai,ij,bj->ab", ends, masked, ends)
                sides += cases * (ends @ weight)
        spread = np.outer(sides, sides) / precision**2
        return np.asarray((traces - 2 * bent / precision + spread) / 2)


def dyad_patterns(size: int) -> FloatArray:
    """Return where each parameter stands in the covariance of all dyads (6 x N x N).

    Dyads come by giver, then receiver.

    Examples
    --------
    >>> dyad_patterns(2)[4].tolist()
    [[0.0, 2.0], [2.0, 0.0]]
    """
    giver, receiver = _pairs(size)
    crossed = (giver[:, None] == receiver).astype(np.float64)
    return np.stack(
        [
            np.ones((giver.size, giver.size)),
            (giver[:, None] == giver).astype(np.float64),
            (receiver[:, None] == receiver).astype(np.float64),
            np.eye(giver.size),
            crossed + crossed.T,
            crossed * crossed.T,
        ]
    )


def _pairs(size: int) -> tuple[IntArray, IntArray]:
    giver, receiver = np.nonzero(~np.eye(size, dtype=np.bool_))
    return giver.astype(np.int64), receiver.astype(np.int64)


def _batch(cases: Sequence[RoundRobin], centre: float, scale: float) -> _Batch:
    size = cases[0].members
    pairs = _pairs(size)
    there = np.stack([case.there[pairs] for case in cases]).astype(np.float64)
    means = np.stack([case.means[pairs] for case in cases])
    values = (means - centre) / scale * there
    gaps, place = np.unique(there, axis=0, return_inverse=True)
    place = place.ravel()
    held = [values[place == one] for one in range(len(gaps))]
    return _Batch(
        patterns=dyad_patterns(size),
        there=gaps,
        counts=np.bincount(place).astype(np.float64),
        sums=np.stack([rows.sum(axis=0) for rows in held]),
        products=np.stack([rows.T @ rows for rows in held]),
    )


def _inverted(batch: _Batch, parameters: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """Inverse covariances of the patterns and their log determinants; missing dyads stand alone."""
    whole = np.tensordot(parameters, batch.patterns, axes=1)
    there = batch.there
    covariance = whole * there[:, :, None] * there[:, None, :]
    places = np.arange(there.shape[1])
    covariance[:, places, places] += 1 - there
    try:
        root = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        return None
    pivots = root[:, places, places]
    if pivots.min() < _SINGULAR * pivots.max():
        return None
    logs = 2 * np.log(pivots).sum(axis=1)
    inverse = np.linalg.inv(covariance)
    return (inverse + inverse.transpose(0, 2, 1)) / 2, logs


def _left(batch: _Batch, mean: float) -> FloatArray:
    """Sum over each pattern's cases of (y - mu)(y - mu)'."""
    crossed = batch.sums[:, :, None] * batch.there[:, None, :]
    flat = batch.counts[:, None, None] * batch.there[:, :, None] * batch.there[:, None, :]
    left = batch.products - mean * (crossed + crossed.transpose(0, 2, 1)) + mean**2 * flat
    return np.asarray(left)


def _slopes(
    batch: _Batch, inverse: FloatArray, left: FloatArray, weight: FloatArray, precision: float
) -> FloatArray:
    there = batch.there
    own = batch.counts[:, None, None] * inverse * there[:, :, None] * there[:, None, :]
    fitted = inverse @ left @ inverse
    levels = np.einsum("p,pi,pj->ij", batch.counts, weight, weight) / precision
    return np.asarray(np.einsum("kij,ij->k", batch.patterns, (own - fitted).sum(axis=0) - levels))
