"""Takes released views apart into one row for each figure; it can hold nothing that the views don't; pure.

Texts and truths beside or above a figure delimit it, and so do numbers that say which one it is: the
innermost `code` is its dimension, all others are in `cut`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
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

_DIMENSION, _WITHIN = "code", "within"
_NUMBERS_THAT_NAME = frozenset({"version", "instrument_version", "low", "high", "share", "at_leadership"})
_LISTS_THAT_NAME = frozenset({"between"})
_OF_NO_FIGURE = frozenset({"purpose"})
_SHAPES = (FigureView, ScoreView, EstimateView, IntervalView)
"""What has a row; its columns are their fields, and whatever else it has is a figure or delimits it."""
_INTERVAL = "interval"
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
        """Say more of what is here; a code outside of another is what that is within."""
        outside = dict(self.delimiting)
        if _DIMENSION in outside and _DIMENSION in further:
            outside[_WITHIN] = outside.pop(_DIMENSION)
        return replace(self, delimiting={**outside, **further})

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
    if issubclass(view, (FigureView, IntervalView)):
        yield name
    for field_name in _parts(view):
        path = f"{name}.{to_camel(field_name)}"
        for kind in _kinds(view.model_fields[field_name].annotation):
            if issubclass(kind, WireModel):
                yield from paths_of(path, kind)
            elif _is_number(kind) and field_name not in _NUMBERS_THAT_NAME:
                yield path


def _parts(view: type[WireModel]) -> list[str]:
    """Return the fields of a model that are no columns of its own row, if it has one."""
    if issubclass(view, Provenance):
        return []
    columns = {
        name for shape in _SHAPES if issubclass(view, shape) for name in (*shape.model_fields, _INTERVAL)
    }
    return [name for name in view.model_fields if name not in columns | _OF_NO_FIGURE]


@cache
def _holds_figures(view: type[WireModel]) -> bool:
    return any(paths_of(view.__name__, view))


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
    inside = place.delimited(_names(view))
    if isinstance(view, (FigureView, IntervalView)):
        yield inside, _numbers(view)
    for name in _parts(type(view)):
        value = getattr(view, name)
        if not _delimits(name, value):
            yield from _of_value(value, inside.below(name))


def _names(view: WireModel) -> dict[str, str]:
    """Return what delimits a model's figures: its own texts, and those of parts that hold no figure.

    In such a part what is null is said too: those without any unit are a party as well.
    """
    found: dict[str, str] = {}
    names_only = not _holds_figures(type(view))
    for name in _parts(type(view)):
        value, camel = getattr(view, name), to_camel(name)
        if _delimits(name, value) or (value is None and names_only):
            found[camel] = _named(value)
        elif isinstance(value, WireModel) and not _holds_figures(type(value)):
            found |= {f"{camel}.{inner}": said for inner, said in _names(value).items()}
    return found


def _delimits(name: str, value: object) -> bool:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return name in _NUMBERS_THAT_NAME
    if isinstance(value, list):
        return name in _LISTS_THAT_NAME and all(isinstance(each, str) for each in value)
    return isinstance(value, (str, UUID, bool))


def _named(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(map(_named, value))
    return str(value.value) if isinstance(value, Enum) else str(value)


def _of_value(value: Any, place: _Place) -> Iterator[tuple[_Place, tuple[Cell, ...]]]:
    if isinstance(value, WireModel):
        yield from _figures(value, place)
    elif isinstance(value, (list, tuple)):
        for number, each in enumerate(value, start=1):
            yield from _of_value(each, place if _tells_itself(each) else place.numbered(number))
    elif isinstance(value, (int, float)):
        yield place, (float(value), None, *_NO_ESTIMATE, *_NO_INTERVAL, *_NO_COUNTS)


def _tells_itself(each: object) -> bool:
    """Whether something in a list says what it is; else where it stands is all there is to it."""
    return isinstance(each, WireModel) and bool(_names(each))


_NO_ESTIMATE = (None, None, None)
_NO_INTERVAL = (None, None, None, None)
_NO_COUNTS = (None, None, None)


def _numbers(view: FigureView | IntervalView) -> tuple[Cell, ...]:
    """Return the cells from `value` to `cells`."""
    found = (view.value, view.reason) if isinstance(view, FigureView) else (None, None)
    return (*found, *_uncertainty(view), *_interval(view), *_counts(view))


def _uncertainty(view: WireModel) -> tuple[Cell, ...]:
    if isinstance(view, EstimateView):
        return view.standard_error.value, view.degrees_of_freedom.value, view.p.value
    return _NO_ESTIMATE


def _interval(view: WireModel) -> tuple[Cell, ...]:
    found = view if isinstance(view, IntervalView) else getattr(view, _INTERVAL, None)
    if isinstance(found, IntervalView):
        return found.low, found.high, found.level, found.reason
    return _NO_INTERVAL


def _counts(view: WireModel) -> tuple[Cell, ...]:
    return (view.raters, view.dyads, view.cells) if isinstance(view, ScoreView) else _NO_COUNTS
