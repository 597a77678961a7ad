"""Distributions and response quality on the wire."""

from typing import Literal

from pydantic import Field

from services.analytics.release.envelope import FigureView
from services.analytics.scores.schemas import Provenance, ResponseQuality
from shared.contracts.survey import Form
from shared.wire import WireModel


class BinView(WireModel):
    """Cases whose scores lie from `low` to below `high`; the last bin holds 5."""

    low: float = Field(examples=[3.0], description="In scale points; bins begin and end at half points.")
    high: float = Field(examples=[3.5], description="In scale points.")
    cases: int = Field(examples=[12], description="None, or at least the minimum for distributions.")


class QuantileView(FigureView):
    """The score below which a share of the cases lies, evenly spread within each bin that is shown."""

    share: float = Field(examples=[0.5], description="0.25, 0.5 (the median) or 0.75.")


class SpreadView(WireModel):
    """How the scores of some cases spread."""

    cases: int = Field(examples=[54], description="Cases with a score.")
    people: int = Field(examples=[215], description="Distinct people who rated in them.")
    mean: FigureView = Field(description="Mean of the cases' scores.")
    sd: FigureView = Field(description="Standard deviation of the cases' scores (n - 1).")
    bins: list[BinView] = Field(
        description="From 1 to 5 without gaps, joined where few cases lie; empty where one would hold all."
    )
    quantiles: list[QuantileView] = Field(description="Worked out of the bins; empty where there are none.")


class LevelSpread(WireModel):
    """How the scores of cases of one complexity spread."""

    level: str = Field(examples=["complex"], description="The level at opening, by the tenant's rule set.")
    spread: SpreadView


class CaseScoreDistribution(WireModel):
    """How the scores of all cases of a wave spread."""

    provenance: Provenance
    unit_of_analysis: Literal["case"] = Field(default="case", description="What is counted.")
    score: Literal["mean-of-dyads"] = Field(
        default="mean-of-dyads", description="A case's score: the mean of its dyad means."
    )
    overall: SpreadView
    levels: list[LevelSpread] = Field(
        description="All levels, with bins of their own; empty unless each of them may be shown."
    )


class InstrumentResponse(WireModel):
    """How much of one instrument was answered in a wave."""

    instrument: str = Field(examples=["relational-capacity"], description="The instrument's code.")
    version: int = Field(examples=[1], description="Its version.")
    form: Form = Field(description="Who rates whom.")
    cases: int = Field(examples=[54], description="Cases it was asked in.")
    people: int = Field(examples=[215], description="Distinct people who answered any of it.")
    response: ResponseQuality = Field(description="Counts seats: who is in two cases is asked twice.")


class WaveResponse(WireModel):
    """How much was answered in a wave, by instrument."""

    provenance: Provenance
    instruments: list[InstrumentResponse] = Field(description="Those that enough people answered, by code.")
