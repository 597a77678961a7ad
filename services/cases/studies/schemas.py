"""Studies, enrolments and allocations on the wire."""

from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.cases.studies.allocation import LARGEST_SEED
from shared.wire import Code, Line, Moment, WireModel

Seed = Annotated[int, Field(ge=0, le=LARGEST_SEED)]

_SELECTED_BY = Field(
    default=None,
    examples=["Hedensted Kommune, Familieafdelingen"],
    description="Who chose the case for the study: a municipality, a unit, a research group; not a person.",
)
_SELECTION_REASON = Field(
    default=None,
    examples=["Komplekst forløb med mindst fem enheder; alle parter fandt det relevant"],
    description="Why the case was chosen, by criteria agreed beforehand where there are some.",
)


class Arm(WireModel):
    """One arm of a study."""

    code: Code = Field(examples=["intervention"])
    name: Line = Field(examples=["Ledelsesintervention"])
    control: bool = Field(
        default=False, description="Whether its cases go on as usual; of one arm at most."
    )


class PlannedWave(WireModel):
    """A point in time at which a study's cases are to be measured."""

    code: Code = Field(examples=["baseline"], description="The `wave.code` of the rounds that measure it.")
    ordinal: int = Field(ge=1, le=100, examples=[1])
    label: Line = Field(examples=["Før netværksmøderne"])
    planned_at: Moment | None = None


class PutStudy(WireModel):
    """A before and after comparison over many cases; one arm is a plain before and after."""

    name: Line = Field(examples=["Ledelsesinterventioner i fem kommuner 2018-2019"])
    arms: Annotated[list[Arm], Field(min_length=1, max_length=10)]
    waves: list[PlannedWave] = Field(default=[], max_length=20)

    @model_validator(mode="after")
    def _names_nothing_twice(self) -> Self:
        for names, what in (
            ([arm.code for arm in self.arms], "an arm"),
            ([wave.code for wave in self.waves], "a wave"),
            ([wave.ordinal for wave in self.waves], "a wave's ordinal"),
        ):
            if len(set(names)) != len(names):
                raise ValueError(f"{what} is named twice")
        if sum(arm.control for arm in self.arms) > 1:
            raise ValueError("more than one arm is the control")
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
    """A case's place in a study; hidden from its team and respondents, and fixed once it is given."""

    arm: Code = Field(examples=["intervention"])
    stratum: Line | None = Field(default=None, examples=["0766"])
    method: AllocationMethod
    seed: Seed | None = Field(default=None, description="What the arm was drawn from, if it was drawn.")
    allocated_at: Moment
    selected_by: Line | None = _SELECTED_BY
    selection_reason: Line | None = _SELECTION_REASON


class EnrolmentView(PutEnrolment):
    """An enrolment as it is stored. A withdrawn one keeps its arm."""

    id: UUID
    version: int
    study_id: UUID
    case_id: UUID
    withdrawn_at: Moment | None
    withdrawal_reason: Line | None


class PutWithdrawal(WireModel):
    """That a case takes no further part in a study; its arm stays what it was."""

    withdrawn_at: Moment
    reason: Line = Field(examples=["Familien er flyttet til en anden kommune"])


class Stratum(StrEnum):
    """What cases are divided by before arms are drawn, each part for itself."""

    NONE = "none"
    MUNICIPALITY = "municipality"
    LEVEL = "level"


class AllocateCases(WireModel):
    """Draws arms for the cases that have none in the study yet."""

    case_ids: Annotated[list[UUID], Field(min_length=1, max_length=500)]
    stratum_by: Stratum = Field(
        default=Stratum.NONE,
        description="`none` draws over all cases (method `random`), the others in each part for itself "
        "(`stratified-random`).",
    )
    seed: Seed | None = Field(
        default=None,
        description="A number fixed beforehand; the server draws one if there is none. "
        "The same again goes on in the blocks it has begun.",
    )
    selected_by: Line | None = _SELECTED_BY
    selection_reason: Line | None = _SELECTION_REASON

    @model_validator(mode="after")
    def _names_no_case_twice(self) -> Self:
        if len(set(self.case_ids)) != len(self.case_ids):
            raise ValueError("a case is named twice")
        return self


class AllocationView(WireModel):
    """What was drawn: with the seed, the study's and the cases' ids anybody can draw it again."""

    study_id: UUID
    seed: int | None = Field(description="Null if nothing was left to draw.")
    allocated_at: Moment | None
    enrolments: list[EnrolmentView]
    already_enrolled: list[UUID] = Field(description="Cases that had their place before, and keep it.")
