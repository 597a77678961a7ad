"""The fixed lattice of cuts: every cell that could be shown of some answers, whoever asks; pure.

A *piece* is the answers that no cut tells apart; every cell is a union of pieces. Cells that hold the same
answers are one cell by several names.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from operator import or_

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Table = tuple[str, ...]
Name = tuple[tuple[str, str], ...]
"""Axes with the value that a cell has on each, in the table's order; () is everything together."""

UNKNOWN = ""
"""The value of what has none on an axis: a cell like any other, so that nothing is left over unseen."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rater said once, from 1 to 5, and where it stands on each axis."""

    rater: str
    place: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class Sums:
    """What mean, n and spread of some answers are made of."""

    answers: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        """The mean of at least one answer."""
        return self.total / self.answers

    @property
    def spread(self) -> float:
        """The standard deviation (ddof 0) of at least one answer."""
        return float(np.sqrt(max(self.squares / self.answers - self.mean**2, 0.0)))


@dataclass(frozen=True, slots=True)
class Cell:
    """Some answers that could be shown together, with all the names they have in the lattice."""

    names: tuple[Name, ...]
    pieces: tuple[int, ...]
    raters: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class Lattice:
    """All cells over some answers.

    `people` holds each piece's raters as the bits of a number, `parts`, `counts` and `totals` its sums;
    `partitions` says which cells divide up another.
    """

    cells: tuple[Cell, ...]
    members: Booleans
    people: tuple[int, ...]
    parts: tuple[Sums, ...]
    counts: Floats
    totals: Floats
    partitions: tuple[tuple[int, tuple[int, ...]], ...]

    def most_pieces(self) -> int:
        """Return how many pieces the rater with most of them has."""
        everyone = Counter(bit for people in self.people for bit in _bits(people))
        return max(everyone.values(), default=0)


def crossed(axes: Sequence[str]) -> tuple[Table, ...]:
    """Return every table over these axes with at most two crossed, the roll-up of everything first."""
    return tuple(table for size in range(3) for table in combinations(axes, size))


def lattice_of(answers: Iterable[Answer], tables: Sequence[Table]) -> Lattice:
    """Lay answers out over the tables; in which order they come makes no difference."""
    axes = sorted({axis for table in tables for axis in table})
    pieces: dict[tuple[str, ...], list[Answer]] = defaultdict(list)
    for answer in answers:
        pieces[tuple(answer.place.get(axis, UNKNOWN) for axis in axes)].append(answer)
    keys = sorted(pieces)
    held = [sorted(pieces[key], key=lambda one: (one.rater, one.value)) for key in keys]
    bits = {rater: bit for bit, rater in enumerate(sorted({one.rater for own in held for one in own}))}
    people = tuple(reduce(or_, (1 << bits[one.rater] for one in own)) for own in held)
    parts = [
        Sums(len(own), sum(one.value for one in own), sum(one.value**2 for one in own)) for own in held
    ]
    cells = tuple(
        Cell(
            tuple(names), of, reduce(or_, (people[piece] for piece in of)).bit_count(), together(parts, of)
        )
        for of, names in _named_sets(keys, axes, tables).items()
    )
    members = np.zeros((len(cells), len(keys)), dtype=np.bool_)
    for row, cell in enumerate(cells):
        members[row, list(cell.pieces)] = True
    return Lattice(
        cells,
        members,
        people,
        tuple(parts),
        np.array([part.answers for part in parts], dtype=np.float64),
        np.array([part.total for part in parts], dtype=np.float64),
        tuple(_partitions(cells, members, tables)),
    )


def together(parts: Sequence[Sums], pieces: Iterable[int]) -> Sums:
    """Return the sums of some pieces as one."""
    taken = [parts[piece] for piece in pieces]
    return Sums(
        sum(part.answers for part in taken),
        sum(part.total for part in taken),
        sum(part.squares for part in taken),
    )


def _named_sets(
    keys: Sequence[tuple[str, ...]], axes: Sequence[str], tables: Sequence[Table]
) -> dict[tuple[int, ...], list[Name]]:
    named: dict[Name, list[int]] = defaultdict(list)
    for piece, key in enumerate(keys):
        place = dict(zip(axes, key, strict=True))
        for table in tables:
            named[tuple((axis, place[axis]) for axis in table)].append(piece)
    sets: dict[tuple[int, ...], list[Name]] = defaultdict(list)
    for name, pieces in named.items():
        sets[tuple(pieces)].append(name)
    return sets


def _partitions(
    cells: Sequence[Cell], members: Booleans, tables: Sequence[Table]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield each cell with the cells of one table that it is made of."""
    weights = members.astype(np.float64)
    within = weights @ weights.T == weights.sum(axis=1)[:, None]
    seen: set[tuple[int, tuple[int, ...]]] = set()
    lengths = np.array([len(cell.pieces) for cell in cells])
    for table in tables:
        of_table = np.array([table in map(_axes, cell.names) for cell in cells], dtype=np.bool_)
        for whole in range(len(cells)):
            parts = np.flatnonzero(within[:, whole] & of_table)
            found = whole, tuple(parts.tolist())
            if len(parts) > 1 and lengths[parts].sum() == lengths[whole] and found not in seen:
                seen.add(found)
                yield found


def _bits(people: int) -> Iterator[int]:
    return (bit for bit, held in enumerate(reversed(f"{people:b}")) if held == "1")


def _axes(name: Name) -> Table:
    return tuple(axis for axis, _ in name)
