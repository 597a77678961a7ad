"""What every chart has around it: schema, title, text alternative, provenance and look; no figures.

Whatever comes from outside stands in the data or in a literal title, never in an expression.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from json import dumps
from textwrap import wrap
from typing import Any

from services.analytics.charts import palette
from services.analytics.charts.wording import said
from services.analytics.scores.schemas import Provenance
from shared.wire import Language

Spec = dict[str, Any]
"""A Vega-Lite specification, or a part of one."""

MEDIA_TYPE = "application/vnd.vegalite.v6+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
"""The name of the language; nothing is fetched from there."""

FONTS = "'Liberation Sans', Arial, Helvetica, sans-serif"
"""The first is what vl-convert brings along and measures with; letters of the next are as wide."""
SIZE = 12
LONGEST_LABEL = 280
"""So many pixels of a label are shown; about 45 letters."""
_LINE_OF_TEXT = 15
_LETTERS = 92


class Status(StrEnum):
    """Whether the chart shows something; hidden and nonexistent look the same."""

    AVAILABLE = "available"
    NOT_AVAILABLE = "not-available"


@dataclass(frozen=True, slots=True)
class Heading:
    """What a chart is about: a title, remarks below it, and all of it as text for who can't see it."""

    title: str
    remarks: Sequence[str]
    text: Iterable[str]


def framed(
    heading: Heading, body: Spec, language: Language, provenance: Sequence[Provenance], left: float
) -> Spec:
    """Put a chart together; `left` are the pixels of labels before the plot."""
    remarks = [line for remark in heading.remarks for line in wrap(remark, _LETTERS)]
    return {
        "$schema": SCHEMA,
        "description": " ".join((f"{heading.title}.", *heading.text)),
        "title": {
            "text": heading.title,
            "subtitle": remarks,
            "anchor": "start",
            "frame": "group",
            "dx": -round(left),
            "offset": SIZE,
        },
        "background": palette.PAPER,
        "padding": 16,
        "usermeta": _about(Status.AVAILABLE, language, provenance),
        "config": _CONFIG,
        **body,
    }


def nothing_to_show(language: Language) -> Spec:
    """Say that there is nothing for this caller: hidden or nonexistent, the same to the byte."""
    text = said("Der er ikke noget at vise.", "There is nothing to show.", language)
    return {
        "$schema": SCHEMA,
        "description": text,
        "background": palette.PAPER,
        "padding": 16,
        "usermeta": _about(Status.NOT_AVAILABLE, language, ()),
        "config": _CONFIG,
        "width": 400,
        "height": 80,
        "data": {"values": [{"text": text}]},
        "mark": {"type": "text", "fontSize": 16, "color": palette.INK},
        "encoding": {"text": {"field": "text", "type": "nominal"}},
    }


def _about(status: Status, language: Language, provenance: Sequence[Provenance]) -> Spec:
    return {
        "samspil": {
            "status": status,
            "language": language,
            "purpose": "better-collaboration",
            "provenance": [each.model_dump(mode="json", by_alias=True) for each in provenance],
        }
    }


def written(spec: Spec) -> bytes:
    """Write a specification; the same one gives the same bytes, on one line."""
    return dumps(spec, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def width_of(labels: Iterable[str], size: int = SIZE) -> float:
    """Estimate how wide the widest label is shown."""
    return min(max((len(label) * size * 0.56 for label in labels), default=0.0), LONGEST_LABEL) + 10


def height_of(lines: int) -> float:
    """Return how high so many lines of text are."""
    return lines * _LINE_OF_TEXT


def mark(kind: str, **look: Any) -> Spec:
    """Make a mark; what is left to Vega-Lite is neither tooltip nor clipped."""
    return {"type": kind, **look}


def words(**look: Any) -> Spec:
    """Make a text mark with the room there is for a label; figures do without, as a limit costs time."""
    return {"type": "text", "fontSize": SIZE, "color": palette.INK, "limit": LONGEST_LABEL, **look}


def layer(dataset: str, shape: Spec, encoding: Mapping[str, Any]) -> Spec:
    """Draw a data set."""
    return {"data": {"name": dataset}, "mark": shape, "encoding": dict(encoding)}


def bare(field: str, domain: Sequence[float], *, down: bool = False) -> Spec:
    """Place by a number on a scale without an axis."""
    scale = {"domain": list(domain), "nice": False, "zero": False, "reverse": down}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": None}


def nominal(field: str) -> Spec:
    """Take a field as it is."""
    return {"field": field, "type": "nominal"}


def as_it_is(field: str) -> Spec:
    """Take a colour, shape or dash from the data."""
    return {"field": field, "type": "nominal", "scale": None, "legend": None}


_CONFIG: Spec = {
    "font": FONTS,
    "view": {"stroke": None},
    "title": {
        "fontSize": 16,
        "color": palette.INK,
        "subtitleFontSize": SIZE,
        "subtitleColor": palette.SOFT_INK,
        "subtitleLineHeight": _LINE_OF_TEXT,
        "subtitlePadding": 6,
    },
    "axis": {
        "labelFontSize": SIZE,
        "titleFontSize": SIZE,
        "titleFontWeight": "normal",
        "labelColor": palette.INK,
        "titleColor": palette.INK,
        "domainColor": palette.LINE,
        "tickColor": palette.LINE,
        "gridColor": palette.GRID,
    },
    "legend": {
        "labelFontSize": SIZE,
        "titleFontSize": SIZE,
        "titleFontWeight": "normal",
        "labelColor": palette.INK,
        "titleColor": palette.INK,
        "titleLimit": 400,
    },
}
