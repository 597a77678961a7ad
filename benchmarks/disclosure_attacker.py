"""An attacker who sees every shown mean, n and spread, knows who sits where, and that answers lie in 1..5.

It shares nothing with the suppression but the lattice: linear algebra of its own (singular values, not
probes), set differences by hand, and linear programs for what is left.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
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
    members = lattice.members.astype(np.float64)
    known = members[rows]
    space = _row_space(known)
    computed = _inside(members, space)
    pieces = _inside(np.eye(len(lattice.parts)), space)
    found = Counter(_differences(lattice, shown))
    found.update(frozenset([piece]) for piece in np.flatnonzero(pieces).tolist())
    found.update(frozenset(lattice.cells[row].pieces) for row in np.flatnonzero(computed))
    pinned, closely = _by_programs(lattice, known, _boxes(lattice, shown), _suspects(lattice, k), programs)
    return Loot(
        exact=int((computed & ~shown & _withheld(lattice)).sum()),
        few=sum(times for of, times in found.items() if _people(lattice, of) < k),
        pinned=pinned
        + sum(times for of, times in found.items() if _pins(together(lattice.parts, sorted(of)))),
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


def _differences(lattice: Lattice, shown: Booleans) -> Iterator[frozenset[int]]:
    """Yield what shown cells leave of shown cells: one of one, and all of a table's of one."""
    rows = np.flatnonzero(shown)
    sets = {row: frozenset(lattice.cells[row].pieces) for row in rows.tolist()}
    for outer in sets.values():
        yield from (outer - inner for inner in sets.values() if inner < outer)
    divisions = [division.tolist() for division in lattice.divisions]
    for whole, division in ((each, division) for each in sets.values() for division in divisions):
        within = sets.keys() & {division[piece] for piece in whole}
        taken = frozenset[int]().union(*(sets[part] for part in within if sets[part] < whole))
        if taken and whole - taken:
            yield whole - taken


def _people(lattice: Lattice, pieces: Iterable[int]) -> int:
    of = list(pieces)
    return min(reduce(or_, map(side.__getitem__, of)).bit_count() for side in lattice.sides)


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


def _suspects(lattice: Lattice, k: int) -> list[list[int]]:
    cells = [list(cell.pieces) for cell in lattice.cells if cell.people < k]
    return [*cells, *([piece] for piece in range(len(lattice.parts)) if _people(lattice, [piece]) < k)]


def _by_programs(
    lattice: Lattice, known: Floats, box: tuple[Floats, Floats], suspects: list[list[int]], programs: int
) -> tuple[int, int]:
    """Bound what is about too few people; return how many sets are pinned, and how many known closely."""
    at_a_glance = (box[1] - box[0]) / lattice.counts
    pinned = closely = 0
    for of in sorted(suspects, key=lambda of: (at_a_glance[of].mean(), of))[:programs]:
        width, answers = _program(lattice, known, of, box), lattice.counts[of].sum()
        pinned += int(width < _PINNED - _ZERO)
        closely += int(width < _CLOSELY * answers - _ZERO)
    return pinned, closely


def _program(lattice: Lattice, known: Floats, of: list[int], box: tuple[Floats, Floats]) -> float:
    """Return how far the sum of some pieces is unknown, or so much of it that it is known in no way.

    The sum there is lies between the least and the most: where one of them is so far off, the other tells
    nothing more.
    """
    aim = np.zeros(len(lattice.parts))
    aim[of] = 1.0
    bounds = np.column_stack([box[0] - _ZERO, box[1] + _ZERO])
    there = float(lattice.totals[of].sum())
    upward = (box[1][of] - lattice.totals[of]).sum() > (lattice.totals[of] - box[0][of]).sum()
    width = 0.0
    for sign in (-1, 1) if upward else (1, -1):
        solved = _optimize.linprog(sign * aim, A_eq=known, b_eq=known @ lattice.totals, bounds=bounds)
        if solved.fun is None:
            return 0.0
        width += sign * there - float(solved.fun)
        if width >= max(_PINNED, _CLOSELY * lattice.counts[of].sum()):
            break
    return width
