"""The map of a case on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.cases.casemap.surroundings import CaseMap, MapArea, MapUnit, Member
from shared.contracts.register import InvolvementRole, ParticipantRole
from shared.wire import WireModel

_MOST = 10_000

_Text = Annotated[str, Field(max_length=200)]


class MapProfessionalView(WireModel):
    """A professional in the case."""

    professional_id: UUID
    name: _Text = Field(examples=["Anne Holm"])
    professional_group: _Text = Field(examples=["Socialrådgiver"])
    role: ParticipantRole = Field(description="Case leads are `facilitator` and `co-leader`.")
    primary_contact: bool = Field(description="The professional the citizen turns to first.")


class MapUnitView(WireModel):
    """A unit in the case, with the professionals who take part from it."""

    id: UUID
    name: _Text = Field(examples=["Familieafdelingen"])
    municipality_code: Annotated[str, Field(max_length=4)] = Field(examples=["0766"])
    external: bool = Field(description="Outside the municipality: police, region, GP.")
    roles: Annotated[list[InvolvementRole], Field(max_length=2)] = Field(
        description="Empty if somebody takes part from a unit that is not involved."
    )
    laws: Annotated[list[_Text], Field(max_length=_MOST)] = Field(
        examples=[["Barnets lov"]],
        description="The laws it works under in the case; where no source names one, the unit's own.",
    )
    parent_id: UUID | None = Field(description="The unit it is part of, if that is in the case, too.")
    counts: bool = Field(
        description="Whether it counts towards complexity. A rule set may leave external units out."
    )
    counts_under_id: UUID | None = Field(description="The unit it counts as: itself or one it is part of.")
    professionals: Annotated[list[MapProfessionalView], Field(max_length=_MOST)]


class MapAreaView(WireModel):
    """An area (hovedområde) with its units in the case, each after the unit that it is part of."""

    id: UUID
    name: _Text = Field(examples=["Børn og Familie"])
    municipality_code: Annotated[str, Field(max_length=4)] = Field(examples=["0766"])
    external: bool = Field(description="All its units in the case are outside the municipality.")
    units: Annotated[list[MapUnitView], Field(max_length=_MOST)]


class MapLawView(WireModel):
    """A law, and the units that work under it."""

    name: _Text = Field(examples=["Serviceloven"])
    unit_ids: Annotated[list[UUID], Field(max_length=_MOST)]


class CaseMapView(WireModel):
    """Areas, units, laws and professionals around the citizen or family, now or at a moment."""

    case_id: UUID
    respondent_label: _Text = Field(examples=["Forløb 27"])
    level: _Text = Field(examples=["complex"])
    rule_set: _Text = Field(examples=["default/1"])
    units: int = Field(description="Distinct units that count by the rule set.", examples=[9])
    authority_functions: int = Field(
        description="Distinct units with an authority that count by the rule set.", examples=[3]
    )
    units_within: int = Field(description="Distinct counting units in the municipality.", examples=[7])
    units_external: int = Field(description="Distinct counting units outside it.", examples=[2])
    areas: Annotated[list[MapAreaView], Field(max_length=_MOST)]
    laws: Annotated[list[MapLawView], Field(max_length=_MOST)]


def view_map(shown: CaseMap) -> CaseMapView:
    """Show a map on the wire."""
    return CaseMapView(
        case_id=shown.case,
        respondent_label=shown.label,
        level=shown.complexity.level,
        rule_set=shown.complexity.rule_set,
        units=shown.complexity.units,
        authority_functions=shown.complexity.authority_functions,
        units_within=shown.counted(external=False),
        units_external=shown.counted(external=True),
        areas=[_area(area) for area in shown.areas],
        laws=[MapLawView(name=name, unit_ids=list(units)) for name, units in shown.laws],
    )


def _area(area: MapArea) -> MapAreaView:
    return MapAreaView(
        id=area.area,
        name=area.name,
        municipality_code=area.municipality_code,
        external=area.is_outside,
        units=[_unit(unit) for unit in area.units],
    )


def _unit(unit: MapUnit) -> MapUnitView:
    return MapUnitView(
        id=unit.unit,
        name=unit.name,
        municipality_code=unit.municipality_code,
        external=unit.external,
        roles=list(unit.roles),
        laws=list(unit.laws),
        parent_id=unit.parent,
        counts=unit.counts_under is not None,
        counts_under_id=unit.counts_under.unit if unit.counts_under else None,
        professionals=[_professional(member) for member in unit.members],
    )


def _professional(member: Member) -> MapProfessionalView:
    return MapProfessionalView(
        professional_id=member.professional,
        name=member.name,
        professional_group=member.group,
        role=member.role,
        primary_contact=member.primary_contact,
    )
