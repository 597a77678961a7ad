"""Decides which cells of a lattice may leave together; remembers nothing, and refuses when in doubt.

A cell may be shown if enough people stand behind it and it pins none of them down. Cells are chosen so that
nothing withheld can be worked out: they are taken one by one, the widest first, and one is taken only if
everything that then can be computed may be shown as well. What it protects from: `docs/disclosure.md`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.analytics.release.bounds import MARGIN, MEAN_MARGIN, ZERO, is_open, ranges
from services.analytics.release.decisions import GroupSize
from services.analytics.release.lattice import Booleans, Floats, Lattice, together

_PROBES = 3
_WEIGHT_OF_LONE = 4
_SEED = 20261122


@dataclass(frozen=True, slots=True)
class Choice:
    """Cells that are shown together; the rows of `basis` span whatever can be computed from them."""

    shown: Booleans
    basis: Floats


def safe_alone(lattice: Lattice, size: GroupSize) -> Booleans:
    """Tell of each cell whether it might be shown if it were the only one."""
    return np.array(
        [size.is_reached_by(cell.raters) and is_open(cell.sums) for cell in lattice.cells], dtype=np.bool_
    )


def releasable(lattice: Lattice, size: GroupSize) -> Booleans:
    """Tell of each cell whether it may be shown, all of them together.

    Of fewer people than the minimum nothing can be computed from what is shown, nor be known closely.
    """
    forbidden = ~safe_alone(lattice, size)
    hidden, apart = _protected(lattice, size)
    while True:
        choice = computed_apart(lattice, size, forbidden)
        if not choice.shown.any():
            return choice.shown
        close = hidden[ranges(lattice, choice.shown, choice.basis, hidden) < apart - ZERO]
        if not close.size:
            return choice.shown
        forbidden[_closest(lattice, choice.shown, close)] = True


def _protected(lattice: Lattice, size: GroupSize) -> tuple[Booleans, Floats]:
    """Return the sets of pieces that nobody may know closely, and how far their sums must be movable.

    Cells and pieces of too few people by half a point for each answer; those that pin somebody down by a
    point of one answer.
    """
    few = np.array([not size.is_reached_by(cell.raters) for cell in lattice.cells], dtype=np.bool_)
    pieces = np.eye(len(lattice.people), dtype=np.bool_)[_small(lattice, size)]
    closed = lattice.members[~safe_alone(lattice, size) & ~few]
    small = np.vstack([lattice.members[few], pieces])
    half = MEAN_MARGIN * (small @ lattice.counts)
    return np.vstack([small, closed]), np.concatenate(
        [np.maximum(MARGIN, half), np.full(len(closed), MARGIN)]
    )


def _closest(lattice: Lattice, shown: Booleans, sets: Booleans) -> list[int]:
    """Return for each set the smallest shown cell that holds some of it."""
    sizes = lattice.members @ lattice.counts
    touching = (sets.astype(np.int64) @ lattice.members.T.astype(np.int64) > 0) & shown
    return sorted({int(np.where(row, sizes, np.inf).argmin()) for row in touching if row.any()})


def computed_apart(lattice: Lattice, size: GroupSize, forbidden: Booleans) -> Choice:
    """Choose cells from which none that is forbidden, and no smaller set of people, can be computed."""
    choosing = _Choosing(lattice, size, forbidden.copy())
    for row in _order(lattice, forbidden):
        choosing.consider(row)
    return Choice(choosing.shown, choosing.basis)


def _order(lattice: Lattice, forbidden: Booleans) -> list[int]:
    """Put the widest first, and last what is beside a lone forbidden cell in many a table.

    One of those beside it must be withheld with it: better one that serves several tables at once.
    """
    lone = np.zeros(len(lattice.cells))
    for _, parts in lattice.partitions:
        if forbidden[list(parts)].sum() == 1:
            lone[list(parts)] += 1
    raters = np.array([cell.raters for cell in lattice.cells])
    ranks = -raters / (1 + lone) ** _WEIGHT_OF_LONE
    return sorted(np.flatnonzero(~forbidden).tolist(), key=lambda row: (ranks[row], row))


class _Choosing:
    """What is chosen so far, and random changes of the data that leave all of it as it is: the probes.

    A set can be computed when no such change moves it, so a set that no probe moves counts as computed.
    """

    def __init__(self, lattice: Lattice, size: GroupSize, forbidden: Booleans) -> None:
        pieces = len(lattice.people)
        self._lattice, self._size, self._forbidden = lattice, size, forbidden
        self._members = lattice.members.astype(np.float64)
        self._small = _small(lattice, size)
        self._rivals = _rivals(lattice, size)
        self._dividing = _dividing(lattice)
        self._probes = np.random.default_rng(_SEED).standard_normal((pieces, _PROBES))
        self.basis: Floats = np.zeros((0, pieces))
        self.shown: Booleans = np.zeros(len(lattice.cells), dtype=np.bool_)

    def consider(self, row: int) -> None:
        """Show a cell, with all that can be computed then, or never."""
        if self.shown[row]:
            return
        left = self._members[row]
        for _ in range(2):  # once more for what rounding left
            left = left - (self.basis @ left) @ self.basis
        way = left / np.sqrt(left @ left)
        probes = self._probes - np.outer(way, way @ self._probes)
        computed = _unmoved(self._members @ probes)
        if self._gives_away(probes, computed):
            self._forbidden[row] = True
            return
        self._probes, self.shown = probes, computed
        self.basis = np.vstack([self.basis, way])

    def _gives_away(self, probes: Floats, computed: Booleans) -> bool:
        new = np.flatnonzero(computed & ~self.shown).tolist()
        return (
            bool((computed & self._forbidden).any())
            or self._tells_of_pieces(probes)
            or any(computed[other] for row in new for other in self._rivals[row])
            or self._leaves_too_few(new, computed)
        )

    def _tells_of_pieces(self, probes: Floats) -> bool:
        """Tell whether a piece, or how two of them differ or sum up, can be computed of too few people."""
        for piece in np.flatnonzero(_unmoved(probes)).tolist():
            if self._small[piece] or not is_open(self._lattice.parts[piece]):
                return True
        few = np.flatnonzero(self._small)
        order = few[np.argsort(np.abs(probes[few, 0]), kind="stable")]
        one, other = probes[order[:-1]], probes[order[1:]]
        alike = _unmoved(one - other) | _unmoved(one + other)
        pairs = zip(order[:-1][alike].tolist(), order[1:][alike].tolist(), strict=True)
        return any(self._too_few(pair) for pair in pairs)

    def _leaves_too_few(self, new: Sequence[int], computed: Booleans) -> bool:
        """Tell whether what a shown cell holds beside the shown ones of a table is about too few people."""
        cells = self._lattice.cells
        for whole, parts in {each for row in new for each in self._dividing[row]}:
            if not computed[whole]:
                continue
            left = [piece for part in parts if not computed[part] for piece in cells[part].pieces]
            if left and (self._too_few(left) or not is_open(together(self._lattice.parts, left))):
                return True
        return False

    def _too_few(self, pieces: Iterable[int]) -> bool:
        return not _reached(self._lattice, pieces, self._size)


def _unmoved(moves: Floats) -> Booleans:
    return np.asarray((np.abs(moves) < ZERO).all(axis=1), dtype=np.bool_)


def _small(lattice: Lattice, size: GroupSize) -> Booleans:
    return np.array(
        [not size.is_reached_by(people.bit_count()) for people in lattice.people], dtype=np.bool_
    )


def _reached(lattice: Lattice, pieces: Iterable[int], size: GroupSize) -> bool:
    people = 0
    for piece in pieces:
        people |= lattice.people[piece]
        if size.is_reached_by(people.bit_count()):
            return True
    return False


def _rivals(lattice: Lattice, size: GroupSize) -> Sequence[set[int]]:
    """Return for each cell those it must not be shown with: they differ in too few people's answers."""
    rivals: list[set[int]] = [set() for _ in lattice.cells]
    for one, other in _near(lattice, size):
        differing = np.flatnonzero(lattice.members[one] ^ lattice.members[other]).tolist()
        if not _reached(lattice, differing, size):
            rivals[one].add(other)
            rivals[other].add(one)
    return rivals


def _near(lattice: Lattice, size: GroupSize) -> Iterator[tuple[int, int]]:
    """Yield the pairs of cells that may differ in too few people: who is in many pieces counts in each."""
    members = lattice.members.astype(np.float64)
    people = np.array([each.bit_count() for each in lattice.people], dtype=np.float64)
    own = members @ people
    apart = own[:, None] + own - 2 * (members * people) @ members.T
    for one, other in np.argwhere(apart < size.minimum * lattice.most_pieces()).tolist():
        if one < other:
            yield one, other


def _dividing(lattice: Lattice) -> Mapping[int, set[tuple[int, tuple[int, ...]]]]:
    """Return for each cell the divisions it is the whole or a part of."""
    found: dict[int, set[tuple[int, tuple[int, ...]]]] = {row: set() for row in range(len(lattice.cells))}
    for whole, parts in lattice.partitions:
        for row in (whole, *parts):
            found[row].add((whole, parts))
    return found
