"""A table as every file format needs it: typed columns with labels in two languages, and rows; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from services.analytics.scores.words import Said
from shared.spreadsheet import Cell


class Kind(StrEnum):
    """What a column's cells are."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"


class Measure(StrEnum):
    """How far arithmetic on a column means anything (SPSS: measurement level)."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    SCALE = "scale"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `values` are what its codes mean, `missing` those that are no value (three at most)."""

    name: str
    kind: Kind
    measure: Measure
    label: Said
    values: Mapping[str | int, Said] = field(default_factory=dict)
    missing: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns, what they are called, and where they come from."""

    title: Said
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    provenance: Mapping[str, str]
