"""How closely what is shown bounds what is not."""

from typing import Any

import numpy as np
import pytest

from services.analytics.methods.sparse_rows import sparse_rows
from services.analytics.release.bounds import is_open, known_range, ranges
from services.analytics.release.lattice import Floats, Lattice, Sums
from services.analytics.release.span import Span
from tests.services.analytics.release.waves import row_of, wave


def sums_of(*values: float) -> Sums:
    return Sums(len(values), sum(values), sum(value**2 for value in values))


def spanned(lattice: Lattice) -> Span:
    """Return what can be computed of everything together."""
    rows = sparse_rows([cell.pieces for cell in lattice.cells], len(lattice.parts))
    span = Span(rows, np.arange(len(lattice.cells)))
    span.take([row_of(lattice)])
    return span


def hidden(lattice: Lattice, *places: dict[str, str]) -> tuple[Any, Floats]:
    """Return cells as sets that are to be movable by a lot."""
    sets = [lattice.cells[row_of(lattice, **place)].pieces for place in places]
    return sparse_rows(sets, len(lattice.parts)), np.full(len(sets), 100.0)


class TestKnownRange:
    def test_one_mind_gives_everybody_away(self) -> None:
        assert known_range(sums_of(4, 4, 4, 4, 4)) == pytest.approx((4, 4), abs=1e-6)
        assert not is_open(sums_of(4, 4, 4, 4, 4))
        assert not is_open(sums_of(5, 5, 5, 5, 5, 5))

    def test_one_of_another_mind_keeps_the_others_uncertain(self) -> None:
        assert is_open(sums_of(4, 4, 4, 4, 5))

    @pytest.mark.parametrize("values", [(1, 5, 5, 5, 5), (1, 2, 3, 4, 5), (2, 2, 2, 3, 3), (5, 4)])
    def test_every_answer_lies_within(self, values: tuple[float, ...]) -> None:
        low, high = known_range(sums_of(*values))
        assert low - 1e-9 <= min(values) <= max(values) <= high + 1e-9


class TestRanges:
    def test_what_is_shown_can_not_be_moved_and_what_is_not_can(self) -> None:
        lattice = wave(("north", "nurse", 6), ("south", "nurse", 6))
        shown = np.zeros(len(lattice.cells), dtype=np.bool_)
        shown[row_of(lattice)] = True
        widths = ranges(lattice, shown, spanned(lattice), hidden(lattice, {}, {"unit": "north"}))
        assert widths[0] == pytest.approx(0.0, abs=1e-6)
        assert widths[1] > 6.0

    def test_never_more_than_the_scale_allows(self) -> None:
        lattice = wave(("north", "nurse", 1), ("south", "nurse", 9), values=(5, 5, 5, 5, 5, 5, 5, 5, 4))
        shown = np.zeros(len(lattice.cells), dtype=np.bool_)
        shown[row_of(lattice)] = True
        widths = ranges(lattice, shown, spanned(lattice), hidden(lattice, {"unit": "north"}))
        assert widths[0] <= 1.0
