"""How units, areas and employments stood at a moment, as values; it reads nothing."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.cases.casemap.surroundings import CountsUnder


class Standing(BaseModel):
    """What a row was; columns that no map needs are left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID


class AreaStanding(Standing):
    """An area."""

    name: str
    municipality_code: str


class UnitStanding(Standing):
    """A unit."""

    name: str
    area_id: UUID
    parent_id: UUID | None
    municipality_code: str
    counts_as_unit: bool
    external: bool
    laws: list[str]


class EmploymentStanding(Standing):
    """An employment."""

    person_id: UUID
    valid_from: datetime
    valid_to: datetime | None

    def is_active(self, at: datetime) -> bool:
        """Tell whether somebody was employed at a moment."""
        return self.valid_from <= at and (self.valid_to is None or self.valid_to > at)


def counts_under(unit_id: UUID, units: Mapping[UUID, UnitStanding]) -> CountsUnder | None:
    """Climb from a unit to the first that counts: itself or one it is part of."""
    seen: set[UUID] = set()
    unit = units.get(unit_id)
    while unit is not None and unit.id not in seen:
        if unit.counts_as_unit:
            return CountsUnder(unit.id, unit.name, unit.external)
        seen.add(unit.id)
        unit = units.get(unit.parent_id) if unit.parent_id else None
    return None
