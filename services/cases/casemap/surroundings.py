"""Who is around a citizen: the units of a case under their areas, as values; it reads and words nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.register import InvolvementRole, ParticipantRole


@dataclass(frozen=True, slots=True)
class Member:
    """A professional who takes part from a unit."""

    professional: UUID
    name: str
    group: str
    role: ParticipantRole
    primary_contact: bool


@dataclass(frozen=True, slots=True)
class CountsUnder:
    """The unit that counts towards complexity for another, or for itself."""

    unit: UUID
    name: str
    external: bool


@dataclass(frozen=True, slots=True)
class MapUnit:
    """A unit that is involved, or that somebody takes part from (then without a role)."""

    unit: UUID
    name: str
    municipality_code: str
    external: bool
    roles: tuple[InvolvementRole, ...]
    laws: tuple[str, ...]
    parent: UUID | None
    counts_under: CountsUnder | None
    members: tuple[Member, ...]

    @property
    def is_authority(self) -> bool:
        """Whether it decides."""
        return InvolvementRole.AUTHORITY in self.roles


@dataclass(frozen=True, slots=True)
class MapArea:
    """An area with its units in the case, a part after the whole it is part of."""

    area: UUID
    name: str
    municipality_code: str
    units: tuple[MapUnit, ...]

    @property
    def is_outside(self) -> bool:
        """Whether all of it in the case is outside the municipality."""
        return all(unit.external for unit in self.units)


@dataclass(frozen=True, slots=True)
class Complexity:
    """A case's level, as it was classified."""

    level: str
    rule_set: str
    units: int
    authority_functions: int


@dataclass(frozen=True, slots=True)
class CaseMap:
    """A case with all that is around it at one moment."""

    case: UUID
    label: str
    at: datetime
    complexity: Complexity
    areas: tuple[MapArea, ...]

    @property
    def units(self) -> tuple[MapUnit, ...]:
        """All its units."""
        return tuple(unit for area in self.areas for unit in area.units)

    @property
    def members(self) -> tuple[Member, ...]:
        """All who take part."""
        return tuple(member for unit in self.units for member in unit.members)

    @property
    def laws(self) -> tuple[tuple[str, tuple[UUID, ...]], ...]:
        """Each law with the units that work under it."""
        units: dict[str, list[UUID]] = {}
        for unit in self.units:
            for law in dict.fromkeys(unit.laws):
                units.setdefault(law, []).append(unit.unit)
        return tuple((name, tuple(units[name])) for name in sorted(units))

    def counted(self, *, external: bool, authorities: bool = False) -> int:
        """Count distinct units that count, within the municipality or outside."""
        return len(
            {
                unit.counts_under.unit
                for unit in self.units
                if unit.counts_under is not None
                and unit.counts_under.external is external
                and (unit.is_authority or not authorities)
            }
        )


def parts_after_wholes(units: Iterable[MapUnit]) -> tuple[MapUnit, ...]:
    """Order units by name, authorities first, each directly after the unit that it is part of."""
    every = sorted(units, key=lambda unit: (not unit.is_authority, unit.name, unit.unit))
    known = {unit.unit for unit in every}
    parts: dict[UUID, list[MapUnit]] = {}
    for unit in every:
        if unit.parent is not None:
            parts.setdefault(unit.parent, []).append(unit)
    ordered: dict[UUID, MapUnit] = {}
    # What is part of itself, by a fault in the organisation, comes last; it is shown all the same.
    waiting = [*reversed(every), *(unit for unit in reversed(every) if unit.parent not in known)]
    while waiting:
        unit = waiting.pop()
        if unit.unit not in ordered:
            ordered[unit.unit] = unit
            waiting += reversed(parts.get(unit.unit, ()))
    return tuple(ordered.values())
