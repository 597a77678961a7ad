"""Cases on the wire: what a source says of one, and how one is shown."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from services.cases.register.progress import CaseStatus, Sensitivity, TargetGroup
from services.cases.register.pseudonyms import Cpr
from shared.contracts.register import InvolvementRole, ParticipantRole
from shared.wire import Code, Line, Moment, MunicipalityCode, Reference, WireModel

KleNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2})?)?$")]
"""A subject of KL's classification (KLE): main group, group, subject."""


class InvolvementPart(WireModel):
    """A unit's part in a case, by its own id or by the source system's reference."""

    unit_id: UUID | None = None
    unit_reference: Reference | None = Field(default=None, examples=["familieafdelingen"])
    role: InvolvementRole | None = Field(
        default=None, description="Left out, it follows from whether the unit has an authority function."
    )
    laws: list[Line] = Field(default=[], max_length=20, examples=[["Barnets lov"]])
    name: Line | None = Field(
        default=None, description="What a provisional unit is called.", examples=["Familieafdelingen"]
    )

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.unit_id is None) == (self.unit_reference is None):
            raise ValueError("give unitId or unitReference")
        return self


class ParticipantPart(WireModel):
    """A professional's part in a case, by their own id or by the source system's reference."""

    professional_id: UUID | None = None
    professional_reference: Reference | None = Field(default=None, examples=["medarbejder-4711"])
    role: ParticipantRole = ParticipantRole.PARTICIPANT
    primary_contact: bool = Field(default=False, description="Whom the citizen turns to; at most one.")
    name: Line | None = Field(default=None, description="What a provisional professional is called.")
    unit_reference: Reference | None = Field(
        default=None, description="Where a provisional professional works: a unit of the same source."
    )
    professional_group: Line | None = Field(
        default=None, description="A provisional professional's group.", examples=["Socialrådgiver"]
    )

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.professional_id is None) == (self.professional_reference is None):
            raise ValueError("give professionalId or professionalReference")
        return self


class CitizenPart(WireModel):
    """The citizen, or one of the family: by pseudonym, or by a CPR number that becomes one at once."""

    citizen_id: UUID | None = Field(default=None, examples=["0199c0de-0000-7000-8000-00000000c1c1"])
    cpr: Cpr | None = Field(default=None, description="Accepted here only; never stored or shown.")
    relation: Code = Field(
        default="citizen",
        description="`citizen` is whom the case is about.",
        examples=["citizen", "parent"],
    )

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.citizen_id is None) == (self.cpr is None):
            raise ValueError("give citizenId or cpr")
        return self


class CreateProvisional(WireModel):
    """Leave to make units and professionals that aren't known yet; the organisation fills them in later."""

    municipality_code: MunicipalityCode = Field(examples=["0766"])


class CaseContent(WireModel):
    """All that one source says of a case, each time."""

    respondent_label: Line = Field(
        examples=["Forløb 27"],
        description="How the professionals recognise the case; never a name or a CPR number.",
    )
    target_group: TargetGroup | None = None
    municipality_code: MunicipalityCode | None = Field(default=None, examples=["0766"])
    status: CaseStatus = CaseStatus.OPENED
    kle_number: KleNumber | None = Field(default=None, examples=["27.24.00"])
    sensitivity: Sensitivity | None = None
    involvements: list[InvolvementPart] = Field(
        default=[],
        max_length=100,
        examples=[
            [
                {"unitReference": "familieafdelingen", "laws": ["Barnets lov"]},
                {"unitReference": "jobcentret", "laws": ["Beskæftigelsesloven"], "name": "Jobcentret"},
            ]
        ],
    )
    participants: list[ParticipantPart] = Field(default=[], max_length=200)
    citizens: list[CitizenPart] = Field(default=[], max_length=20)
    create_provisional: CreateProvisional | None = None

    @model_validator(mode="after")
    def _names_nothing_twice(self) -> Self:
        for ids, what in (
            ([(part.unit_id, part.unit_reference, part.role) for part in self.involvements], "a unit"),
            (
                [(part.professional_id, part.professional_reference) for part in self.participants],
                "a person",
            ),
            ([(part.citizen_id, part.cpr) for part in self.citizens], "a citizen"),
        ):
            if len(set(ids)) != len(ids):
                raise ValueError(f"{what} is named twice")
        if sum(part.primary_contact for part in self.participants) > 1:
            raise ValueError("there is at most one primary contact")
        return self


class RegisterCase(CaseContent):
    """A case (borgerforløb): everything around a citizen or family, across sectors."""

    system: Code | None = Field(
        default=None,
        description="The source that says so: people speak as `case-team`, and a program that speaks for "
        "several sources names one.",
        examples=["kommunens-fagsystem"],
    )


class InvolvementView(WireModel):
    """A unit's part in a case."""

    unit_id: UUID
    unit_name: str = Field(examples=["Familieafdelingen"])
    role: InvolvementRole
    laws: list[str]
    system: str
    valid_from: Moment
    valid_to: Moment | None


class ParticipantView(WireModel):
    """A professional's part in a case."""

    professional_id: UUID
    professional_group: str
    unit_id: UUID
    role: ParticipantRole
    primary_contact: bool
    system: str
    valid_from: Moment
    valid_to: Moment | None


class CaseRegistrationView(WireModel):
    """One source's file in a case."""

    system: Code
    reference: Reference
    status: CaseStatus | None = Field(description="How far it has come; null of an earlier moment.")
    joined: bool


class CaseView(WireModel):
    """A case with the parts active now, or at the moment asked for."""

    id: UUID
    version: int
    respondent_label: str
    target_group: TargetGroup | None
    municipality_code: str | None
    status: CaseStatus
    kle_number: str | None
    sensitivity: Sensitivity | None
    registered_at: Moment
    updated_at: Moment
    closed_at: Moment | None
    level: str
    units: int = Field(description="Distinct units that count, external ones if the rules count them.")
    authority_functions: int
    joined_into_id: UUID | None = Field(description="The case this one was joined into.")
    registrations: list[CaseRegistrationView]
    involvements: list[InvolvementView]
    participants: list[ParticipantView]
