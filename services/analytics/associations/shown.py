"""Says which groups of cases RK and the citizen's experience may be related in, all together; pure.

A line with its uncertainty tells the sums it was drawn from, so it is let out like these: as a cell of a
lattice. A group leaves only if nothing can be worked out of fewer cases, citizens or raters than the
minimum, whatever else of it is shown; else it is withheld with what would tell it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from uuid import UUID

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
    cases = _names([_answers(row, [(row.case, row.citizen)]) for row in with_both], size)
    citizens = _names(
        [_answers(row, [(one, row.citizen) for one in row.citizens]) for row in with_both], size
    )
    raters = _names([_answers(row, row.given.items()) for row in rows], size)
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


def _names(answers: Iterable[Iterable[Answer]], size: GroupSize) -> set[Name]:
    held = [each for own in answers for each in own]
    if not held:
        return set()
    lattice = lattice_of(held, _TABLES)
    shown = releasable(lattice, size)
    return {name for cell, there in zip(lattice.cells, shown, strict=True) if there for name in cell.names}


def _cell(axis: str, value: str) -> Name:
    return (_BOTH, (axis, value))


def _answers(row: CaseRow, given: Iterable[tuple[UUID, float]]) -> list[Answer]:
    """Place what was given on a case; the lattice puts it in order."""
    place = _place(row)
    return [Answer(who.hex, place, value) for who, value in given]


def _place(row: CaseRow) -> Mapping[str, str]:
    """Return where a case stands; what one without a citizen's answer is besides, nothing is shown of."""
    if not has_both(row):
        return {"both": "no"}
    units = {} if row.many_units is None else {"units": "many" if row.many_units else "few"}
    return {
        "both": "yes",
        "complex": "yes" if row.is_complex else "no",
        "resources": str(row.resources),
        "led": "no" if isnan(row.leadership) else "yes",
        **units,
    }
