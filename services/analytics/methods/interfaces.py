"""Interfaces: RK between units, groups or roles over many cases; refuses dyads without a label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import sqrt

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import IntArray
from services.analytics.methods.dyads import Dyads
from services.analytics.methods.exact import rounded
from services.analytics.methods.results import Quantity, Reason, undefined

Label = str | None


@dataclass(frozen=True, slots=True)
class InterfaceCell:
    """What people of one label said of people of another; cells add up.

    Attributes
    ----------
    dyads, answers : int
        Dyads with a mean; valid cells behind them.
    total, squares : Fraction
        Exact sums of the dyad means and of their squares.
    raters, cases : frozenset of str
        Who rated, and in which cases: sets, as one person may stand in several.
    """

    dyads: int = 0
    answers: int = 0
    total: Fraction = Fraction(0)
    squares: Fraction = Fraction(0)
    raters: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()

    def __add__(self, other: InterfaceCell) -> InterfaceCell:
        """Return both cells together; their dyads must be different ones."""
        return InterfaceCell(
            self.dyads + other.dyads,
            self.answers + other.answers,
            self.total + other.total,
            self.squares + other.squares,
            self.raters | other.raters,
            self.cases | other.cases,
        )

    @property
    def mean(self) -> Quantity:
        """Unweighted mean of the dyad means; undefined (`no-data`) without one."""
        return rounded(self.total / self.dyads if self.dyads else None)

    @property
    def sd(self) -> Quantity:
        """Standard deviation (ddof 1) of the dyad means; `too-few-rows` under two."""
        if self.dyads < 2:
            return undefined(Reason.TOO_FEW_ROWS)
        return Quantity(sqrt((self.squares - self.total**2 / self.dyads) / (self.dyads - 1)))


@dataclass(frozen=True, slots=True)
class Interface:
    """Who rates whom, by label: rows are the raters' labels, columns the rated's.

    Attributes
    ----------
    cells : mapping of (row, column) to InterfaceCell
        Only those with a dyad.
    unlabelled : int
        Dyads left out because rater or rated has no label.
    """

    cells: Mapping[tuple[str, str], InterfaceCell] = field(default_factory=dict)
    unlabelled: int = 0

    def __add__(self, other: Interface) -> Interface:
        """Return both interfaces together, of different dyads."""
        keys = sorted(self.cells.keys() | other.cells.keys())
        cells = {key: self.cell(*key) + other.cell(*key) for key in keys}
        return Interface(cells, self.unlabelled + other.unlabelled)

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that rates or is rated, sorted."""
        return tuple(sorted({label for key in self.cells for label in key}))

    def cell(self, row: str, column: str) -> InterfaceCell:
        """Return what `row` said of `column`; empty where nothing."""
        return self.cells.get((row, column), InterfaceCell())

    def between(self, first: str, second: str) -> InterfaceCell:
        """Return both directions together: authority of provider and provider of authority."""
        there = self.cell(first, second)
        return there if first == second else there + self.cell(second, first)

    def matrix(self) -> tuple[tuple[InterfaceCell, ...], ...]:
        """Return the cells, rows and columns in the order of `labels`."""
        return tuple(tuple(self.cell(row, column) for column in self.labels) for row in self.labels)


@dataclass(frozen=True, eq=False)
class LabelledDyads:
    """One case's dyads with who is behind them.

    Attributes
    ----------
    case : str
    dyads : Dyads
    raters : sequence of str
        Identity of each rater: the same person over several cases counts once.
    rater_labels, subject_labels : sequence of str or None
        Unit, professional group, or role (authority, provider) on this case; None for none.

    Raises
    ------
    ValueError
        If there is not one identity or label per rater and subject.
    """

    case: str
    dyads: Dyads
    raters: Sequence[str]
    rater_labels: Sequence[Label]
    subject_labels: Sequence[Label]

    def __post_init__(self) -> None:
        held = (len(self.raters), len(self.rater_labels), len(self.subject_labels))
        raters, subjects = self.dyads.counts.shape
        if held != (raters, raters, subjects):
            raise ValueError(f"{raters} raters of {subjects} subjects, got {held} identities and labels")


def interface_of(cases: Iterable[LabelledDyads]) -> Interface:
    """Return the interface matrix over many cases.

    Parameters
    ----------
    cases : iterable of LabelledDyads
        Labels by unit give unit x unit, by professional group group x group, by the
        unit's role on the case authority x provider.

    Notes
    -----
    Every dyad mean weighs the same. Sums are whole numbers per number of valid items, then
    fractions: the order of cases changes no bit, and interfaces of parts add up to the
    interface of the whole.

    References
    ----------
    Gittell (2002), Management Science 48, 1408-1426, on ties between and within groups.

    Examples
    --------
    >>> from services.analytics.methods.cube import round_robin
    >>> from services.analytics.methods.dyads import dyads_of
    >>> dyads = dyads_of(round_robin([[[0], [4], [2]], [[3], [0], [5]], [[1], [2], [0]]]))
    >>> roles = ["authority", "provider", "provider"]
    >>> held = interface_of([LabelledDyads("S1", dyads, ["P1", "P2", "P3"], roles, roles)])
    >>> held.cell("authority", "provider").mean.value, held.cell("provider", "authority").mean.value
    (3.0, 2.0)
    >>> len(held.between("authority", "provider").raters)
    3
    """
    rows = [row for case in cases for row in _rows(case)]
    labelled = [row for row in rows if row[0] is not None and row[1] is not None]
    unlabelled = len(rows) - len(labelled)
    if not labelled:
        return Interface({}, unlabelled)
    keys = sorted({(str(row), str(column)) for row, column, *_ in labelled})
    place = {key: at for at, key in enumerate(keys)}
    cells = np.array([place[str(row[0]), str(row[1])] for row in labelled], dtype=np.int64)
    numbers = np.array([row[4:] for row in labelled], dtype=np.int64)
    who = _sets(cells, [row[2] for row in labelled], len(keys))
    where = _sets(cells, [row[3] for row in labelled], len(keys))
    order = np.argsort(cells, kind="stable")
    parts = np.split(numbers[order], np.cumsum(np.bincount(cells))[:-1])
    return Interface(
        {key: _cell(parts[at], who[at], where[at]) for at, key in enumerate(keys)},
        unlabelled,
    )


Row = tuple[Label, Label, str, str, int, int]


def _rows(case: LabelledDyads) -> list[Row]:
    dyads = case.dyads
    return [
        (
            case.rater_labels[i],
            case.subject_labels[j],
            case.raters[i],
            case.case,
            int(dyads.sums[i, j]),
            int(dyads.counts[i, j]),
        )
        for i, j in np.argwhere(dyads.included).tolist()
    ]


def _sets(cells: IntArray, names: list[str], count: int) -> list[frozenset[str]]:
    held: list[set[str]] = [set() for _ in range(count)]
    for cell, name in zip(cells.tolist(), names, strict=True):
        held[cell].add(name)
    return [frozenset(one) for one in held]


def _cell(numbers: npt.NDArray[np.int64], raters: frozenset[str], cases: frozenset[str]) -> InterfaceCell:
    sums, counts = numbers.T
    total, squares = Fraction(0), Fraction(0)
    for count in np.unique(counts).tolist():
        own = sums[counts == count]
        total += Fraction(int(own.sum()), count)
        squares += Fraction(int((own * own).sum()), count * count)
    return InterfaceCell(len(sums), int(counts.sum()), total, squares, raters, cases)
