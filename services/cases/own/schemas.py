"""What a caller is told of itself, on the wire."""

from uuid import UUID

from pydantic import Field

from services.cases.register.progress import CaseStatus
from shared.access.principal import Role
from shared.contracts.register import ParticipantRole
from shared.wire import Moment, WireModel


class OwnEmployment(WireModel):
    """One of the caller's employments, past ones included."""

    id: UUID
    unit_id: UUID
    unit: str = Field(examples=["Familieafdelingen"])
    professional_group: str = Field(examples=["Socialrådgiver"])
    leader_id: UUID | None
    valid_from: Moment
    valid_to: Moment | None
    cases: str = Field(
        description="Where the list of this employment's cases is.",
        examples=["/v1/cases?professionalId=0199c0de-0000-7000-8000-000000000027"],
    )


class CaseInBrief(WireModel):
    """A case as whoever takes part recognises it."""

    id: UUID
    respondent_label: str = Field(examples=["Forløb 27"])
    level: str = Field(examples=["complex"])
    status: CaseStatus


class OwnCase(CaseInBrief):
    """A case the caller takes part in now."""

    role: ParticipantRole = Field(description="The caller's part; case leads are leaders.")


class OwnCases(WireModel):
    """The first of the caller's cases."""

    items: list[OwnCase]
    more: bool = Field(description="There are more than are shown.")


class StaffCases(WireModel):
    """The first of the cases that the caller's own staff take part in."""

    items: list[CaseInBrief]
    more: bool = Field(description="There are more than are shown.")


class OwnView(WireModel):
    """Who the caller is to Samspil, and what it has a part in."""

    subject: str = Field(examples=["anne.holm@hedensted.example"])
    tenant_id: UUID
    roles: list[Role]
    person_id: UUID | None
    unit_ids: list[UUID]
    systems: list[str] = Field(description="Source systems a program speaks for.", examples=[["esdh"]])
    employments: list[OwnEmployment]
    cases: OwnCases
    staff_cases: StaffCases = Field(description="Empty for whoever leads nobody.")
