"""Use cases of the map: put together who is around a case, show it, draw it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.cases.casemap.drawing import draw
from services.cases.casemap.layout import lay_out
from services.cases.casemap.repository import (
    read_clock,
    read_complexity,
    read_counting,
    read_involvements,
    read_members,
    read_units,
)
from services.cases.casemap.schemas import CaseMapView, view_map
from services.cases.casemap.sheet import Sheet
from services.cases.casemap.surroundings import (
    CaseMap,
    Complexity,
    CountsUnder,
    MapArea,
    MapUnit,
    Member,
    parts_after_wholes,
)
from services.cases.casemap.wording import word_map
from services.cases.register.service import require_case_for_caller
from shared.audit import Access, record_access
from shared.contracts.register import InvolvementRole, ParticipantRole
from shared.database.connection import Transaction
from shared.wire import Language

_UNCLASSIFIED = Complexity("ordinary", "", 0, 0)


async def show_map(transaction: Transaction, case_id: UUID, at: datetime | None = None) -> CaseMapView:
    """Return who is around a case."""
    return view_map(await read_map(transaction, case_id, at))


async def draw_map(
    transaction: Transaction, case_id: UUID, language: Language, *, names: bool, at: datetime | None = None
) -> bytes:
    """Return the picture of who is around a case, as SVG; with names only if asked."""
    sheet = word_map(await read_map(transaction, case_id, at), language, names=names)
    return await asyncio.to_thread(_drawn, sheet)


def _drawn(sheet: Sheet) -> bytes:
    return draw(lay_out(sheet), sheet)


async def read_map(transaction: Transaction, case_id: UUID, at: datetime | None = None) -> CaseMap:
    """Put together who is around a case the caller may see, and note that it was read."""
    case = await require_case_for_caller(transaction, case_id)
    parts = await read_involvements(transaction, case_id, at)
    members = await read_members(transaction, case_id, at)
    ids = {each.unit_id for each in (*parts, *members)}
    units = await read_units(transaction, ids)
    counting = {
        row.origin: CountsUnder(row.id, row.name, row.external)
        for row in await read_counting(transaction, {part.unit_id for part in parts})
    }
    await record_access(transaction, Access("read", "case", case_id, "case-handling"))
    return CaseMap(
        case=case_id,
        label=case.respondent_label,
        at=at or await read_clock(transaction),
        complexity=_complexity(await read_complexity(transaction, case_id, at)),
        areas=_areas(units, _map_units(units, parts, _members_by_unit(members), counting)),
    )


def _complexity(row: Row[Any] | None) -> Complexity:
    if row is None:
        return _UNCLASSIFIED
    return Complexity(row.level, row.rule_set, row.units, row.authority_functions)


def _map_units(
    units: Sequence[Row[Any]],
    parts: Sequence[Row[Any]],
    members: Mapping[UUID, tuple[Member, ...]],
    counting: Mapping[UUID, CountsUnder],
) -> dict[UUID, MapUnit]:
    known = {row.id for row in units}
    made = {}
    for row in units:
        own = [part for part in parts if part.unit_id == row.id]
        # Sources that name no law leave it to the unit's own.
        laws = {law for part in own for law in part.laws} or set(row.laws)
        made[row.id] = MapUnit(
            unit=row.id,
            name=row.name,
            municipality_code=row.municipality_code,
            external=row.external,
            roles=tuple(role for role in InvolvementRole if role in {part.role for part in own}),
            laws=tuple(sorted(laws)) if own else (),
            parent=row.parent_id if row.parent_id in known else None,
            counts_under=counting.get(row.id),
            members=members.get(row.id, ()),
        )
    return made


def _areas(rows: Iterable[Row[Any]], units: Mapping[UUID, MapUnit]) -> tuple[MapArea, ...]:
    """Put units under their areas; areas of the municipality come first."""
    found = {row.area_id: (row.area_name, row.area_municipality_code) for row in rows}
    areas = [
        MapArea(
            area_id,
            name,
            code,
            parts_after_wholes(units[row.id] for row in rows if row.area_id == area_id),
        )
        for area_id, (name, code) in found.items()
    ]
    return tuple(sorted(areas, key=lambda area: (area.is_outside, area.name, area.area)))


def _members_by_unit(rows: Iterable[Row[Any]]) -> dict[UUID, tuple[Member, ...]]:
    """Return each professional once under the unit; a part that leads or is the contact wins."""
    merged: dict[UUID, tuple[UUID, Member]] = {}
    for row in rows:
        member = Member(
            professional=row.id,
            name=row.name,
            group=row.professional_group,
            role=ParticipantRole(row.role),
            primary_contact=row.primary_contact,
        )
        known = merged[row.id][1] if row.id in merged else member
        merged[row.id] = (row.unit_id, _both(known, member))
    by_unit: dict[UUID, tuple[Member, ...]] = {}
    for unit_id, member in sorted(merged.values(), key=lambda each: (each[1].group, each[1].name)):
        by_unit[unit_id] = (*by_unit.get(unit_id, ()), member)
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
