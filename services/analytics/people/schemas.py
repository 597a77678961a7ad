"""What people see of themselves, on the wire."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from services.analytics.release.envelope import EstimateView, FigureView, IntervalView, ScoreView
from services.analytics.scores.schemas import NamedScore, Provenance
from shared.wire import WireModel

_PURPOSE = "The figures are there to improve collaboration and leadership, not to judge anybody."


class SpreadScore(ScoreView):
    """A mean over people, each counted once, with their spread and the mean's interval."""

    spread: FigureView = Field(description="The standard deviation of the people's means (n - 1).")
    interval: IntervalView = Field(description="Of the mean: t with n - 1 degrees of freedom.")


class NamedSpread(WireModel):
    """The score of a sub-scale."""

    code: str = Field(examples=["framing"], description="The sub-scale, as the instrument names it.")
    score: SpreadScore


class LeaderScore(FigureView):
    """A mean over leaders, each weighing the same."""

    leaders: int = Field(examples=[14], description="Leaders as people.")
    employees: int = Field(examples=[63], description="Distinct employees who answered about them.")
    spread: FigureView = Field(description="The standard deviation of the leaders' means (n - 1).")
    interval: IntervalView = Field(description="Of the mean: t with n - 1 degrees of freedom.")


class NamedLeaderScore(WireModel):
    """The leaders' mean on a sub-scale."""

    code: str = Field(examples=["framing"], description="The sub-scale, as the instrument names it.")
    score: LeaderScore


class LeadershipChange(WireModel):
    """A sub-scale, or all of the form, in two waves."""

    code: str | None = Field(examples=["framing"], description="The sub-scale; null is all of the form.")
    before: SpreadScore = Field(description="In the earlier wave.")
    difference: EstimateView = Field(description="After less before.")
    paired: bool = Field(
        examples=[True],
        description=(
            "Whether it is the mean of each employee's own change: the same people answered both times. "
            "Else two means as if they were different people's (Welch): its interval errs on the wide side."
        ),
    )


class LeadershipChanges(WireModel):
    """A leader's change since an earlier wave."""

    since: Provenance
    scores: list[LeadershipChange] = Field(description="All of the form first, where both waves show it.")


class LeaderResults(WireModel):
    """A leader's own scores over distinct own employees, each counted once over all cases of a wave."""

    purpose: Literal["better-collaboration"] = Field(default="better-collaboration", description=_PURPOSE)
    provenance: Provenance
    overall: SpreadScore | None = Field(
        description="Null where it would tell, beside the sub-scales, what a few have answered."
    )
    sub_scales: list[NamedSpread] = Field(
        description="Framing, engagement and involvement; without what too few, or all alike, answered."
    )
    comparison: list[NamedLeaderScore] | None = Field(
        description="All leaders' means, this one's too; no rank. Null where too few others are in them."
    )
    change: LeadershipChanges | None = Field(
        description="Null where not asked for, and where a few came or went between the waves."
    )


class ProfileCell(WireModel):
    """The leadership in one place, over many leaders."""

    id: UUID | None = Field(description="The unit's or area's; null for a municipality and all together.")
    label: str | None = Field(
        examples=["Børn og Unge"],
        description="Its name; a municipality's code; null for all together, or where it is unknown.",
    )
    sub_scales: list[NamedLeaderScore]


class LeadershipProfile(WireModel):
    """Framing, engagement and involvement over many leaders; places with too few are left out."""

    purpose: Literal["better-collaboration"] = Field(default="better-collaboration", description=_PURPOSE)
    provenance: Provenance
    everywhere: ProfileCell | None = Field(description="All leaders of the tenant together.")
    municipalities: list[ProfileCell] = Field(description="By code.")
    areas: list[ProfileCell] = Field(description="By id, not by score.")
    units: list[ProfileCell] = Field(description="By id, not by score.")


class OverallScores(WireModel):
    """All dimensions together, and each."""

    overall: ScoreView = Field(description="The mean of pairs' means.")
    dimensions: list[NamedScore] = Field(description="In the instrument's order.")


class ReceivedScores(WireModel):
    """How others experience me: by whether my round's teams see who answered what."""

    team_open: OverallScores | None = Field(
        description="Over my team-open rounds, exactly: whose team I am in sees each answer anyway."
    )
    confidential: list[NamedScore] | None = Field(
        description=(
            "Each dimension over my confidential rounds; null where too few rated me, or a few could be "
            "worked out of it beside a case's own figures."
        )
    )


class ProfessionalWave(WireModel):
    """One wave of mine, over all my cases that were measured with the same version."""

    provenance: Provenance
    cases: int = Field(examples=[2], description="My cases whose round is closed.")
    given: OverallScores = Field(description="How I experience the others.")
    received: ReceivedScores
    comparison: list[NamedScore] | None = Field(
        description="Everybody's mean on each dimension; null where a few could be worked out of it."
    )


class ProfessionalResults(WireModel):
    """How I experience others and they me, over time. Mine alone, and beside nobody else's."""

    purpose: Literal["better-collaboration"] = Field(default="better-collaboration", description=_PURPOSE)
    waves: list[ProfessionalWave] = Field(description="In the waves' order.")
