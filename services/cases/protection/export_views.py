"""An export of all that is held about one citizen or employee, on the wire: bounded parts, each read on."""

from enum import StrEnum
from typing import Annotated, Generic, Literal, Self, TypeVar
from uuid import UUID

from pydantic import Field, model_validator

from services.cases.protection.schemas import InformationView, ObjectionView, SubjectType
from services.cases.register.pseudonyms import Cpr
from shared.audit_trail import AuditEventView
from shared.wire import Moment, WireModel

Item = TypeVar("Item")


class Section(StrEnum):
    """A part of an export."""

    CASES = "cases"
    PARTS = "parts"
    UNITS = "units"
    TEAM = "team"
    EMPLOYMENTS = "employments"
    HANDOVERS = "handovers"
    GROUPS = "groups"
    SOURCES = "sources"
    INFORMATION = "information"
    OBJECTIONS = "objections"
    ENROLMENTS = "enrolments"
    USES = "uses"
    OWN_USES = "own-uses"


class ExportData(WireModel):
    """Whose data are wanted: all parts from their beginnings, or one part further on."""

    subject_type: SubjectType
    subject_id: UUID | None = Field(
        default=None,
        description="The citizen's `citizenId` or the employee's `personId`.",
        examples=["0199c0de-0000-7000-8000-00000000c1c1"],
    )
    cpr: Cpr | None = Field(default=None, description="A citizen's CPR number; never stored or shown.")
    section: Section | None = Field(default=None, description="Only this part.")
    after: UUID | None = Field(default=None, description="`nextAfter` of the part: go on from there.")

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.subject_id is None) == (self.cpr is None):
            raise ValueError("give subjectId or cpr")
        if self.cpr is not None and self.subject_type is not SubjectType.CITIZEN:
            raise ValueError("employees are not known by CPR number")
        if self.after is not None and self.section is None:
            raise ValueError("name the section to go on in")
        return self


class Held(WireModel, Generic[Item]):
    """One part; null where it was not asked for."""

    items: list[Item]
    next_after: UUID | None = Field(description="Send as `after` with this `section` for the rest.")


class HeldCase(WireModel):
    """A case as far as it is about the citizen."""

    id: UUID
    respondent_label: str
    registered_at: Moment
    updated_at: Moment
    closed_at: Moment | None
    status: str
    sensitivity: str | None
    target_group: str | None
    kle_number: str | None
    municipality_code: str | None
    level: str
    systems: list[str] = Field(description="The source systems that sent it.")


class HeldCitizenPart(WireModel):
    """The citizen's part in a case."""

    case_id: UUID
    relation: str
    system: str
    valid_from: Moment
    valid_to: Moment | None


class HeldUnit(WireModel):
    """A unit around the citizen."""

    case_id: UUID
    unit_id: UUID
    name: str
    role: str
    laws: list[str]
    system: str
    valid_from: Moment
    valid_to: Moment | None


class HeldTeamMember(WireModel):
    """A professional around the citizen, without a name: that is the employee's."""

    case_id: UUID
    professional_id: UUID
    professional_group: str
    role: str
    valid_from: Moment
    valid_to: Moment | None


class HeldEnrolment(WireModel):
    """A case's place in a study."""

    case_id: UUID
    study_id: UUID
    study: str
    arm: str
    method: str
    allocated_at: Moment
    withdrawn_at: Moment | None


class HeldEmployment(WireModel):
    """An employment with its contact data."""

    id: UUID
    unit_id: UUID
    unit: str
    professional_group: str
    leader_id: UUID | None
    email: str | None
    mobile: str | None
    language: str
    valid_from: Moment
    valid_to: Moment | None


class HeldPart(WireModel):
    """The employee's part in a case."""

    case_id: UUID
    professional_id: UUID
    role: str
    primary_contact: bool
    system: str
    valid_from: Moment
    valid_to: Moment | None


class HeldHandover(WireModel):
    """A handover from or to the employee."""

    id: UUID
    case_id: UUID
    from_professional_id: UUID
    to_professional_id: UUID
    at: Moment
    note: str


class HeldMembership(WireModel):
    """The employee's membership of a collaboration group."""

    group_id: UUID
    group: str
    professional_id: UUID
    role: str
    subject_group: str | None
    valid_from: Moment
    valid_to: Moment | None


class HeldSource(WireModel):
    """What a source system calls the employee, or an employment."""

    system: str
    kind: str
    reference: str
    subject_id: UUID
    ended_at: Moment | None


class _Export(WireModel):
    """What every export says of itself."""

    # `schema` is a name that Pydantic keeps for itself.
    format: Literal["samspil-data-export/1"] = "samspil-data-export/1"
    subject_id: UUID
    made_at: Moment
    information: Held[InformationView] | None = None
    objections: Held[ObjectionView] | None = None
    uses: Held[AuditEventView] | None = Field(
        default=None, description="Who read or wrote what is held about the subject, when and what for."
    )


class CitizenExport(_Export):
    """All that is held about a citizen."""

    subject_type: Literal[SubjectType.CITIZEN]
    cases: Held[HeldCase] | None = None
    parts: Held[HeldCitizenPart] | None = None
    units: Held[HeldUnit] | None = None
    team: Held[HeldTeamMember] | None = None
    enrolments: Held[HeldEnrolment] | None = None


class EmployeeExport(_Export):
    """All that is held about an employee."""

    subject_type: Literal[SubjectType.EMPLOYEE]
    name: str | None
    employments: Held[HeldEmployment] | None = None
    parts: Held[HeldPart] | None = None
    handovers: Held[HeldHandover] | None = None
    groups: Held[HeldMembership] | None = None
    sources: Held[HeldSource] | None = None
    own_uses: Held[AuditEventView] | None = Field(
        default=None, description="What the employee read or wrote."
    )


DataExport = Annotated[CitizenExport | EmployeeExport, Field(discriminator="subject_type")]
