"""Draws a case's dimensions as bars with value and band in words; it names no person."""

from collections.abc import Iterator

from services.analytics.charts import palette
from services.analytics.charts.frame import (
    Heading,
    Spec,
    as_it_is,
    framed,
    layer,
    mark,
    nominal,
    nothing_to_show,
    width_of,
    words,
)
from services.analytics.charts.wording import NOT_VALIDATED, band, band_of, dimension, number, said
from services.analytics.scores.schemas import CaseResults, NamedScore
from shared.wire import Language

_WIDTH, _STEP = 420, 40


def dimension_chart(view: CaseResults | None, language: Language) -> Spec:
    """Draw a case's released dimensions, in the instrument's order."""
    if view is None or not view.dimensions:
        return nothing_to_show(language)
    rows = [_row(place, each, language) for place, each in enumerate(view.dimensions)]
    body: Spec = {
        "width": _WIDTH,
        "height": _STEP * len(rows),
        "datasets": {
            "dimensions": [each for each in rows if "mean" in each],
            "undefined": [each for each in rows if "mean" not in each],
            "labels": [{"place": each["place"], "label": each["dimension"]} for each in rows],
        },
        "layer": _layers(len(rows), language),
    }
    left = width_of(each["dimension"] for each in rows)
    return framed(_heading(view, rows, language), body, language, [view.provenance], left)


def _row(place: int, named: NamedScore, language: Language) -> Spec:
    row: Spec = {"place": place, "dimension": dimension(named.code, language)}
    mean = named.score.value
    if mean is None:
        return {**row, "text": said("ingen svar", "no answers", language)}
    code = band_of(mean)
    behind = said(
        f"{named.score.cells} svar fra {named.score.raters}",
        f"{named.score.cells} answers from {named.score.raters}",
        language,
    )
    text = f"{number(mean, language, 2)}  {band(code, language)}  ({behind})"
    figures = {"mean": mean, "answers": named.score.cells, "raters": named.score.raters, "from": 1}
    return {**row, **figures, "text": text, "band": code, "fill": palette.BANDS[code]}


def _layers(rows: int, language: Language) -> list[Spec]:
    y = {
        "field": "place",
        "type": "ordinal",
        "axis": None,
        "scale": {"domain": list(range(rows)), "padding": 0.3},
    }
    x = {
        "field": "mean",
        "type": "quantitative",
        "scale": {"domain": [1, 5], "nice": False, "zero": False},
        "axis": {
            "values": [1, 2, 3, 4, 5],
            "format": "d",
            "grid": False,
            "title": said("Middel af alle svar, 1 til 5", "Mean of all answers, 1 to 5", language),
        },
    }
    bars = {"y": y, "x": x, "x2": {"field": "from"}, "fill": as_it_is("fill")}
    return [
        layer("dimensions", mark("bar", stroke=palette.LINE, strokeWidth=1), bars),
        layer(
            "dimensions",
            words(align="left", baseline="middle", dx=8),
            {"y": y, "x": x, "text": nominal("text")},
        ),
        layer(
            "undefined",
            words(align="left", baseline="middle"),
            {"y": y, "x": {"value": 8}, "text": nominal("text")},
        ),
        layer(
            "labels",
            words(align="right", baseline="middle"),
            {"y": y, "x": {"value": -10}, "text": nominal("label")},
        ),
    ]


def _heading(view: CaseResults, rows: list[Spec], language: Language) -> Heading:
    wave = view.provenance.wave
    return Heading(
        said(f"Dimensioner, måletidspunkt {wave}", f"Dimensions, wave {wave}", language),
        [NOT_VALIDATED[language], *_responses(view, language)],
        [f"{each['dimension']}: {each['text']}." for each in rows],
    )


def _responses(view: CaseResults, language: Language) -> Iterator[str]:
    found = view.response
    yield said(
        f"{found.responded} af {found.asked} adspurgte svarede.",
        f"{found.responded} of the {found.asked} asked answered.",
        language,
    )
