"""Random cubes of mixed shapes for the bulk tests: gaps, every code, own and skipped pairs."""

import numpy as np
from hypothesis import strategies as st

from services.analytics.methods.cube import Cube

CODES = [-2, -1, 0, 1, 2, 3, 4, 5]


def random_cube(seed: int, respondents: int, subjects: int, items: int) -> Cube:
    draws = np.random.default_rng(seed)
    # From complete and valid to nearly nothing; a third are complete, for the round robins.
    gaps = draws.choice([0.0, 0.02, 0.5])
    shares = np.array([gaps] * 3 + [(3 - 3 * gaps) / 5] * 5) / 3
    cells = draws.choice(CODES, (respondents, subjects, items), p=shares / shares.sum())
    square = respondents == subjects and draws.random() < 0.8
    own = np.eye(respondents, subjects, dtype=np.bool_) & square
    skipped = draws.random((respondents, subjects)) < draws.choice([0.0, 0.0, 0.3])
    return Cube(cells, own, skipped & ~own)


def cubes(items: int = 3, largest: int = 6) -> st.SearchStrategy[list[Cube]]:
    one = st.builds(
        random_cube,
        st.integers(0, 2**32 - 1),
        st.integers(1, largest),
        st.integers(1, largest),
        st.just(items),
    )
    round_robins = st.builds(
        lambda seed, members: random_cube(seed, members, members, items),
        st.integers(0, 2**32 - 1),
        st.integers(3, largest),
    )
    return st.lists(one | round_robins, min_size=1, max_size=12)
