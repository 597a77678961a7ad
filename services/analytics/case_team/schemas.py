"""A case's relations, change and suggestions on the wire."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from services.analytics.case_team.themes import Meeting, Sign
from services.analytics.methods.reliable_change import ChangeDirection
from services.analytics.release.envelope import EstimateView, FigureView
from services.analytics.scores.schemas import Provenance
from shared.wire import WireModel

_PURPOSE = "The relations are there to improve collaboration, not to judge anybody."


class MutualView(WireModel):
    """What two people say of each other."""

    first_of_second: FigureView = Field(description="How the first experiences the second.")
    second_of_first: FigureView = Field(description="How the second experiences the first.")
    difference: FigureView = Field(
        description="The first's less the second's, in scale points, where both have a value."
    )


class MutualDimension(WireModel):
    """The same on one dimension."""

    code: str = Field(examples=["knowledge-sharing"], description="The dimension.")
    mutual: MutualView


class PairView(WireModel):
    """Two participants, in the matrix' order."""

    first: UUID = Field(description="The one who comes first in the matrix.")
    second: UUID = Field(description="The other.")
    overall: MutualView
    dimensions: list[MutualDimension] = Field(description="In the instrument's order.")


class RelationView(WireModel):
    """A relation between two people: the mean of what both say of it."""

    first: UUID = Field(description="The one who comes first in the matrix.")
    second: UUID = Field(description="The other.")
    mean: float = Field(examples=[4.25], description="Mean of both views, in scale points.")


class BoundedView(FigureView):
    """A figure from what is known, and what it could be had everybody rated everybody asked about."""

    low: FigureView = Field(description="The least it could be.")
    high: FigureView = Field(description="The most it could be.")


class TogetherView(WireModel):
    """Whom strong relations hold together, either side counting."""

    count: int = Field(examples=[2], description="Groups, people alone included.")
    alone: int = Field(examples=[1], description="Groups of one.")
    fewest: int = Field(examples=[1], description="Groups there would be if all unknown were strong.")
    groups: list[list[UUID]] = Field(description="The largest first, then in the matrix' order.")


class MeasuresView(WireModel):
    """Measures of the whole network."""

    threshold: float = Field(
        examples=[4.0], description="A mean from here on is a strong relation: agree. Not validated."
    )
    persons: int = Field(examples=[6], description="Participants.")
    asked: int = Field(examples=[30], description="Ordered pairs that were asked.")
    known: int = Field(examples=[27], description="Those with a mean.")
    strong: int = Field(examples=[14], description="Those that are strong.")
    density: BoundedView = Field(description="Strong over known.")
    mutual: int = Field(examples=[5], description="Pairs strong from both sides.")
    one_sided: int = Field(examples=[4], description="Pairs strong from one side.")
    neither: int = Field(examples=[3], description="Pairs strong from neither.")
    reciprocity: BoundedView = Field(description="Share of strong relations that are returned.")
    asymmetry: FigureView = Field(description="Mean absolute difference of the two views of a pair.")
    centralisation_given: BoundedView = Field(description="How far strong ratings come from few; 0 even.")
    centralisation_received: BoundedView = Field(description="How far strong ratings go to few; 0 even.")
    together: TogetherView


class RelationsView(WireModel):
    """A case's relations pair by pair, and as a whole."""

    purpose: Literal["better-collaboration"] = Field(default="better-collaboration", description=_PURPOSE)
    provenance: Provenance
    pairs: list[PairView] = Field(description="All pairs of which either was asked about the other.")
    strongest: list[RelationView] = Field(
        description=(
            "The strongest of the relations that both have rated: up to three, more where they tie, "
            "none where all are alike. About relations between two, never about one person."
        )
    )
    weakest: list[RelationView] = Field(description="The weakest, likewise.")
    measures: MeasuresView


class WaveMeanView(FigureView):
    """A wave's mean over its raters, each weighing the same."""

    raters: int = Field(examples=[7], description="People who rated anybody.")


class SameRatersView(WireModel):
    """The change as those see it who answered both times, and what coming and going adds."""

    stayed: int = Field(examples=[6], description="Raters in both waves.")
    left: int = Field(examples=[1], description="Raters in the first wave alone.")
    joined: int = Field(examples=[1], description="Raters in the second wave alone.")
    turnover: FigureView = Field(description="Left and joined over all raters of either wave.")
    change: EstimateView = Field(description="Mean change of those who stayed.")
    composition: FigureView = Field(description="The difference of all less that change.")


class ReliableView(WireModel):
    """The difference against what measurement error alone would give (Jacobson & Truax)."""

    standard_error: FigureView = Field(
        description="From the first wave's cases; `too-few-clusters` where they are too few."
    )
    index: FigureView = Field(description="Difference over standard error.")
    direction: ChangeDirection | None = Field(description="What can be said; null without an index.")


class ChangeView(WireModel):
    """A score before and after."""

    before: WaveMeanView
    after: WaveMeanView
    difference: FigureView = Field(description="After less before, of everyone in each wave.")
    reliable: ReliableView
    same_raters: SameRatersView | None = Field(
        description="Null where whoever came or went could be worked out from it."
    )


class DimensionChange(WireModel):
    """A dimension before and after."""

    code: str = Field(examples=["knowledge-sharing"], description="The dimension.")
    change: ChangeView


class RosterView(WireModel):
    """Who was asked, in numbers."""

    stayed: int = Field(examples=[6], description="People asked both times.")
    left: int = Field(examples=[1], description="People asked the first time alone.")
    joined: int = Field(examples=[2], description="People asked the second time alone.")


class CaseChangeView(WireModel):
    """A case in two waves."""

    purpose: Literal["better-collaboration"] = Field(default="better-collaboration", description=_PURPOSE)
    before: Provenance
    after: Provenance
    unit_of_analysis: str = Field(examples=["rater"], description="What is paired and averaged.")
    asked: RosterView | None = Field(description="Null where `sameRaters` is.")
    overall: ChangeView
    dimensions: list[DimensionChange] = Field(
        description="In the instrument's order; none where too few answered one of them."
    )


class SuggestionReasonView(WireModel):
    """What in the team's pattern a suggestion answers to."""

    sign: Sign = Field(description="What shows: a low mean, pairs that don't know each other, ...")
    dimension: str | None = Field(
        examples=["mutual-knowledge"], description="Whose mean, where that is the sign."
    )
    value: float = Field(examples=[2.9], description="The mean, the pairs, the difference or the groups.")
    threshold: float = Field(
        examples=[3.5],
        description=(
            "Means show below it; differences and pairs from it on; groups above it. Not validated: "
            "a reading aid."
        ),
    )


class SourceView(WireModel):
    """Where a suggestion is from."""

    study: str = Field(examples=["Storch og Hornstrup: Ledelsesinterventioner i arbejdet med ..."])
    basis: str = Field(examples=["Undersøgelsens fokus for det første møde."])


class SuggestionView(WireModel):
    """Something the team can take up together."""

    code: str = Field(examples=["roles-and-conditions"], description="The suggestion's code.")
    text: str = Field(examples=["Fortæl på skift, hvad I hver især gør i forløbet."])
    reason: SuggestionReasonView
    source: SourceView


class MeetingView(WireModel):
    """One of the two network meetings."""

    meeting: Meeting
    focus: str = Field(
        examples=["Gensidigt kendskab til hinandens roller og arbejdsbetingelser."],
        description="What the meeting is about whatever the figures say.",
    )
    suggestions: list[SuggestionView] = Field(description="In a fixed order, not by weight; often none.")


class SuggestionsView(WireModel):
    """What a team's pattern suggests to take up when it meets; about the team, never about a person."""

    purpose: Literal["better-collaboration"] = Field(default="better-collaboration", description=_PURPOSE)
    provenance: Provenance
    meetings: list[MeetingView] = Field(description="The first and the second.")
