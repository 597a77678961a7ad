"""An attacker sees everything that is shown of random waves, and finds nothing; unprotected, plenty."""

import numpy as np

from benchmarks.disclosure import (
    LEAST_SHARE,
    K,
    attacked,
    by_size_alone,
    protected,
    without_ranges,
)
from benchmarks.disclosure_attacker import NOTHING, attack
from benchmarks.disclosure_tables import MUNICIPAL, SPARSE, random_lattice
from services.analytics.release.lattice import Booleans, Lattice
from tests.services.analytics.release.waves import wave

WAVES = 30
"""Of each kind; `make soak` takes 10,000."""


def everything(lattice: Lattice) -> Booleans:
    """Show what is there."""
    return np.ones(len(lattice.cells), dtype=np.bool_)


class TestProtected:
    def test_nothing_is_found_in_municipalities_and_nearly_every_safe_cell_is_shown(self) -> None:
        found = attacked(range(WAVES), protected, MUNICIPAL)
        assert found.loot == NOTHING
        assert found.share >= LEAST_SHARE

    def test_nothing_is_found_where_most_cells_are_small(self) -> None:
        found = attacked(range(WAVES), protected, SPARSE)
        assert found.loot == NOTHING
        assert found.shown > 0


class TestNegativeControls:
    """Each protection away, the same attacker finds what it is there for."""

    def test_a_minimum_size_alone_is_not_enough(self) -> None:
        loot = attacked(range(20), by_size_alone).loot
        assert min(loot.exact, loot.few) > 20
        assert loot.pinned > 0

    def test_nor_is_that_nothing_can_be_computed(self) -> None:
        loot = attacked(range(40), without_ranges, SPARSE).loot
        assert (loot.exact, loot.few) == (0, 0)
        assert loot.closely > 0

    def test_one_mind_is_found(self) -> None:
        lattice = wave(("north", "nurse", 9), values=(4,))
        assert attack(lattice, everything(lattice), K).pinned > 0
        assert attack(lattice, protected(lattice), K) == NOTHING

    def test_a_lone_cell_in_a_total_is_found(self) -> None:
        lattice = wave(("north", "nurse", 3), ("south", "nurse", 8), ("west", "nurse", 20))
        loot = attack(lattice, by_size_alone(lattice), K)
        assert loot.exact == 1
        assert loot.few > 0
        assert attack(lattice, protected(lattice), K) == NOTHING

    def test_who_sees_nothing_finds_nothing(self) -> None:
        lattice = random_lattice(0)
        assert attack(lattice, ~everything(lattice), K) == NOTHING
