"""Classifications on the wire."""

from uuid import UUID

from pydantic import Field

from services.cases.classification.complexity import Classification, Criterion, LevelResult
from shared.contracts.register import InvolvementRole
from shared.wire import Moment, WireModel


class CriterionView(WireModel):
    """How a case stands to one criterion."""

    criterion: Criterion
    required: int
    counted: int
    is_met: bool
    missing: int = Field(description="How many more it would take.")


class LevelView(WireModel):
    """How a case stands to one level."""

    level: str = Field(examples=["complex"])
    is_met: bool
    criteria: list[CriterionView]


class ClassificationView(WireModel):
    """A case's complexity with its explanation."""

    level: str = Field(examples=["complex"])
    rule_set: str = Field(examples=["default/1"], description="Code and version of the rules used.")
    units: int = Field(description="Distinct counting units, external ones counted if the rules say so.")
    units_within: int
    units_external: int
    authority_functions: int
    laws: list[str]
    levels: list[LevelView]
    next_level: LevelView | None = Field(description="What is missing to the next level, if there is one.")


class ClassificationAt(WireModel):
    """A classification in a case's history."""

    at: Moment
    classification: ClassificationView


class CaseClassificationView(WireModel):
    """A case's complexity as it is now, and how it came to be."""

    case_id: UUID
    current: ClassificationView
    history: list[ClassificationAt]


class PreviewInvolvement(WireModel):
    """A unit that would be involved."""

    unit_id: UUID
    role: InvolvementRole


class PreviewClassification(WireModel):
    """The units that would be involved in a case that isn't registered."""

    involvements: list[PreviewInvolvement] = Field(max_length=200)


def classification_view(classification: Classification) -> ClassificationView:
    """Show a classification."""
    return ClassificationView(
        level=classification.level,
        rule_set=classification.rule_set,
        units=classification.units,
        units_within=classification.units_within,
        units_external=classification.units_external,
        authority_functions=classification.authority_functions,
        laws=list(classification.laws),
        levels=[_level_view(level) for level in classification.levels],
        next_level=_level_view(classification.next_level) if classification.next_level else None,
    )


def _level_view(result: LevelResult) -> LevelView:
    return LevelView(
        level=result.level,
        is_met=result.is_met,
        criteria=[
            CriterionView(
                criterion=each.criterion,
                required=each.required,
                counted=each.counted,
                is_met=each.is_met,
                missing=each.missing,
            )
            for each in result.criteria
        ],
    )
