"""A unit counts as the nearest that counts, as the organisation stood."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.cases.casemap.standing import EmploymentStanding, UnitStanding, counts_under


def unit(number: int, parent: int | None = None, *, counts: bool = False) -> UnitStanding:
    return UnitStanding(
        id=UUID(int=number),
        name=f"Enhed {number}",
        area_id=UUID(int=99),
        parent_id=UUID(int=parent) if parent else None,
        municipality_code="0766",
        counts_as_unit=counts,
        external=False,
        laws=[],
    )


class TestCountsUnder:
    @pytest.mark.parametrize(
        ("units", "expected"),
        [
            ([unit(1, counts=True)], 1),
            ([unit(1, 2), unit(2, 3), unit(3, counts=True)], 3),
            ([unit(1, 2), unit(2, 3, counts=True), unit(3, counts=True)], 2),
            ([unit(1)], None),
            ([unit(1, 2)], None),
            ([unit(1, 2), unit(2, 1)], None),
        ],
        ids=["itself", "above", "nearest", "none", "unknown", "circle"],
    )
    def test_climbs_to_the_first_that_counts(self, units: list[UnitStanding], expected: int | None) -> None:
        found = counts_under(UUID(int=1), {each.id: each for each in units})
        assert (found and found.unit) == (expected and UUID(int=expected))


class TestEmployment:
    def test_ends_at_its_end(self) -> None:
        begin, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
        employment = EmploymentStanding(
            id=UUID(int=1), person_id=UUID(int=2), valid_from=begin, valid_to=end
        )
        assert employment.is_active(begin)
        assert not employment.is_active(end)
