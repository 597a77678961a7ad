"""Classifications and rule sets on the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.cases.classification.complexity import Classification, Criterion, LevelResult, RuleSet
from services.cases.classification.reasons import Reason
from shared.contracts.register import InvolvementRole
from shared.wire import Code, Moment, WireModel

Threshold = Annotated[int, Field(ge=0, le=1000)]
Revision = Annotated[int, Field(ge=1, le=1_000_000)]


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
    rule_set: str = Field(
        examples=["default/1", "hedensted/2"],
        description="Code and revision of the rules used; `preview/0` for rules spelled out in a preview.",
    )
    units: int = Field(description="Distinct counting units, external ones counted if the rules say so.")
    units_within: int = Field(description="Of them the municipality's own.")
    units_external: int = Field(description="Others', as police, hospital or GP; counted or not.")
    authority_functions: int = Field(
        description="Distinct units with an authority part, external ones counted if the rules say so."
    )
    laws: list[str] = Field(examples=[["Barnets lov", "Serviceloven"]])
    levels: list[LevelView]
    next_level: LevelView | None = Field(description="What is missing to the next level, if there is one.")


class ClassificationAt(WireModel):
    """A classification in a case's history."""

    at: Moment
    reason: Reason = Field(description="What had happened.")
    description: str = Field(
        description="The reason in words, Danish or English by `Accept-Language`.",
        examples=["Kommunen har taget et andet regelsæt i brug."],
    )
    classification: ClassificationView


class CaseClassificationView(WireModel):
    """A case's complexity as it is now, and how it came to be."""

    case_id: UUID
    current: ClassificationView
    history: list[ClassificationAt] = Field(
        max_length=200, description="The latest 200, the oldest of them first."
    )


class LevelRule(WireModel):
    """A level of complexity and the least it takes."""

    code: Code = Field(examples=["complex"])
    min_units: Threshold = Field(examples=[5], description="Distinct counting units, at least.")
    min_authority_functions: Threshold = Field(
        examples=[2], description="Distinct units with an authority part, at least."
    )


class PutRuleSet(WireModel):
    """The levels of a rule set, rising; the first asks for nothing, so that every case has a level."""

    levels: Annotated[list[LevelRule], Field(min_length=1, max_length=20)] = Field(
        examples=[
            [
                {"code": "ordinary", "minUnits": 0, "minAuthorityFunctions": 0},
                {"code": "complex", "minUnits": 5, "minAuthorityFunctions": 2},
                {"code": "very-complex", "minUnits": 8, "minAuthorityFunctions": 3},
            ]
        ]
    )
    external_units_count: bool = Field(
        default=True, description="Whether others' units count, as police, hospital or GP."
    )


class NameRuleSet(WireModel):
    """A rule set by its code and revision."""

    code: Code = Field(examples=["hedensted"])
    revision: Revision = Field(examples=[2])


class RuleSetView(PutRuleSet):
    """A revision of a rule set."""

    version: int
    code: str = Field(examples=["hedensted"])
    revision: int = Field(examples=[2])
    used_at: Moment | None = Field(
        description="When it was first put to use, since when it can't be changed; null if never."
    )


class ActiveRuleSetView(PutRuleSet):
    """The rule set a tenant's cases are classified by."""

    version: int
    code: str = Field(examples=["default"])
    revision: int = Field(examples=[1])
    activated_at: Moment | None = Field(description="Null if it is the built-in set from the beginning.")


class ChosenRules(WireModel):
    """Rules to judge by: a rule set's name, or a rule set spelled out."""

    rule_set: NameRuleSet | None = Field(default=None, description="A rule set, in use or not.")
    rules: PutRuleSet | None = Field(default=None, description="Rules that aren't written down anywhere.")


class PreviewInvolvement(WireModel):
    """A unit that would be involved."""

    unit_id: UUID
    role: InvolvementRole


class PreviewClassification(ChosenRules):
    """The units that would be involved in a case that isn't registered, and perhaps other rules."""

    involvements: list[PreviewInvolvement] = Field(max_length=200)


class PreviewRuleSet(ChosenRules):
    """Rules to hold against all cases; one of `ruleSet` and `rules` is needed."""


class LevelTransition(WireModel):
    """How many cases would go from one level to another, or stay."""

    from_level: str = Field(examples=["ordinary"])
    to_level: str = Field(examples=["complex"])
    cases: int
    examples: list[UUID] = Field(
        max_length=50,
        description="Ids of some, if the levels differ; 50 in all transitions at most.",
    )


class RuleSetPreviewView(WireModel):
    """What a rule set would change over all cases."""

    rule_set: str = Field(examples=["hedensted/2"])
    cases: int = Field(description="All cases, closed ones too; not those joined into another.")
    changed: int = Field(description="Cases whose level would be another.")
    transitions: list[LevelTransition] = Field(max_length=2000)
    is_settled: bool = Field(
        description="False while cases are being classified anew in the background, so figures still move."
    )


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


def level_rules(rules: RuleSet) -> list[LevelRule]:
    """Show the levels of a rule set."""
    return [
        LevelRule(
            code=level.code,
            min_units=level.min_units,
            min_authority_functions=level.min_authority_functions,
        )
        for level in rules.levels
    ]


def rule_set_view(rules: RuleSet, version: int, used_at: datetime | None = None) -> RuleSetView:
    """Show a rule set."""
    return RuleSetView(
        version=version,
        code=rules.code,
        revision=rules.version,
        levels=level_rules(rules),
        external_units_count=rules.external_units_count,
        used_at=used_at,
    )
