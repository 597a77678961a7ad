"""Says which groups of cases RK and the citizen's experience may be related in, all together; pure.

A line with its uncertainty tells the sums it was drawn from, so it is let out like these: as a cell of a
lattice. A group leaves only if nothing can be worked out of fewer cases, citizens or raters than the
minimum, whatever else of it is shown; else it is withheld with what would tell it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isnan

from services.analytics.associations.columns import CaseRow
from services.analytics.release.decisions import GroupSize
from services.analytics.release.lattice import Answer, Name, lattice_of
from services.analytics.release.suppression import releasable
from shared.contracts.survey import CitizenResources

_BOTH = ("both", "yes")
_TABLES = ((), ("both",), ("both", "complex"), ("both", "units"), ("both", "resources"), ("both", "led"))


@dataclass(frozen=True, slots=True)
class Shown:
    """Which groups may leave: all with both scores, the complex, both sides of the units, and so on."""

    everything: bool
    complex_only: bool
    by_units: bool
    led: bool
    resources: frozenset[CitizenResources]


def shown_groups(rows: Sequence[CaseRow], size: GroupSize) -> Shown:
    """Decide over cases, citizens and raters apart; what one of them forbids stays."""
    with_both = [row for row in rows if has_both(row)]
    cases = _names([_answer(str(row.case), row, row.citizen) for row in with_both], size)
    citizens = _names(
        [_answer(str(one), row, row.citizen) for row in with_both for one in sorted(row.citizens)], size
    )
    raters = _names(
        [_answer(str(one), row, given) for row in rows for one, given in sorted(row.given.items())], size
    )
    names = cases & citizens & raters
    return Shown(
        everything=(_BOTH,) in names,
        complex_only=_cell("complex", "yes") in names,
        by_units={_cell("units", "many"), _cell("units", "few")} <= names,
        led=_cell("led", "yes") in names,
        resources=frozenset(each for each in CitizenResources if _cell("resources", each) in names),
    )


def has_both(row: CaseRow) -> bool:
    """Tell whether a case has both a case score and a citizen score."""
    return not isnan(row.rk + row.citizen)


def _names(answers: Iterable[Answer], size: GroupSize) -> set[Name]:
    held = list(answers)
    if not held:
        return set()
    lattice = lattice_of(held, _TABLES)
    shown = releasable(lattice, size)
    return {name for cell, there in zip(lattice.cells, shown, strict=True) if there for name in cell.names}


def _cell(axis: str, value: str) -> Name:
    return (_BOTH, (axis, value))


def _answer(who: str, row: CaseRow, value: float) -> Answer:
    """Place an answer; what a case without a citizen's answer is besides, nothing is shown of."""
    if not has_both(row):
        return Answer(who, {"both": "no"}, value)
    units = {} if row.many_units is None else {"units": "many" if row.many_units else "few"}
    place = {
        "both": "yes",
        "complex": "yes" if row.is_complex else "no",
        "resources": str(row.resources),
        "led": "no" if isnan(row.leadership) else "yes",
        **units,
    }
    return Answer(who, place, value)
