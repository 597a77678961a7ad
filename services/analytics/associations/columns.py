"""Lays a wave out as the columns that associations stand on, once per data version; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import fsum, isnan, nan
from operator import attrgetter
from uuid import UUID

import numpy as np
import numpy.typing as npt

from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.moderation import MANY_UNITS
from services.analytics.projection.holdings import Holdings, Wave
from services.analytics.projection.measurement import Measurement
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
    """One case: its scores, NaN where there is none, and whose answers these are."""

    case: UUID
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
    """A wave's respondents with both scores, and its cases: by case in the order of their ids."""

    respondents: tuple[RespondentRow, ...]
    cases: tuple[CaseRow, ...]


def columns_in(held: Holdings, code: str) -> Columns:
    """Return a wave's columns, laid out once per data version."""
    return held.derived(f"associations/columns/{code}", lambda: columns_of(held.wave(code)))


def columns_of(wave: Wave) -> Columns:
    """Lay out all cases of a wave that have a network measurement."""
    networks, leadership, citizens = (
        wave.by_case(form) for form in (Form.NETWORK, Form.OWN_LEADER, Form.CITIZEN)
    )
    respondents: list[RespondentRow] = []
    cases: list[CaseRow] = []
    for case_id in sorted(networks, key=attrgetter("int")):
        network = networks[case_id]
        means = dyads_of(network.cube).means
        given = dict(zip((seat.id for seat in network.respondents), _row_means(means), strict=True))
        rows = list(_respondents(case_id, leadership.get(case_id), given))
        respondents.extend(row for row in rows if not isnan(row.leadership + row.rk))
        cases.append(
            _case(case_id, network, citizens.get(case_id), (_mean(means.ravel().tolist()), given, rows))
        )
    return Columns(tuple(respondents), tuple(cases))


def codes_of(ids: list[UUID]) -> Codes:
    """Return each id as its place among all of them in order."""
    numbers = [one.int for one in ids]
    place = {one: at for at, one in enumerate(sorted(set(numbers)))}
    return np.array([place[one] for one in numbers], dtype=np.int64)


def floats_of(values: list[float]) -> Floats:
    """Return numbers as an array."""
    return np.array(values, dtype=np.float64)


def _respondents(
    case_id: UUID, form: Measurement | None, given: Mapping[UUID, float]
) -> Iterator[RespondentRow]:
    """Yield whoever was asked about a leader; a score is NaN where there is none."""
    if form is None:
        return
    means = dyads_of(form.cube).means[:, 0].tolist()
    for seat, person, leadership in zip(form.respondents, form.persons(), means, strict=True):
        if seat.leader_id is not None:
            yield RespondentRow(case_id, seat.leader_id, person, leadership, given.get(seat.id, nan))


def _case(
    case_id: UUID,
    network: Measurement,
    citizen: Measurement | None,
    answers: tuple[float, Mapping[UUID, float], list[RespondentRow]],
) -> CaseRow:
    rk, given, rows = answers
    state = network.state
    led = [row for row in rows if not isnan(row.leadership)]
    told = {} if citizen is None else _told(citizen)
    return CaseRow(
        case=case_id,
        rk=rk,
        citizen=_mean(list(told.values())),
        leadership=_mean([row.leadership for row in led]),
        given=_by_person(network, given),
        citizens=frozenset(told),
        led=frozenset(row.person for row in led),
        leaders=frozenset(row.leader for row in led),
        is_complex=state.level == COMPLEX,
        many_units=None if state.units is None else state.units > MANY_UNITS,
        resources=state.citizen_resources or CitizenResources.UNKNOWN,
    )


def _by_person(network: Measurement, given: Mapping[UUID, float]) -> dict[UUID, float]:
    seats = zip(network.respondents, network.persons(), strict=True)
    return {person: given[seat.id] for seat, person in seats if not isnan(given[seat.id])}


def _told(citizen: Measurement) -> dict[UUID, float]:
    """Return by informant the mean of what was answered."""
    means = dyads_of(citizen.cube).means[:, 0].tolist()
    return {person: mean for person, mean in zip(citizen.persons(), means, strict=True) if not isnan(mean)}


def _row_means(means: Floats) -> list[float]:
    return [_mean(row) for row in means.tolist()]


def _mean(values: list[float]) -> float:
    """Return the mean of the values there are, NaN of none."""
    there = [value for value in values if not isnan(value)]
    return fsum(there) / len(there) if there else nan
