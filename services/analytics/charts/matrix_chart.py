"""Draws who experiences whom how as a heat map with values printed; never in order of score."""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from services.analytics.charts import palette
from services.analytics.charts.frame import (
    Heading,
    Spec,
    as_it_is,
    bare,
    framed,
    layer,
    mark,
    nominal,
    nothing_to_show,
    width_of,
    words,
)
from services.analytics.charts.wording import number, said
from services.analytics.release.envelope import FigureView
from services.analytics.scores.schemas import MarkedPair, MatrixView
from shared.wire import Language

_DONT_KNOW, _DONT_WORK_WITH, _NOT_ANSWERED, _NOT_ASKED = "?", "\u2013", "\u2026", ""
_GAP = 0.3
"""How far the means stand from the matrix, in cells."""
_ABOUT_NOBODY = "#e3e7eb"


def matrix_chart(view: MatrixView | None, language: Language) -> Spec:
    """Draw a released matrix: rows rate, columns are rated."""
    if view is None:
        return nothing_to_show(language)
    raters = [each.label for each in view.participants]
    rated = [each.label for each in view.rated]
    given = said("Giver i middel", "Gives on average", language)
    received = said("Får i middel", "Receives on average", language)
    across, down = len(rated) + _GAP + 1, len(raters) + _GAP + 1
    size = 46 if max(len(raters), len(rated)) <= 12 else 38
    body: Spec = {
        "width": round(across * size),
        "height": round(down * size),
        "datasets": {
            "rated-cells": list(_cells(view, language)),
            "unrated-cells": list(_gaps(view, language)),
            "row-labels": [{"row": place + 0.5, "label": each} for place, each in enumerate(raters)]
            + [{"row": down - 0.5, "label": received}],
            "column-labels": [{"column": place + 0.5, "label": each} for place, each in enumerate(rated)]
            + [{"column": across - 0.5, "label": given}],
        },
        "layer": _layers(across, down, language),
        "resolve": {"scale": {"fill": "independent"}},
    }
    left = width_of([*raters, received])
    return framed(_heading(view, language), body, language, [view.provenance], left)


def _layers(across: float, down: float, language: Language) -> list[Spec]:
    x, x2 = bare("column", [0, across]), {"field": "columnEnd"}
    y, y2 = bare("row", [0, down], down=True), {"field": "rowEnd"}
    middle = {"x": bare("columnMiddle", [0, across]), "y": bare("rowMiddle", [0, down], down=True)}
    place = {"x": x, "x2": x2, "y": y, "y2": y2}
    return [
        layer("unrated-cells", mark("rect", stroke=palette.LINE), {**place, "fill": as_it_is("fill")}),
        layer("rated-cells", mark("rect", stroke=palette.LINE), {**place, "fill": _scale(language)}),
        layer(
            "rated-cells",
            words(fontSize=13, limit=0),
            {**middle, "text": nominal("text"), "color": as_it_is("ink")},
        ),
        layer("unrated-cells", words(fontSize=14, limit=0), {**middle, "text": nominal("sign")}),
        layer(
            "row-labels",
            words(align="right", baseline="middle"),
            {"x": {"value": -8}, "y": y, "text": nominal("label")},
        ),
        layer(
            "column-labels",
            words(align="left", baseline="middle", angle=315),
            {"x": x, "y": {"value": -8}, "text": nominal("label")},
        ),
    ]


def _scale(language: Language) -> Spec:
    """Colour by the mean, with a key of squares: a gradient would need an id that differs each time."""
    return {
        "field": "mean",
        "type": "quantitative",
        "scale": {"domain": [1, 2, 3, 4, 5], "range": list(palette.SCALE), "interpolate": "rgb"},
        "legend": {
            "title": said("Middel fra 1 til 5", "Mean from 1 to 5", language),
            "orient": "bottom",
            "type": "symbol",
            "values": [1, 2, 3, 4, 5],
            "symbolType": "square",
            "symbolSize": 300,
            "symbolStrokeColor": palette.LINE,
            "direction": "horizontal",
            "columns": 5,
            "columnPadding": 16,
        },
    }


def _place(row: float, column: float) -> Spec:
    ends = {"rowEnd": row + 1, "columnEnd": column + 1}
    return {"row": row, "column": column, **ends, "rowMiddle": row + 0.5, "columnMiddle": column + 0.5}


def _cells(view: MatrixView, language: Language) -> Iterator[Spec]:
    unsure = _pairs(view.dont_know)
    for row, rater in enumerate(view.participants):
        for column, rated in enumerate(view.rated):
            sign = f" {_DONT_KNOW}" if (rater.id, rated.id) in unsure else ""
            who = {"rater": rater.label, "rated": rated.label}
            yield from _mean(view.cells[row][column], _place(row, column) | who, sign, language)
    down, across = len(view.participants) + _GAP, len(view.rated) + _GAP
    for row, rater in enumerate(view.participants):
        yield from _mean(rater.given, _place(row, across) | {"rater": rater.label}, "", language)
    for column, rated in enumerate(view.rated):
        yield from _mean(rated.received, _place(down, column) | {"rated": rated.label}, "", language)


def _mean(found: FigureView, place: Spec, sign: str, language: Language) -> Iterator[Spec]:
    if found.value is not None:
        text = number(found.value, language) + sign
        ink = palette.ink_on(palette.on_scale(found.value))
        yield {**place, "mean": found.value, "text": text, "ink": ink}


def _gaps(view: MatrixView, language: Language) -> Iterator[Spec]:
    unsure, apart = _pairs(view.dont_know), _pairs(view.dont_work_with)
    for row, rater in enumerate(view.participants):
        for column, rated in enumerate(view.rated):
            found = view.cells[row][column]
            if found.value is not None:
                continue
            sign = _NOT_ASKED if found.reason == "not-asked" else _NOT_ANSWERED
            sign = _DONT_KNOW if (rater.id, rated.id) in unsure else sign
            sign = _DONT_WORK_WITH if (rater.id, rated.id) in apart else sign
            fill = palette.PAPER if sign else _ABOUT_NOBODY
            who = {"rater": rater.label, "rated": rated.label}
            yield {
                **_place(row, column),
                **who,
                "sign": sign,
                "means": _meaning(sign, language),
                "fill": fill,
            }


def _pairs(marked: list[MarkedPair]) -> set[tuple[UUID, UUID]]:
    return {(each.rater, each.subject) for each in marked}


def _meaning(sign: str, language: Language) -> str:
    meanings = {
        _DONT_KNOW: ("ved ikke", "don't know"),
        _DONT_WORK_WITH: ("arbejder ikke sammen", "don't work together"),
        _NOT_ANSWERED: ("ikke besvaret", "not answered"),
        _NOT_ASKED: ("ikke spurgt", "not asked"),
    }
    return said(*meanings[sign], language)


def _heading(view: MatrixView, language: Language) -> Heading:
    wave = view.provenance.wave
    signs = ", ".join(
        f"{sign}  {_meaning(sign, language)}" for sign in (_DONT_KNOW, _DONT_WORK_WITH, _NOT_ANSWERED)
    )
    return Heading(
        said(f"Relationsmatrice, måletidspunkt {wave}", f"Relation matrix, wave {wave}", language),
        [
            said(
                "Rækker bedømmer, kolonner bliver bedømt. Et felt er middel af svarene på dimensionerne.",
                "Rows rate, columns are rated. A cell is the mean of the answers on the dimensions.",
                language,
            ),
            said(f"Tegn: {signs}.", f"Signs: {signs}.", language)
            + said(" ? efter et tal: til dels.", " ? after a number: in part.", language),
            said(
                "Farverne følger skalaen og er ikke validerede grænser. Vises for at forbedre samarbejdet, "
                "ikke for at bedømme nogen.",
                "Colours follow the scale and are no validated limits. Shown to improve collaboration, not "
                "to judge anybody.",
                language,
            ),
        ],
        _text(view, language),
    )


def _text(view: MatrixView, language: Language) -> Iterator[str]:
    cells, rows = [*_cells(view, language)], defaultdict[int, list[Spec]](list)
    for cell in cells:
        rows[cell["row"]].append(cell)
    gaps = defaultdict[int, list[Spec]](list)
    for gap in _gaps(view, language):
        gaps[gap["row"]].append(gap)
    for row, rater in enumerate(view.participants):
        own = rows[row]
        ratings = [f"{cell['rated']} {cell['text']}" for cell in own if "rated" in cell]
        missing = [f"{gap['rated']}: {gap['means']}" for gap in gaps[row] if gap["sign"]]
        mean = [
            said(f"i middel {cell['text']}", f"on average {cell['text']}", language)
            for cell in own
            if "rated" not in cell
        ]
        opening = said(f"{rater.label} giver ", f"{rater.label} gives ", language)
        yield opening + "; ".join([*ratings, *missing, *mean]) + "."
    received = [f"{cell['rated']} {cell['text']}" for cell in cells if "rater" not in cell]
    yield said("Får i middel: ", "Receives on average: ", language) + "; ".join(received) + "."
