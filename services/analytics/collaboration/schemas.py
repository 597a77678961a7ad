"""A collaboration group's results on the wire."""

from typing import Literal

from pydantic import Field

from services.analytics.release.envelope import FigureView, ScoreView
from services.analytics.scores.schemas import CaseScoreView, NamedScore, Provenance, ResponseQuality
from shared.wire import WireModel

_PURPOSE = "The results are there to improve collaboration, not to judge anybody."


class GroupResults(WireModel):
    """A collaboration group in one wave."""

    provenance: Provenance
    group_score: CaseScoreView = Field(
        description="As a case's: `meanOfDyads` is the primary one, to others than the team the only one."
    )
    dimensions: list[NamedScore] = Field(description="In the instrument's order; all of them or none.")
    sub_scales: list[NamedScore] = Field(
        description="All of the instrument's; none beside hidden dimensions."
    )
    response: ResponseQuality


class GroupWaveView(WireModel):
    """A collaboration group in one of its waves."""

    provenance: Provenance
    overall: ScoreView = Field(description="Mean of the wave's dyad means.")
    dimensions: list[NamedScore] = Field(description="In the instrument's order; all of them or none.")


class RatedInWave(WireModel):
    """How the others rated a professional group in one wave."""

    wave: str = Field(examples=["baseline"], description="The wave's code.")
    received: ScoreView = Field(description="Mean of the dyad means of raters outside the group.")


class RatedGroupView(WireModel):
    """How the others rate one professional group's contribution, wave by wave."""

    code: str = Field(examples=["nurses"], description="The subject group's code, or the profession.")
    label: str = Field(examples=["Sygeplejersker"], description="What it is called.")
    waves: list[RatedInWave] = Field(description="In the order of the waves; those that may be seen.")
    change: FigureView = Field(description="The last of these less the first, in scale points.")


class GroupDevelopment(WireModel):
    """How a collaboration group develops over its closed waves."""

    purpose: Literal["better-collaboration"] = Field(default="better-collaboration", description=_PURPOSE)
    waves: list[GroupWaveView] = Field(
        description="Those asked with the same questions as the last one, in order."
    )
    change: FigureView = Field(description="The last wave's overall less the first's, in scale points.")
    rated: list[RatedGroupView] = Field(description="By code; never by score.")
