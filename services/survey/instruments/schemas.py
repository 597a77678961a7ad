"""Instruments on the wire: how they stand, what differs between versions, what is found out of units."""

from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.survey.instruments.definition import InstrumentCode, Number, Scale, Text
from shared.contracts.survey import Form
from shared.wire import Code, Day, Line, Moment, WireModel


class InstrumentState(StrEnum):
    """A draft can still be changed and is asked of nobody; what is retired is asked no more."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class InstrumentSummary(WireModel):
    """One version of an instrument in the list."""

    code: str = Field(examples=["relational-capacity"])
    version: int = Field(examples=[1])
    form: Form
    languages: list[str] = Field(max_length=20, examples=[["da", "en"]])
    title: Text
    provenance: Text
    state: InstrumentState = Field(examples=["published"])
    built_in: bool = Field(description="Whether everybody has it, or it is the tenant's own.")
    published_at: Moment | None = Field(description="Null for a draft and for what is built in.")
    retired_at: Moment | None


class PublishInstrument(WireModel):
    """Publish a draft: it never changes from then on."""


class RetireInstrument(WireModel):
    """Retire a published version: no new round asks it; rounds that do, go on."""


class ItemNamed(WireModel):
    """An item that only one of two versions has."""

    item_id: str = Field(examples=["professional-contributions"])
    label: Text
    wording: Text


class ItemReworded(WireModel):
    """An item that two versions say differently."""

    item_id: str = Field(examples=["innovation"])
    before: Text
    after: Text


class RequiredChanged(WireModel):
    """An item that must be answered in one of two versions only."""

    item_id: str = Field(examples=["innovation"])
    required: bool = Field(description="Whether it must be answered in the later one.")


class ScaleChanged(WireModel):
    """How the scales of two versions differ, or what their values score."""

    before: Scale
    after: Scale
    scores_before: dict[str, float] = Field(max_length=100, examples=[{"1": 1, "2": 2, "3": 3}])
    scores_after: dict[str, float] = Field(max_length=100, examples=[{"1": 0, "2": 50, "3": 100}])


class ComparableItem(WireModel):
    """An item of the later version, and what it can be compared with in the earlier."""

    item_id: str = Field(examples=["innovation"])
    earlier_item_id: str = Field(examples=["innovation"])


class DifferencesView(WireModel):
    """What is different between two versions of an instrument, and what can be compared all the same."""

    code: str = Field(examples=["relational-capacity"])
    from_version: int = Field(examples=[1])
    to_version: int = Field(examples=[2])
    form_changed: bool
    items_added: list[ItemNamed] = Field(max_length=100)
    items_removed: list[ItemNamed] = Field(max_length=100)
    items_reworded: list[ItemReworded] = Field(max_length=100)
    order_changed: bool = Field(description="Whether the items they share are asked in another order.")
    required_changed: list[RequiredChanged] = Field(max_length=100)
    scale_changed: ScaleChanged | None
    comparable_items: list[ComparableItem] = Field(
        max_length=100, description="By the versions' own crosswalks; all others are other measurements."
    )


class AssessedItem(WireModel):
    """What was found of one statement."""

    item_id: Code = Field(examples=["formal-structures"])
    value: Annotated[int, Field(ge=1, le=100)] = Field(examples=[4])


class PutUnitAssessment(WireModel):
    """What somebody found out about a unit from documents or interviews."""

    unit_id: UUID
    instrument: InstrumentCode = Field(examples=["authority-function-structures"])
    instrument_version: Number = Field(examples=[1])
    answers: list[AssessedItem] = Field(
        min_length=1, max_length=100, description="What could not be judged is left out."
    )
    source: Line = Field(
        examples=["Organisationsdiagram 2026 og interview med to ledere"],
        description="What it is drawn from; no names.",
    )
    assessed_on: Day = Field(examples=["2026-03-02"])

    @model_validator(mode="after")
    def _assesses_nothing_twice(self) -> Self:
        if len({each.item_id for each in self.answers}) != len(self.answers):
            raise ValueError("an item is assessed twice")
        return self


class UnitAssessmentView(PutUnitAssessment):
    """A unit's assessment as it is stored."""

    id: UUID
    version: int
