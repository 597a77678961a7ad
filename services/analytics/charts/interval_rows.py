"""Rows of a chart that are estimates with their intervals: a sign, a line, and both in figures; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.analytics.charts import palette
from services.analytics.charts.frame import Spec, as_it_is, bare, layer, mark, nominal, words
from services.analytics.charts.wording import interval, number, said
from shared.wire import Language

ROW, BETWEEN = 24.0, 14.0


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """An estimate: it or its interval may be undefined, its look follows from the place of its series."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    series: int
    beside: str

    def text(self, language: Language, decimals: int) -> str:
        """Say the estimate."""
        if self.value is None:
            return said("ikke bestemt", "undefined", language) + self.beside
        said_value = number(self.value, language, decimals)
        if self.low is not None and self.high is not None:
            said_value += f" {interval(self.low, self.high, language, decimals)}"
        return f"{said_value}{self.beside}"


@dataclass(frozen=True, slots=True)
class Plot:
    """The scale that rows stand on: its domain, title, ticks, and how wide it is drawn."""

    name: str
    domain: tuple[float, float]
    title: str
    ticks: tuple[float, ...]
    width: float = 340


def row_data(
    rows: Sequence[IntervalRow], ys: Sequence[float], language: Language, decimals: int
) -> list[Spec]:
    """Return rows as data."""
    return [
        {
            "label": row.label,
            "y": y,
            **({} if row.value is None else {"value": row.value}),
            **({"low": row.low, "high": row.high} if row.low is not None and row.high is not None else {}),
            "text": row.text(language, decimals),
            "color": palette.SERIES[row.series % len(palette.SERIES)],
            "shape": palette.SHAPES[row.series % len(palette.SHAPES)],
        }
        for row, y in zip(rows, ys, strict=True)
    ]


def row_layers(plot: Plot, height: float) -> list[Spec]:
    """Draw the rows of the data sets `<name>` and, with intervals, `<name>-intervals`."""
    y = bare("y", [0, height], down=True)
    ticks = {"values": list(plot.ticks), "title": plot.title, "format": "~g"}
    scale = {"domain": list(plot.domain), "nice": False, "zero": False}
    x = {"field": "value", "type": "quantitative", "scale": scale, "axis": ticks}
    ends = {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y, "color": as_it_is("color")}
    caps = [
        layer(
            f"{plot.name}-intervals",
            mark("tick", orient="vertical", size=10, thickness=2, opacity=1),
            {"x": {**x, "field": end}, "y": y, "color": as_it_is("color")},
        )
        for end in ("low", "high")
    ]
    return [
        layer(f"{plot.name}-intervals", mark("rule", strokeWidth=2), ends),
        *caps,
        layer(
            plot.name,
            mark("point", filled=True, size=110, opacity=1),
            {"x": x, "y": y, "color": as_it_is("color"), "shape": as_it_is("shape")},
        ),
        layer(
            plot.name,
            words(align="right", baseline="middle"),
            {"x": {"value": -10}, "y": y, "text": nominal("label")},
        ),
        layer(
            plot.name,
            words(align="left", baseline="middle", limit=400),
            {"x": {"value": plot.width + 14}, "y": y, "text": nominal("text")},
        ),
    ]


def with_intervals(plot: Plot, data: Sequence[Spec]) -> dict[str, list[Spec]]:
    """Return the data sets that `row_layers` draws."""
    return {plot.name: list(data), f"{plot.name}-intervals": [each for each in data if "low" in each]}
