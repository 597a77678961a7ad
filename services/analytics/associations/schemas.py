"""Associations on the wire."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from services.analytics.release.envelope import EstimateView, FigureView, IntervalView
from services.analytics.scores.schemas import Provenance
from shared.contracts.survey import CitizenResources
from shared.wire import WireModel


class RegressionView(WireModel):
    """A line with its uncertainty."""

    intercept: EstimateView = Field(description="In scale points, where x is 0.")
    slope: EstimateView = Field(description="Scale points of y per scale point of x.")
    errors: str = Field(
        description="How the standard errors are worked out: `cr2` by clusters, `hc3` row by row.",
        examples=["cr2"],
    )
    clusters: list[int] = Field(description="How many clusters of each kind.", examples=[[31]])


class PercentView(WireModel):
    """What a rise of x by `change` percent goes with in y, under both conventions."""

    change: float = Field(description="Percent of x.", examples=[10.0])
    scale_range: FigureView = Field(
        description="Percent of the scale's range, in both: the slope times the change."
    )
    relative_to_means: FigureView = Field(description="Percent of each one's own mean.")


class BootstrapView(WireModel):
    """What an estimate would be had other cases been drawn: with the same seed, the same draws."""

    value: FigureView = Field(description="The estimate from the data themselves.")
    resampled: Literal["case"] = Field(default="case", description="What is drawn with replacement.")
    clusters: int = Field(description="How many there are to draw from.", examples=[54])
    draws: int = Field(description="How many samples were drawn.", examples=[2000])
    undefined_draws: int = Field(description="Samples without an estimate; left out.", examples=[0])
    seed: int = Field(description="The generator's seed.", examples=[20261122])
    standard_error: FigureView = Field(description="Standard deviation of the draws.")
    percentile: IntervalView = Field(description="Quantiles of the draws.")
    bca: IntervalView = Field(description="The same, corrected for bias and acceleration (Efron).")


class RandomTermView(WireModel):
    """How much of what is left differs between cases, or between leaders."""

    name: str = Field(description="What has an intercept of its own.", examples=["case"])
    levels: int = Field(description="How many of them there are.", examples=[54])
    variance: FigureView = Field(description="In scale points squared.")
    share: FigureView = Field(description="Of all that the line leaves.")
    is_zero: bool = Field(description="Found to be zero: the model is then the one without it.")


class MixedView(WireModel):
    """The slope by a mixed model (REML): intercepts that vary, instead of errors that cluster."""

    slope: EstimateView = Field(description="With Satterthwaite's degrees of freedom.")
    terms: list[RandomTermView] = Field(
        description="Case and leader; with more than 200 leaders the case alone."
    )
    residual: FigureView = Field(description="Variance that is left.")


class PowerFormula(StrEnum):
    """What a power stands on: rows that are independent, or the standard error by clusters as found."""

    INDEPENDENT_ROWS = "independent-rows"
    CLUSTERED_ERROR = "clustered-error"


class PowerView(WireModel):
    """How likely data of this size show an effect worth seeing: never power at the effect found."""

    effect: float = Field(description="The effect asked about: the published one.", examples=[0.4])
    power: FigureView = Field(description="Probability to tell it from 0, two-sided at 5 %.")
    detectable: FigureView = Field(description="The smallest effect that is seen with 80 %.")
    formula: PowerFormula = Field(description="What the standard error is taken from.")


class BandPointView(FigureView):
    """The height of the line by case at one place, with the interval of that place alone."""

    at_leadership: float = Field(description="How leadership is experienced there.", examples=[3.25])
    interval: IntervalView = Field(description="Errors by case (CR2), Satterthwaite's t.")


class PointView(WireModel):
    """One employee on one case; of nobody in particular, in tenths of a scale point."""

    leadership: float = Field(description="How the employee experiences the leader.", examples=[3.6])
    rk: float = Field(description="The relational capacity the employee gives.", examples=[3.2])


class LeadershipToRkView(WireModel):
    """Relational capacity given by a respondent, by how the same one experiences the leader."""

    unit_of_analysis: str = Field(description="What a row is.", examples=["respondent-by-case"])
    n: int = Field(description="Rows with both scores, of cases shown by themselves.", examples=[212])
    people: int = Field(description="Distinct respondents.", examples=[180])
    cases: int = Field(description="Distinct cases, all shown by themselves.", examples=[54])
    leaders: int = Field(description="Distinct leaders.", examples=[41])
    by_case: RegressionView = Field(description="Errors by case.")
    by_leader: RegressionView = Field(description="Errors by leader: the same line.")
    two_way: RegressionView = Field(description="Errors by both: the same line.")
    bootstrap: BootstrapView = Field(description="The slope over resampled cases.")
    mixed: MixedView = Field(description="Beside it, not instead.")
    percent: PercentView = Field(description="The slope as a percentage.")
    power: PowerView = Field(description="For the published slope, from the error by case.")
    band: list[BandPointView] = Field(
        description=(
            "The line by case at each quarter of a scale point that enough people lie on both sides of; "
            "empty where there are fewer than two, or no line."
        )
    )


class RkToCitizenGroup(WireModel):
    """The citizen's experience, by the case's relational capacity, over some of the cases."""

    unit_of_analysis: str = Field(description="What a row is.", examples=["case"])
    n: int = Field(description="Cases used: with both scores, shown by themselves.", examples=[54])
    citizens: int = Field(description="Distinct citizens and relatives who answered.", examples=[54])
    regression: RegressionView = Field(description="The line, HC3.")
    percent: PercentView = Field(description="The slope as a percentage.")
    power: PowerView = Field(description="For the published slope.")


class ModerationView(WireModel):
    """Whether the slope differs in cases of more than five units."""

    units_above: int = Field(description="More units than this, when the round opened.", examples=[5])
    n: int = Field(description="Cases used, with a number of units.", examples=[54])
    moderated: int = Field(description="Those of them with more units.", examples=[21])
    slope_without: EstimateView = Field(description="Of cases with so many units or fewer.")
    slope_with: EstimateView = Field(description="Of cases with more.")
    interaction: EstimateView = Field(description="The one less the other, HC3: this is the test.")
    power: PowerView = Field(description="For slopes that differ by as much as the published slope.")


class ResourcesView(RkToCitizenGroup):
    """The same over cases whose citizen can do as much alone."""

    resources: CitizenResources = Field(description="How much the citizen can do alone.")


class RkToCitizenView(RkToCitizenGroup):
    """Over all cases, and over some; what would set too few people apart is null, or left out."""

    complex_only: RkToCitizenGroup | None = Field(description="Cases at the level `complex` when opened.")
    moderation: ModerationView | None = Field(description="Cases of more than five units, and the others.")
    by_resources: list[ResourcesView] = Field(
        description="In fixed order; a group that may not be seen is left out."
    )


class PathView(WireModel):
    """How far leadership goes with the citizen's experience by way of relational capacity: no cause."""

    unit_of_analysis: str = Field(description="What a row is.", examples=["case"])
    n: int = Field(description="Cases used: with all three scores, shown by themselves.", examples=[52])
    leadership_to_rk: EstimateView = Field(description="a: of the cases' means, HC3.")
    rk_to_citizen: EstimateView = Field(description="b: leadership held fixed, HC3.")
    direct: EstimateView = Field(description="Leadership with the citizen's experience, RK held fixed.")
    total: EstimateView = Field(description="Leadership with the citizen's experience: direct + a b.")
    indirect: BootstrapView = Field(description="a b over resampled cases.")


class Associations(WireModel):
    """The relations the method rests on, in one wave; each null if too few people stand behind it.

    They are over the cases whose own scores others than their team see, as far as these have entered: all
    counts are of them.
    """

    provenance: Provenance
    leadership_to_rk: LeadershipToRkView | None = Field(
        description="Needs enough respondents, cases and leaders."
    )
    rk_to_citizen: RkToCitizenView | None = Field(description="Needs enough cases, citizens and raters.")
    path: PathView | None = Field(description="Leadership, by way of RK, to the citizen.")


class AssociationsSeen(Associations):
    """The same as a caller sees it; single employees are there for analysts alone."""

    points: list[PointView] | None = Field(
        description=(
            "What `leadershipToRk` stands on, by leadership: null unless that is there and the caller is "
            "an analyst."
        )
    )
