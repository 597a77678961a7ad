"""Scores on the wire."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from services.analytics.methods.response import Tier
from services.analytics.release.envelope import EstimateView, FigureView, IntervalView, ScoreView
from shared.contracts.survey import Visibility
from shared.wire import WireModel

METHOD_VERSION = "1"


class Provenance(WireModel):
    """Where figures come from: the same data version gives the same bytes."""

    method_version: str = METHOD_VERSION
    data_version: str = Field(examples=["b7c1e0a45f2d4d0f9a6e3b2c8d7f1a60"])
    instruments: list[str] = Field(examples=[["relational-capacity/1"]])
    wave: str = Field(examples=["baseline"])


class ParticipantScores(WireModel):
    """One participant: how this one rates the others, and is rated by them."""

    id: UUID
    label: str = Field(examples=["Anne Holm, Familieafdelingen"])
    professional_group: str | None = Field(examples=["Socialrådgiver"])
    given: ScoreView
    received: ScoreView


class RatedScores(WireModel):
    """One who is rated, or one group: a column of the matrix."""

    id: UUID
    label: str = Field(examples=["Anne Holm, Familieafdelingen"])
    received: ScoreView


class DimensionMatrix(WireModel):
    """The same matrix of one dimension: the answers themselves, and each participant's means."""

    code: str = Field(
        examples=["knowledge-sharing"], description="The dimension, as the instrument names it."
    )
    cells: list[list[FigureView]] = Field(
        description=(
            "Rows rate, as `participants`; columns are rated, as `rated`. Without a value the reason is "
            "`dont-know`, `dont-work-with`, `not-answered` or `not-asked`."
        )
    )
    given: list[ScoreView] = Field(description="How each participant rates the others on it.")
    received: list[ScoreView] = Field(description="How each of `rated` is rated on it.")


class MarkedPair(WireModel):
    """One participant's answer about another that is no rating."""

    rater: UUID = Field(description="Who answered so.")
    subject: UUID = Field(description="About whom.")
    dimensions: list[str] = Field(
        examples=[["mutual-knowledge"]], description="On which dimensions, in the instrument's order."
    )


class MatrixView(WireModel):
    """Who experiences whom how. Rows rate, columns are rated; a cell is the mean of six answers."""

    purpose: Literal["better-collaboration"] = Field(
        default="better-collaboration",
        description="The matrix is there to improve collaboration, not to judge anybody.",
    )
    provenance: Provenance
    visibility: Visibility
    participants: list[ParticipantScores] = Field(description="The rows.")
    rated: list[RatedScores] = Field(
        description="The columns: the participants again, or their groups where the form asked about these."
    )
    cells: list[list[FigureView]]
    dimensions: list[DimensionMatrix] = Field(description="The matrix of each dimension.")
    dont_know: list[MarkedPair] = Field(
        description='Who answered "don\'t know" about whom: a reason to meet, not a failing of either.'
    )
    dont_work_with: list[MarkedPair] = Field(description="Who does not work with whom.")


class CaseScoreView(WireModel):
    """A case's score in the three orders of averaging; `meanOfDyads` is the primary one."""

    mean_of_dyads: ScoreView
    mean_of_given: ScoreView
    pooled_cells: ScoreView


class NamedScore(WireModel):
    """The score of a dimension or sub-scale."""

    code: str = Field(examples=["knowledge-sharing"])
    score: ScoreView


class ResponseQuality(WireModel):
    """How much of what was asked was answered."""

    asked: int = Field(examples=[8])
    responded: int = Field(examples=[7])
    rate: FigureView
    tier: Tier | None
    dont_know_rate: FigureView
    dont_work_with_rate: FigureView


class CaseResults(WireModel):
    """A case in one wave."""

    provenance: Provenance
    case_score: CaseScoreView
    dimensions: list[NamedScore]
    sub_scales: list[NamedScore]
    response: ResponseQuality
    citizen: ScoreView | None = Field(description="Only where the citizen shared it with the team.")


class RegressionView(WireModel):
    """A line with its uncertainty."""

    intercept: EstimateView
    slope: EstimateView
    errors: str = Field(description="How the standard errors are worked out.", examples=["CR2"])
    clusters: list[int]


class PercentView(WireModel):
    """What a rise of `change` percent goes with, under both conventions."""

    change: float
    scale_range: FigureView = Field(description="In percent of the scale's range; equals the slope.")
    relative_to_means: FigureView


class LeadershipToRkView(WireModel):
    """Relational capacity given by a respondent, by how the same one experiences the leader."""

    unit_of_analysis: str = Field(examples=["respondent-by-case"])
    n: int = Field(examples=[212])
    cases: int = Field(examples=[31])
    leaders: int = Field(examples=[12])
    by_case: RegressionView
    by_leader: RegressionView
    two_way: RegressionView
    percent: PercentView


class RkToCitizenView(WireModel):
    """The citizen's experience, by the case's relational capacity."""

    unit_of_analysis: str = Field(examples=["case"])
    n: int = Field(examples=[31])
    regression: RegressionView
    percent: PercentView


class Associations(WireModel):
    """The two relations the method rests on, in one wave."""

    provenance: Provenance
    leadership_to_rk: LeadershipToRkView | None
    rk_to_citizen: RkToCitizenView | None


class AlphaView(WireModel):
    """Cronbach's alpha over rows with every answer, and over all pairs of answers."""

    level: str = Field(description="What a row is.", examples=["dyads"])
    listwise: FigureView
    listwise_rows: int
    pairwise: FigureView
    pairwise_rows: int
    feldt: IntervalView | None = Field(description="Only where each row is another respondent's.")


class InstrumentReliability(WireModel):
    """One instrument's reliability."""

    instrument: str = Field(examples=["relational-capacity"])
    version: int
    alpha: AlphaView


class Reliabilities(WireModel):
    """Every instrument's reliability in one wave."""

    provenance: Provenance
    instruments: list[InstrumentReliability]


class Overview(WireModel):
    """All cases of one wave together."""

    provenance: Provenance
    cases: int
    mean_of_cases: FigureView
    sd_of_cases: FigureView
    dimensions: list[NamedScore]
    response: ResponseQuality
    leaders: int = Field(description="Leaders that at least one own employee was asked about.")
    leaders_reaching_group_size: int


class LiveScores(WireModel):
    """A round's scores while answers still come in; for technical clients only."""

    provenance: Provenance
    submitted: int
    asked: int
    case_score: ScoreView | None
