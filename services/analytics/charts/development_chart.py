"""Draws how others rate each group from wave to wave, in the order given; groups are not ranked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.analytics.charts.frame import (
    Heading,
    Spec,
    bare,
    framed,
    layer,
    nominal,
    nothing_to_show,
    width_of,
    words,
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
from services.analytics.charts.wording import counted, said, signed
from services.analytics.scores.schemas import Provenance
from shared.wire import Language

_ROWS = "waves"


@dataclass(frozen=True, slots=True)
class WaveMean:
    """How a group is rated in one wave; the interval may be undefined."""

    wave: str
    mean: float
    low: float | None
    high: float | None
    raters: int


@dataclass(frozen=True, slots=True)
class GroupDevelopment:
    """A group over the waves in which it may be shown."""

    label: str
    waves: Sequence[WaveMean]


@dataclass(frozen=True, slots=True)
class Development:
    """All groups; `waves` are every wave in its order, first one first."""

    provenance: Sequence[Provenance]
    waves: Sequence[str]
    groups: Sequence[GroupDevelopment]
    level: float = 0.95


def development_chart(shown: Development | None, language: Language) -> Spec:
    """Draw the groups' development, a row for each wave."""
    groups = [each for each in shown.groups if each.waves] if shown else []
    if shown is None or not groups:
        return nothing_to_show(language)
    rows, ys, labels = _rows(shown, groups, language)
    height = ys[-1] + ROW / 2
    title = said("Bedømt af andre, 1 til 5", "As rated by others, 1 to 5", language)
    plot = Plot(_ROWS, (1, 5), title, (1, 2, 3, 4, 5))
    body: Spec = {
        "width": plot.width,
        "height": round(height),
        "datasets": {**with_intervals(plot, row_data(rows, ys, language, 2)), "groups": labels},
        "layer": [*row_layers(plot, height), _names(height)],
    }
    left = width_of([*(each.label for each in rows), *(each.label for each in groups)])
    return framed(_heading(shown, groups, language), body, language, shown.provenance, left)


def _rows(
    shown: Development, groups: Sequence[GroupDevelopment], language: Language
) -> tuple[list[IntervalRow], list[float], list[Spec]]:
    rows, ys, labels = [], [], []
    top = 0.0
    for group in groups:
        labels.append({"label": group.label, "y": top + ROW / 2})
        top += ROW
        for found in group.waves:
            rows.append(_row(found, shown, language))
            ys.append(top + ROW / 2)
            top += ROW
        top += BETWEEN
    return rows, ys, labels


def _row(found: WaveMean, shown: Development, language: Language) -> IntervalRow:
    raters = said(
        counted(found.raters, "bedømmer", "bedømmere"), counted(found.raters, "rater", "raters"), language
    )
    series = list(shown.waves).index(found.wave)
    return IntervalRow(found.wave, found.mean, found.low, found.high, series, f", {raters}")


def _names(height: float) -> Spec:
    return layer(
        "groups",
        words(align="right", baseline="middle", fontWeight="bold"),
        {"x": {"value": -10}, "y": bare("y", [0, height], down=True), "text": nominal("label")},
    )


def _heading(shown: Development, groups: Sequence[GroupDevelopment], language: Language) -> Heading:
    percent = f"{shown.level * 100:.0f}"
    return Heading(
        said("Udvikling for hver gruppe", "Development of each group", language),
        [
            said(
                f"Hver række er et måletidspunkt: middel, {percent} %-interval og hvor mange der bedømte. "
                "Grupperne er ikke ordnet efter score.",
                f"Each row is a wave: mean, {percent} % interval and how many rated. "
                "Groups are not sorted by score.",
                language,
            )
        ],
        _text(shown, groups, language),
    )


def _text(shown: Development, groups: Sequence[GroupDevelopment], language: Language) -> Iterator[str]:
    for group in groups:
        means = [f"{found.wave} {_row(found, shown, language).text(language, 2)}" for found in group.waves]
        change = signed(group.waves[-1].mean - group.waves[0].mean, language, 2)
        ending = said(f"; ændring {change}", f"; change {change}", language) if len(means) > 1 else ""
        yield f"{group.label}: {'; '.join(means)}{ending}."
