"""Takes released views apart into one row for each figure; it can hold nothing that the views don't; pure.

Texts and truths beside or above a figure delimit it: a `code` is its dimension, all others are in `cut`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, get_args
from uuid import UUID

from pydantic.alias_generators import to_camel

from services.analytics.exports.columns import FIGURE, FIGURES
from services.analytics.exports.figure_words import label_of
from services.analytics.exports.table import Column, Table
from services.analytics.exports.team import origin, versions_of
from services.analytics.exports.words import Values
from services.analytics.release.envelope import EstimateView, FigureView, IntervalView, ScoreView
from services.analytics.scores.schemas import Provenance
from services.analytics.scores.words import Said
from shared.spreadsheet import Cell
from shared.wire import WireModel

_DIMENSION = "code"
_NUMBERS_THAT_NAME = frozenset({"version", "instrument_version"})
_POSITION = "position"
_PATH = [each.name for each in FIGURES].index(FIGURE)
_TITLE = Said("Frigivne tal", "Released figures")


@dataclass(frozen=True, slots=True)
class ReleasedView:
    """A view that release let out: what it is called, whose it is, and where its figures come from."""

    name: str
    view: WireModel
    provenance: Provenance
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    path: str
    delimiting: Mapping[str, str] = field(default_factory=dict)

    def below(self, name: str) -> "_Place":
        return replace(self, path=f"{self.path}.{to_camel(name)}")

    def delimited(self, further: Mapping[str, str]) -> "_Place":
        return replace(self, delimiting={**self.delimiting, **further})

    def numbered(self, number: int) -> "_Place":
        """Say where in a list, which may be in a list itself."""
        outside = sum(name.startswith(_POSITION) for name in self.delimiting)
        return self.delimited({_POSITION + (str(outside + 1) if outside else ""): str(number)})


def figures_table(wave: str, views: Sequence[ReleasedView]) -> Table:
    """Return a row for each figure of the views."""
    rows = [row for each in views for row in _rows_of(each)]
    several = {name: set[str]() for name in ("methodVersion", "dataVersion")}
    for each in views:
        for name, found in several.items():
            found.add(origin(each.provenance)[name])
    about = {name: next(iter(found)) for name, found in several.items() if len(found) == 1}
    return Table(_TITLE, _columns(rows), rows, {"waveCode": wave, **about})


def _columns(rows: Sequence[Sequence[Cell]]) -> list[Column]:
    """Return the columns, the figures' paths in words."""
    paths = sorted({str(row[_PATH]) for row in rows})
    said: Values = {path: label_of(path) for path in paths}
    return [replace(each, values=said) if each.name == FIGURE else each for each in FIGURES]


def paths_of(name: str, view: type[WireModel]) -> Iterator[str]:
    """Yield the path of every figure that a view of this type can hold."""
    for field_name, described in view.model_fields.items():
        path = f"{name}.{to_camel(field_name)}"
        for kind in _kinds(described.annotation):
            if issubclass(kind, (FigureView, IntervalView)):
                yield path
            elif issubclass(kind, WireModel) and not issubclass(kind, Provenance):
                yield from paths_of(path, kind)
            elif _is_number(kind) and field_name not in _NUMBERS_THAT_NAME:
                yield path


def _is_number(kind: type) -> bool:
    return issubclass(kind, (int, float)) and kind is not bool


def _kinds(annotation: Any) -> Iterator[type]:
    """Yield the types that an annotation is made of: those in lists, and those beside None."""
    inside = get_args(annotation)
    if isinstance(annotation, type) and not inside:
        yield annotation
    for each in inside:
        yield from _kinds(each)


def _rows_of(released: ReleasedView) -> Iterator[tuple[Cell, ...]]:
    case_id = str(released.case_id) if released.case_id else None
    before = (released.provenance.wave, "case" if case_id else "wave", case_id)
    versions = versions_of(released.provenance)
    for place, numbers in _figures(released.view, _Place(released.name)):
        delimiting = dict(place.delimiting)
        dimension = delimiting.pop(_DIMENSION, None)
        cut = "; ".join(f"{name}={value}" for name, value in delimiting.items()) or None
        yield (*before, place.path, dimension, cut, *numbers, *versions)


def _figures(view: WireModel, place: _Place) -> Iterator[tuple[_Place, tuple[Cell, ...]]]:
    """Yield every figure of a model with its place."""
    fields = {name: getattr(view, name) for name in type(view).model_fields}
    names = {name: _named(value) for name, value in fields.items() if _delimits(name, value)}
    inside = place.delimited({to_camel(name): value for name, value in names.items()})
    for name, value in fields.items():
        if name not in names:
            yield from _of_value(value, inside.below(name))


def _delimits(name: str, value: object) -> bool:
    return isinstance(value, (str, UUID, bool)) or (name in _NUMBERS_THAT_NAME and isinstance(value, int))


def _named(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value.value) if isinstance(value, Enum) else str(value)


def _of_value(value: Any, place: _Place) -> Iterator[tuple[_Place, tuple[Cell, ...]]]:
    if isinstance(value, (FigureView, IntervalView)):
        yield place, _numbers(value)
    elif isinstance(value, WireModel):
        if not isinstance(value, Provenance):
            yield from _figures(value, place)
    elif isinstance(value, (list, tuple)):
        for number, each in enumerate(value, start=1):
            yield from _of_value(each, place if _tells_itself(each) else place.numbered(number))
    elif isinstance(value, (int, float)):
        yield place, (float(value), None, *_NO_ESTIMATE, *_NO_INTERVAL, *_NO_COUNTS)


def _tells_itself(each: object) -> bool:
    """Whether something in a list says what it is; where numbers stand is all there is to them."""
    return isinstance(each, WireModel) and not isinstance(each, (FigureView, IntervalView))


_NO_ESTIMATE = (None, None, None)
_NO_INTERVAL = (None, None, None)
_NO_COUNTS = (None, None, None)


def _numbers(view: FigureView | IntervalView) -> tuple[Cell, ...]:
    """Return the cells from `value` to `cells`."""
    if isinstance(view, IntervalView):
        return (None, view.reason, *_NO_ESTIMATE, *_interval(view), *_NO_COUNTS)
    found = (view.value, view.reason)
    if isinstance(view, EstimateView):
        return (*found, *_uncertainty(view), *_interval(view.interval), *_NO_COUNTS)
    if isinstance(view, ScoreView):
        return (*found, *_NO_ESTIMATE, *_NO_INTERVAL, view.raters, view.dyads, view.cells)
    return (*found, *_NO_ESTIMATE, *_NO_INTERVAL, *_NO_COUNTS)


def _uncertainty(view: EstimateView) -> tuple[Cell, ...]:
    return view.standard_error.value, view.degrees_of_freedom.value, view.p.value


def _interval(view: IntervalView) -> tuple[Cell, ...]:
    return view.low, view.high, view.level
