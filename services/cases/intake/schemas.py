"""Registrations on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.cases.register.progress import CaseStatus, Sensitivity
from services.cases.register.schemas import CaseContent
from shared.app.batches import BatchProblem
from shared.wire import Code, Moment, Reference, SourceVersion, WireModel


class PutRegistration(CaseContent):
    """What one source system's file says of a case: all of it, each time."""

    case_id: UUID | None = Field(
        default=None,
        description="Your id of the case. Without one the file joins its citizen's open case or opens one.",
    )
    source_version: SourceVersion
    snapshot: SourceVersion | None = Field(
        default=None, description="The nightly snapshot this file is part of."
    )


class RegistrationView(WireModel):
    """A registration as it is stored."""

    id: UUID
    system: Code
    reference: Reference
    case_id: UUID
    source_version: int
    status: CaseStatus
    kle_number: str | None
    sensitivity: Sensitivity | None
    joined: bool = Field(description="Whether it joined a case that was there before.")
    level: str = Field(description="The case's level of complexity now.", examples=["complex"])
    updated_at: Moment
    ended_at: Moment | None = Field(description="When the source stopped sending it.")
    version: int


class BatchedRegistration(PutRegistration):
    """A registration in a batch."""

    reference: Reference = Field(examples=["sag-2026-1138"])


class RegistrationBatch(WireModel):
    """Up to 500 registrations; each is taken or refused by itself."""

    registrations: Annotated[list[BatchedRegistration], Field(min_length=1, max_length=500)]


class BatchItem(WireModel):
    """What became of one registration."""

    reference: Reference
    status: int = Field(description="What a call of its own would have answered.", examples=[201])
    registration: RegistrationView | None
    problem: BatchProblem | None


class BatchAnswer(WireModel):
    """What became of each registration, in the order they were sent."""

    items: list[BatchItem]


class CloseSnapshot(WireModel):
    """The end of a nightly snapshot: everything it did not name is no longer the source's."""

    registrations: int = Field(
        ge=0,
        le=10_000_000,
        description="How many files the snapshot had; fewer received, and nothing ends.",
    )
    taken_at: Moment = Field(description="When the export was made; files changed later stay.")
    dry_run: bool = Field(default=False, description="Only say what would end.")
    allow_mass_ending: bool = Field(
        default=False,
        description="Let more than three in ten end; an export that broke off looks like that.",
    )


class SnapshotView(WireModel):
    """What a snapshot ended."""

    system: Code
    snapshot: int
    received: int
    ended: int
    examples: list[Reference] = Field(
        examples=[["27.24.00-G01-12-26"]], description="The first hundred of them."
    )
