"""Components: three kinds of link on one network, and the fewest against every completion."""

import numpy as np
import pytest
from hypothesis import given

from services.analytics.methods.components import Link, components_of
from services.analytics.methods.dyads import Dyads, dyads_of
from services.analytics.methods.ties import Ties, ties_of

from .gappy_cases import GappyCases, computed_by_r
from .networks import completed, group, groups

CASES = GappyCases()
R = computed_by_r("network")

# 0 -> 1 -> 2 -> 0 in a ring, 0 <-> 3, and 4 named by nobody and naming nobody.
RING = group(
    [
        [0, 5, 1, 5, 1],
        [1, 0, 5, 1, 1],
        [5, 1, 0, 1, 1],
        [5, 1, 1, 0, 1],
        [1, 1, 1, 1, 0],
    ]
)


@pytest.mark.parametrize("case", CASES.cases)
def test_counts_are_sna_s(case: str) -> None:
    ties = ties_of(dyads_of(CASES.cube(case, 1)), 3.5)
    found = [components_of(ties, link).count for link in (Link.EITHER, Link.MUTUAL, Link.DIRECTED)]
    assert found == R[f"{case}/components"]


def test_links_differ() -> None:
    ties = ties_of(RING)
    assert components_of(ties, Link.EITHER).members == ((0, 1, 2, 3), (4,))
    assert components_of(ties, Link.DIRECTED).members == ((0, 1, 2, 3), (4,))
    assert components_of(ties, Link.MUTUAL).members == ((0, 3), (1,), (2,), (4,))
    assert components_of(ties, Link.MUTUAL).isolates == 3
    one_way = ties_of(group([[0, 5], [1, 0]]))
    assert components_of(one_way, Link.DIRECTED).count == 2
    assert components_of(one_way).count == 1


@pytest.mark.parametrize("link", Link)
@given(dyads=groups())
def test_no_completion_has_fewer_or_more(link: Link, dyads: Dyads) -> None:
    ties = ties_of(dyads)
    held = components_of(ties, link)
    counts = [
        components_of(Ties(4.0, strong, np.zeros_like(strong), ties.asked), link).count
        for strong in completed(ties)
    ]
    assert (held.fewest, held.count) == (min(counts), max(counts))
    assert sorted(at for one in held.members for at in one) == list(range(ties.persons))


def test_nobody_has_no_component() -> None:
    nobody = Ties(4.0, *(np.zeros((0, 0), dtype=np.bool_),) * 3)
    assert components_of(nobody).count == 0
