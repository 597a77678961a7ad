"""Figures made up by hand that are not of one case."""

from collections.abc import Sequence

from services.analytics.charts.development_chart import Development, GroupOverWaves, WaveMean
from services.analytics.charts.distribution_chart import Bin, Distribution
from services.analytics.charts.effect_chart import ArmMean, Difference, Effect, Moment
from services.analytics.charts.leadership_chart import BandPoint, Dot, Scatter
from services.analytics.release.envelope import EstimateView, FigureView, IntervalView
from tests.services.analytics.charts.made import PROVENANCE


def estimate(value: float | None, low: float | None = None, high: float | None = None) -> EstimateView:
    """Make an estimate."""
    nothing = FigureView(value=None, reason="too-few-clusters")
    reason = None if value is not None else "no-variance"
    return EstimateView(
        value=value,
        reason=reason,
        standard_error=nothing,
        degrees_of_freedom=nothing,
        p=nothing,
        interval=IntervalView(low=low, high=high, level=0.95),
    )


def scatter(*, dots: bool = False) -> Scatter:
    """Make a relation, with or without what is for analysts."""
    return Scatter(
        provenance=PROVENANCE,
        unit_of_analysis="respondent-by-case",
        n=4,
        cases=3,
        leaders=2,
        intercept=1.0,
        slope=estimate(0.67, 0.45, 0.89),
        errors="CR2",
        dots=[Dot(2.0, 2.5), Dot(4.0, 3.5), Dot(2.0, 2.5), Dot(3.0, 3.0)] if dots else (),
        band=[BandPoint(2.0, 2.1, 2.6), BandPoint(4.0, 3.4, 4.0)] if dots else (),
    )


def effect(intervention: str = "Intervention", control: str = "Kontrol") -> Effect:
    """Make the published figure: 1.16 after, the control group fallen."""
    arms = (intervention, control)
    return Effect(
        provenance=[PROVENANCE],
        means=[
            ArmMean(arms[0], Moment.BEFORE, 3.1, 2.8, 3.4, 27),
            ArmMean(arms[0], Moment.AFTER, 3.9, 3.6, 4.2, 26),
            ArmMean(arms[1], Moment.BEFORE, 3.2, None, None, 1),
            ArmMean(arms[1], Moment.AFTER, 2.74, 2.4, 3.08, 25),
        ],
        differences=[Difference(*arms, 1.16, 0.75, 1.57)],
        level=0.95,
        method="ANCOVA, HC2",
    )


def development(labels: Sequence[str]) -> Development:
    """Make groups over two waves; the last one has the second alone."""
    both = [WaveMean("baseline", 2.84, 12), WaveMean("follow-up", 3.42, 1)]
    groups = [GroupOverWaves(each, both, 0.58) for each in labels[:-1]]
    last = GroupOverWaves(labels[-1], [WaveMean("follow-up", None, 0)])
    return Development([PROVENANCE], ["baseline", "follow-up"], [*groups, last, GroupOverWaves("none", ())])


def distribution() -> Distribution:
    """Make bins of different widths."""
    bins = [Bin(1.0, 2.5, 9), Bin(2.5, 3.0, 0), Bin(3.0, 3.5, 12), Bin(3.5, 5.0, 8)]
    return Distribution(PROVENANCE, bins, 3.31, 29, 8)
