"""Cube: one measurement's answers, respondents x subjects x items; refuses unknown codes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import BoolArray, CellArray, FloatArray, frozen
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity, share

NOT_ANSWERED = 0
DONT_KNOW = -1
DONT_WORK_WITH = -2
LOWEST = 1
HIGHEST = 5


@record(eq=False)
class Cube:
    """One measurement: who answered what about whom.

    Attributes
    ----------
    cells : (respondents, subjects, items) int8
        1..5 valid; 0 not answered; -1 don't know; -2 don't work with this one.
    own : (respondents, subjects) bool
        Where respondent and subject are the same person: stored, not asked.
    skipped : (respondents, subjects) bool
        Pairs never put to the respondent (a professional without a leader).

    Raises
    ------
    ValueError
        If the shapes disagree, there is no item, or a code is none of -2..5.

    Notes
    -----
    The arrays are copies closed for writing. Axes are in the order given: sort them by
    id, so that equal data give equal bits.

    Examples
    --------
    >>> cube = round_robin([[[0, 0], [4, -1]], [[5, 3], [0, 0]]])
    >>> tally(cube)
    Tally(asked=4, valid=3, dont_know=1, dont_work_with=0, not_answered=0)
    """

    cells: CellArray
    own: BoolArray
    skipped: BoolArray

    def __post_init__(self) -> None:
        cells = _codes(self.cells)
        object.__setattr__(self, "cells", frozen(cells))
        for name in ("own", "skipped"):
            mask = np.array(getattr(self, name), dtype=np.bool_)
            if mask.shape != cells.shape[:2]:
                raise ValueError(f"{name} {mask.shape} does not fit the pairs {cells.shape[:2]}")
            object.__setattr__(self, name, frozen(mask))

    @property
    def items(self) -> int:
        """Number of items."""
        return int(self.cells.shape[2])

    @property
    def asked(self) -> BoolArray:
        """Pairs (respondents, subjects) that were asked: neither own nor skipped."""
        return ~(self.own | self.skipped)

    @property
    def valid(self) -> BoolArray:
        """Cells (respondents, subjects, items) that were asked and hold 1..5."""
        return (self.cells >= LOWEST) & self.asked[:, :, None]

    def with_own(self) -> Cube:
        """Return the cube in which self-ratings count like any other pair."""
        return Cube(self.cells, np.zeros_like(self.own), self.skipped)

    def rows(self) -> FloatArray:
        """Return the asked pairs as rows x items, in pair order; NaN where not valid."""
        return np.where(self.valid, self.cells, np.nan)[self.asked]


def round_robin(cells: npt.ArrayLike) -> Cube:
    """Return the cube of a group rating itself: the diagonal is own, hence not asked.

    Raises
    ------
    ValueError
        As `Cube`, or if respondents and subjects are not the same number.
    """
    codes = _codes(cells)
    if codes.shape[0] != codes.shape[1]:
        raise ValueError(f"a round robin is square, got {codes.shape[:2]}")
    return Cube(codes, np.eye(codes.shape[0], dtype=np.bool_), _nobody(codes))


def rectangular(cells: npt.ArrayLike) -> Cube:
    """Return the cube in which every respondent was asked about every subject.

    Examples
    --------
    >>> rectangular([[[4, 5, 3]]]).valid.sum()
    np.int64(3)
    """
    codes = _codes(cells)
    return Cube(codes, _nobody(codes), _nobody(codes))


def _nobody(cells: CellArray) -> BoolArray:
    return np.zeros(cells.shape[:2], dtype=np.bool_)


def _codes(cells: npt.ArrayLike) -> CellArray:
    given = np.asarray(cells)
    if given.ndim != 3 or given.shape[2] == 0:
        raise ValueError(f"cells are respondents x subjects x items, got shape {given.shape}")
    if given.size and not np.issubdtype(given.dtype, np.integer):
        raise ValueError(f"cells are whole-number codes, got {given.dtype}")
    if given.size and (given.min() < DONT_WORK_WITH or given.max() > HIGHEST):
        raise ValueError(f"a code lies outside {DONT_WORK_WITH}..{HIGHEST}")
    return np.array(given, dtype=np.int8, order="C")


@record
class Tally:
    """Asked cells by what was answered; own and skipped pairs are in none of the counts.

    Rates: `dont_know_rate` and `dont_work_with_rate` over the answered cells,
    `missing_rate` over the asked ones.
    """

    asked: int
    valid: int
    dont_know: int
    dont_work_with: int
    not_answered: int

    @property
    def answered(self) -> int:
        """Cells with any answer: valid, don't know or don't work with."""
        return self.asked - self.not_answered

    @property
    def dont_know_rate(self) -> Quantity:
        """Don't-know answers over answered cells."""
        return share(self.dont_know, self.answered)

    @property
    def dont_work_with_rate(self) -> Quantity:
        """Don't-work-with answers over answered cells."""
        return share(self.dont_work_with, self.answered)

    @property
    def missing_rate(self) -> Quantity:
        """Cells left open over asked cells."""
        return share(self.not_answered, self.asked)


def tally(cube: Cube) -> Tally:
    """Return the counts over all asked cells."""
    return _tally(cube.cells[cube.asked])


def tally_by_respondent(cube: Cube) -> tuple[Tally, ...]:
    """Return the counts of each respondent's asked cells: who doesn't know."""
    return tuple(_tally(cells[asked]) for cells, asked in zip(cube.cells, cube.asked, strict=True))


def tally_by_subject(cube: Cube) -> tuple[Tally, ...]:
    """Return the counts of each subject's asked cells: who isn't known."""
    turned = zip(cube.cells.transpose(1, 0, 2), cube.asked.T, strict=True)
    return tuple(_tally(cells[asked]) for cells, asked in turned)


def tally_by_item(cube: Cube) -> tuple[Tally, ...]:
    """Return the counts of each item's asked cells."""
    return tuple(_tally(item) for item in cube.cells[cube.asked].T)


def merge(tallies: tuple[Tally, ...]) -> Tally:
    """Return the counts of several tallies together.

    Examples
    --------
    >>> merge((Tally(2, 1, 1, 0, 0), Tally(3, 3, 0, 0, 0)))
    Tally(asked=5, valid=4, dont_know=1, dont_work_with=0, not_answered=0)
    """
    return Tally(
        asked=sum(part.asked for part in tallies),
        valid=sum(part.valid for part in tallies),
        dont_know=sum(part.dont_know for part in tallies),
        dont_work_with=sum(part.dont_work_with for part in tallies),
        not_answered=sum(part.not_answered for part in tallies),
    )


def _tally(cells: CellArray) -> Tally:
    def count(code: int) -> int:
        return int((cells == code).sum())

    return Tally(
        asked=int(cells.size),
        valid=int((cells >= LOWEST).sum()),
        dont_know=count(DONT_KNOW),
        dont_work_with=count(DONT_WORK_WITH),
        not_answered=count(NOT_ANSWERED),
    )
