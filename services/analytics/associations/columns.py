"""Lays a wave out as the columns that associations stand on, once per data version; pure.

They are of cases alone whose scores are shown to others: a hidden one is nowhere in them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from math import fsum, isnan, nan
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

import numpy as np

from services.analytics.associations.respondents import Respondents, TeamRows, respondents_of
from services.analytics.methods.cube import Cube
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.moderation import MANY_UNITS
from services.analytics.projection.holdings import Holdings, Wave
from services.analytics.projection.measurement import Measurement
from services.analytics.release.cases import shown_among
from services.analytics.release.decisions import GroupSize
from services.analytics.release.steps import Closing, closing_of, rounds_in_steps
from shared.contracts.survey import CitizenResources, Form

COMPLEX = "complex"
"""The level of the default rule set from which a case counts as complex."""


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

    respondents: Respondents
    cases: tuple[CaseRow, ...]


def columns_in(held: Holdings, code: str, size: GroupSize) -> Columns:
    """Return a wave's columns, laid out once as long as the wave is the same."""
    wave = held.wave(code)
    return wave.worked_out.once(f"associations/columns/{size.minimum}", lambda: columns_of(wave, size))


def columns_of(wave: Wave, size: GroupSize) -> Columns:
    """Lay out all cases of a wave whose network's score is shown to others."""
    shown = shown_among(wave.by_case(Form.NETWORK), size)
    leadership, citizens = (wave.by_case(form) for form in (Form.OWN_LEADER, Form.CITIZEN))
    cases = sorted(shown, key=attrgetter("int"))
    laid = _laid_out([_Case(shown[one], leadership.get(one), citizens.get(one)) for one in cases])
    entered = respondents_of([each.team for each in _entered(laid, size)])
    return Columns(entered, tuple(each.case for each in laid))


def _entered(laid: Sequence["_Laid"], size: GroupSize) -> Iterator["_Laid"]:
    """Yield the cases of whole steps: whose respondents have no row brings nobody to one."""
    rounds: dict[Closing, set[int]] = {}
    for each in laid:
        if each.team.people:
            rounds.setdefault(each.case.closing, set()).update(each.team.people)
    entered = {closing for step in rounds_in_steps(rounds, size) for closing in step}
    return (each for each in laid if each.case.closing in entered)


@dataclass(frozen=True, slots=True)
class _Case:
    """What was answered on one case."""

    network: Measurement
    leadership: Measurement | None
    citizen: Measurement | None

    def forms(self) -> list[Measurement]:
        """Return the forms that there are."""
        return [each for each in (self.network, self.leadership, self.citizen) if each is not None]

    def key(self) -> object:
        """Name what the case is laid out of."""
        return "associations", *((each.state.id.int, each.state.version) for each in self.forms())


@dataclass(frozen=True, slots=True)
class _Laid:
    """A case's row, and those of its respondents with both scores."""

    case: CaseRow
    team: TeamRows


def _laid_out(cases: Sequence[_Case]) -> list[_Laid]:
    """Lay cases out; what was laid out before of the same forms is still so."""
    keys = [each.key() for each in cases]
    new = (each for key, each in zip(keys, cases, strict=True) if key not in each.network.worked_out)
    answered = _answered(form for each in new for form in each.forms())
    return [
        each.network.worked_out.once(key, partial(_lay_out, each, answered))
        for key, each in zip(keys, cases, strict=True)
    ]


def _lay_out(case: _Case, answered: Mapping[UUID, "_Answered"]) -> _Laid:
    network = answered[case.network.state.id]
    led = [] if case.leadership is None else _led(network, answered[case.leadership.state.id])
    told = {} if case.citizen is None else answered[case.citizen.state.id].by_person()
    state = case.network.state
    return _Laid(
        CaseRow(
            case=_case_id(case.network),
            closing=closing_of(case.network),
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
        ),
        _team(_case_id(case.network), [row for row in led if not isnan(row.rk)]),
    )


class _Told(NamedTuple):
    """What one respondent told of a leader, and gave the own network: NaN where that is nothing."""

    leader: UUID
    person: UUID
    leadership: float
    rk: float


def _led(network: "_Answered", leadership: "_Answered") -> list[_Told]:
    """Return whoever told of a leader."""
    given, form = network.by_seat(), leadership.form
    told = zip(form.respondents, form.persons(), leadership.means, strict=True)
    return [
        _Told(seat.leader_id, person, experienced, given.get(seat.id, nan))
        for seat, person, (experienced,) in told
        if seat.leader_id is not None and not isnan(experienced)
    ]


def _team(case: UUID, rows: Sequence[_Told]) -> TeamRows:
    return TeamRows(
        case=case,
        leaders=tuple(row.leader.int for row in rows),
        people=tuple(row.person.int for row in rows),
        leadership=tuple(row.leadership for row in rows),
        rk=tuple(row.rk for row in rows),
        points=tuple((round(row.leadership, 1), round(row.rk, 1)) for row in rows),
    )


def _case_id(form: Measurement) -> UUID:
    """Return the case of a form, which stands among those by case."""
    return form.state.case_id or form.state.id


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


def _answered(forms: Iterable[Measurement]) -> dict[UUID, _Answered]:
    """Work out the means of all forms of a shape at once: one by one would cost most of all."""
    shapes: dict[tuple[int, ...], list[Measurement]] = {}
    for form in forms:
        shapes.setdefault(form.cube.cells.shape[1:], []).append(form)
    found: dict[UUID, _Answered] = {}
    for alike in shapes.values():
        together = Cube(
            np.concatenate([form.cube.cells for form in alike]),
            own=np.concatenate([form.cube.own for form in alike]),
            skipped=np.concatenate([form.cube.skipped for form in alike]),
        )
        rows = iter(dyads_of(together).means.tolist())
        for form in alike:
            means = list(islice(rows, len(form.cube.cells)))
            found[form.state.id] = _Answered(form, means, list(map(_mean, means)))
    return found


def _mean(values: list[float]) -> float:
    """Return the mean of the values there are, NaN of none."""
    there = [value for value in values if not isnan(value)]
    return fsum(there) / len(there) if there else nan
