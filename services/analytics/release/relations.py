"""How cells of a lattice lie to each other: which differ in too few people, what a table leaves of one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
import numpy.typing as npt

from services.analytics.methods.sparse_rows import sparse_rows
from services.analytics.release.bounds import is_open
from services.analytics.release.decisions import GroupSize
from services.analytics.release.lattice import Booleans, Integers, Lattice

_SEED = 20261122


@dataclass(frozen=True, slots=True, eq=False)
class Insides:
    """Which cells of one table lie within a cell, for each such pair of a cell and a table.

    `wholes` and `divisions` name the pairs; `parts` has a row for each with ones for the cells within.
    """

    wholes: Integers
    divisions: Integers
    parts: Any


@dataclass(frozen=True, slots=True, eq=False)
class Relations:
    """A lattice with the relations between its cells that could be shown.

    `members` holds the cells' pieces as a sparse matrix. `small` tells which pieces are about too few,
    `closed` which of them tell an answer. `divided` are, as rows, the cells that one table divides another
    into, and `insides` those of them that could be shown; `rivals` are, as columns, the pairs of cells that
    must not be shown both.
    """

    lattice: Lattice
    size: GroupSize
    members: Any
    small: Booleans
    closed: Booleans
    divided: Any
    insides: Insides
    rivals: Integers

    def left_of(self, place: int, shown: Booleans) -> Integers:
        """Return the pieces of a whole that no shown cell of a table within it holds."""
        insides, rows = self.insides, self.members
        whole = insides.wholes[place]
        pieces = rows.indices[rows.indptr[whole] : rows.indptr[whole + 1]]
        parts = insides.parts.indices[insides.parts.indptr[place] : insides.parts.indptr[place + 1]]
        held = np.zeros(shown.size, dtype=np.bool_)
        held[parts[shown[parts]]] = True
        left: Integers = pieces[~held[self.lattice.divisions[insides.divisions[place]][pieces]]]
        return left


def relations_of(lattice: Lattice, size: GroupSize, candidates: Booleans) -> Relations:
    """Return the relations between those cells of a lattice that are candidates, or known already."""
    members = sparse_rows([cell.pieces for cell in lattice.cells], len(lattice.parts))
    of_interest = candidates | lattice.released
    whole = _insides(lattice, members, np.flatnonzero(of_interest))
    small = [not lattice.reaches([piece], size.minimum) for piece in range(len(lattice.parts))]
    return Relations(
        lattice,
        size,
        members,
        np.array(small, dtype=np.bool_),
        np.array([not is_open(part) for part in lattice.parts], dtype=np.bool_),
        _divided(lattice, whole),
        _shown_at_most(whole, of_interest),
        _rivals(lattice, size, np.flatnonzero(of_interest)),
    )


def _insides(lattice: Lattice, members: Any, rows: Integers) -> Insides:
    """Return all cells of each table within each of some cells that is none of the table itself."""
    shared = (members[rows] @ members.T).tocoo()
    within = (shared.data == lattice.lengths[shared.col]) & (rows[shared.row] != shared.col)
    wholes, parts = shared.row[within], shared.col[within]
    found, divisions = [], []
    for place, division in enumerate(lattice.divisions):
        of_table = np.zeros(len(lattice.cells), dtype=np.bool_)
        of_table[division] = True
        own = of_table[parts] & ~of_table[rows[wholes]]
        found.append((wholes[own] + place * rows.size, parts[own]))
        divisions.append(np.full(rows.size, place, dtype=np.int64))
    keys = np.concatenate([np.zeros(0, dtype=np.int64), *(key for key, _ in found)])
    held = np.concatenate([np.zeros(0, dtype=np.int64), *(part for _, part in found)])
    pairs, places = np.unique(keys, return_inverse=True)
    order = np.lexsort((held, places))
    counts = np.bincount(places, minlength=pairs.size)
    sets = np.split(held[order], np.cumsum(counts)[:-1]) if pairs.size else []
    return Insides(
        rows[pairs % rows.size] if pairs.size else pairs,
        pairs // max(rows.size, 1),
        sparse_rows([each.tolist() for each in sets], len(lattice.cells)),
    )


def _divided(lattice: Lattice, insides: Insides) -> Any:
    """Return the parts, as rows, of each cell that a table divides into several and nothing else; once."""
    lengths = lattice.lengths
    several = np.diff(insides.parts.indptr) > 1
    whole = np.flatnonzero(several & (insides.parts @ lengths == lengths[insides.wholes]))
    marks = np.random.default_rng(_SEED).integers(0, 1 << 40, len(lattice.cells)).astype(np.float64)
    keys = np.column_stack([insides.wholes[whole], (insides.parts @ marks)[whole]])
    _, once = np.unique(keys, axis=0, return_index=True)
    return insides.parts[np.sort(whole[once])]


def _shown_at_most(insides: Insides, of_interest: Booleans) -> Insides:
    """Return the same of those parts alone that could be shown."""
    parts = insides.parts.copy()
    parts.data = of_interest[parts.indices].astype(np.float64)
    parts.eliminate_zeros()
    some = np.flatnonzero(np.diff(parts.indptr))
    return Insides(insides.wholes[some], insides.divisions[some], parts[some])


def _rivals(lattice: Lattice, size: GroupSize, rows: Integers) -> Integers:
    """Return the pairs of cells, as columns, that differ in too few people's answers."""
    held = {row: frozenset(lattice.cells[row].pieces) for row in rows.tolist()}
    found = [
        (one, other)
        for one, other in _near(lattice, size, rows)
        if not lattice.reaches(held[one] ^ held[other], size.minimum)
    ]
    return np.array(found, dtype=np.int64).reshape(-1, 2).T


def _near(lattice: Lattice, size: GroupSize, rows: Integers) -> Iterator[tuple[int, int]]:
    """Yield the pairs of cells that may differ in too few people: nearly the same are in both."""
    near = np.zeros((rows.size, rows.size), dtype=np.bool_)
    for side in lattice.sides:
        people = _people(lattice, side, rows)
        own = people.sum(axis=1)
        near |= own[:, None] + own - 2 * (people @ people.T) < size.minimum
    for one, other in zip(*np.nonzero(np.triu(near, 1)), strict=True):
        yield int(rows[one]), int(rows[other])


def _people(lattice: Lattice, side: Sequence[int], rows: Integers) -> npt.NDArray[np.float32]:
    """Return who is in which of some cells, as ones."""
    width = -(-max((each.bit_length() for each in side), default=0) // 8)
    held = [reduce(or_, map(side.__getitem__, lattice.cells[row].pieces)) for row in rows]
    octets = np.frombuffer(b"".join(each.to_bytes(width, "little") for each in held), dtype=np.uint8)
    return np.unpackbits(octets.reshape(rows.size, width), axis=1).astype(np.float32)
