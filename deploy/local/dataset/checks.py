"""Owns what must hold across the rows of a data folder; refuses nothing that is merely unusual."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from itertools import pairwise
from typing import TypeVar

from deploy.local.dataset import reasons
from deploy.local.dataset.layout import Sheet
from deploy.local.dataset.rows import (
    NOT_ANSWERED,
    Case,
    CitizenRow,
    Finding,
    Involvement,
    Leader,
    LeadershipRow,
    Member,
    Municipality,
    Professional,
    RkRow,
    Unit,
    Wave,
)

Row = TypeVar("Row")
Target = TypeVar("Target")


@dataclass(frozen=True, slots=True)
class Sheets:
    """Every file of a folder."""

    municipalities: Sheet[Municipality]
    units: Sheet[Unit]
    leaders: Sheet[Leader]
    professionals: Sheet[Professional]
    waves: Sheet[Wave]
    cases: Sheet[Case]
    involvements: Sheet[Involvement]
    members: Sheet[Member]
    rk: Sheet[RkRow]
    leadership: Sheet[LeadershipRow]
    citizen: Sheet[CitizenRow]

    def in_order(self) -> tuple[Sheet[object], ...]:
        """The files in the order in which they build on each other."""
        return tuple(getattr(self, field.name) for field in fields(self))


def check_across(sheets: Sheets) -> Iterator[Finding]:
    """Every mistake that no single row shows: keys, references, memberships, counts, order."""
    yield from _check_keys(sheets)
    yield from _check_organisation_references(sheets)
    yield from _check_case_references(sheets)
    yield from _check_organisation(sheets)
    yield from _check_waves(sheets.waves)
    yield from _check_unit_counts(sheets)
    yield from _check_rk(sheets)
    yield from _check_leadership(sheets)


def _check_keys(sheets: Sheets) -> Iterator[Finding]:
    yield from _repeats(sheets.municipalities, "municipality_id", lambda row: row.id)
    yield from _repeats(sheets.municipalities, "code", lambda row: row.code)
    yield from _repeats(sheets.units, "unit_id", lambda row: row.id)
    yield from _repeats(sheets.leaders, "leader_id", lambda row: row.id)
    yield from _repeats(sheets.professionals, "professional_id", lambda row: row.id)
    yield from _repeats(sheets.waves, "wave", lambda row: row.number)
    yield from _repeats(sheets.waves, "code", lambda row: row.code)
    yield from _repeats(sheets.cases, "case_id", lambda row: row.id)
    yield from _repeats(sheets.involvements, "", lambda row: (row.case, row.unit))
    yield from _repeats(sheets.members, "", lambda row: (row.case, row.professional))
    yield from _repeats(sheets.rk, "", lambda row: (row.case, row.wave, row.rater, row.target))
    yield from _repeats(sheets.leadership, "", lambda row: (row.case, row.wave, row.respondent))
    yield from _repeats(sheets.citizen, "", lambda row: (row.case, row.wave, row.citizen))


def _check_organisation_references(sheets: Sheets) -> Iterator[Finding]:
    municipality = _Known(sheets.municipalities, lambda row: row.id)
    unit = _Known(sheets.units, lambda row: row.id)
    leader = _Known(sheets.leaders, lambda row: row.id)
    yield from municipality.refuse(sheets.units, "municipality_id", lambda row: row.municipality)
    yield from municipality.refuse(sheets.leaders, "municipality_id", lambda row: row.municipality)
    yield from municipality.refuse(sheets.professionals, "municipality_id", lambda row: row.municipality)
    yield from municipality.refuse(sheets.cases, "municipality_id", lambda row: row.municipality)
    yield from unit.refuse(sheets.leaders, "unit_id", lambda row: row.unit)
    yield from unit.refuse(sheets.professionals, "unit_id", lambda row: row.unit)
    yield from unit.refuse(sheets.involvements, "unit_id", lambda row: row.unit)
    yield from leader.refuse(sheets.professionals, "leader_id", lambda row: row.leader)
    yield from leader.refuse(sheets.members, "leader_id", lambda row: row.leader)


def _check_case_references(sheets: Sheets) -> Iterator[Finding]:
    case = _Known(sheets.cases, lambda row: row.id)
    wave = _Known(sheets.waves, lambda row: row.number)
    professional = _Known(sheets.professionals, lambda row: row.id)
    yield from case.refuse(sheets.involvements, "case_id", lambda row: row.case)
    yield from case.refuse(sheets.members, "case_id", lambda row: row.case)
    yield from case.refuse(sheets.rk, "case_id", lambda row: row.case)
    yield from case.refuse(sheets.leadership, "case_id", lambda row: row.case)
    yield from case.refuse(sheets.citizen, "case_id", lambda row: row.case)
    yield from professional.refuse(sheets.members, "professional_id", lambda row: row.professional)
    yield from wave.refuse(sheets.rk, "wave", lambda row: row.wave)
    yield from wave.refuse(sheets.leadership, "wave", lambda row: row.wave)
    yield from wave.refuse(sheets.citizen, "wave", lambda row: row.wave)


def _check_organisation(sheets: Sheets) -> Iterator[Finding]:
    employed = {row.id: (row.municipality, row.unit) for row in sheets.professionals.rows}
    for placed in sheets.leaders:
        row = placed.row
        if employed.get(row.id, (row.municipality, row.unit)) != (row.municipality, row.unit):
            yield sheets.leaders.finding(placed.line, "leader_id", reasons.TWO_PLACES)
    for employee in sheets.professionals:
        if employee.row.leader == employee.row.id:
            yield sheets.professionals.finding(employee.line, "leader_id", reasons.OWN_LEADER_OF_SELF)
    for member in sheets.members:
        if member.row.leader == member.row.professional:
            yield sheets.members.finding(member.line, "leader_id", reasons.OWN_LEADER_OF_SELF)


def _check_waves(waves: Sheet[Wave]) -> Iterator[Finding]:
    for placed in waves:
        if date.min < placed.row.closes_on < placed.row.opens_on:
            yield waves.finding(placed.line, "closes_on", reasons.CLOSES_BEFORE_OPENING)
    readable = [placed for placed in waves if placed.row.opens_on != date.min]
    in_order = sorted(readable, key=lambda placed: placed.row.number)
    for earlier, later in pairwise(in_order):
        if later.row.opens_on < earlier.row.opens_on:
            yield waves.finding(later.line, "opens_on", reasons.WAVES_OUT_OF_ORDER)


def _check_unit_counts(sheets: Sheets) -> Iterator[Finding]:
    if not sheets.involvements.complete:
        return
    units: dict[str, set[str]] = {}
    for row in sheets.involvements.rows:
        units.setdefault(row.case, set()).add(row.unit)
    for placed in sheets.cases:
        number = len(units.get(placed.row.id, ()))
        if placed.row.n_units not in (None, number):
            yield sheets.cases.finding(placed.line, "n_units", reasons.unit_count_is(number))


def _check_rk(sheets: Sheets) -> Iterator[Finding]:
    members = _leaders_of_members(sheets.members)
    for placed in sheets.rk:
        row = placed.row
        if row.rater and row.rater == row.target:
            yield sheets.rk.finding(placed.line, "target_id", reasons.SELF_RATING)
        if not sheets.members.complete:
            continue
        for column, professional in (("rater_id", row.rater), ("target_id", row.target)):
            if row.case and professional and (row.case, professional) not in members:
                yield sheets.rk.finding(placed.line, column, reasons.NOT_A_MEMBER)


def _check_leadership(sheets: Sheets) -> Iterator[Finding]:
    if not sheets.members.complete:
        return
    leaders = _leaders_of_members(sheets.members)
    for placed in sheets.leadership:
        row = placed.row
        if not (row.case and row.respondent):
            continue
        if (row.case, row.respondent) not in leaders:
            yield sheets.leadership.finding(placed.line, "respondent_id", reasons.NOT_A_MEMBER)
        elif row.leader != leaders[row.case, row.respondent]:
            yield sheets.leadership.finding(placed.line, "leader_id", reasons.NOT_THE_LEADER)
        elif row.leader is None and any(cell != NOT_ANSWERED for cell in row.answers):
            yield sheets.leadership.finding(placed.line, "", reasons.ANSWERS_WITHOUT_LEADER)


def _leaders_of_members(members: Sheet[Member]) -> dict[tuple[str, str], str | None]:
    return {(row.case, row.professional): row.leader for row in members.rows}


def _repeats(sheet: Sheet[Row], column: str, key: Callable[[Row], Hashable]) -> Iterator[Finding]:
    first: dict[Hashable, int] = {}
    for placed in sheet:
        one = key(placed.row)
        if _is_empty(one):
            continue
        line = first.setdefault(one, placed.line)
        if line != placed.line:
            yield sheet.finding(placed.line, column, reasons.repeated(line))


def _is_empty(key: Hashable) -> bool:
    """An empty id, no leader, or a wave that is no number: each has its own finding, or none."""
    parts = key if isinstance(key, tuple) else (key,)
    return any(part in ("", None, 0) for part in parts)


class _Known:
    """The ids of one file, and a finding for each reference to any other.

    Where rows of that file could not be read, nothing is said: its own findings come first.
    """

    def __init__(self, sheet: Sheet[Target], key: Callable[[Target], Hashable]) -> None:
        self._file = sheet.file
        self._complete = sheet.complete
        self._ids = {key(row) for row in sheet.rows}

    def refuse(
        self, sheet: Sheet[Row], column: str, reference: Callable[[Row], Hashable]
    ) -> Iterator[Finding]:
        """A finding for each row whose reference is unknown; an empty one is not judged here."""
        if not self._complete:
            return
        for placed in sheet:
            one = reference(placed.row)
            if not _is_empty(one) and one not in self._ids:
                yield sheet.finding(placed.line, column, reasons.unknown_in(self._file))
