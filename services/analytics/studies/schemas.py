"""A study's effect on the wire."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from services.analytics.release.envelope import EstimateView, FigureView, IntervalView
from services.analytics.scores.schemas import Provenance
from shared.wire import WireModel


class MethodCount(WireModel):
    """How many cases came into an arm in one way."""

    method: str = Field(description="As the allocation was recorded.", examples=["stratified-random"])
    cases: int = Field(examples=[27])


class ArmMeasure(WireModel):
    """An arm in one wave: the mean of its cases' scores."""

    n: int = Field(description="Cases with a score that is shown by itself.", examples=[27])
    raters: int = Field(description="Distinct people behind it.", examples=[104])
    mean: EstimateView = Field(
        description="With its own t interval: for drawing. Whether two of these overlap tests nothing."
    )
    sd: FigureView = Field(description="Standard deviation of the cases' scores (ddof 1).")


class ArmView(WireModel):
    """One arm: who is in it, who is left, and how it fared. Withdrawn cases keep their arm."""

    code: str = Field(examples=["intervention"])
    name: str = Field(examples=["Ledelsesintervention"])
    control: bool = Field(description="Whether its cases go on as usual.")
    enrolled: int = Field(description="Cases allocated to it, withdrawn or not.", examples=[27])
    withdrawn: int = Field(description="Of those, withdrawn since; they stay in the arm.", examples=[1])
    methods: list[MethodCount] = Field(description="How they came into it.")
    measured_before: int = Field(description="Cases with such a score in the first wave.", examples=[27])
    measured_after: int = Field(description="Cases with such a score in the second wave.", examples=[26])
    measured_twice: int = Field(description="Cases with both.", examples=[26])
    lost: FigureView = Field(
        description="Share of those measured before that were not after, or by too few."
    )
    before: ArmMeasure
    after: ArmMeasure
    change: EstimateView = Field(
        description="Mean change of the cases with both; the control arm's is drift."
    )


class AncovaView(WireModel):
    """The effect on scores after, the score before and the stratum held fixed: the primary analysis."""

    intervention: int = Field(description="Cases used.", examples=[26])
    control: int = Field(description="Cases used.", examples=[27])
    dropped: int = Field(description="Cases without one of the two scores.", examples=[1])
    strata: int = Field(description="Strata among the cases used.", examples=[5])
    errors: Literal["hc2"] = Field(default="hc2", description="How standard errors are worked out.")
    effect: EstimateView = Field(description="Intervention less control, in scale points: the answer.")
    lin: EstimateView = Field(description="The same with the arm's interactions (Lin); beside it.")


class EffectSizeView(WireModel):
    """Hedges' g, named by what it is of: a change's is another quantity than a score's."""

    outcome: Literal["post", "change"] = Field(examples=["post"])
    g: FigureView = Field(description="With the exact small-sample factor.")
    interval: IntervalView = Field(description="By the noncentral t.")


class PermutationView(WireModel):
    """The difference inside strata among those of arms drawn again as it was allocated."""

    outcome: Literal["post", "change"] = Field(examples=["change"])
    assignments: str = Field(
        description="`exact`: every one, up to a million; else `monte-carlo`.", examples=["monte-carlo"]
    )
    used: int = Field(description="Assignments compared with.", examples=[9999])
    seed: int | None = Field(description="Of the generator, where they were drawn.", examples=[20261122])
    observed: FigureView = Field(description="Strata's differences, weighted by their cases.")
    p: FigureView = Field(description="Two-sided: the share as far off; (1 + b) / (1 + used) where drawn.")


class ContaminationView(WireModel):
    """How far two arms share their people, by the rosters of all measured cases: it dilutes an effect."""

    professionals: int = Field(description="Distinct people in the cases' rosters.", examples=[215])
    both: int = Field(description="Those in cases of both arms.", examples=[31])
    share: FigureView = Field(description="The latter of the former.")
    exposed_share: FigureView = Field(description="Memberships of control cases that such people hold.")
    control_cases: int = Field(description="Control cases with a roster.", examples=[27])
    exposed_cases: int = Field(description="Those with at least one such person.", examples=[19])


class ComparisonView(WireModel):
    """One arm against the control arm. The test is that of the difference."""

    arm: str = Field(examples=["intervention"])
    control: str = Field(examples=["as-usual"])
    ancova: AncovaView
    welch: EstimateView = Field(description="Difference after, Welch: what came before is not held fixed.")
    before: EstimateView = Field(description="Difference before, Welch: how alike the arms were.")
    difference_in_differences: EstimateView = Field(
        description="How much more the arm's cases changed than the control's: one change per case, Welch."
    )
    control_drift: EstimateView = Field(description="The control arm's own change.")
    effect_sizes: list[EffectSizeView] = Field(description="Of scores after, and of changes.")
    permutations: list[PermutationView] = Field(description="Of scores after, and of changes.")
    contamination: ContaminationView


class EffectView(WireModel):
    """A study from one wave to another, every case in the arm it was allocated to (intention to treat)."""

    before: Provenance
    after: Provenance
    study: UUID
    outcome: Literal["case-score"] = Field(
        default="case-score", description="Mean of a case's dyad means of relational capacity."
    )
    unit_of_analysis: Literal["case"] = Field(default="case", description="What a row is.")
    cases: Literal["shown-by-themselves"] = Field(
        default="shown-by-themselves",
        description=(
            "Which cases have a score here: those whose own scores others than their team see, of enough "
            "people. All counts of measured cases, and all figures, are of these alone."
        ),
    )
    arms: list[ArmView] = Field(description="As the study names them.")
    comparisons: list[ComparisonView] = Field(
        description="Each other arm with the control; none where the study has no control."
    )
