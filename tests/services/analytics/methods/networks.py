"""Small networks for the tests of ties, components, centralisation and network measures."""

from collections.abc import Iterator
from itertools import product

import numpy as np
from hypothesis import strategies as st

from services.analytics.methods.arrays import BoolArray
from services.analytics.methods.cube import round_robin
from services.analytics.methods.dyads import Dyads, dyads_of
from services.analytics.methods.ties import Ties

UNKNOWN = 0


def group(rows: list[list[int]]) -> Dyads:
    """One item per pair; 0 is not answered."""
    return dyads_of(round_robin(np.array(rows)[:, :, None]))


@st.composite
def groups(draw: st.DrawFn, most: int = 4) -> Dyads:
    """A group in which up to five dyads are unknown."""
    persons = draw(st.integers(1, most))
    rows = draw(
        st.lists(
            st.lists(st.integers(1, 5), min_size=persons, max_size=persons),
            min_size=persons,
            max_size=persons,
        )
    )
    for _ in range(draw(st.integers(0, 5))):
        rows[draw(st.integers(0, persons - 1))][draw(st.integers(0, persons - 1))] = UNKNOWN
    return group(rows)


def completed(ties: Ties) -> Iterator[BoolArray]:
    """Every way the unknown ties could be."""
    places = np.argwhere(ties.unknown)
    for outcome in product([False, True], repeat=len(places)):
        strong = ties.strong.copy()
        strong[tuple(places.T)] = outcome
        yield strong
