"""Parts stand after their wholes, and units count once."""

from itertools import permutations
from uuid import UUID

from services.cases.casemap.surroundings import CountsUnder, parts_after_wholes
from shared.contracts.register import InvolvementRole
from tests.services.cases.casemap.made import made_map, made_unit

PROVIDES = (InvolvementRole.PROVIDER,)


class TestPartsAfterWholes:
    def test_whatever_order_they_come_in(self) -> None:
        units = (
            made_unit(1, name="Skolen", roles=PROVIDES),
            made_unit(2, name="Fritidshjemmet", roles=PROVIDES, parent=UUID(int=1)),
            made_unit(3, name="Børnehaven", roles=PROVIDES),
            made_unit(4, name="Visitationen"),
        )
        for order in permutations(units):
            names = [unit.name for unit in parts_after_wholes(order)]
            assert names == ["Visitationen", "Børnehaven", "Skolen", "Fritidshjemmet"]

    def test_what_is_part_of_itself_is_there(self) -> None:
        around = [made_unit(1, parent=UUID(int=2)), made_unit(2, parent=UUID(int=1))]
        assert len(parts_after_wholes(around)) == 2


class TestCounted:
    def test_once_and_by_where(self) -> None:
        one = made_unit(1)
        shown = made_map(
            [
                [one, made_unit(2, counts_under=one.counts_under, roles=PROVIDES)],
                [made_unit(3, external=True, roles=PROVIDES), made_unit(4, counts_under=None)],
                [made_unit(5, counts_under=CountsUnder(UUID(int=9), "Skolen", external=False))],
            ]
        )
        assert (shown.counted(external=False), shown.counted(external=True)) == (2, 1)
        assert shown.counted(external=True, authorities=True) == 0
        assert shown.counted(external=False, authorities=True) == 2


class TestCaseMap:
    def test_a_law_names_its_units(self) -> None:
        shown = made_map([[made_unit(1, laws=("B", "A")), made_unit(2, laws=("B",))]])
        assert shown.laws == (("A", (UUID(int=1),)), ("B", (UUID(int=1), UUID(int=2))))

    def test_an_area_is_outside_if_all_of_it_is(self) -> None:
        mixed = [made_unit(1), made_unit(2, external=True)]
        areas = made_map([mixed, mixed[1:]]).areas
        assert [area.is_outside for area in areas] == [False, True]
