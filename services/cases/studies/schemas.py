"""Studies and enrolments on the wire."""

from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared.wire import Code, Line, Moment, WireModel


class Arm(WireModel):
    """One arm of a study."""

    code: Code = Field(examples=["intervention"])
    name: Line = Field(examples=["Ledelsesintervention"])


class PutStudy(WireModel):
    """A before and after comparison over many cases."""

    name: Line
    arms: Annotated[list[Arm], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _has_distinct_arms(self) -> Self:
        if len({arm.code for arm in self.arms}) != len(self.arms):
            raise ValueError("an arm is named twice")
        return self


class StudyView(PutStudy):
    """A study as it is stored."""

    id: UUID
    version: int


class AllocationMethod(StrEnum):
    """How a case came into its arm."""

    RANDOM = "random"
    STRATIFIED_RANDOM = "stratified-random"
    CHOSEN = "chosen"
    UNKNOWN = "unknown"


class PutEnrolment(WireModel):
    """A case's place in a study; hidden from its team and respondents."""

    arm: Code
    stratum: Line | None = Field(default=None, examples=["0766"])
    method: AllocationMethod
    allocated_at: Moment


class EnrolmentView(PutEnrolment):
    """An enrolment as it is stored."""

    id: UUID
    version: int
    study_id: UUID
    case_id: UUID
