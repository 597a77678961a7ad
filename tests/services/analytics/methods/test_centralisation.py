"""Centralisation: sna's values, star and ring, and bounds against every completion."""

import numpy as np
import pytest
from hypothesis import given

from services.analytics.methods.centralisation import Way, centralisation
from services.analytics.methods.dyads import Dyads, dyads_of
from services.analytics.methods.results import Reason
from services.analytics.methods.ties import Ties, ties_of

from .gappy_cases import GappyCases, computed_by_r
from .networks import completed, group, groups

CASES = GappyCases()
R = computed_by_r("network")


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("case", CASES.cases)
def test_values_are_sna_s(case: str, way: Way) -> None:
    held = centralisation(ties_of(dyads_of(CASES.cube(case, 1)), 3.5), way)
    assert held.value.value == pytest.approx(R[f"{case}/{way}"], rel=1e-10)


def test_star_and_ring() -> None:
    star = ties_of(group([[0, 5, 5, 5], [1, 0, 1, 1], [1, 1, 0, 1], [1, 1, 1, 0]]))
    assert centralisation(star, Way.GIVEN).value.value == 1.0
    assert centralisation(star, Way.RECEIVED).value.value == pytest.approx(1 / 9 * 3 - 2 / 9)
    ring = ties_of(group([[0, 5, 1], [1, 0, 5], [5, 1, 0]]))
    assert centralisation(ring, Way.GIVEN).value.value == 0.0


@pytest.mark.parametrize("way", Way)
@given(dyads=groups())
def test_bounds_are_those_of_every_completion(way: Way, dyads: Dyads) -> None:
    ties = ties_of(dyads)
    held = centralisation(ties, way)
    if ties.persons < 3:
        assert held.value.reason is held.low.reason is Reason.TOO_FEW_ROWS
        return
    every = [
        centralisation(Ties(4.0, strong, np.zeros_like(strong), ties.asked), way).value.value
        for strong in completed(ties)
    ]
    found = [one for one in every if one is not None]
    assert len(found) == len(every)
    assert (held.low.value, held.high.value) == (min(found), max(found))
