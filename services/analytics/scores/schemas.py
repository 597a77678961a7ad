"""Scores on the wire."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from services.analytics.methods.response import Tier
from services.analytics.release.envelope import FigureView, ScoreView
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
    mean_of_given: ScoreView | None = Field(description="Only to the team.")
    pooled_cells: ScoreView | None = Field(description="Only to the team.")


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
    dont_know_rate: FigureView | None = Field(description="Of one case only to its team.")
    dont_work_with_rate: FigureView | None = Field(description="Of one case only to its team.")


class CaseResults(WireModel):
    """A case in one wave."""

    provenance: Provenance
    case_score: CaseScoreView
    dimensions: list[NamedScore]
    sub_scales: list[NamedScore]
    response: ResponseQuality
    citizen: ScoreView | None = Field(description="Only where the citizen shared it with the team.")


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
