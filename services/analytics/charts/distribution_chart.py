"""Draws how case scores are spread, in bins of enough cases, with their mean; no single case shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.analytics.charts import palette
from services.analytics.charts.frame import (
    Heading,
    Spec,
    bare,
    framed,
    layer,
    mark,
    nominal,
    nothing_to_show,
    words,
)
from services.analytics.charts.wording import counted, number, said
from services.analytics.distribution.schemas import CaseScoreDistribution
from services.analytics.scores.schemas import Provenance
from shared.wire import Language

_WIDTH, _HEIGHT = 440, 220
LOWEST, HIGHEST = 1.0, 5.0


@dataclass(frozen=True, slots=True)
class Bin:
    """How many cases have a score from `low` up to, but not including, `high`."""

    low: float
    high: float
    cases: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """The released distribution of a wave; every bin has no case or at least `fewest`.

    Raises
    ------
    ValueError
        If a bin has fewer: it should not have been released.
    """

    provenance: Provenance
    bins: Sequence[Bin]
    mean: float | None
    cases: int
    fewest: int

    def __post_init__(self) -> None:
        if any(0 < each.cases < self.fewest for each in self.bins):
            raise ValueError("a bin has fewer cases than may be shown")
        if any(each.low >= each.high for each in self.bins):
            raise ValueError("a bin has no width")


def distribution_of(fewest: int, view: CaseScoreDistribution | None) -> Distribution | None:
    """Take the whole wave's distribution; `fewest` is how many cases a bin holds at least."""
    if view is None:
        return None
    whole = view.overall
    bins = [Bin(each.low, each.high, each.cases) for each in whole.bins]
    return Distribution(
        provenance=view.provenance,
        bins=bins or [Bin(LOWEST, HIGHEST, whole.cases)],
        mean=whole.mean.value,
        cases=whole.cases,
        fewest=fewest,
    )


def distribution_chart(shown: Distribution | None, language: Language) -> Spec:
    """Draw a histogram; where bins differ in width, areas are counts."""
    if shown is None or not any(each.cases for each in shown.bins):
        return nothing_to_show(language)
    bins = [_bar(each) for each in shown.bins if each.cases]
    most = max(each["density"] for each in bins)
    mean = [] if shown.mean is None else [{"low": shown.mean, "top": most * 1.15}]
    body: Spec = {
        "width": _WIDTH,
        "height": _HEIGHT,
        "datasets": {
            "bins": bins,
            "mean": [{**each, "text": _mean(shown, language).capitalize()} for each in mean],
        },
        "layer": _layers(most * 1.25, language),
    }
    return framed(_heading(shown, language), body, language, [shown.provenance], 0)


def _bar(found: Bin) -> Spec:
    return {
        "low": found.low,
        "high": found.high,
        "middle": (found.low + found.high) / 2,
        "cases": found.cases,
        "density": found.cases / (found.high - found.low),
        "bottom": 0,
        "text": str(found.cases),
    }


def _mean(shown: Distribution, language: Language) -> str:
    if shown.mean is None:
        return said("middel ikke bestemt", "mean undefined", language)
    mean = number(shown.mean, language, 2)
    return said(f"middel {mean}", f"mean {mean}", language)


def _cases(found: Bin, language: Language) -> str:
    return said(counted(found.cases, "forløb", "forløb"), counted(found.cases, "case", "cases"), language)


def _layers(most: float, language: Language) -> list[Spec]:
    title = said("Forløbets score, 1 til 5", "Score of the case, 1 to 5", language)
    scale = {"domain": [1, 5], "nice": False, "zero": False}
    axis = {"values": [1, 2, 3, 4, 5], "format": "d", "title": title, "grid": False}
    x = {"field": "low", "type": "quantitative", "scale": scale, "axis": axis}
    y = bare("density", [0, most])
    place = {"x": {**x, "field": "middle"}, "y": y, "text": nominal("text")}
    return [
        layer(
            "bins",
            mark("rect", fill=palette.FILL, stroke=palette.INK, strokeWidth=1),
            {"x": x, "x2": {"field": "high"}, "y": y, "y2": {"field": "bottom"}},
        ),
        layer("bins", words(baseline="bottom", dy=-4), place),
        layer(
            "mean",
            mark("point", shape="triangle-down", filled=True, size=130, color=palette.SECOND, opacity=1),
            {"x": x, "y": {**y, "field": "top"}},
        ),
        layer(
            "mean",
            words(baseline="bottom", dy=-10, fontWeight="bold"),
            {"x": x, "y": {**y, "field": "top"}, "text": nominal("text")},
        ),
    ]


def _heading(shown: Distribution, language: Language) -> Heading:
    wave, fewest = shown.provenance.wave, shown.fewest
    cases = said(counted(shown.cases, "forløb", "forløb"), counted(shown.cases, "case", "cases"), language)
    behind = f"{cases}, {_mean(shown, language)}."
    explained = said(
        f"Tal og areal er antallet af forløb, mindst {fewest} i hver søjle.",
        f"Figures and areas are numbers of cases, at least {fewest} in each bar.",
        language,
    )
    return Heading(
        said(f"Forløbenes scorer, måletidspunkt {wave}", f"Scores of cases, wave {wave}", language),
        [f"{behind} {explained}"],
        [behind, *(f"{_ends(each, language)}: {_cases(each, language)}." for each in shown.bins)],
    )


def _ends(found: Bin, language: Language) -> str:
    return f"{number(found.low, language, 2)}–{number(found.high, language, 2)}"
