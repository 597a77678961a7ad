"""Attacks random waves with everything that would be shown of them, and counts what is found.

Run: `python -m benchmarks.disclosure [TABLES]` (10,000 by default; `make soak`). Ends with 1 if anything
withheld is found, too few safe cells are shown, or the attacker finds nothing where the protection is off.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.disclosure_attacker import NOTHING, Loot, attack
from benchmarks.disclosure_tables import MUNICIPAL, SPARSE, random_lattice
from services.analytics.release.decisions import GroupSize
from services.analytics.release.lattice import Booleans, Lattice
from services.analytics.release.suppression import computed_apart, releasable, safe_alone

K = 5
LEAST_SHARE = 0.85
_SIZE = GroupSize(K)
Protection = Callable[[Lattice], Booleans]


@dataclass(slots=True)
class Tally:
    """What was found in many lattices, and how many of the cells that are safe alone were shown."""

    loot: Loot = NOTHING
    safe: int = 0
    shown: int = 0

    def add(self, lattice: Lattice, shown: Booleans, loot: Loot) -> None:
        """Count one lattice."""
        self.loot += loot
        self.safe += int(safe_alone(lattice, _SIZE).sum())
        self.shown += int(shown.sum())

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
    seeds: range, protection: Protection, density: tuple[float, float] = MUNICIPAL, programs: int = 2
) -> Tally:
    """Attack a lattice of each seed."""
    tally = Tally()
    for seed in seeds:
        lattice = random_lattice(seed, density)
        shown = protection(lattice)
        tally.add(lattice, shown, attack(lattice, shown, K, programs))
    return tally


def main() -> int:
    """Attack, and print the figures."""
    tables = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    controls = range(max(tables // 20, 20))
    whole = _told("protected", attacked(range(tables), protected))
    sparse = _told("protected, few raters in a unit", attacked(controls, protected, SPARSE))
    by_size = _told("by size alone", attacked(controls, by_size_alone))
    close = _told("without ranges, few raters in a unit", attacked(controls, without_ranges, SPARSE))
    safe = whole.loot == sparse.loot == NOTHING and whole.share >= LEAST_SHARE
    bites = min(by_size.loot.exact, by_size.loot.few, by_size.loot.pinned, close.loot.closely) > 0
    return 0 if safe and bites else 1


def _told(what: str, tally: Tally) -> Tally:
    print(f"{what}: {tally.loot}; {tally.share:.3f} of {tally.safe} safe cells shown", flush=True)
    return tally


if __name__ == "__main__":
    sys.exit(main())
