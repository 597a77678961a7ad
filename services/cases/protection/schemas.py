"""Information, objections, retention and erasure on the wire."""

from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.cases.register.progress import TargetGroup
from shared.wire import Line, Moment, Reference, WireModel

AT_ONCE = 200
"""Cases that one retention run may erase."""


class SubjectType(StrEnum):
    """Whose data: a citizen's (`citizenId`) or an employee's (`personId`)."""

    CITIZEN = "citizen"
    EMPLOYEE = "employee"


class ErasedType(StrEnum):
    """What was erased."""

    CASE = "case"
    CITIZEN = "citizen"
    EMPLOYEE = "employee"


class Channel(StrEnum):
    """How somebody was told."""

    LETTER = "letter"
    DIGITAL_POST = "digital-post"
    CONVERSATION = "conversation"
    MEETING = "meeting"
    TELEPHONE = "telephone"
    E_MAIL = "e-mail"
    INTRANET = "intranet"


class ErasureReason(StrEnum):
    """Why something was erased."""

    RETENTION = "retention"
    CITIZEN_REQUEST = "citizen-request"
    EMPLOYEE_REQUEST = "employee-request"
    REGISTERED_IN_ERROR = "registered-in-error"
    ERASED_AT_SOURCE = "erased-at-source"
    UNLAWFUL = "unlawful"


class RecordInformation(WireModel):
    """That somebody was told how their data are used (oplysningspligt)."""

    subject_type: SubjectType
    subject_id: UUID = Field(description="The citizen's `citizenId` or the employee's `personId`.")
    case_id: UUID | None = Field(
        default=None, description="The case it was about; null when it was about taking part at all."
    )
    informed_at: Moment = Field(examples=["2026-01-05T08:00:00Z"])
    channel: Channel = Field(examples=[Channel.DIGITAL_POST])
    text_version: Reference = Field(
        examples=["oplysningsbrev-2026-1"], description="Which of your texts it was, as you number them."
    )


class InformationView(RecordInformation):
    """A record that somebody was told."""

    id: UUID
    recorded_by: str = Field(examples=["sagsbehandler-hedensted"])
    recorded_at: Moment


class PutObjection(WireModel):
    """That somebody objects to being part of measurements (indsigelse), until it is withdrawn."""

    subject_type: SubjectType
    subject_id: UUID = Field(description="The citizen's `citizenId` or the employee's `personId`.")
    objected_at: Moment = Field(examples=["2026-02-01T09:30:00Z"])
    reason: Line | None = Field(
        default=None,
        examples=["Ønsker ikke at deltage"],
        description="As short as it can be; nobody has to give one. Never a name or a CPR number.",
    )
    withdrawn_at: Moment | None = Field(default=None, description="When the objection ended.")


class ObjectionView(PutObjection):
    """An objection as it is stored."""

    id: UUID
    version: int


class PutRetentionRule(WireModel):
    """How long closed cases are kept; the rule of a target group goes before the one for all."""

    target_group: TargetGroup | None = Field(
        default=None, examples=[TargetGroup.YOUTH], description="Null: the rule for all other cases."
    )
    months_after_closing: Annotated[int, Field(ge=1, le=1200)] = Field(examples=[60])


class RetentionRuleView(PutRetentionRule):
    """A retention rule as it is stored."""

    id: UUID
    version: int


class DueCase(WireModel):
    """A closed case that has been kept as long as its rule says."""

    case_id: UUID
    target_group: str | None
    closed_at: Moment
    months_after_closing: int
    due_since: Moment


class RunRetention(WireModel):
    """The cases to erase: only those due are."""

    case_ids: Annotated[list[UUID], Field(min_length=1, max_length=AT_ONCE)]

    @model_validator(mode="after")
    def _names_nothing_twice(self) -> Self:
        if len(set(self.case_ids)) != len(self.case_ids):
            raise ValueError("a case is named twice")
        return self


class RetentionOutcome(StrEnum):
    """What became of one case of a retention run."""

    ERASED = "erased"
    NOT_DUE = "not-due"
    NOT_FOUND = "not-found"


class RetentionItem(WireModel):
    """One case of a retention run."""

    case_id: UUID
    status: int = Field(examples=[204], description="204 erased, 409 not due, 404 not found.")
    code: RetentionOutcome


class RetentionRunView(WireModel):
    """What a retention run did, in the order asked for."""

    items: list[RetentionItem]


class ErasureView(WireModel):
    """That something was erased: which id, from which systems, why. Nothing of what was erased."""

    id: UUID
    subject_type: ErasedType
    subject_id: UUID
    systems: list[str] = Field(
        examples=[["esdh", "jobcenter"]], description="Source systems that still may have it."
    )
    erased_at: Moment
    reason: ErasureReason
    recorded_by: str = Field(examples=["dataansvarlig-hedensted"])
