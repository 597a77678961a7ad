"""Where a case stands, and the attention list, on the wire."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from services.analytics.methods.variance_components import Spread
from services.analytics.release.envelope import FigureView, IntervalView, ScoreView
from services.analytics.scores.schemas import Provenance
from services.analytics.standing.wording import PROBABLE, THRESHOLD, AttentionReason
from shared.paging import Page
from shared.wire import Code, WireModel

_PURPOSE = "It is there to offer teams help to collaborate, not to judge or to rank anybody."
_PROBABILITY = "Between 0 and 1."


class ThresholdView(WireModel):
    """A limit that figures are read against."""

    value: float = Field(examples=[2.5], description="In scale points.")
    validated: Literal[False] = Field(default=False, description="No official limits are published.")
    source: str = Field(
        examples=["Ikke valideret: der er ikke offentliggjort officielle grænser."],
        description="Where the limit is from.",
    )


class LikeCasesView(WireModel):
    """The cases of the same level of complexity when their round opened, the case itself among them."""

    level: str = Field(examples=["complex"], description="The level's code.")
    cases: int = Field(examples=[24], description="Cases with a score.")
    people: int = Field(examples=[118], description="Distinct people who rated anybody in them.")
    mean: FigureView = Field(description="The cases' mean, in scale points.")
    sd: FigureView = Field(
        description="How far the cases lie apart, beyond what their scores err: a standard deviation."
    )
    spread: Spread | None = Field(
        description="`zero`: cases were not found to differ; all are estimated at the common mean."
    )
    p: FigureView = Field(description="Of the test that cases do not differ at all.")


class EstimateOfCase(FigureView):
    """An empirical Bayes estimate: the raw mean, drawn towards the like cases' by how much it errs."""

    spread: FigureView = Field(description="Posterior standard deviation, in scale points.")
    interval: IntervalView
    reliability: FigureView = Field(
        description="How much the raw mean weighs: 1 it alone, 0 the like cases' mean alone."
    )


class PositionView(WireModel):
    """Where a case stands among its like; a share with its uncertainty, never a rank."""

    share_below: FigureView = Field(
        description="The share of like cases expected to have less relational capacity."
    )
    interval: IntervalView


class CaseStandingView(WireModel):
    """A case among the tenant's cases of like complexity, in one wave."""

    purpose: Literal["better-collaboration"] = Field(default="better-collaboration", description=_PURPOSE)
    provenance: Provenance
    like_cases: LikeCasesView
    estimate: EstimateOfCase
    raw_mean: ScoreView
    standard_error: FigureView = Field(
        description="Of the raw mean; pairs that one person rated err together."
    )
    threshold: ThresholdView
    probability_below: FigureView = Field(
        description=f"That the case's relational capacity is below the threshold. {_PROBABILITY}"
    )
    position: PositionView


class AttentionTerms(WireModel):
    """What asks for attention."""

    since: Code | None = Field(
        default=None,
        examples=["baseline"],
        description="The earlier wave to have fallen since; by default the one before.",
    )
    level: Code = Field(
        default="complex", examples=["complex"], description="The cases' level when their rounds opened."
    )
    threshold: float | None = Field(
        default=None,
        ge=1,
        le=5,
        allow_inf_nan=False,
        examples=[2.5],
        description=f"A limit in scale points; by default where the band `low` ends, {THRESHOLD}.",
    )
    probability: float = Field(
        default=PROBABLE,
        gt=0.5,
        lt=1,
        allow_inf_nan=False,
        examples=[PROBABLE],
        description="From which probability on a case is on the list.",
    )


class FallView(FigureView):
    """The change since an earlier wave, of the pairs that were rated by the same people both times."""

    since: str = Field(examples=["baseline"], description="The earlier wave's code.")
    spread: FigureView = Field(description="Posterior standard deviation of the change.")
    probability: FigureView = Field(description=f"That relational capacity fell. {_PROBABILITY}")
    raters: int = Field(examples=[6], description="People who rated both times.")


class AttentionReasonView(WireModel):
    """Why a case is on the list."""

    code: AttentionReason
    text: str = Field(
        examples=["Teamets relationelle kapacitet er sandsynligvis under grænsen."],
        description="In the language asked for.",
    )


class AttentionRow(WireModel):
    """A case that asks for attention; about the team's collaboration, never about a person."""

    case_id: UUID
    estimate: EstimateOfCase
    raw_mean: ScoreView
    probability_below: FigureView = Field(
        description=f"That the case's relational capacity is below the threshold. {_PROBABILITY}"
    )
    fall: FallView | None = Field(description="Null without an earlier wave that may be compared.")
    citizen: ScoreView | None = Field(
        description="The citizen's score, to the team alone and only where shared with it."
    )
    reasons: list[AttentionReasonView]


class AttentionList(Page[AttentionRow]):
    """Cases that ask for attention, the most probably low first, then by id."""

    purpose: Literal["better-collaboration"] = Field(default="better-collaboration", description=_PURPOSE)
    provenance: Provenance
    like_cases: LikeCasesView
    threshold: ThresholdView
    probability: float = Field(
        examples=[0.8], description="A case is on the list from this probability on. Not validated."
    )
    citizen_satisfied: ThresholdView = Field(description="A citizen's score from here on is satisfied.")
    citizen_dissatisfied: ThresholdView = Field(description="A citizen's score below is dissatisfied.")
