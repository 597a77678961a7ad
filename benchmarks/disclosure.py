"""Attacks random waves with everything that would be shown of them, and counts what is found.

Run: `python -m benchmarks.disclosure [TABLES]` (10,000 by default; `make soak`). Ends with 1 if anything
withheld is found, too few safe cells are shown, or the attacker finds nothing where the protection is off.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from operator import add

import numpy as np

from benchmarks.disclosure_attacker import NOTHING, Loot, attack
from benchmarks.disclosure_tables import (
    BEGINNING,
    SMALL,
    Size,
    network_lattice,
    placed_lattice,
    random_lattice,
    random_networks,
    sparse_lattice,
    town_lattice,
)
from services.analytics.cuts.wave_cuts import TABLES
from services.analytics.release.decisions import GroupSize
from services.analytics.release.lattice import Answer, Booleans, Lattice, Release, lattice_of
from services.analytics.release.succession import Succession, standing
from services.analytics.release.suppression import computed_apart, releasable, safe_alone

K = 5
LEAST_SHARE = 0.85
STEPS = 3
IN_STEP = Size(SMALL.units, SMALL.people_in_unit, (4, 9))
A_CASE = Size(SMALL.units, SMALL.people_in_unit, (1, 2))
_SIZE = GroupSize(K)
_PROGRAMS = 2
_ROUND = 500
Protection = Callable[[Lattice], Booleans]
Releasing = Callable[[Sequence[Answer]], list[Release]]


@dataclass(frozen=True, slots=True)
class Tally:
    """What was found in some lattices, and how many of the cells that are safe alone were shown.

    `shown` are those shown as they are by now, `standing` those of which anything is shown, now or since
    an earlier step.
    """

    loot: Loot = NOTHING
    safe: int = 0
    shown: int = 0
    standing: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.loot + other.loot,
            self.safe + other.safe,
            self.shown + other.shown,
            self.standing + other.standing,
        )

    @property
    def share(self) -> float:
        """The share of the cells that are safe alone that is shown as it is by now."""
        return self.shown / self.safe

    @property
    def share_standing(self) -> float:
        """The share of them of which anything is shown."""
        return self.standing / self.safe


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of random waves, how to attack them by seeds, and how many there are of it in a round.

    Of `realistic` ones so many safe cells must be shown by themselves; the others are there because they
    are hard.
    """

    name: str
    attack: Callable[[range], Tally]
    share: int
    realistic: bool = True


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
    seeds: Iterable[int],
    protection: Protection = protected,
    laid_out: Callable[[int], Lattice] = random_lattice,
    programs: int = _PROGRAMS,
) -> Tally:
    """Attack a lattice of each seed."""
    tally = Tally()
    for seed in seeds:
        lattice = laid_out(seed)
        shown = protection(lattice)
        safe = _safe_and_named(lattice)
        there = int((shown & safe).sum())
        tally += Tally(attack(lattice, shown, K, programs), int(safe.sum()), there, there)
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
    seeds: Iterable[int], releasing: Releasing = in_steps, size: Size = IN_STEP, growth: int = 1
) -> Tally:
    """Attack all successive releases of a wave of each seed, put together."""
    tally = Tally()
    for seed in seeds:
        answers = random_networks(seed, size, STEPS, growth)
        releases = releasing(answers)
        lattice, there = lattice_of(answers, TABLES, releases), standing(releases)
        safe = _safe_and_named(lattice)
        still = [any(name in there for name in cell.names) for cell in lattice.cells]
        tally += Tally(
            attack(lattice, lattice.released, K, _PROGRAMS),
            int(safe.sum()),
            int((lattice.released & safe).sum()),
            int((np.array(still, dtype=np.bool_) & safe).sum()),
        )
    return tally


KINDS = (
    Kind("people who answer alone, all crossed", attacked, 100),
    Kind("few in a unit, as leadership is shown", partial(attacked, laid_out=placed_lattice), 150),
    Kind("few in a unit, all crossed", partial(attacked, laid_out=sparse_lattice), 50, realistic=False),
    Kind("networks", partial(attacked, laid_out=town_lattice), 60),
    Kind("few networks", partial(attacked, laid_out=network_lattice), 115, realistic=False),
    Kind("networks, three steps", partial(watched, size=BEGINNING, growth=2), 10),
    Kind("few networks, three steps", watched, 15, realistic=False),
)


def one_round(number: int = 0) -> list[Tally]:
    """Attack 500 waves of all kinds together, in each round others."""
    return [kind.attack(range(number * kind.share, (number + 1) * kind.share)) for kind in KINDS]


def is_enough(found: Sequence[Tally]) -> bool:
    """Tell whether nothing was found, and enough is shown: of all together, and of each realistic kind."""
    whole = reduce(add, found)
    realistic = [own for kind, own in zip(KINDS, found, strict=True) if kind.realistic]
    return whole.loot == NOTHING and min(each.share_standing for each in (whole, *realistic)) >= LEAST_SHARE


def main() -> int:
    """Attack, and print the figures."""
    tables = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    found = [Tally()] * len(KINDS)
    for number in range(max(tables // _ROUND, 1)):
        found = [before + now for before, now in zip(found, one_round(number), strict=True)]
        _told(f"after {(number + 1) * _ROUND} tables", reduce(add, found))
    for kind, own in zip(KINDS, found, strict=True):
        _told(kind.name, own)
    controls = range(max(tables // 50, 20))
    by_size = _told("by size alone", attacked(controls, by_size_alone))
    close = _told("without ranges, few in a unit", attacked(controls, without_ranges, sparse_lattice))
    loose = _told("each step by itself", watched(controls, each_step_by_itself))
    single = _told("a step for each case", watched(controls, each_step_by_itself, A_CASE))
    bites = min(by_size.loot.exact, by_size.loot.few, by_size.loot.pinned, close.loot.closely)
    bites = min(bites, loose.loot.few, loose.loot.pinned, single.loot.few)
    return 0 if is_enough(found) and bites > 0 else 1


def _safe_and_named(lattice: Lattice) -> Booleans:
    named = np.array([bool(cell.names) for cell in lattice.cells], dtype=np.bool_)
    return safe_alone(lattice, _SIZE) & named


def _told(what: str, tally: Tally) -> Tally:
    shares = f"{tally.share:.3f} of {tally.safe} safe cells shown, {tally.share_standing:.3f} at all"
    print(f"{what}: {tally.loot}; {shares}", flush=True)
    return tally


if __name__ == "__main__":
    sys.exit(main())
