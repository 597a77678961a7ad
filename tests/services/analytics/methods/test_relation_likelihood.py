"""The restricted likelihood: gradient by differences, gap patterns added up, the whole matrix."""

from math import log, pi

import numpy as np
import pytest

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.relation_likelihood import RelationLikelihood, dyad_patterns
from services.analytics.methods.round_robin import RoundRobin, round_robin_of

POINT = np.array([0.3, 0.5, 0.4, 0.6, 0.1, 0.2])


def drawn(seed: int) -> list[RoundRobin]:
    draws = np.random.default_rng(seed)
    held = []
    for members in (3, 4, 4, 5, 5, 2):
        means = draws.normal(3, 1, (members, members))
        means[draws.random(means.shape) < 0.2] = np.nan
        held.append(round_robin_of(means))
    return [case for case in [*held, held[1]] if case.dyads]


def dense(cases: list[RoundRobin], point: FloatArray) -> float:
    blocks, values = [], []
    for case in cases:
        kept = case.there[~np.eye(case.members, dtype=bool)]
        blocks.append(np.tensordot(point, dyad_patterns(case.members), axes=1)[np.ix_(kept, kept)])
        values.append(case.means[case.there])
    y = np.concatenate(values)
    covariance = np.zeros((y.size, y.size))
    at = 0
    for block in blocks:
        covariance[at : at + len(block), at : at + len(block)] = block
        at += len(block)
    inverse = np.linalg.inv(covariance)
    weight = inverse.sum()
    left = y - inverse.sum(axis=0) @ y / weight
    logs = np.linalg.slogdet(covariance)[1] + log(weight) + (y.size - 1) * log(2 * pi)
    return float(logs + left @ inverse @ left)


@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_likelihood_of_all_dyads(seed: int) -> None:
    cases = drawn(seed)
    at = RelationLikelihood(cases, 0.0, 1.0).at(POINT)
    assert at is not None
    assert at.value == pytest.approx(dense(cases, POINT), abs=1e-9)


def test_the_gradient_is_the_difference_quotient() -> None:
    likelihood = RelationLikelihood(drawn(9), 3.0, 1.0)
    at = likelihood.at(POINT)
    assert at is not None
    for place in range(6):
        step = np.zeros(6)
        step[place] = 1e-5
        above, below = likelihood.at(POINT + step), likelihood.at(POINT - step)
        assert above is not None
        assert below is not None
        slope = (above.value - below.value) / 2e-5
        assert at.gradient[place] == pytest.approx(slope, rel=1e-5, abs=1e-5)


def test_what_is_no_covariance_has_no_value() -> None:
    likelihood = RelationLikelihood(drawn(9), 3.0, 1.0)
    assert likelihood.at(np.array([0.1, 0.1, 0.1, 0.1, 0.0, 0.5])) is None
    assert np.isnan(likelihood.information(np.array([0.1, 0.1, 0.1, 0.1, 0.0, 0.5]))).all()


def test_information_is_the_expected_curvature() -> None:
    """Over draws from the model, half the mean squared gradient's spread is the information."""
    draws = np.random.default_rng(12)
    covariance = np.tensordot(POINT, dyad_patterns(4), axes=1)
    root = np.linalg.cholesky(covariance)
    off = ~np.eye(4, dtype=bool)
    gradients = []
    for _ in range(1500):
        cases = []
        for _ in range(3):
            means = np.zeros((4, 4))
            means[off] = root @ draws.normal(size=12)
            cases.append(round_robin_of(means))
        likelihood = RelationLikelihood(cases, 0.0, 1.0)
        at = likelihood.at(POINT)
        assert at is not None
        gradients.append(at.gradient / 2)
    spread = np.cov(np.array(gradients), rowvar=False)
    wanted = likelihood.information(POINT)
    scale = np.sqrt(np.outer(np.diag(wanted), np.diag(wanted)))
    assert np.abs(spread - wanted).max() < 0.15 * scale.max()
    assert np.abs((spread - wanted) / scale).max() < 0.2
