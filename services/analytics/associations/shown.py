"""Says which groups of cases RK and the citizen's experience may be related in, all together; pure.

A line with its uncertainty tells the sums it was drawn from, so it is let out like these: as a cell of a
lattice, in steps. The cases' own scores are shown one by one, so it is the citizens' answers that are
guarded: a group leaves only if nothing can be worked out of fewer cases or citizens than the minimum,
whatever else of it is shown or was before; else it is withheld, or stays as it was shown last.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from uuid import UUID

from services.analytics.associations.columns import CaseRow
from services.analytics.release.decisions import GroupSize
from services.analytics.release.lattice import UNKNOWN, Answer, Name, Table
from services.analytics.release.steps import Closing, rounds_in_steps
from services.analytics.release.succession import Succession, standing

COMPLEX, UNITS, RESOURCES, LED = "complex", "units", "resources", "led"
YES, NO, MANY, FEW = "yes", "no", "many", "few"
GROWTH = 0.25
"""A step brings this share of the citizens before it, so that groups of cases can go on with it."""

_TABLES: tuple[Table, ...] = ((), (COMPLEX,), (UNITS,), (RESOURCES,), (LED,))
_SUCCESSION = Succession()


@dataclass(frozen=True, slots=True)
class Shown:
    """The cases with both scores by the step in which they entered, and up to which each group is shown."""

    steps: Sequence[Sequence["_Placed"]]
    standing: Mapping[Name, int]

    def everything(self) -> list[CaseRow] | None:
        """Return all cases with both scores that are shown, in the order of their ids."""
        return self._cell(())

    def group(self, axis: str, value: str) -> list[CaseRow] | None:
        """Return those of them that have a value on an axis; None where the group may not leave."""
        return self._cell(((axis, value),))

    def _cell(self, name: Name) -> list[CaseRow] | None:
        if name not in self.standing:
            return None
        entered = (placed for step in self.steps[: self.standing[name] + 1] for placed in step)
        own = (row for row, place in entered if all(place.get(axis) == value for axis, value in name))
        return sorted(own, key=lambda row: row.case.int)


def shown_groups(rows: Sequence[CaseRow], size: GroupSize) -> Shown:
    """Decide over cases and citizens at once: of whichever there are fewer, there must be enough."""
    steps = _in_steps([row for row in rows if has_both(row)], size)
    answers = [
        Answer(str(one), place, row.citizen, str(row.case), step)
        for step, own in enumerate(steps)
        for row, place in own
        for one in sorted(row.citizens)
    ]
    return Shown(steps, standing(_SUCCESSION.releases(answers, _TABLES, size)))


def has_both(row: CaseRow) -> bool:
    """Tell whether a case has both a case score and a citizen score."""
    return not isnan(row.rk + row.citizen)


def _in_steps(rows: Sequence[CaseRow], size: GroupSize) -> list[list["_Placed"]]:
    rounds: dict[Closing, set[UUID]] = {}
    for row in rows:
        rounds.setdefault(row.closing, set()).update(row.citizens)
    steps = rounds_in_steps(rounds, size, GROWTH)
    step_of = {closing: step for step, own in enumerate(steps) for closing in own}
    found: list[list[_Placed]] = [[] for _ in steps]
    for row in rows:
        if row.closing in step_of:
            found[step_of[row.closing]].append((row, _place(row)))
    return found


_Placed = tuple[CaseRow, Mapping[str, str]]
"""A case, and where on each axis it stands."""


def _place(row: CaseRow) -> Mapping[str, str]:
    return {
        COMPLEX: YES if row.is_complex else NO,
        UNITS: UNKNOWN if row.many_units is None else MANY if row.many_units else FEW,
        RESOURCES: str(row.resources),
        LED: NO if isnan(row.leadership) else YES,
    }
