"""Lays a wave out as the columns that associations stand on, once per data version; pure.

They are of cases alone whose scores are shown to others: a hidden one is nowhere in them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import fsum, isnan, nan
from operator import attrgetter
from uuid import UUID

import numpy as np
import numpy.typing as npt

from services.analytics.methods.cube import Cube
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.moderation import MANY_UNITS
from services.analytics.projection.holdings import Holdings, Wave
from services.analytics.projection.measurement import Measurement
from services.analytics.release.cases import shown_among
from services.analytics.release.decisions import GroupSize
from services.analytics.release.steps import Closing, closing_of, rounds_in_steps
from shared.contracts.survey import CitizenResources, Form

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

COMPLEX = "complex"
"""The level of the default rule set from which a case counts as complex."""


@dataclass(frozen=True, slots=True)
class RespondentRow:
    """What one respondent says of the own leader and of the others, on one case."""

    case: UUID
    leader: UUID
    person: UUID
    leadership: float
    rk: float


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case: its scores, NaN where there is none, whose answers these are, and when its round closed."""

    case: UUID
    closing: Closing
    rk: float
    citizen: float
    leadership: float
    given: Mapping[UUID, float]
    citizens: frozenset[UUID]
    led: frozenset[UUID]
    leaders: frozenset[UUID]
    is_complex: bool
    many_units: bool | None
    resources: CitizenResources


@dataclass(frozen=True, slots=True)
class Columns:
    """A wave's respondents with both scores, as far as they have entered, and its cases: by their ids."""

    respondents: tuple[RespondentRow, ...]
    cases: tuple[CaseRow, ...]


def columns_in(held: Holdings, code: str, size: GroupSize) -> Columns:
    """Return a wave's columns, laid out once per data version."""
    key = f"associations/columns/{size.minimum}/{code}"
    return held.derived(key, lambda: columns_of(held.wave(code), size))


def columns_of(wave: Wave, size: GroupSize) -> Columns:
    """Lay out all cases of a wave whose network's score is shown to others."""
    shown = shown_among(wave.by_case(Form.NETWORK), size)
    networks, leadership, citizens = (
        _answered({case_id: own for case_id, own in wave.by_case(form).items() if case_id in shown})
        for form in (Form.NETWORK, Form.OWN_LEADER, Form.CITIZEN)
    )
    respondents: list[RespondentRow] = []
    cases: list[CaseRow] = []
    for case_id in sorted(networks, key=attrgetter("int")):
        network = networks[case_id]
        rows = list(_respondents(case_id, leadership.get(case_id), network.by_seat()))
        respondents.extend(row for row in rows if not isnan(row.leadership + row.rk))
        cases.append(_case(case_id, network, citizens.get(case_id), rows))
    return Columns(tuple(_entered(respondents, shown, size)), tuple(cases))


def _entered(
    rows: Sequence[RespondentRow], networks: Mapping[UUID, Measurement], size: GroupSize
) -> Iterator[RespondentRow]:
    """Yield the rows of whole steps: who has no row brings nobody to one."""
    rounds: dict[Closing, set[UUID]] = {}
    for row in rows:
        rounds.setdefault(closing_of(networks[row.case]), set()).add(row.person)
    entered = {closing for step in rounds_in_steps(rounds, size) for closing in step}
    return (row for row in rows if closing_of(networks[row.case]) in entered)


def codes_of(ids: list[UUID]) -> Codes:
    """Return each id as its place among all of them in order."""
    numbers = [one.int for one in ids]
    place = {one: at for at, one in enumerate(sorted(set(numbers)))}
    return np.array([place[one] for one in numbers], dtype=np.int64)


def floats_of(values: list[float]) -> Floats:
    """Return numbers as an array."""
    return np.array(values, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Answered:
    """A form with what each respondent gave each subject on average; NaN where nothing."""

    form: Measurement
    means: list[list[float]]
    given: list[float]

    def by_seat(self) -> dict[UUID, float]:
        """Return what each respondent gave on average."""
        return {seat.id: mean for seat, mean in zip(self.form.respondents, self.given, strict=True)}

    def by_person(self) -> dict[UUID, float]:
        """Return the same of those who gave any, by person."""
        given = zip(self.form.persons(), self.given, strict=True)
        return {person: mean for person, mean in given if not isnan(mean)}

    def mean(self) -> float:
        """Return the mean of all that was given."""
        return _mean([mean for row in self.means for mean in row])


def _answered(forms: Mapping[UUID, Measurement]) -> dict[UUID, _Answered]:
    """Work out the means of all forms of a shape at once: one by one would cost most of all."""
    shapes: dict[tuple[int, ...], list[UUID]] = {}
    for case_id, form in forms.items():
        shapes.setdefault(form.cube.cells.shape[1:], []).append(case_id)
    found: dict[UUID, _Answered] = {}
    for cases in shapes.values():
        cubes = [forms[case_id].cube for case_id in cases]
        together = Cube(
            np.concatenate([cube.cells for cube in cubes]),
            own=np.concatenate([cube.own for cube in cubes]),
            skipped=np.concatenate([cube.skipped for cube in cubes]),
        )
        rows = iter(dyads_of(together).means.tolist())
        for case_id, cube in zip(cases, cubes, strict=True):
            means = list(islice(rows, len(cube.cells)))
            found[case_id] = _Answered(forms[case_id], means, list(map(_mean, means)))
    return found


def _respondents(
    case_id: UUID, answered: _Answered | None, given: Mapping[UUID, float]
) -> Iterator[RespondentRow]:
    """Yield whoever was asked about a leader; a score is NaN where there is none."""
    if answered is None:
        return
    form = answered.form
    for seat, person, (leadership,) in zip(form.respondents, form.persons(), answered.means, strict=True):
        if seat.leader_id is not None:
            yield RespondentRow(case_id, seat.leader_id, person, leadership, given.get(seat.id, nan))


def _case(
    case_id: UUID,
    network: _Answered,
    citizen: _Answered | None,
    rows: list[RespondentRow],
) -> CaseRow:
    state = network.form.state
    led = [row for row in rows if not isnan(row.leadership)]
    told = {} if citizen is None else citizen.by_person()
    return CaseRow(
        case=case_id,
        closing=closing_of(network.form),
        rk=network.mean(),
        citizen=_mean(list(told.values())),
        leadership=_mean([row.leadership for row in led]),
        given=network.by_person(),
        citizens=frozenset(told),
        led=frozenset(row.person for row in led),
        leaders=frozenset(row.leader for row in led),
        is_complex=state.level == COMPLEX,
        many_units=None if state.units is None else state.units > MANY_UNITS,
        resources=state.citizen_resources or CitizenResources.UNKNOWN,
    )


def _mean(values: list[float]) -> float:
    """Return the mean of the values there are, NaN of none."""
    there = [value for value in values if not isnan(value)]
    return fsum(there) / len(there) if there else nan
