"""The fixed lattice of cuts: every cell that could be shown of some answers, whoever asks; pure.

A *piece* is the answers that no cut tells apart; every cell is a union of pieces. Cells that hold the same
answers are one cell by several names.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations, pairwise
from math import sqrt
from operator import itemgetter, or_

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
Table = tuple[str, ...]
Name = tuple[tuple[str, str], ...]
"""Axes with the value that a cell has on each, in the table's order; () is everything together."""

UNKNOWN = ""
"""The value of what has none on an axis: a cell like any other, so that nothing is left over unseen."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rater said once, from 1 to 5, of whom, and where it stands on each axis.

    `about` is whoever is rated, if that is a person; `step` the step in which it entered the figures.
    """

    rater: str
    place: Mapping[str, str]
    value: float
    about: str | None = None
    step: int = 0


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
        return sqrt(max(self.squares / self.answers - self.mean**2, 0.0))


@dataclass(frozen=True, slots=True)
class Release:
    """A cell as it was shown once: its answers up to and with a step."""

    name: Name
    step: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Some answers that could be shown together, with all the names they have in the lattice.

    `people` is the number of different raters or of different people rated, whichever is fewer. `former`
    are the earlier releases that held just these answers. Without a name or release it is only there to be
    looked after: `withheld` if it once was all there was of a cell, else what a step brought.
    """

    names: tuple[Name, ...]
    pieces: tuple[int, ...]
    raters: int
    people: int
    sums: Sums
    former: tuple[Release, ...] = ()
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Lattice:
    """All cells over some answers.

    `sides` holds for each piece its raters, and again whom they rated, as the bits of a number; `parts`,
    `counts`, `totals` and
    `squares` its sums. `divisions` says for each table which of its cells each piece is in.
    """

    cells: tuple[Cell, ...]
    sides: tuple[tuple[int, ...], ...]
    parts: tuple[Sums, ...]
    counts: Floats
    totals: Floats
    squares: Floats
    divisions: tuple[Integers, ...]

    @property
    def members(self) -> Booleans:
        """Which pieces each cell is made of."""
        members = np.zeros((len(self.cells), len(self.parts)), dtype=np.bool_)
        for row, cell in enumerate(self.cells):
            members[row, list(cell.pieces)] = True
        return members

    @property
    def lengths(self) -> Integers:
        """How many pieces each cell is made of."""
        return np.array([len(cell.pieces) for cell in self.cells], dtype=np.int64)

    @property
    def released(self) -> Booleans:
        """Which cells were released before, just as they are."""
        return np.array([bool(cell.former) for cell in self.cells], dtype=np.bool_)

    def sums(self, pieces: Integers) -> Sums:
        """Return the sums of some pieces as one."""
        return Sums(
            int(self.counts[pieces].sum()),
            float(self.totals[pieces].sum()),
            float(self.squares[pieces].sum()),
        )

    def people(self, pieces: Sequence[int]) -> int:
        """Return how many different people rate, or are rated, in some pieces, whichever are fewer."""
        return min(reduce(or_, map(side.__getitem__, pieces), 0).bit_count() for side in self.sides)

    def reaches(self, pieces: Collection[int], enough: int) -> bool:
        """Tell whether as many different people rate in some pieces, and as many are rated."""
        return all(_reaches(side, pieces, enough) for side in self.sides)


def _reaches(side: Sequence[int], pieces: Iterable[int], enough: int) -> bool:
    people = 0
    for piece in pieces:
        people |= side[piece]
        if people.bit_count() >= enough:
            return True
    return False


def crossed(axes: Sequence[str]) -> tuple[Table, ...]:
    """Return every table over these axes with at most two crossed, the roll-up of everything first."""
    return tuple(table for size in range(3) for table in combinations(axes, size))


def lattice_of(
    answers: Iterable[Answer], tables: Sequence[Table], former: Iterable[Release] = ()
) -> Lattice:
    """Lay answers out over the tables; in which order they come makes no difference.

    Where some were released before, by step, so are those cells as they were then, and by no name what
    was withheld of each, and what each step brought.
    """
    axes = sorted({axis for table in tables for axis in table})
    pieces: dict[tuple[int, tuple[str, ...]], list[Answer]] = defaultdict(list)
    for answer in answers:
        pieces[answer.step, tuple(answer.place.get(axis, UNKNOWN) for axis in axes)].append(answer)
    keys = sorted(pieces)
    held = [sorted(pieces[key], key=lambda one: (one.rater, one.value)) for key in keys]
    sides: tuple[tuple[int, ...], ...] = (_bits([[one.rater for one in own] for own in held]),)
    if all(one.about is not None for own in held for one in own):
        sides += (_bits([[one.about or "" for one in own] for own in held]),)
    parts = [
        Sums(len(own), sum(one.value for one in own), sum(one.value**2 for one in own)) for own in held
    ]
    named = _named(keys, axes, tables)
    sets = _sets(named, [step for step, _ in keys], former)
    cells = tuple(_cell(of, laid, sides, parts) for of, laid in sets.items())
    places = {of: row for row, of in enumerate(sets)}
    return Lattice(
        cells,
        sides,
        tuple(parts),
        np.array([part.answers for part in parts], dtype=np.float64),
        np.array([part.total for part in parts], dtype=np.float64),
        np.array([part.squares for part in parts], dtype=np.float64),
        _divisions(named, places, tables, len(keys)),
    )


def together(parts: Sequence[Sums], pieces: Iterable[int]) -> Sums:
    """Return the sums of some pieces as one."""
    answers, total, squares = 0, 0.0, 0.0
    for part in map(parts.__getitem__, pieces):
        answers += part.answers
        total += part.total
        squares += part.squares
    return Sums(answers, total, squares)


def _bits(people: Sequence[Sequence[str]]) -> tuple[int, ...]:
    bits = {each: bit for bit, each in enumerate(sorted({one for own in people for one in own}))}
    return tuple(reduce(or_, (1 << bits[one] for one in own)) for own in people)


@dataclass(slots=True)
class _Laid:
    names: list[Name] = field(default_factory=list)
    former: list[Release] = field(default_factory=list)
    was_all: bool = False


def _cell(
    of: tuple[int, ...], laid: _Laid, sides: Sequence[tuple[int, ...]], parts: Sequence[Sums]
) -> Cell:
    counts = [reduce(or_, map(side.__getitem__, of)).bit_count() for side in sides]
    withheld = laid.was_all and not laid.names and not laid.former
    return Cell(
        tuple(laid.names),
        of,
        counts[0],
        min(counts),
        together(parts, of),
        tuple(laid.former),
        withheld,
    )


def _named(
    keys: Sequence[tuple[int, tuple[str, ...]]], axes: Sequence[str], tables: Sequence[Table]
) -> Mapping[Name, list[int]]:
    places = [_taking([axes.index(axis) for axis in table]) for table in tables]
    held: dict[tuple[int, tuple[str, ...]], list[int]] = defaultdict(list)
    for piece, (_, values) in enumerate(keys):
        for table, own in enumerate(places):
            held[table, own(values)].append(piece)
    return {tuple(zip(tables[table], own, strict=True)): pieces for (table, own), pieces in held.items()}


def _taking(places: Sequence[int]) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    """Return what takes the values in some places, always as a tuple."""
    if len(places) > 1:
        return itemgetter(*places)
    start = places[0] if places else 0
    return itemgetter(slice(start, start + len(places)))


def _sets(
    named: Mapping[Name, list[int]], steps: Sequence[int], former: Iterable[Release]
) -> dict[tuple[int, ...], _Laid]:
    """Return each set of pieces that is looked after, with its names and when it was released."""
    sets: dict[tuple[int, ...], _Laid] = defaultdict(_Laid)
    for name, pieces in named.items():
        sets[tuple(pieces)].names.append(name)
    for release in former:
        pieces = named.get(release.name, [])
        until = bisect_right(pieces, release.step, key=steps.__getitem__)
        if until:
            sets[tuple(pieces[:until])].former.append(release)
    for pieces in named.values():
        starts = [at for at in range(1, len(pieces)) if steps[pieces[at]] != steps[pieces[at - 1]]]
        for start, end in pairwise([0, *starts, len(pieces)]):
            sets[tuple(pieces[:end])].was_all = True
            sets[tuple(pieces[start:end])]
    return sets


def _divisions(
    named: Mapping[Name, list[int]],
    places: Mapping[tuple[int, ...], int],
    tables: Sequence[Table],
    pieces: int,
) -> tuple[Integers, ...]:
    rows = {table: np.zeros(pieces, dtype=np.int64) for table in tables}
    for name, of in named.items():
        rows[tuple(axis for axis, _ in name)][of] = places[tuple(of)]
    return tuple(rows.values())
