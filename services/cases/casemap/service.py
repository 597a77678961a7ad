"""Use cases of the map: put together who is around a case, now or at a moment, show it, draw it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.cases.casemap.drawing import draw
from services.cases.casemap.layout import lay_out
from services.cases.casemap.repository import read_complexity, read_names, read_standing, read_units
from services.cases.casemap.schemas import CaseMapView, view_map
from services.cases.casemap.standing import (
    AreaStanding,
    EmploymentStanding,
    UnitStanding,
    counts_under,
)
from services.cases.casemap.surroundings import (
    CaseMap,
    Complexity,
    MapArea,
    MapUnit,
    Member,
    parts_after_wholes,
)
from services.cases.casemap.wording import word_map
from services.cases.organisation.repository import AREA_ROWS, PROFESSIONAL_ROWS, read_clock
from services.cases.register.repository import read_header_at, read_involvements, read_participants
from services.cases.register.service import require_case_for_caller
from shared.access.principal import Principal
from shared.audit import Access, record_access
from shared.contracts.register import InvolvementRole, ParticipantRole
from shared.database.connection import Database, Transaction
from shared.errors import NOT_FOUND, Problem
from shared.wire import Language

_UNCLASSIFIED = Complexity("ordinary", "", 0, 0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The picture somebody wants: in which language, with names or without, of which moment."""

    language: Language
    names: bool
    at: datetime | None


class Pictures:
    """Draws maps, after the transaction that reads them and off the loop: few at once, others wait."""

    def __init__(self, database: Database, executor: Executor) -> None:
        self._database = database
        self._executor = executor

    async def draw_map(self, caller: Principal, case_id: UUID, wanted: Wanted) -> bytes:
        """Return the picture of who is around a case, as SVG; with names only if asked."""
        async with self._database.transaction(caller.tenant, caller) as transaction:
            shown = await read_map(transaction, case_id, wanted.at)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, draw_picture, shown, wanted)


def draw_picture(shown: CaseMap, wanted: Wanted) -> bytes:
    """Word, lay out and draw a map."""
    sheet = word_map(shown, wanted.language, names=wanted.names)
    return draw(lay_out(sheet), sheet)


async def show_map(transaction: Transaction, case_id: UUID, at: datetime | None) -> CaseMapView:
    """Return who is around a case, now or as it was at a moment."""
    return view_map(await read_map(transaction, case_id, at))


async def read_map(transaction: Transaction, case_id: UUID, at: datetime | None) -> CaseMap:
    """Put together who is around a case the caller may see, and note that it was read.

    Raises
    ------
    Problem
        404 for a case the caller doesn't see, and for a moment before there was one.
    """
    case = await require_case_for_caller(transaction, case_id)
    label = case.respondent_label if at is None else await _label_at(transaction, case_id, at)
    moment = at or await read_clock(transaction)
    parts = await read_involvements(transaction, case_id, at)
    people = await read_participants(transaction, case_id, at)
    members = await _members(transaction, people, at, moment)
    present = {part.unit_id for part in parts} | members.keys()
    units = await read_units(transaction, present, at)
    areas = {units[each].area_id for each in present}
    await record_access(transaction, Access("read", "case", case_id, "case-handling"))
    return CaseMap(
        case=case_id,
        label=label,
        at=moment,
        complexity=_complexity(await read_complexity(transaction, case_id, moment)),
        areas=_areas(
            await read_standing(transaction, AREA_ROWS, AreaStanding, areas, at),
            [_map_unit(units[each], parts, members, units) for each in sorted(present)],
            units,
        ),
    )


async def _label_at(transaction: Transaction, case_id: UUID, at: datetime) -> str:
    header = await read_header_at(transaction, case_id, at)
    if header is None:
        raise Problem(NOT_FOUND)
    label: str = header.state["respondent_label"]
    return label


async def _members(
    transaction: Transaction, people: Sequence[Row[Any]], at: datetime | None, moment: datetime
) -> dict[UUID, list[Member]]:
    """Return by unit each professional employed at the moment, once."""
    ids = {row.professional_id for row in people}
    employed = await read_standing(transaction, PROFESSIONAL_ROWS, EmploymentStanding, ids, at)
    names = await read_names(transaction, {each.person_id for each in employed.values()})
    found = ((row, employed.get(row.professional_id)) for row in people)
    return _members_by_unit(
        (row.unit_id, _member(row, names[employment.person_id]))
        for row, employment in found
        if employment and employment.person_id in names and employment.is_active(moment)
    )


def _member(row: Row[Any], name: str) -> Member:
    return Member(
        professional=row.professional_id,
        name=name,
        group=row.professional_group,
        role=ParticipantRole(row.role),
        primary_contact=row.primary_contact,
    )


def _complexity(row: Row[Any] | None) -> Complexity:
    if row is None:
        return _UNCLASSIFIED
    return Complexity(row.level, row.rule_set, row.units, row.authority_functions)


def _map_unit(
    unit: UnitStanding,
    parts: Iterable[Row[Any]],
    members: Mapping[UUID, Sequence[Member]],
    units: Mapping[UUID, UnitStanding],
) -> MapUnit:
    own = [part for part in parts if part.unit_id == unit.id]
    # Sources that name no law leave it to the unit's own.
    laws = {law for part in own for law in part.laws} or set(unit.laws)
    return MapUnit(
        unit=unit.id,
        name=unit.name,
        municipality_code=unit.municipality_code,
        external=unit.external,
        roles=tuple(role for role in InvolvementRole if role in {part.role for part in own}),
        laws=tuple(sorted(laws)) if own else (),
        parent=unit.parent_id,
        counts_under=counts_under(unit.id, units) if own else None,
        members=tuple(members.get(unit.id, ())),
    )


def _areas(
    areas: Mapping[UUID, AreaStanding], present: Sequence[MapUnit], units: Mapping[UUID, UnitStanding]
) -> tuple[MapArea, ...]:
    """Put units under their areas; areas of the municipality come first."""
    known = {unit.unit for unit in present}
    by_area: dict[UUID, list[MapUnit]] = {}
    for unit in present:
        parent = unit.parent if unit.parent in known else None
        by_area.setdefault(units[unit.unit].area_id, []).append(replace(unit, parent=parent))
    made = [
        MapArea(area.id, area.name, area.municipality_code, parts_after_wholes(by_area[area.id]))
        for area in areas.values()
    ]
    return tuple(sorted(made, key=lambda area: (area.is_outside, area.name, area.area)))


def _members_by_unit(people: Iterable[tuple[UUID, Member]]) -> dict[UUID, list[Member]]:
    """Return each professional once under the unit; a part that leads or is the contact wins."""
    merged: dict[UUID, tuple[UUID, Member]] = {}
    for unit_id, member in people:
        known = merged[member.professional][1] if member.professional in merged else member
        merged[member.professional] = (unit_id, _both(known, member))
    by_unit: dict[UUID, list[Member]] = {}
    for unit_id, member in sorted(merged.values(), key=lambda each: (each[1].group, each[1].name)):
        by_unit.setdefault(unit_id, []).append(member)
    return by_unit


def _both(one: Member, other: Member) -> Member:
    """Say of a professional what two sources say."""
    roles = (ParticipantRole.FACILITATOR, ParticipantRole.CO_LEADER, ParticipantRole.PARTICIPANT)
    return Member(
        professional=one.professional,
        name=one.name,
        group=one.group,
        role=min(one.role, other.role, key=roles.index),
        primary_contact=one.primary_contact or other.primary_contact,
    )
