"""Indicators on the wire."""

from pydantic import Field

from services.analytics.release.envelope import EstimateView, FigureView
from services.analytics.scores.schemas import Provenance
from shared.wire import WireModel


class IndicatorMean(FigureView):
    """The mean of a statement in one wave, each person counted once."""

    people: int = Field(examples=[43], description="Distinct people who rated it.")


class SamePeople(WireModel):
    """The change of those who rated a statement both times, and what coming and going adds."""

    stayed: int = Field(examples=[31], description="People who rated it in both waves.")
    left: int = Field(examples=[0], description="Only in the first.")
    joined: int = Field(examples=[12], description="Only in the second.")
    change: EstimateView = Field(description="Mean change of those who stayed, in scale points.")
    composition: FigureView = Field(description="The whole difference less this change.")


class IndicatorView(WireModel):
    """One statement at the start and at the end."""

    code: str = Field(examples=["known-roles"], description="The statement, as the instrument names it.")
    before: IndicatorMean
    after: IndicatorMean
    difference: EstimateView = Field(
        description="After less before, in scale points; its uncertainty as if others answered (Welch)."
    )
    percent_change: FigureView = Field(description="The difference in percent of `before`.")
    same_people: SamePeople | None = Field(
        description="Of all statements or of none; none where a few came or went."
    )


class AverageView(WireModel):
    """Several statements together, averaged both ways; say which one is shown."""

    items: int = Field(examples=[8], description="Statements it is over: those that are shown.")
    before: FigureView = Field(description="Mean of the statements' means in the first wave.")
    after: FigureView = Field(description="The same in the second.")
    difference: FigureView = Field(description="In scale points.")
    percent_of_averages: FigureView = Field(description="Percent change of the average.")
    average_of_percents: FigureView = Field(
        description="Average of the statements' own percent changes; those that began low weigh more."
    )


class SubScaleAverage(WireModel):
    """A sub-scale of the instrument."""

    code: str = Field(examples=["structures"], description="The sub-scale, as the instrument names it.")
    average: AverageView


class IndicatorsView(WireModel):
    """A form about the collaboration as a whole, in two waves."""

    before: Provenance = Field(description="Where the first wave's figures come from.")
    after: Provenance = Field(description="Where the second wave's figures come from.")
    unit_of_analysis: str = Field(default="person", description="What counts once.", examples=["person"])
    indicators: list[IndicatorView] = Field(
        description="In the instrument's order; those that enough people rated in both waves."
    )
    average: AverageView
    sub_scales: list[SubScaleAverage] = Field(description="Those of which every statement is shown.")
