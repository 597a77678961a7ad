"""Interfaces: RK between units, groups or roles over many cases; refuses dyads without a label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from math import lcm, sqrt

import numpy as np

from services.analytics.methods.arrays import IntArray
from services.analytics.methods.dyads import Dyads
from services.analytics.methods.exact import rounded
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity, Reason, undefined

Label = str | None


@record
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


@record
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


@record(eq=False)
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

    @property
    def labels(self) -> tuple[Label, ...]:
        """Labels of raters and subjects."""
        return (*self.rater_labels, *self.subject_labels)


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
    held = list(cases)
    names = sorted({one for case in held for one in case.labels if one is not None})
    people = sorted({rater for case in held for rater in case.raters})
    table = _table(held, names, people)
    known = table[:, (table[0] >= 0) & (table[1] >= 0)]
    rows, columns, raters, places, sums, counts = known
    cells, at = np.unique(rows * len(names) + columns, return_inverse=True)
    totals = _fractions(at, sums, counts)
    squares = _fractions(at, sums * sums, counts * counts)
    who = _sets(at, raters, people)
    where = _sets(at, places, [case.case for case in held])
    dyads, answers = np.bincount(at), np.bincount(at, counts)
    return Interface(
        {
            (names[cell // len(names)], names[cell % len(names)]): InterfaceCell(
                int(dyads[one]), int(answers[one]), totals[one], squares[one], who[one], where[one]
            )
            for one, cell in enumerate(cells.tolist())
        },
        unlabelled=table.shape[1] - known.shape[1],
    )


def _table(cases: Sequence[LabelledDyads], names: list[str], people: list[str]) -> IntArray:
    """Return a column per dyad: row label, column label, rater, case, sum, count; -1 for no label."""
    label = {name: at for at, name in enumerate(names)}
    person = {name: at for at, name in enumerate(people)}
    parts = [np.zeros((6, 0), dtype=np.int64)]
    for place, case in enumerate(cases):
        i, j = np.nonzero(case.dyads.included)
        rows = np.array([-1 if one is None else label[one] for one in case.rater_labels], dtype=np.int64)
        columns = np.array(
            [-1 if one is None else label[one] for one in case.subject_labels], dtype=np.int64
        )
        raters = np.array([person[one] for one in case.raters], dtype=np.int64)
        held = (case.dyads.sums[i, j], case.dyads.counts[i, j])
        parts.append(np.array([rows[i], columns[j], raters[i], np.full(i.size, place), *held]))
    return np.concatenate(parts, axis=1)


def _fractions(at: IntArray, numerators: IntArray, denominators: IntArray) -> list[Fraction]:
    """Return the exact sum of numerators / denominators of each cell."""
    count = int(at.max(initial=-1)) + 1
    present = np.unique(denominators).tolist()
    common = lcm(*present)
    totals = [0] * count
    for denominator in present:
        own = denominators == denominator
        sums = np.zeros(count, dtype=np.int64)
        np.add.at(sums, at[own], numerators[own])
        totals = [
            total + extra * (common // denominator)
            for total, extra in zip(totals, sums.tolist(), strict=True)
        ]
    return [Fraction(total, common) for total in totals]


def _sets(at: IntArray, codes: IntArray, names: Sequence[str]) -> list[frozenset[str]]:
    """Return the distinct names behind each cell."""
    width = max(len(names), 1)
    pairs = np.unique(at * width + codes)
    parts = np.split(pairs % width, np.cumsum(np.bincount(pairs // width))[:-1])
    return [frozenset(names[code] for code in part.tolist()) for part in parts]
