"""What may leave together: nothing that gives a withheld cell away, and nearly everything else."""

import numpy as np
import pytest

from services.analytics.release.decisions import GroupSize
from services.analytics.release.lattice import Answer, Lattice, crossed, lattice_of
from services.analytics.release.suppression import computed_apart, releasable, safe_alone
from tests.services.analytics.release.waves import answers_of, row_of, wave

FIVE = GroupSize(5)


def shows(lattice: Lattice, **place: str) -> bool:
    return bool(releasable(lattice, FIVE)[row_of(lattice, **place)])


class TestOneCell:
    @pytest.mark.parametrize(("people", "shown"), [(4, False), (5, True)])
    def test_needs_enough_people(self, people: int, shown: bool) -> None:
        assert shows(wave(("north", "nurse", people))) is shown

    def test_counts_people_and_not_answers(self) -> None:
        answers = [Answer(rater, {"unit": "north"}, float(v)) for rater in "abcd" for v in (1, 3, 5)]
        assert not shows(lattice_of(answers, crossed(("unit",))))

    def test_that_pins_everybody_down_is_withheld(self) -> None:
        assert not shows(wave(("north", "nurse", 9), values=(4,)))

    def test_a_larger_minimum_withholds_more(self) -> None:
        lattice = wave(("north", "nurse", 6))
        assert releasable(lattice, FIVE).all()
        assert not releasable(lattice, GroupSize(7)).any()


class TestTogether:
    def test_nothing_is_withheld_without_need(self) -> None:
        lattice = wave(*((unit, group, 8) for unit in ("north", "south") for group in ("nurse", "teacher")))
        assert releasable(lattice, FIVE).all()

    def test_what_a_total_gives_away_is_withheld_with_a_sibling(self) -> None:
        lattice = wave(("north", "nurse", 3), ("south", "nurse", 8), ("west", "nurse", 20))
        assert shows(lattice)
        assert shows(lattice, unit="west")
        assert not shows(lattice, unit="north")
        assert not shows(lattice, unit="south")

    def test_two_small_ones_of_enough_people_together_hide_each_other(self) -> None:
        lattice = wave(("north", "nurse", 3), ("south", "nurse", 4), ("west", "nurse", 20))
        assert shows(lattice)
        assert shows(lattice, unit="west")

    def test_two_small_ones_of_too_few_together_do_not(self) -> None:
        lattice = wave(("north", "nurse", 2), ("south", "nurse", 2), ("west", "nurse", 20))
        assert shows(lattice)
        assert not shows(lattice, unit="west")

    def test_in_a_crossed_table_a_rectangle_is_withheld(self) -> None:
        lattice = wave(
            *((unit, group, 9) for unit in "abc" for group in "xyz" if (unit, group) != ("a", "x")),
            ("a", "x", 2),
        )
        shown = releasable(lattice, FIVE)
        assert int((~shown).sum()) == 4
        assert all(shown[row_of(lattice, unit=unit)] for unit in "abc")
        assert all(shown[row_of(lattice, group=group)] for group in "xyz")

    def test_cells_that_differ_in_few_people_are_not_both_shown(self) -> None:
        lattice = wave(("north", "nurse", 9), ("north", "teacher", 1), ("south", "teacher", 9))
        both = [
            releasable(lattice, FIVE)[row_of(lattice, unit="north", **group)]
            for group in ({}, {"group": "nurse"})
        ]
        assert not all(both)

    def test_what_is_known_closely_is_withheld_though_nothing_computes_it(self) -> None:
        """Nearly everybody says 5: then so do the few, within the little that is left."""
        values = (5.0,) * 19 + (4.0,)
        lattice = wave(("north", "nurse", 2), ("south", "nurse", 20), ("west", "nurse", 20), values=values)
        loose = computed_apart(lattice, FIVE, ~safe_alone(lattice, FIVE)).shown
        assert (int(loose.sum()), int(releasable(lattice, FIVE).sum())) == (2, 1)

    def test_whatever_can_be_computed_is_shown(self) -> None:
        lattice = wave(
            *((unit, group, 6) for unit in "abcd" for group in "xyz"), ("e", "x", 2), ("e", "y", 3)
        )
        forbidden = ~safe_alone(lattice, FIVE)
        choice = computed_apart(lattice, FIVE, forbidden)
        left = choice.span.beside(lattice.members.T.astype(np.float64))
        computed = (left**2).sum(axis=0) < 1e-9
        assert np.array_equal(computed, choice.shown)


class TestStateless:
    def test_the_same_answers_give_the_same_cells(self) -> None:
        groups = [(unit, group, 1 + 3 * place) for place, unit in enumerate("abcd") for group in "xyz"]
        tables = crossed(("group", "unit"))
        one = lattice_of(answers_of(groups), tables)
        other = lattice_of(list(reversed(answers_of(groups))), tables)
        assert np.array_equal(releasable(one, FIVE), releasable(other, FIVE))

    def test_of_nothing_nothing_is_shown(self) -> None:
        assert releasable(lattice_of([], crossed(("unit",))), FIVE).size == 0
