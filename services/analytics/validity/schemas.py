"""Instruments' reliability and factors on the wire."""

from enum import StrEnum

from pydantic import Field

from services.analytics.associations.schemas import BootstrapView
from services.analytics.release.envelope import FigureView, IntervalView
from services.analytics.scores.schemas import Provenance
from shared.wire import WireModel


class Level(StrEnum):
    """What a row is: one's answers about another, one's mean answers about all others, or a form."""

    DYADS = "dyads"
    RATER_MEANS = "rater-means"
    FORMS = "forms"


class Caution(StrEnum):
    """Why a figure may be too sure, or tells of less than it seems to."""

    DEPENDENT_ROWS = "dependent-rows"
    FEW_CASES = "few-cases"
    FEW_ROWS = "few-rows"
    MANY_INCOMPLETE_ROWS = "many-incomplete-rows"
    BELOW_REQUIRED = "below-required"


class ItemReliability(WireModel):
    """One statement among the others."""

    code: str = Field(description="The statement, as the instrument names it.", examples=["respect"])
    item_rest: FigureView = Field(description="Its correlation with the sum of the others.")
    if_dropped: FigureView = Field(description="Alpha without it.")


class AlphaView(WireModel):
    """Cronbach's alpha over rows with every answer, and over all pairs of answers."""

    level: Level = Field(description="What a row is; each level is another question.", examples=["dyads"])
    listwise: FigureView = Field(description="Over complete rows.")
    listwise_rows: int = Field(description="How many those are.", examples=[780])
    pairwise: FigureView = Field(description="Over available pairs of answers.")
    pairwise_rows: int = Field(description="Rows with any answer.", examples=[1093])
    standardised: FigureView = Field(description="From correlations, over complete rows.")
    items: list[ItemReliability] = Field(description="Over complete rows; none is ever reversed.")
    bootstrap: BootstrapView = Field(description="Alpha over complete rows of resampled cases.")
    feldt: IntervalView | None = Field(
        description="Only where each row is another respondent's; half as wide as it should be on dyads."
    )


class SubScaleAlpha(WireModel):
    """Alpha of a sub-scale's statements alone."""

    code: str = Field(description="The sub-scale, as the instrument names it.", examples=["orientation"])
    alpha: FigureView = Field(description="Over rows complete in them.")
    rows: int = Field(description="How many those are.", examples=[850])


class LoadingView(WireModel):
    """How closely a statement follows its factor."""

    code: str = Field(description="The statement.", examples=["respect"])
    loading: FigureView = Field(description="Standardised: a correlation.")


class FactorView(WireModel):
    """One factor."""

    code: str = Field(description="`all`, or the sub-scale it stands for.", examples=["behaviour"])
    omega: FigureView = Field(description="McDonald's omega total of its statements.")
    items: list[LoadingView] = Field(description="Its statements.")


class FactorCorrelation(WireModel):
    """How two factors go together."""

    between: list[str] = Field(description="The two.", examples=[["orientation", "behaviour"]])
    value: FigureView = Field(description="Near 1: hardly to be told apart.")


class FactorModelView(WireModel):
    """A factor model by maximum likelihood over complete rows; answers are taken as normal, not ordinal."""

    rows: int = Field(description="Complete rows.", examples=[780])
    factors: list[FactorView] = Field(description="Of variance 1.")
    correlations: list[FactorCorrelation] = Field(description="None with one factor.")
    chi_square: FigureView = Field(description="N F, N rows: too large where rows depend on each other.")
    degrees_of_freedom: FigureView = Field(description="Of chi-square.")
    p: FigureView = Field(description="Of chi-square.")
    cfi: FigureView = Field(description="Comparative fit index.")
    tli: FigureView = Field(description="Tucker-Lewis index; above 1 where chi-square is small.")
    rmsea: FigureView = Field(description="Root mean square error of approximation.")
    rmsea_interval: IntervalView = Field(description="At 90 %.")
    srmr: FigureView = Field(description="Standardised root mean square residual (Bentler).")


class AdequacyView(WireModel):
    """Whether there is anything common to find."""

    kmo: FigureView = Field(description="Kaiser-Meyer-Olkin over all statements, 0 to 1.")
    bartlett: FigureView = Field(description="Chi-square that all correlations are zero.")
    bartlett_p: FigureView = Field(description="Its p; too small where rows depend on each other.")


class InstrumentReliability(WireModel):
    """One version of one instrument."""

    instrument: str = Field(description="The instrument's code.", examples=["relational-capacity"])
    version: int = Field(description="Versions ask different statements: each stands apart.", examples=[1])
    form: str = Field(description="Who rates whom.", examples=["network"])
    people: int = Field(description="Distinct respondents with any answer.", examples=[204])
    cases: int = Field(description="Cases they answered in.", examples=[54])
    alpha: AlphaView = Field(description="Of single answers: dyads, or forms.")
    rater_means: AlphaView | None = Field(
        description="Of each rater's mean answers; null where nobody rates several."
    )
    sub_scales: list[SubScaleAlpha] = Field(description="Where the instrument has some.")
    omega: FigureView = Field(description="Omega total of all statements, by the one-factor model.")
    one_factor: FactorModelView = Field(description="All statements measure one thing.")
    sub_scale_factors: FactorModelView | None = Field(
        description="Each sub-scale measures one; null where there aren't two."
    )
    adequacy: AdequacyView
    warnings: list[Caution] = Field(description="What to say beside the figures.", examples=[["few-cases"]])


class Reliabilities(WireModel):
    """Every instrument's reliability in one wave."""

    provenance: Provenance
    required_alpha: float = Field(
        description="What the method's authors ask of every scale.", examples=[0.7]
    )
    instruments: list[InstrumentReliability] = Field(description="Those that enough people answered.")
