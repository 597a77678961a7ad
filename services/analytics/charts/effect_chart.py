"""Draws an intervention's effect: both arms before and after, and the difference with its own interval.

Whether intervals overlap is no test, and nothing here says so: the interval of the difference is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor

from services.analytics.charts import palette
from services.analytics.charts.frame import (
    Heading,
    Spec,
    bare,
    framed,
    layer,
    mark,
    nothing_to_show,
    width_of,
)
from services.analytics.charts.interval_rows import (
    BETWEEN,
    ROW,
    IntervalRow,
    Plot,
    row_data,
    row_layers,
    with_intervals,
)
from services.analytics.charts.wording import counted, interval, number, said, signed
from services.analytics.scores.schemas import Provenance
from shared.wire import Language


class Arm(StrEnum):
    """Which arm of the study."""

    INTERVENTION = "intervention"
    CONTROL = "control"


class Moment(StrEnum):
    """Before or after the network meetings."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class ArmMean:
    """The mean of an arm's case scores; the interval may be undefined."""

    arm: Arm
    moment: Moment
    mean: float
    low: float | None
    high: float | None
    cases: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What is drawn: the means, and the difference of the arms as `method` estimates it."""

    provenance: Sequence[Provenance]
    means: Sequence[ArmMean]
    difference: float
    low: float | None
    high: float | None
    level: float
    method: str


_MEANS, _DIFFERENCE = "means", "difference"


def effect_chart(shown: Effect | None, language: Language) -> Spec:
    """Draw the two-interval figure, and below it the difference."""
    if shown is None:
        return nothing_to_show(language)
    means = [_mean(each, language) for each in _ordered(shown)]
    label = said("Forskel, intervention minus kontrol", "Difference, intervention minus control", language)
    difference = IntervalRow(label, shown.difference, shown.low, shown.high, 2, f"  {shown.method}")
    ys = [place * ROW + (BETWEEN if place >= 2 else 0) + ROW / 2 for place in range(len(means))]
    height, plot, below = len(means) * ROW + BETWEEN, _scale(language), _differences(shown, language)
    body: Spec = {
        "datasets": {
            **with_intervals(plot, row_data(means, ys, language, 2)),
            **with_intervals(below, row_data([difference], [ROW / 2], language, 2)),
            "no-difference": [{"value": 0, "y": 0, "y2": ROW}],
        },
        "vconcat": [
            {"width": plot.width, "height": height, "layer": row_layers(plot, height)},
            {
                "width": below.width,
                "height": ROW,
                "layer": [_no_difference(below), *row_layers(below, ROW)],
            },
        ],
        "spacing": 30,
    }
    left = width_of([*(each.label for each in means), label])
    return framed(_heading(shown, means, difference, language), body, language, shown.provenance, left)


def _ordered(shown: Effect) -> list[ArmMean]:
    return sorted(shown.means, key=lambda each: ([*Arm].index(each.arm), [*Moment].index(each.moment)))


def _mean(found: ArmMean, language: Language) -> IntervalRow:
    names = {Arm.INTERVENTION: ("Intervention", "Intervention"), Arm.CONTROL: ("Kontrol", "Control")}
    moments = {Moment.BEFORE: ("før", "before"), Moment.AFTER: ("efter", "after")}
    label = f"{said(*names[found.arm], language)}, {said(*moments[found.moment], language)}"
    cases = said(counted(found.cases, "forløb", "forløb"), counted(found.cases, "case", "cases"), language)
    return IntervalRow(label, found.mean, found.low, found.high, [*Arm].index(found.arm), f", {cases}")


def _scale(language: Language) -> Plot:
    title = said(
        "Relationel kapacitet, middel af forløb, 1 til 5",
        "Relational capacity, mean of cases, 1 to 5",
        language,
    )
    return Plot(_MEANS, (1, 5), title, (1, 2, 3, 4, 5))


def _differences(shown: Effect, language: Language) -> Plot:
    ends = [0.0, shown.difference, shown.low or 0.0, shown.high or 0.0]
    low, high = min(floor(min(ends)), -1), max(ceil(max(ends)), 1)
    ticks = tuple(float(each) for each in range(low, high + 1))
    return Plot(
        _DIFFERENCE,
        (low, high),
        said("Forskel i skalapoint", "Difference in scale points", language),
        ticks,
    )


def _no_difference(plot: Plot) -> Spec:
    scale = {"domain": list(plot.domain), "nice": False, "zero": False}
    x = {"field": "value", "type": "quantitative", "scale": scale}
    y = bare("y", [0, ROW], down=True)
    line = mark("rule", color=palette.LINE, strokeDash=[4, 3], strokeWidth=1.5)
    return layer("no-difference", line, {"x": x, "y": y, "y2": {"field": "y2"}})


def _heading(
    shown: Effect, means: Sequence[IntervalRow], difference: IntervalRow, language: Language
) -> Heading:
    percent = number(shown.level * 100, language, 0)
    return Heading(
        said("Interventionens effekt", "Effect of the intervention", language),
        [
            said(
                f"Tegn: middel. Streg: {percent} %-interval. Om de to arme adskiller sig, siger "
                "forskellens eget interval nederst. At to intervaller ikke overlapper, er ingen test.",
                f"Sign: mean. Line: {percent} % interval. Whether the arms differ is said by the "
                "difference's own interval below. That two intervals do not overlap is no test.",
                language,
            )
        ],
        [
            *(f"{each.label}: {each.text(language, 2)}." for each in means),
            *_difference_in_words(shown, difference, language),
        ],
    )


def _difference_in_words(shown: Effect, difference: IntervalRow, language: Language) -> Iterator[str]:
    text = f"{difference.label}: {signed(shown.difference, language, 2)}"
    if shown.low is not None and shown.high is not None:
        text += f" {interval(shown.low, shown.high, language, 2)}"
    yield f"{text}, {shown.method}."
