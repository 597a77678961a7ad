"""How cells of a lattice lie to each other: which differ in too few people, what a table leaves of one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import numpy as np

from services.analytics.methods.sparse_rows import sparse_rows
from services.analytics.release.decisions import GroupSize
from services.analytics.release.lattice import Booleans, Floats, Integers, Lattice

_NONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Leftover:
    """A cell, and for each of its pieces the cell of one table that lies within it and holds the piece."""

    whole: int
    pieces: Integers
    inner: Integers

    def beside(self, shown: Booleans) -> Integers:
        """Return the pieces that no shown cell of the table holds."""
        left: Integers = self.pieces[(self.inner == _NONE) | ~shown[self.inner]]
        return left


@dataclass(frozen=True, slots=True, eq=False)
class Relations:
    """A lattice with the relations between its cells that could be shown.

    `members` holds the cells' pieces as a sparse matrix; `small` tells which pieces are about too few.
    `divided` are the cells that one table divides another into; `leftovers` what to look at when a cell
    is shown; `rivals` which cells it must not be shown with.
    """

    lattice: Lattice
    size: GroupSize
    members: Any
    small: Booleans
    divided: Sequence[tuple[int, ...]]
    leftovers: Mapping[int, Sequence[Leftover]]
    rivals: Sequence[Sequence[int]]


def relations_of(lattice: Lattice, size: GroupSize, candidates: Booleans) -> Relations:
    """Return the relations between those cells of a lattice that are candidates, or known already."""
    pieces, lengths = range(len(lattice.parts)), lattice.lengths
    small = [not size.is_reached_by(lattice.people([piece])) for piece in pieces]
    divided: dict[tuple[int, tuple[int, ...]], None] = {}
    leftovers: dict[int, list[Leftover]] = {}
    for row in np.flatnonzero(candidates | lattice.released).tolist():
        for division in lattice.divisions:
            parts, leftover = _leftover(lattice, row, division, lengths)
            if len(parts) > 1 and not (leftover.inner == _NONE).any():
                divided[row, parts] = None
            for each in {row, *parts}:
                leftovers.setdefault(each, []).append(leftover)
    return Relations(
        lattice,
        size,
        sparse_rows([cell.pieces for cell in lattice.cells], len(lattice.parts)),
        np.array(small, dtype=np.bool_),
        [parts for _, parts in divided],
        leftovers,
        _rivals(lattice, size, candidates),
    )


def _leftover(
    lattice: Lattice, row: int, division: Integers, lengths: Integers
) -> tuple[tuple[int, ...], Leftover]:
    pieces = np.array(lattice.cells[row].pieces)
    parts = division[pieces]
    within = np.bincount(parts, minlength=lengths.size) == lengths
    inside = np.flatnonzero(within)
    return tuple(inside[inside != row].tolist()), Leftover(
        row, pieces, np.where(within[parts], parts, _NONE)
    )


def _rivals(lattice: Lattice, size: GroupSize, candidates: Booleans) -> Sequence[Sequence[int]]:
    """Return for each cell those it must not be shown with: they differ in too few people's answers."""
    rivals: list[list[int]] = [[] for _ in lattice.cells]
    for one, other in _near(lattice, size, np.flatnonzero(candidates | lattice.released)):
        pieces = set(lattice.cells[one].pieces) ^ set(lattice.cells[other].pieces)
        if not lattice.reaches(pieces, size.minimum):
            rivals[one].append(other)
            rivals[other].append(one)
    return rivals


def _near(lattice: Lattice, size: GroupSize, rows: Integers) -> Iterator[tuple[int, int]]:
    """Yield the pairs of cells that may differ in too few people: nearly the same are in both."""
    near = np.zeros((rows.size, rows.size), dtype=np.bool_)
    for side in lattice.sides:
        people = _people(lattice, side, rows)
        own = people.sum(axis=1)
        near |= own[:, None] + own - 2 * people @ people.T < size.minimum
    for one, other in zip(*np.nonzero(np.triu(near, 1)), strict=True):
        yield int(rows[one]), int(rows[other])


def _people(lattice: Lattice, side: Sequence[int], rows: Integers) -> Floats:
    """Return who is in which of some cells, as ones."""
    width = -(-max((each.bit_length() for each in side), default=0) // 8)
    held = [reduce(or_, (side[piece] for piece in lattice.cells[row].pieces)) for row in rows]
    octets = np.frombuffer(b"".join(each.to_bytes(width, "little") for each in held), dtype=np.uint8)
    return np.unpackbits(octets.reshape(rows.size, width), axis=1).astype(np.float64)
