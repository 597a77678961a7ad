"""Attacks random waves with everything that would be shown of them, and counts what is found.

Run: `python -m benchmarks.disclosure [TABLES]` (10,000 by default; `make soak`). Ends with 1 if anything
withheld is found, too few safe cells are shown, or the attacker finds nothing where the protection is off.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.disclosure_attacker import NOTHING, Loot, attack
from benchmarks.disclosure_tables import network_lattice, random_lattice, random_networks, sparse_lattice
from services.analytics.cuts.wave_cuts import TABLES
from services.analytics.release.decisions import GroupSize
from services.analytics.release.lattice import Answer, Booleans, Lattice, Release, lattice_of
from services.analytics.release.succession import Succession
from services.analytics.release.suppression import computed_apart, releasable, safe_alone

K = 5
LEAST_SHARE = 0.85
STEPS = 3
CASES_IN_STEP = (4, 9)
A_CASE = (1, 2)
_SIZE = GroupSize(K)
Protection = Callable[[Lattice], Booleans]


@dataclass(slots=True)
class Tally:
    """What was found in many lattices, and how many of the cells that are safe alone were shown."""

    loot: Loot = NOTHING
    safe: int = 0
    shown: int = 0

    def add(self, lattice: Lattice, shown: Booleans, loot: Loot) -> None:
        """Count one lattice; of cells with a name how many are safe, and of these how many are shown."""
        named = np.array([bool(cell.names) for cell in lattice.cells], dtype=np.bool_)
        self.loot += loot
        self.safe += int((safe_alone(lattice, _SIZE) & named).sum())
        self.shown += int((shown & named).sum())

    @property
    def share(self) -> float:
        """The share of the cells that are safe alone that is shown."""
        return self.shown / self.safe


def protected(lattice: Lattice) -> Booleans:
    """Show what may be shown."""
    return releasable(lattice, _SIZE)


def by_size_alone(lattice: Lattice) -> Booleans:
    """Show every cell of enough people, as if that were enough."""
    return safe_alone(lattice, _SIZE)


def without_ranges(lattice: Lattice) -> Booleans:
    """Show what nothing can be computed from, however closely it bounds what is withheld."""
    return computed_apart(lattice, _SIZE, ~safe_alone(lattice, _SIZE)).shown


def attacked(
    seeds: range,
    protection: Protection,
    laid_out: Callable[[int], Lattice] = random_lattice,
    programs: int = 2,
) -> Tally:
    """Attack a lattice of each seed."""
    tally = Tally()
    for seed in seeds:
        lattice = laid_out(seed)
        shown = protection(lattice)
        tally.add(lattice, shown, attack(lattice, shown, K, programs))
    return tally


def in_steps(answers: Sequence[Answer]) -> list[Release]:
    """Release each step beside all earlier ones."""
    return Succession().releases(answers, TABLES, _SIZE)


def each_step_by_itself(answers: Sequence[Answer]) -> list[Release]:
    """Release each step as if nothing had been released before."""
    releases: list[Release] = []
    for step in sorted({answer.step for answer in answers}):
        lattice = lattice_of([answer for answer in answers if answer.step <= step], TABLES)
        shown = zip(lattice.cells, protected(lattice), strict=True)
        releases += [Release(name, step) for cell, is_shown in shown if is_shown for name in cell.names]
    return releases


def watched(
    seeds: range,
    releasing: Callable[[Sequence[Answer]], list[Release]],
    cases: tuple[int, int] = CASES_IN_STEP,
) -> Tally:
    """Attack all successive releases of a wave of each seed, put together."""
    tally = Tally()
    for seed in seeds:
        answers = random_networks(seed, STEPS, cases)
        lattice = lattice_of(answers, TABLES, releasing(answers))
        tally.add(lattice, lattice.released, attack(lattice, lattice.released, K, 2))
    return tally


def main() -> int:
    """Attack, and print the figures."""
    tables = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    controls = range(max(tables // 20, 20))
    whole = _told("protected", attacked(range(tables), protected))
    sparse = _told("protected, few raters in a unit", attacked(controls, protected, sparse_lattice))
    networks = _told("protected, networks", attacked(range(tables), protected, network_lattice))
    steps = _told("networks in steps", watched(controls, in_steps))
    by_size = _told("by size alone", attacked(controls, by_size_alone))
    close = _told(
        "without ranges, few raters in a unit", attacked(controls, without_ranges, sparse_lattice)
    )
    loose = _told("each step by itself", watched(controls, each_step_by_itself))
    single = _told("a step for each case", watched(controls, each_step_by_itself, A_CASE))
    safe = all(each.loot == NOTHING for each in (whole, sparse, networks, steps))
    bites = min(by_size.loot.exact, by_size.loot.few, by_size.loot.pinned, close.loot.closely)
    bites = min(bites, loose.loot.few, loose.loot.pinned, single.loot.few)
    return 0 if safe and whole.share >= LEAST_SHARE and bites > 0 else 1


def _told(what: str, tally: Tally) -> Tally:
    print(f"{what}: {tally.loot}; {tally.share:.3f} of {tally.safe} safe cells shown", flush=True)
    return tally


if __name__ == "__main__":
    sys.exit(main())
