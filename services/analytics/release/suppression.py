"""Decides which cells of a lattice may leave together; remembers nothing, and refuses when in doubt.

A cell may be shown if enough people stand behind it and it pins none of them down. Cells are chosen so that
nothing withheld can be worked out: they are taken one by one, the widest first, and one is taken only if
everything that then can be computed may be shown as well. What it protects from: `docs/disclosure.md`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.analytics.methods.sparse_rows import sparse_rows
from services.analytics.release.bounds import MARGIN, MEAN_MARGIN, ZERO, is_open, ranges
from services.analytics.release.decisions import GroupSize
from services.analytics.release.lattice import Booleans, Floats, Integers, Lattice, together
from services.analytics.release.relations import Relations, relations_of
from services.analytics.release.span import Span, quick

_PROBES = 3
_WEIGHT_OF_LONE = 4
_MOST = 0.7
_AT_ONCE = 64
_SEED = 20261122


@dataclass(frozen=True, slots=True)
class Choice:
    """Cells that are shown together; `span` is whatever can be computed from them."""

    shown: Booleans
    span: Span


def safe_alone(lattice: Lattice, size: GroupSize) -> Booleans:
    """Tell of each cell whether it might be shown if it were the only one."""
    return np.array(
        [size.is_reached_by(cell.people) and is_open(cell.sums) for cell in lattice.cells], dtype=np.bool_
    )


def never_shown(lattice: Lattice, size: GroupSize) -> Booleans:
    """Tell of each cell whether nobody may work it out: unsafe alone, or withheld when it was all of one.

    What was released before is known, whatever it is.
    """
    withheld = np.array([cell.withheld for cell in lattice.cells], dtype=np.bool_)
    return (~safe_alone(lattice, size) | withheld) & ~lattice.released


def releasable(lattice: Lattice, size: GroupSize) -> Booleans:
    """Tell of each cell whether it may be shown, all of them together and with what was released before.

    Of fewer people than the minimum nothing can be computed from what is shown, nor be known closely.
    """
    forbidden = never_shown(lattice, size)
    relations = relations_of(lattice, size, ~forbidden)
    hidden, apart = _protected(lattice, size)
    while True:
        choice = _chosen(relations, forbidden)
        if not choice.shown.any():
            return choice.shown
        widths = ranges(lattice, choice.shown, choice.span, (hidden, apart))
        close = np.flatnonzero(widths < apart - ZERO)
        withdrawn = _telling(lattice, choice.span, hidden[close])
        if not withdrawn:
            return choice.shown & lattice.released if close.size else choice.shown
        forbidden[withdrawn] = True


def _protected(lattice: Lattice, size: GroupSize) -> tuple[Any, Floats]:
    """Return the sets of pieces that nobody may know closely, and how far their sums must be movable.

    Cells, what a step brought to one, and pieces of too few people by half a point for each answer; those
    that pin somebody down by a point of one answer.
    """
    few = {cell.pieces for cell in lattice.cells if not size.is_reached_by(cell.people)}
    few |= {
        (piece,) for piece in range(len(lattice.parts)) if not size.is_reached_by(lattice.people([piece]))
    }
    closed = [
        cell.pieces
        for cell in lattice.cells
        if size.is_reached_by(cell.people) and cell.names and not (cell.former or is_open(cell.sums))
    ]
    small = sorted(few)
    half = [max(MARGIN, MEAN_MARGIN * together(lattice.parts, of).answers) for of in small]
    return sparse_rows([*small, *closed], len(lattice.parts)), np.array(half + [MARGIN] * len(closed))


def _telling(lattice: Lattice, span: Span, sets: Any) -> list[int]:
    """Return for each set the cell of fewest people among those that tell most of it and are not known."""
    weights = np.abs(span.weights(sets.T.toarray()))
    weights[lattice.released[span.eligible]] = 0.0
    people = np.array([lattice.cells[row].people for row in span.eligible])
    return sorted(
        {
            int(span.eligible[np.where(each >= _MOST * each.max(), people, np.inf).argmin()])
            for each in weights.T
            if each.max() > ZERO
        }
    )


def computed_apart(lattice: Lattice, size: GroupSize, forbidden: Booleans) -> Choice:
    """Choose cells from which none that is forbidden, and no smaller set of people, can be computed."""
    return _chosen(relations_of(lattice, size, ~forbidden), forbidden)


def _chosen(relations: Relations, forbidden: Booleans) -> Choice:
    choosing = _Choosing(relations, forbidden)
    choosing.know(np.flatnonzero(relations.lattice.released).tolist())
    choosing.consider(_order(relations, forbidden))
    return Choice(choosing.shown, choosing.span)


def _order(relations: Relations, forbidden: Booleans) -> list[int]:
    """Put the widest first, and last what is beside a lone forbidden cell in many a table.

    One of those beside it must be withheld with it: better one that serves several tables at once.
    """
    cells, divided = relations.lattice.cells, relations.divided
    alone = divided[np.flatnonzero(divided @ forbidden.astype(np.float64) == 1)]
    lone = alone.T @ np.ones(alone.shape[0])
    ranks = -np.array([cell.people for cell in cells]) / (1 + lone) ** _WEIGHT_OF_LONE
    named = [row for row in np.flatnonzero(~forbidden).tolist() if cells[row].names]
    return sorted(named, key=lambda row: (ranks[row], row))


class _Choosing:
    """What is chosen so far, and random changes of the data that leave all of it as it is: the probes.

    A set can be computed when no such change moves it, so a set that no probe moves counts as computed.
    """

    def __init__(self, relations: Relations, forbidden: Booleans) -> None:
        self._relations, self._forbidden = relations, forbidden
        self._lattice, self._size = relations.lattice, relations.size
        pieces = len(self._lattice.parts)
        self._probes = np.random.default_rng(_SEED).standard_normal((pieces, _PROBES))
        self._members = quick(relations.members)
        eligible = np.flatnonzero(~forbidden | self._lattice.released)
        self.span = Span(relations.members, eligible)
        self.shown: Booleans = np.zeros(len(self._lattice.cells), dtype=np.bool_)
        self._lengths = self._lattice.lengths.astype(np.float64)
        self._held: Floats = np.zeros(relations.insides.wholes.size)

    def know(self, rows: Sequence[int]) -> None:
        """Show cells that are known anyway, with all that can be computed then."""
        if rows:
            self.span.take(rows)
            self._probes, self.shown = self._moved()
            self.shown[list(rows)] = True
            self._held = self._within(self.shown)

    def consider(self, rows: Sequence[int]) -> None:
        """Show cells one by one, each with all that can be computed then, or not at all.

        Many are tried at once; where they are refused, the one it is for is found by halving. What none
        of many give away, none of them gives away alone, so it is as if one came after the other.
        """
        at, refused, many = 0, 0, 32
        while at < len(rows):
            end = min(at + many, len(rows))
            some = [row for row in rows[at:end] if not self.shown[row]]
            if not some or self._shows(some):
                at, many = end, max(1, (refused - end) // 2) if refused > end else min(2 * many, _AT_ONCE)
            elif many > 1:
                refused, many = end, many // 2
            else:
                at, many = end, max(1, refused - end)

    def _shows(self, rows: Sequence[int]) -> bool:
        """Show some cells, if nothing is given away by all of them together."""
        before = self.span.size
        self.span.take(rows)
        probes, computed = self._moved()
        held = self._within(computed)
        if self._gives_away(probes, computed, held):
            self.span.back_to(before)
            return False
        self._probes, self.shown, self._held = probes, computed, held
        return True

    def _moved(self) -> tuple[Floats, Booleans]:
        """Return the probes beside what is taken by now, and which cells none of them moves."""
        probes = self.span.beside(self.span.beside(self._probes))  # once more for what rounding left
        return probes, _unmoved(self._members @ probes)

    def _within(self, shown: Booleans) -> Floats:
        """Return how many pieces of each whole the shown cells of a table within it hold."""
        held: Floats = self._relations.insides.parts @ (shown * self._lengths)
        return held

    def _gives_away(self, probes: Floats, computed: Booleans, held: Floats) -> bool:
        new = computed & ~self.shown
        one, other = self._relations.rivals
        return (
            bool((new & self._forbidden).any())
            or bool((computed[one] & computed[other] & (new[one] | new[other])).any())
            or self._tells_of_pieces(probes)
            or self._leaves_too_few(computed, new, held)
        )

    def _tells_of_pieces(self, probes: Floats) -> bool:
        """Tell whether a piece, or how two of them differ or sum up, can be computed of too few people."""
        small = self._relations.small
        if (_unmoved(probes) & (small | self._relations.closed)).any():
            return True
        few = np.flatnonzero(small)
        order = few[np.argsort(np.abs(probes[few, 0]), kind="stable")]
        one, other = probes[order[:-1]], probes[order[1:]]
        alike = _unmoved(one - other) | _unmoved(one + other)
        pairs = zip(order[:-1][alike].tolist(), order[1:][alike].tolist(), strict=True)
        return any(self._too_few(pair) for pair in pairs)

    def _leaves_too_few(self, computed: Booleans, new: Booleans, held: Floats) -> bool:
        """Tell whether what a shown cell holds beside the shown ones of a table is about too few people."""
        wholes = self._relations.insides.wholes
        partly = (held > 0) & (held < self._lengths[wholes]) & computed[wholes]
        changed = np.flatnonzero(partly & ((held > self._held) | new[wholes])).tolist()
        return any(self._is_unsafe(self._relations.left_of(place, computed)) for place in changed)

    def _is_unsafe(self, left: Integers) -> bool:
        return self._too_few(left.tolist()) or not is_open(self._lattice.sums(left))

    def _too_few(self, pieces: Collection[int]) -> bool:
        return not self._lattice.reaches(pieces, self._size.minimum)


def _unmoved(moves: Floats) -> Booleans:
    return np.asarray((np.abs(moves) < ZERO).all(axis=1), dtype=np.bool_)
