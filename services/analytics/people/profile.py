"""Works out the leadership of a tenant and its places, over enough leaders and employees; pure.

A leader stands where all own employees do; who has them in several units stands in none, but in their area.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

import numpy as np

from services.analytics.methods.arms import mean_estimate
from services.analytics.methods.exact import float_sd, mean, rounded
from services.analytics.people.leadership import Led, led_in
from services.analytics.people.schemas import (
    LeaderScore,
    LeadershipProfile,
    NamedLeaderScore,
    ProfileCell,
)
from services.analytics.projection.holdings import Holdings, Wave
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import figure, interval
from services.analytics.release.lattice import UNKNOWN, Answer, Name, lattice_of
from services.analytics.release.suppression import releasable
from services.analytics.scores.case_scores import provenance_of
from shared.contracts.survey import Form, Seat

MUNICIPALITY, AREA, UNIT = "municipality", "area", "unit"
TABLES = ((), (MUNICIPALITY,), (AREA,), (UNIT,))
EVERYWHERE: Name = ()

_AXES: Mapping[str, Callable[[Seat], object]] = {
    MUNICIPALITY: lambda seat: seat.municipality_code,
    AREA: lambda seat: seat.area_id,
    UNIT: lambda seat: seat.unit_id,
}


@dataclass(frozen=True, slots=True)
class _Leader:
    """One leader's own employees' means on a sub-scale, and where they stand."""

    person: UUID
    place: Mapping[str, str]
    employees: Mapping[UUID, Fraction]

    @property
    def mean(self) -> Fraction:
        return mean(self.employees.values()) or Fraction(0)

    def stands(self, name: Name) -> bool:
        return all(self.place[axis] == value for axis, value in name)


def leadership_profile(code: str, held: Holdings, size: GroupSize) -> LeadershipProfile | None:
    """Show what may be shown of a wave's leadership, or nothing."""
    wave = held.wave(code)
    cells = shown_cells(code, held, size)
    if not cells:
        return None
    areas, units = held.register.areas, held.register.units
    names = {str(each.id): each.name for each in areas.values()}
    names |= {str(each.id): each.name for each in units.values()}
    return LeadershipProfile(
        provenance=provenance_of(wave.of(Form.OWN_LEADER), wave.code),
        everywhere=_cell(EVERYWHERE, cells[EVERYWHERE], names) if EVERYWHERE in cells else None,
        municipalities=_of_axis(MUNICIPALITY, cells, names),
        areas=_of_axis(AREA, cells, names),
        units=_of_axis(UNIT, cells, names),
    )


def shown_cells(code: str, held: Holdings, size: GroupSize) -> dict[Name, list[NamedLeaderScore]]:
    """Return the cells of a wave that may be shown; worked out once, as each leader is compared to one."""
    wave = held.wave(code)
    return wave.worked_out.once(f"leadership-profile/{size.minimum}", lambda: profile_cells(wave, size))


def profile_cells(wave: Wave, size: GroupSize) -> dict[Name, list[NamedLeaderScore]]:
    """Return the cells that may be shown, all of them together: each with all its sub-scales."""
    everybody = list(led_in(wave.of(Form.OWN_LEADER)).values())
    if not everybody:
        return {}
    by_scale = {code: list(_leaders(everybody, code)) for code in everybody[0].sub_scales}
    shown = [_shown(leaders, size) for leaders in by_scale.values()]
    names = sorted(set.intersection(*shown)) if shown else []
    return {
        name: [
            NamedLeaderScore(code=code, score=_score([each for each in leaders if each.stands(name)]))
            for code, leaders in by_scale.items()
        ]
        for name in names
    }


def _leaders(everybody: Iterable[Led], code: str) -> Iterable[_Leader]:
    """Return those about whom anybody answered on a sub-scale."""
    for led in everybody:
        means = led.answers(led.sub_scales[code]).means()
        if means:
            yield _Leader(led.person, _place(led.seats), means)


def _place(seats: Sequence[Seat]) -> dict[str, str]:
    """Return on each axis where all of some seats stand."""
    values = {axis: {of(seat) for seat in seats} for axis, of in _AXES.items()}
    return {
        axis: str(next(iter(own)) or UNKNOWN) if len(own) == 1 else UNKNOWN for axis, own in values.items()
    }


def _shown(leaders: Sequence[_Leader], size: GroupSize) -> set[Name]:
    """Return the places of which neither a few leaders' scores nor a few employees' can be worked out.

    A leader knows their own score and takes it away, so one more leader than the minimum is needed.
    """
    of_leaders = [Answer(str(each.person), each.place, float(each.mean)) for each in leaders]
    shown = _releasable(of_leaders, GroupSize(size.minimum + 1))
    if not shown or _has_own_employees(leaders):
        return shown
    of_employees = [
        Answer(str(person), each.place, float(value))
        for each in leaders
        for person, value in each.employees.items()
    ]
    return shown & _releasable(of_employees, size)


def _has_own_employees(leaders: Iterable[_Leader]) -> bool:
    """Tell whether each leader has an employee whom no other leads: then employees are as many, or more."""
    led_by: dict[UUID, set[UUID]] = {}
    for each in leaders:
        for person in each.employees:
            led_by.setdefault(person, set()).add(each.person)
    alone = {leader for own in led_by.values() if len(own) == 1 for leader in own}
    return alone == {leader for own in led_by.values() for leader in own}


def _releasable(answers: Sequence[Answer], size: GroupSize) -> set[Name]:
    lattice = lattice_of(answers, TABLES)
    rows = np.flatnonzero(releasable(lattice, size)).tolist()
    return {name for row in rows for name in lattice.cells[row].names if UNKNOWN not in dict(name).values()}


def _score(leaders: Sequence[_Leader]) -> LeaderScore:
    means = [each.mean for each in leaders]
    values = [float(each) for each in means]
    centre = figure(rounded(mean(means)))
    return LeaderScore(
        value=centre.value,
        reason=centre.reason,
        leaders=len({each.person for each in leaders}),
        employees=len({person for each in leaders for person in each.employees}),
        spread=figure(float_sd(values)),
        interval=interval(mean_estimate(np.array(values)).interval),
    )


def _of_axis(
    axis: str, cells: Mapping[Name, list[NamedLeaderScore]], names: Mapping[str, str]
) -> list[ProfileCell]:
    return [_cell(name, found, names) for name, found in cells.items() if axis in dict(name)]


def _cell(name: Name, scores: list[NamedLeaderScore], names: Mapping[str, str]) -> ProfileCell:
    axis, value = name[0] if name else ("", "")
    return ProfileCell(
        id=UUID(value) if axis in {AREA, UNIT} else None,
        label=value if axis == MUNICIPALITY else names.get(value),
        sub_scales=scores,
    )
