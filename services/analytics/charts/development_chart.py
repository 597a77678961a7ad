"""Draws how groups of people are rated, or rate, from wave to wave; none is ranked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

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
from services.analytics.collaboration.schemas import GroupDevelopment
from services.analytics.cuts.schemas import CapacityDevelopment, CapacityView, CutFiguresView, Direction
from services.analytics.release.envelope import ScoreView
from services.analytics.scores.schemas import Provenance
from shared.wire import Language

_ROWS = "waves"


class About(StrEnum):
    """What develops: a collaboration group, or what all parties of an attribute receive or give."""

    GROUP = "group"
    RECEIVED = Direction.RECEIVED.value
    GIVEN = Direction.GIVEN.value


_TITLES = {
    About.GROUP: ("Samarbejdsgruppens udvikling", "Development of the collaboration group"),
    About.RECEIVED: ("Modtaget relationel kapacitet over tid", "Relational capacity received, over time"),
    About.GIVEN: ("Givet relationel kapacitet over tid", "Relational capacity given, over time"),
}
_OF_CUTS = (
    "Hver række er et måletidspunkt: middel, 95 %-interval og hvor mange der bedømte. Intervallet regner "
    "med, at svar på samme forløb hænger sammen (CR2); af få forløb er der intet. Ikke ordnet efter score.",
    "Each row is a wave: mean, 95 % interval and how many rated. The interval allows for answers on the "
    "same case going together (CR2); of few cases there is none. Not sorted by score.",
)
_EXPLAINED = {
    About.GROUP: (
        "Hver række er et måletidspunkt: middel og hvor mange der bedømte. Faggrupperne er bedømt "
        "af de andre, og de er ikke ordnet efter score.",
        "Each row is a wave: mean and how many rated. The professional groups are rated by the "
        "others, and they are not sorted by score.",
    ),
    About.RECEIVED: _OF_CUTS,
    About.GIVEN: _OF_CUTS,
}
_WHOLE = {
    About.GROUP: ("Hele gruppen", "The whole group"),
    About.RECEIVED: ("Alle", "Everybody"),
    About.GIVEN: ("Alle", "Everybody"),
}


@dataclass(frozen=True, slots=True)
class WaveMean:
    """How a group is rated in one wave; the mean or its interval may be undefined."""

    wave: str
    mean: float | None
    raters: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class GroupOverWaves:
    """A group over the waves in which it may be shown; no label is the group as a whole."""

    label: str | None
    waves: Sequence[WaveMean]
    change: float | None = None


@dataclass(frozen=True, slots=True)
class Development:
    """All groups; `waves` are every wave in its order, first one first."""

    provenance: Sequence[Provenance]
    waves: Sequence[str]
    groups: Sequence[GroupOverWaves]
    about: About = About.GROUP


def development_of(view: GroupDevelopment | None) -> Development | None:
    """Take a collaboration group's released development: the whole first, then who is rated in it."""
    if view is None:
        return None
    whole = [_mean(each.provenance.wave, each.overall) for each in view.waves]
    return Development(
        provenance=[each.provenance for each in view.waves],
        waves=[each.provenance.wave for each in view.waves],
        groups=[
            GroupOverWaves(None, whole, view.change.value),
            *(
                GroupOverWaves(
                    rated.label,
                    [_mean(each.wave, each.received) for each in rated.waves],
                    rated.change.value,
                )
                for rated in view.rated
            ),
        ],
    )


def _mean(wave: str, found: ScoreView) -> WaveMean:
    return WaveMean(wave, found.value, found.raters)


def development_of_capacities(view: CapacityDevelopment | None, language: Language) -> Development | None:
    """Take one cut's released development: the whole first, then the parties in their order."""
    if view is None:
        return None
    whole = [_shown(each.provenance.wave, each.overall) for each in view.waves if each.overall]
    parties: dict[str | None, list[WaveMean]] = {}
    labels: dict[str | None, str] = {}
    for wave in view.waves:
        for cut in wave.cuts:
            labels[cut.party.key] = _label(cut, language)
            parties.setdefault(cut.party.key, []).append(_shown(wave.provenance.wave, cut.figures))
    return Development(
        provenance=[each.provenance for each in view.waves],
        waves=[each.provenance.wave for each in view.waves],
        groups=[
            GroupOverWaves(None, whole),
            *(
                GroupOverWaves(labels[key], parties[key])
                for key in sorted(parties, key=lambda one: one or "")
            ),
        ],
        about=About(view.waves[0].direction.value),
    )


def _label(cut: CapacityView, language: Language) -> str:
    return cut.party.label or cut.party.key or said("Ikke oplyst", "Not stated", language)


def _shown(wave: str, found: CutFiguresView) -> WaveMean:
    return WaveMean(wave, found.mean, found.raters, found.interval.low, found.interval.high)


def development_chart(shown: Development | None, language: Language) -> Spec:
    """Draw the groups' development, a row for each wave, with its interval where there is one."""
    groups = [each for each in shown.groups if each.waves] if shown else []
    if shown is None or not groups:
        return nothing_to_show(language)
    rows, ys, labels = _rows(shown, groups, language)
    height = ys[-1] + ROW / 2
    title = said("Middel, 1 til 5", "Mean, 1 to 5", language)
    plot = Plot(_ROWS, (1, 5), title, (1, 2, 3, 4, 5))
    body: Spec = {
        "width": plot.width,
        "height": round(height),
        "datasets": {**with_intervals(plot, _within(row_data(rows, ys, language, 2))), "groups": labels},
        "layer": [*row_layers(plot, height), _names(height)],
    }
    left = width_of([*(each.label for each in rows), *(_name(each, shown, language) for each in groups)])
    return framed(_heading(shown, groups, language), body, language, shown.provenance, left)


def _within(rows: Sequence[Spec]) -> list[Spec]:
    """Cut intervals off at the edges of the scale; their figures stand beside them whole."""
    return [
        {**row, **{end: min(max(row[end], 1.0), 5.0) for end in ("low", "high") if end in row}}
        for row in rows
    ]


def _rows(
    shown: Development, groups: Sequence[GroupOverWaves], language: Language
) -> tuple[list[IntervalRow], list[float], list[Spec]]:
    rows, ys, labels = [], [], []
    top = 0.0
    for group in groups:
        labels.append({"label": _name(group, shown, language), "y": top + ROW / 2})
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


def _heading(shown: Development, groups: Sequence[GroupOverWaves], language: Language) -> Heading:
    return Heading(
        said(*_TITLES[shown.about], language),
        [said(*_EXPLAINED[shown.about], language)],
        _text(shown, groups, language),
    )


def _text(shown: Development, groups: Sequence[GroupOverWaves], language: Language) -> Iterator[str]:
    for group in groups:
        means = [f"{found.wave} {_row(found, shown, language).text(language, 2)}" for found in group.waves]
        ending = ""
        if group.change is not None:
            change = signed(group.change, language, 2)
            ending = said(f"; ændring {change}", f"; change {change}", language)
        yield f"{_name(group, shown, language)}: {'; '.join(means)}{ending}."


def _name(group: GroupOverWaves, shown: Development, language: Language) -> str:
    return said(*_WHOLE[shown.about], language) if group.label is None else group.label
