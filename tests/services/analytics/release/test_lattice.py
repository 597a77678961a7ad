"""Every cell there could be, once."""

import random

import numpy as np
import pytest

from services.analytics.release.lattice import Answer, Release, Sums, crossed, lattice_of
from tests.services.analytics.release.waves import answers_of, row_of, wave


class TestCrossed:
    def test_at_most_two_axes_are_crossed(self) -> None:
        assert crossed(("a", "b", "c")) == ((), ("a",), ("b",), ("c",), ("a", "b"), ("a", "c"), ("b", "c"))


class TestLatticeOf:
    def test_holds_each_cell_with_its_people_and_sums(self) -> None:
        lattice = wave(("north", "nurse", 2), ("north", "teacher", 3), ("south", "nurse", 4))
        everything = lattice.cells[row_of(lattice)]
        assert (everything.raters, everything.sums) == (9, Sums(9, 26.0, 100.0))
        nurses = lattice.cells[row_of(lattice, group="nurse")]
        assert (nurses.raters, nurses.sums.answers, nurses.sums.total) == (6, 6, 17.0)

    def test_cells_with_the_same_answers_are_one_by_several_names(self) -> None:
        lattice = wave(("north", "nurse", 2), ("south", "nurse", 4))
        assert row_of(lattice) == row_of(lattice, group="nurse")
        assert row_of(lattice, unit="north") == row_of(lattice, unit="north", group="nurse")
        assert len(lattice.cells) == 3

    def test_who_answers_twice_is_one(self) -> None:
        twice = [Answer("anne", {"unit": unit}, 4.0) for unit in ("north", "south")]
        lattice = lattice_of(twice, crossed(("unit",)))
        assert (lattice.cells[row_of(lattice)].raters, len(lattice.parts)) == (1, 2)

    def test_what_has_no_place_is_a_cell_like_any_other(self) -> None:
        lattice = lattice_of(
            [Answer("anne", {"unit": "a"}, 4.0), Answer("bo", {}, 2.0)], crossed(("unit",))
        )
        assert lattice.cells[row_of(lattice, unit="")].sums.total == 2.0

    def test_says_in_which_cell_of_each_table_a_piece_is(self) -> None:
        lattice = wave(("north", "nurse", 2), ("north", "teacher", 3), ("south", "nurse", 4))
        north, south = row_of(lattice, unit="north"), row_of(lattice, unit="south")
        assert [north, north, south] in [sorted(each.tolist()) for each in lattice.divisions]

    def test_who_is_rated_counts_as_well_as_who_rates(self) -> None:
        answers = [Answer(rater, {}, 3.0, about) for rater in "abc" for about in "xy"]
        (cell,) = lattice_of(answers, crossed(())).cells
        assert (cell.raters, cell.people) == (3, 2)

    def test_what_was_released_is_a_cell_as_it_was_then(self) -> None:
        answers = [Answer(f"{step}{one}", {}, 3.0, step=step) for step in (0, 1) for one in range(5 - step)]
        lattice = lattice_of(answers, crossed(()), [Release((), 0)])
        then = next(cell for cell in lattice.cells if cell.former)
        assert (then.raters, then.names) == (5, ())
        assert sorted((cell.raters, cell.withheld) for cell in lattice.cells) == [
            (4, False),
            (5, False),
            (9, False),
        ]

    def test_the_order_of_answers_makes_no_difference(self) -> None:
        answers = answers_of([("north", "nurse", 7), ("south", "teacher", 5)], (1.1, 2.3, 4.7))
        tables = crossed(("group", "unit"))
        one = lattice_of(answers, tables)
        random.Random(1).shuffle(answers)
        other = lattice_of(answers, tables)
        assert one.cells == other.cells
        assert np.array_equal(one.members, other.members)

    def test_of_nothing_there_is_nothing(self) -> None:
        assert lattice_of([], crossed(("unit",))).cells == ()


def test_the_spread_is_that_of_everybody() -> None:
    assert Sums(4, 12.0, 40.0).spread == pytest.approx(1.0)
