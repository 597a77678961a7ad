"""Draws a case's network: how two experience each other, as lines of four kinds; it measures nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import get_args

from services.analytics.charts import palette
from services.analytics.charts.circle import Align, Spot, heading, radius_for, shortened, spots
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
from services.analytics.methods.ties import STRONG
from services.analytics.release.envelope import FigureView
from services.analytics.scores.schemas import MatrixView
from shared.wire import Language

_MARGIN, _KEY_ROW, _NODE = 40, 22, 9.0
_MOST_FOR_WEAK = 12
"""With more people only strong relations are lines: the others, far the most, would hide them."""


class Tie(StrEnum):
    """How a pair is drawn."""

    WEAK = "weak"
    UNKNOWN = "unknown"
    ONE_SIDED = "one-sided"
    MUTUAL = "mutual"


_LOOK: dict[Tie, Spec] = {
    Tie.WEAK: {"color": palette.LINE, "width": 1, "dash": [1, 0]},
    Tie.UNKNOWN: {"color": palette.LINE, "width": 1, "dash": [2, 5]},
    Tie.ONE_SIDED: {"color": palette.SECOND, "width": 2, "dash": [9, 4]},
    Tie.MUTUAL: {"color": palette.FIRST, "width": 4, "dash": [1, 0]},
}
"""In the order in which they are drawn over each other."""


@dataclass(frozen=True, slots=True)
class _Pair:
    first: int
    second: int
    first_of_second: float | None
    second_of_first: float | None

    @property
    def tie(self) -> Tie:
        views = (self.first_of_second, self.second_of_first)
        strong = sum(view is not None and view >= STRONG for view in views)
        if strong:
            return Tie.MUTUAL if strong == 2 else Tie.ONE_SIDED
        return Tie.UNKNOWN if None in views else Tie.WEAK


def network_chart(view: MatrixView | None, language: Language) -> Spec:
    """Draw a released matrix as a network; none where groups were rated."""
    if view is None or [each.id for each in view.participants] != [each.id for each in view.rated]:
        return nothing_to_show(language)
    labels = [each.label for each in view.participants]
    middle = radius_for(len(labels)) + _MARGIN
    places = spots(len(labels), middle)
    pairs = sorted(_pairs(view), key=lambda each: [*Tie].index(each.tie))
    shown = list(Tie) if len(labels) <= _MOST_FOR_WEAK else [Tie.ONE_SIDED, Tie.MUTUAL]
    size = 2 * middle
    people = [
        {"person": label, "x": spot.x, "y": spot.y} for label, spot in zip(labels, places, strict=True)
    ]
    key = [_key(row, tie, size, language) for row, tie in enumerate(reversed(shown))]
    body: Spec = {
        "width": round(size),
        "height": round(size + _KEY_ROW * len(key)),
        "datasets": {
            "people": people,
            **{
                f"labels-{align}": [
                    {"label": label, "labelX": spot.label_x, "labelY": spot.label_y}
                    for label, spot in zip(labels, places, strict=True)
                    if spot.align == align
                ]
                for align in get_args(Align)
            },
            **{
                tie: [_line(each, labels, places, language) for each in pairs if each.tie is tie]
                for tie in shown
            },
            "directions": [_direction(each, places) for each in pairs if each.tie is Tie.ONE_SIDED],
            "key": key,
        },
        "layer": _layers(shown, size, size + _KEY_ROW * len(key)),
    }
    left = width_of(label for label, spot in zip(labels, places, strict=True) if spot.align == "right")
    return framed(_heading(view, pairs, language), body, language, [view.provenance], left)


def _pairs(view: MatrixView) -> Iterator[_Pair]:
    for first, second in combinations(range(len(view.participants)), 2):
        there, back = view.cells[first][second], view.cells[second][first]
        if _was_asked(there) or _was_asked(back):
            yield _Pair(first, second, there.value, back.value)


def _was_asked(found: FigureView) -> bool:
    return found.reason != "not-asked"


def _line(pair: _Pair, labels: Sequence[str], places: Sequence[Spot], language: Language) -> Spec:
    x, y, x2, y2 = shortened(places[pair.first], places[pair.second], _NODE)
    return {
        "first": labels[pair.first],
        "second": labels[pair.second],
        "firstOfSecond": pair.first_of_second,
        "secondOfFirst": pair.second_of_first,
        "tie": _named(pair.tie, language),
        "x": x,
        "y": y,
        "x2": x2,
        "y2": y2,
    }


def _direction(pair: _Pair, places: Sequence[Spot]) -> Spec:
    ends = (places[pair.first], places[pair.second])
    view = pair.first_of_second
    start, end = ends if view is not None and view >= STRONG else reversed(ends)
    x = round(start.x + (end.x - start.x) * 0.62, 2)
    y = round(start.y + (end.y - start.y) * 0.62, 2)
    return {"x": x, "y": y, "angle": heading(start, end)}


def _key(row: int, tie: Tie, top: float, language: Language) -> Spec:
    y = top + _KEY_ROW * (row + 0.5)
    return {"kind": tie, "x": 0, "x2": 46, "y": y, "textX": 56, "text": _named(tie, language), **_LOOK[tie]}


def _layers(shown: Sequence[Tie], width: float, height: float) -> list[Spec]:
    x, y = bare("x", [0, width]), bare("y", [0, height], down=True)
    ends = {"x": x, "x2": {"field": "x2"}, "y": y, "y2": {"field": "y2"}}
    labels = {"x": bare("labelX", [0, width]), "y": bare("labelY", [0, height], down=True)}
    return [
        *(layer(tie, _rule(tie), ends) for tie in shown),
        *_key_layers(width, y),
        layer(
            "directions",
            mark("point", shape="triangle-up", filled=True, size=110, color=palette.SECOND, opacity=1),
            {"x": x, "y": y, "angle": {"field": "angle", "type": "quantitative", "scale": None}},
        ),
        layer(
            "people",
            mark("point", shape="circle", size=180, fill=palette.PAPER, stroke=palette.INK, opacity=1),
            {"x": x, "y": y},
        ),
        *(
            layer(
                f"labels-{align}",
                words(baseline="middle", align=align),
                {**labels, "text": nominal("label")},
            )
            for align in get_args(Align)
        ),
    ]


def _rule(tie: Tie) -> Spec:
    look = _LOOK[tie]
    return mark("rule", color=look["color"], strokeWidth=look["width"], strokeDash=look["dash"])


def _key_layers(width: float, y: Spec) -> list[Spec]:
    look = {
        "color": as_it_is("color"),
        "strokeWidth": {**as_it_is("width"), "type": "quantitative"},
        "strokeDash": as_it_is("dash"),
    }
    x, text_x = bare("x", [0, width]), bare("textX", [0, width])
    return [
        layer("key", mark("rule"), {"x": x, "x2": {"field": "x2"}, "y": y, **look}),
        layer(
            "key",
            words(align="left", baseline="middle", limit=520),
            {"x": text_x, "y": y, "text": nominal("text")},
        ),
    ]


def _named(tie: Tie, language: Language) -> str:
    names = {
        Tie.MUTUAL: ("stærk fra begge sider", "strong from both sides"),
        Tie.ONE_SIDED: (
            "stærk fra den ene side; pilen peger på den, der bedømmes",
            "strong from one side; the arrow points to the rated",
        ),
        Tie.WEAK: ("ikke stærk fra nogen af siderne", "strong from neither side"),
        Tie.UNKNOWN: ("mindst den ene side mangler", "at least one side is missing"),
    }
    return said(*names[tie], language)


def _heading(view: MatrixView, pairs: Sequence[_Pair], language: Language) -> Heading:
    wave, strong = view.provenance.wave, number(STRONG, language)
    return Heading(
        said(f"Netværk, måletidspunkt {wave}", f"Network, wave {wave}", language),
        [
            said(
                f"Stærk: middel fra {strong} (enig); grænsen er ikke valideret. Alle står i matricens "
                "rækkefølge; pladsen siger intet om nogen.",
                f"Strong: a mean from {strong} (agree); the limit is not validated. All stand in the "
                "matrix' order; places say nothing about anybody.",
                language,
            ),
            *_left_out(view, language),
            said(
                "Vises for at forbedre samarbejdet, ikke for at bedømme nogen.",
                "Shown to improve collaboration, not to judge anybody.",
                language,
            ),
        ],
        _text(view, pairs, language),
    )


def _left_out(view: MatrixView, language: Language) -> Iterator[str]:
    if len(view.participants) > _MOST_FOR_WEAK:
        yield said(
            "Kun stærke relationer er tegnet; de øvrige står i matricen.",
            "Only strong relations are drawn; the others are in the matrix.",
            language,
        )


def _text(view: MatrixView, pairs: Sequence[_Pair], language: Language) -> Iterator[str]:
    labels = [each.label for each in view.participants]
    for tie in reversed(Tie):
        own = [
            f"{labels[each.first]} – {labels[each.second]} "
            f"({_view(each.first_of_second, language)} / {_view(each.second_of_first, language)})"
            for each in pairs
            if each.tie is tie
        ]
        if own:
            name = _named(tie, language).partition(";")[0]
            yield f"{name[0].upper()}{name[1:]}: " + "; ".join(own) + "."


def _view(found: float | None, language: Language) -> str:
    return number(found, language) if found is not None else said("mangler", "missing", language)
