"""An attacker who sees every shown mean, n and spread, knows who sits where, and that answers lie in 1..5.

It shares nothing with the suppression but the lattice: linear algebra of its own (singular values, not
probes), set differences by hand, and linear programs for what is left.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from math import sqrt
from operator import or_

import numpy as np

from services.analytics.release.lattice import Booleans, Floats, Lattice, Sums, together

_optimize = import_module("scipy.optimize")
_ZERO = 1e-6
_PINNED = 1.0
"""Within less than a point only one whole number is possible."""
_CLOSELY = 0.5


@dataclass(frozen=True, slots=True)
class Loot:
    """What an attacker finds in one lattice.

    Attributes
    ----------
    exact : int
        Withheld cells whose sum follows from shown ones.
    few : int
        Sums of fewer people than the minimum that are the difference of shown cells.
    pinned : int
        Groups of answers of which each is known to be one whole number.
    closely : int
        Withheld cells of too few people whose mean is known to less than half a point.
    """

    exact: int
    few: int
    pinned: int
    closely: int

    def __add__(self, other: "Loot") -> "Loot":
        return Loot(
            self.exact + other.exact,
            self.few + other.few,
            self.pinned + other.pinned,
            self.closely + other.closely,
        )


NOTHING = Loot(0, 0, 0, 0)


def attack(lattice: Lattice, shown: Booleans, k: int, programs: int = 6) -> Loot:
    """Return what can be found; so many sets, those bounded closest at a glance, get linear programs."""
    rows = np.flatnonzero(shown)
    if not rows.size:
        return NOTHING
    known = lattice.members[rows].astype(np.float64)
    space = _row_space(known)
    computed = _inside(lattice.members.astype(np.float64), space)
    pieces = _inside(np.eye(len(lattice.parts)), space)
    differences = list(_differences(lattice, shown))
    found = [*differences, *([piece] for piece in np.flatnonzero(pieces).tolist())]
    found += [list(lattice.cells[row].pieces) for row in np.flatnonzero(computed)]
    pinned, closely = _by_programs(lattice, shown, k, programs)
    return Loot(
        exact=int((computed & ~shown & _withheld(lattice)).sum()),
        few=sum(_people(lattice, of) < k for of in found),
        pinned=pinned + sum(_pins(together(lattice.parts, of)) for of in found),
        closely=closely,
    )


def _withheld(lattice: Lattice) -> Booleans:
    """Tell of each cell whether it could have been shown, now or earlier; what a step brings could not."""
    return np.array([bool(cell.names) or cell.withheld for cell in lattice.cells], dtype=np.bool_)


def _row_space(known: Floats) -> Floats:
    _, values, right = np.linalg.svd(known, full_matrices=False)
    basis: Floats = right[values > _ZERO * values[0]]
    return basis


def _inside(sets: Floats, space: Floats) -> Booleans:
    left = sets - (sets @ space.T) @ space
    inside: Booleans = (left**2).sum(axis=1) < _ZERO
    return inside


def _differences(lattice: Lattice, shown: Booleans) -> Iterator[list[int]]:
    """Yield what shown cells leave of shown cells: one of one, and all of a table's of one."""
    rows = np.flatnonzero(shown)
    sets = {row: frozenset(lattice.cells[row].pieces) for row in rows.tolist()}
    for outer in sets.values():
        yield from (sorted(outer - inner) for inner in sets.values() if inner < outer)
    for whole, division in ((each, division) for each in sets for division in lattice.divisions):
        within = {part for part in set(division[list(sets[whole])].tolist()) if part in sets}
        taken = reduce(or_, (sets[part] for part in within if sets[part] < sets[whole]), frozenset[int]())
        if taken and sets[whole] - taken:
            yield sorted(sets[whole] - taken)


def _people(lattice: Lattice, pieces: list[int]) -> int:
    return min(reduce(or_, (side[piece] for piece in pieces)).bit_count() for side in lattice.sides)


def _pins(sums: Sums) -> bool:
    """Tell whether mean, n and spread of answers leave each of them one whole number."""
    reach = sums.spread * sqrt(max(sums.answers - 1, 0))
    low, high = max(1.0, sums.mean - reach), min(5.0, sums.mean + reach)
    return high - low < _PINNED - _ZERO


def _boxes(lattice: Lattice, shown: Booleans) -> tuple[Floats, Floats]:
    """Bound each piece's sum by each shown cell with it: by mean and spread, and by others' extremes."""
    low, high = lattice.counts.copy(), 5 * lattice.counts
    for cell in (lattice.cells[row] for row in np.flatnonzero(shown)):
        of = list(cell.pieces)
        own, others = lattice.counts[of], cell.sums.answers - lattice.counts[of]
        reach = cell.sums.spread * np.sqrt(own * others)
        middle, total = cell.sums.mean * own, cell.sums.total
        low[of] = np.maximum.reduce([low[of], middle - reach, total - 5 * others])
        high[of] = np.minimum.reduce([high[of], middle + reach, total - others])
    return low, high


def _by_programs(lattice: Lattice, shown: Booleans, k: int, programs: int) -> tuple[int, int]:
    """Bound what is about too few people; return how many sets are pinned, and how many known closely."""
    low, high = _boxes(lattice, shown)
    cells = [list(cell.pieces) for cell in lattice.cells if cell.people < k]
    pieces = [[piece] for piece in range(len(lattice.parts)) if _people(lattice, [piece]) < k]
    at_a_glance = (high - low) / lattice.counts
    suspects = sorted([*cells, *pieces], key=lambda of: (at_a_glance[of].mean(), of))
    pinned = closely = 0
    for of in suspects[:programs]:
        width, answers = _program(lattice, shown, of, (low, high)), lattice.counts[of].sum()
        pinned += int(width < _PINNED - _ZERO)
        closely += int(width < _CLOSELY * answers - _ZERO)
    return pinned, closely


def _program(lattice: Lattice, shown: Booleans, of: list[int], box: tuple[Floats, Floats]) -> float:
    """Return how far the sum of some pieces is unknown."""
    aim = np.zeros(len(lattice.parts))
    aim[of] = 1.0
    members = lattice.members[shown].astype(np.float64)
    bounds = np.column_stack([box[0] - _ZERO, box[1] + _ZERO])
    least, most = (
        _optimize.linprog(sign * aim, A_eq=members, b_eq=members @ lattice.totals, bounds=bounds).fun
        for sign in (1, -1)
    )
    return 0.0 if least is None or most is None else float(-most - least)
