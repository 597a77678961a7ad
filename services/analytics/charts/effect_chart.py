"""Draws an intervention's effect: the arms before and after, and the difference with its own interval.

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
from services.analytics.charts.wording import counted, number, said, signed
from services.analytics.scores.schemas import Provenance
from services.analytics.studies.schemas import ArmView, EffectView
from shared.wire import Language


class Moment(StrEnum):
    """In the first wave or in the second."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class ArmMean:
    """The mean of an arm's case scores; it and its interval may be undefined."""

    arm: str
    moment: Moment
    mean: float | None
    low: float | None
    high: float | None
    cases: int


@dataclass(frozen=True, slots=True)
class Difference:
    """How much higher an arm is than the control; it and its interval may be undefined."""

    arm: str
    control: str
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What is drawn, in this order: the arms' means, and their differences as `method` estimates them."""

    provenance: Sequence[Provenance]
    means: Sequence[ArmMean]
    differences: Sequence[Difference]
    level: float
    method: str


def effect_of(view: EffectView | None) -> Effect | None:
    """Take the figure out of a study's released effect: its primary analysis, the control last."""
    if view is None or not view.arms:
        return None
    names = {arm.code: arm.name for arm in view.arms}
    return Effect(
        provenance=[view.before, view.after],
        means=[mean for arm in sorted(view.arms, key=lambda each: each.control) for mean in _means_of(arm)],
        differences=[
            Difference(
                names[each.arm],
                names[each.control],
                each.ancova.effect.value,
                each.ancova.effect.interval.low,
                each.ancova.effect.interval.high,
            )
            for each in view.comparisons
        ],
        level=view.arms[0].before.mean.interval.level,
        method="ANCOVA, HC2",
    )


def _means_of(arm: ArmView) -> Iterator[ArmMean]:
    for moment, found in ((Moment.BEFORE, arm.before), (Moment.AFTER, arm.after)):
        mean = found.mean
        yield ArmMean(arm.name, moment, mean.value, mean.interval.low, mean.interval.high, found.n)


_MEANS, _DIFFERENCE = "means", "difference"


def effect_chart(shown: Effect | None, language: Language) -> Spec:
    """Draw the two-interval figure, and below it the differences, if there is a control."""
    if shown is None:
        return nothing_to_show(language)
    arms = list(dict.fromkeys(each.arm for each in shown.means))
    means = [_mean(each, arms.index(each.arm), language) for each in shown.means]
    differences = [_difference(each, len(arms), shown.method) for each in shown.differences]
    ys = [place * ROW + arms.index(each.arm) * BETWEEN + ROW / 2 for place, each in enumerate(shown.means)]
    height, plot, below = ys[-1] + ROW / 2, _scale(language), _differences(shown, language)
    parts: list[Spec] = [{"width": plot.width, "height": height, "layer": row_layers(plot, height)}]
    data = with_intervals(plot, row_data(means, ys, language, 2))
    if differences:
        under = len(differences) * ROW
        places = [(place + 0.5) * ROW for place in range(len(differences))]
        data |= with_intervals(below, row_data(differences, places, language, 2))
        data["no-difference"] = [{"value": 0, "y": 0, "y2": under}]
        layers = [_no_difference(below, under), *row_layers(below, under)]
        parts.append({"width": below.width, "height": under, "layer": layers})
    body: Spec = {"datasets": data, "vconcat": parts, "spacing": 30}
    left = width_of(each.label for each in [*means, *differences])
    return framed(_heading(shown, means, differences, language), body, language, shown.provenance, left)


def _mean(found: ArmMean, series: int, language: Language) -> IntervalRow:
    moments = {Moment.BEFORE: ("Før", "Before"), Moment.AFTER: ("Efter", "After")}
    label = f"{said(*moments[found.moment], language)}: {found.arm}"
    cases = said(counted(found.cases, "forløb", "forløb"), counted(found.cases, "case", "cases"), language)
    return IntervalRow(label, found.mean, found.low, found.high, series, f", {cases}")


def _difference(found: Difference, series: int, method: str) -> IntervalRow:
    label = f"{found.arm} minus {found.control}"
    return IntervalRow(label, found.value, found.low, found.high, series, f", {method}")


def _scale(language: Language) -> Plot:
    title = said(
        "Relationel kapacitet, middel af forløb, 1 til 5",
        "Relational capacity, mean of cases, 1 to 5",
        language,
    )
    return Plot(_MEANS, (1, 5), title, (1, 2, 3, 4, 5))


def _differences(shown: Effect, language: Language) -> Plot:
    found = [end for each in shown.differences for end in (each.value, each.low, each.high)]
    ends = [end or 0.0 for end in (0.0, *found)]
    low, high = min(floor(min(ends)), -1), max(ceil(max(ends)), 1)
    ticks = tuple(float(each) for each in range(low, high + 1))
    return Plot(
        _DIFFERENCE,
        (low, high),
        said("Forskel i skalapoint", "Difference in scale points", language),
        ticks,
    )


def _no_difference(plot: Plot, height: float) -> Spec:
    scale = {"domain": list(plot.domain), "nice": False, "zero": False}
    x = {"field": "value", "type": "quantitative", "scale": scale}
    y = bare("y", [0, height], down=True)
    line = mark("rule", color=palette.LINE, strokeDash=[4, 3], strokeWidth=1.5)
    return layer("no-difference", line, {"x": x, "y": y, "y2": {"field": "y2"}})


def _heading(
    shown: Effect, means: Sequence[IntervalRow], differences: Sequence[IntervalRow], language: Language
) -> Heading:
    waves = said(" til ", " to ", language).join(each.wave for each in shown.provenance)
    title = said("Interventionens effekt", "Effect of the intervention", language)
    return Heading(
        f"{title}, {waves}",
        [_explained(shown, language)],
        [
            *(f"{each.label}: {each.text(language, 2)}." for each in means),
            *_in_words(shown, differences, language),
        ],
    )


def _explained(shown: Effect, language: Language) -> str:
    percent = number(shown.level * 100, language, 0)
    signs = said(
        f"Tegn: middel. Streg: {percent} %-interval.",
        f"Sign: mean. Line: {percent} % interval.",
        language,
    )
    if not shown.differences:
        return signs
    test = said(
        "Om armene adskiller sig, siger forskellens eget interval nederst. At to intervaller ikke "
        "overlapper, er ingen test.",
        "Whether arms differ is said by the difference's own interval below. That two intervals do not "
        "overlap is no test.",
        language,
    )
    return f"{signs} {test}"


def _in_words(shown: Effect, differences: Sequence[IntervalRow], language: Language) -> Iterator[str]:
    for found, row in zip(shown.differences, differences, strict=True):
        text = row.text(language, 2)
        plus = "+" if found.value is not None and signed(found.value, language, 2)[0] == "+" else ""
        yield f"{said('Forskel', 'Difference', language)}, {row.label}: {plus}{text}."
