"""An attacker sees everything that is shown of random waves, and finds nothing; unprotected, plenty."""

import numpy as np

from benchmarks.disclosure import (
    A_CASE,
    KINDS,
    K,
    Tally,
    attacked,
    by_size_alone,
    each_step_by_itself,
    in_steps,
    is_enough,
    one_round,
    protected,
    watched,
    without_ranges,
)
from benchmarks.disclosure_attacker import NOTHING, Loot, attack
from benchmarks.disclosure_tables import BEGINNING, network_lattice, random_lattice, sparse_lattice
from services.analytics.release.lattice import Booleans, Lattice
from tests.services.analytics.release.waves import wave


def everything(lattice: Lattice) -> Booleans:
    """Show what is there."""
    return np.ones(len(lattice.cells), dtype=np.bool_)


class TestProtected:
    def test_nothing_is_found_in_500_waves_and_nearly_every_safe_cell_is_shown(self) -> None:
        """What is of each kind, and how much of it is shown, is in `docs/disclosure.md`."""
        found = one_round()
        assert sum(kind.share for kind in KINDS) == 500
        assert {kind.name: own.loot for kind, own in zip(KINDS, found, strict=True)} == {
            kind.name: NOTHING for kind in KINDS
        }
        assert is_enough(found)

    def test_what_a_step_brought_to_a_few_people_is_not_known_closely(self) -> None:
        """In 10,000 waves this one told five answers' mean to a third of a point, of a cell by no name."""
        assert watched([159], size=BEGINNING, growth=2).loot == NOTHING

    def test_the_same_round_would_tell_what_is_found_and_what_is_missing(self) -> None:
        enough = [Tally(NOTHING, 100, 100, 90)] * len(KINDS)
        assert is_enough(enough)
        assert not is_enough([Tally(Loot(1, 0, 0, 0), 100, 100, 90), *enough[1:]])
        assert not is_enough([Tally(NOTHING, 100, 80, 80), *enough[1:]])
        assert not is_enough(
            [Tally(NOTHING, 1, 1, 1) if kind.realistic else Tally(NOTHING, 100, 70, 70) for kind in KINDS]
        )


class TestNegativeControls:
    """Each protection away, the same attacker finds what it is there for."""

    def test_a_minimum_size_alone_is_not_enough(self) -> None:
        loot = attacked(range(20), by_size_alone).loot
        assert min(loot.exact, loot.few) > 20
        assert loot.pinned > 0

    def test_nor_is_that_nothing_can_be_computed(self) -> None:
        loot = attacked(range(40), without_ranges, sparse_lattice).loot
        assert (loot.exact, loot.few) == (0, 0)
        assert loot.closely > 0

    def test_a_minimum_size_is_not_enough_where_people_rate_people(self) -> None:
        loot = attacked(range(20), by_size_alone, network_lattice).loot
        assert min(loot.exact, loot.few, loot.pinned) > 0

    def test_nor_is_each_step_safe_by_itself(self) -> None:
        loot = watched(range(6), each_step_by_itself).loot
        assert min(loot.few, loot.pinned) > 0

    def test_a_step_for_each_case_gives_single_people_away(self) -> None:
        assert watched(range(6), each_step_by_itself, A_CASE).loot.few > 0
        assert watched(range(6), in_steps, A_CASE).loot == NOTHING

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
