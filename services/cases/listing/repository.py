"""Every statement of lists, searches and changes of cases; each asks which cases the caller may see."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    case,
    cast,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.cases.classification.tables import rule_set
from services.cases.listing.schemas import CaseFilter, CaseSort, CaseSummary, ReferenceWanted
from services.cases.protection.tables import erasure
from services.cases.register.repository import active_now
from services.cases.register.tables import citizen, citizen_case, involvement, participant, registration
from services.cases.register.visibility import EVERY_CASE, visible_ids, visible_to
from shared.access.principal import Role
from shared.database.connection import Transaction
from shared.paging import MomentOrder, Page, PageRequest, read_page_by_moment
from shared.resources import view_of

_ORDERS = {
    CaseSort.REGISTERED_AT: ("registered_at", False),
    CaseSort.REGISTERED_AT_DOWN: ("registered_at", True),
    CaseSort.UPDATED_AT: ("updated_at", False),
    CaseSort.UPDATED_AT_DOWN: ("updated_at", True),
}
_SAME = ("level", "status", "target_group", "municipality_code")
"""Filters that are columns of the same name."""

_FEW = 1000
"""So many cases are found by their ids."""

_PEOPLE = (Role.CASE_WORKER, Role.PROFESSIONAL, Role.LEADER)


async def list_page(
    transaction: Transaction,
    filters: CaseFilter,
    terms: Collection[ColumnElement[bool]],
    said: Mapping[str, object],
    page: PageRequest,
) -> Page[CaseSummary]:
    """Read one page of the cases that meet filters and further terms.

    Parameters
    ----------
    said : mapping
        What the terms were made from: a cursor is for them alone.
    """
    statement = _summaries(transaction, await _seen_quickly(transaction))
    statement = statement.where(*_conditions(transaction, filters), *terms)
    return await read_page_by_moment(transaction, statement, order_of(filters, said), page, summary_of)


_HOW = {"sort", "citizen", "reference", "text", "page_size", "cursor"}
"""Fields of a search that say how, or what only its terms hold."""


def order_of(filters: CaseFilter, said: Mapping[str, object]) -> MomentOrder:
    """Return the order asked for, bound to its list; who asks what is new reads in the order of change."""
    usual = CaseSort.REGISTERED_AT if filters.updated_since is None else CaseSort.UPDATED_AT
    name, descending = _ORDERS[filters.sort or usual]
    told = {**filters.model_dump(mode="json", exclude=_HOW), **said}
    return MomentOrder(citizen_case, name, descending, told)


async def _seen_quickly(transaction: Transaction) -> ColumnElement[bool]:
    """Hold for the cases the caller may see: by their ids if they are few, else by a look at each.

    Who sees few of a million must not have all looked at, nor who sees most have them all gathered.
    """
    ids = visible_ids(transaction.caller, transaction.tenant)
    if ids is None:
        return true()
    gathered = select(func.array_agg(ids.limit(_FEW + 1).subquery().c.case_id).label("ids"))
    found = (await transaction.execute(gathered)).scalar_one() or []
    if len(found) > _FEW:
        return visible_to(transaction.caller, transaction.tenant)
    return citizen_case.c.id == any_(cast(found, ARRAY(Uuid)))


def _summaries(transaction: Transaction, seen: ColumnElement[bool]) -> Select[Any]:
    """Select the cases that the caller sees, as lists show them."""
    own = citizen_case.c
    within_only = select(rule_set.c.code + "/" + func.text(rule_set.c.revision)).where(
        rule_set.c.tenant_id == transaction.tenant, rule_set.c.external_units_count.is_(False)
    )
    counts_within_only = own.rule_set.in_(within_only)

    def counted(within: ColumnElement[int], external: ColumnElement[int]) -> ColumnElement[int]:
        return within + case((counts_within_only, 0), else_=external)

    shown = [own[name] for name in CaseSummary.model_fields if name in own]
    return select(
        *shown,
        counted(own.units_within, own.units_external).label("units"),
        counted(own.authorities_within, own.authorities_external).label("authority_functions"),
    ).where(own.tenant_id == transaction.tenant, seen)


def summary_of(row: Row[Any]) -> CaseSummary:
    """Show a case in a list."""
    return view_of(CaseSummary, row)


def _conditions(transaction: Transaction, filters: CaseFilter) -> list[ColumnElement[bool]]:
    own, tenant = citizen_case.c, transaction.tenant
    found = [own[name] == wanted for name in _SAME if (wanted := getattr(filters, name)) is not None]
    if filters.updated_since is not None:
        found.append(own.updated_at >= filters.updated_since)
    if filters.closed is not None:
        found.append(own.closed_at.is_not(None) if filters.closed else own.closed_at.is_(None))
    if not filters.include_joined:
        found.append(own.joined_into_id.is_(None))
    if filters.system is not None:
        found.append(_in_registration(tenant, registration.c.system == filters.system))
    for table, name, wanted in (
        (involvement, "unit_id", filters.unit_id),
        (participant, "professional_id", filters.professional_id),
    ):
        if wanted is not None:
            parts = select(table.c.case_id).where(
                table.c.tenant_id == tenant, table.c[name] == wanted, active_now(table)
            )
            found.append(own.id.in_(parts))
    return found


def _in_registration(tenant: UUID, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Hold for cases with a registration that meets conditions."""
    files = select(registration.c.case_id).where(registration.c.tenant_id == tenant, *conditions)
    return citizen_case.c.id.in_(files)


def known_as(tenant: UUID, wanted: ReferenceWanted) -> ColumnElement[bool]:
    """Hold for the case a source system knows by its key."""
    return _in_registration(
        tenant, registration.c.system == wanted.system, registration.c.reference == wanted.reference
    )


def about_citizen(tenant: UUID, citizen_id: UUID) -> ColumnElement[bool]:
    """Hold for the cases a citizen is or was part of."""
    parts = select(citizen.c.case_id).where(
        citizen.c.tenant_id == tenant, citizen.c.citizen_id == citizen_id
    )
    return citizen_case.c.id.in_(parts)


def called(text: str) -> ColumnElement[bool]:
    """Hold for the cases whose label has a text in it, in capitals or not."""
    return func.strpos(func.lower(citizen_case.c.respondent_label), func.lower(text)) > 0


async def read_summaries(transaction: Transaction, ids: Collection[UUID]) -> dict[UUID, CaseSummary]:
    """Return those of some cases that the caller may see, joined ones too."""
    seen = visible_to(transaction.caller, transaction.tenant)
    rows = await transaction.rows(_summaries(transaction, seen).where(citizen_case.c.id.in_(ids)))
    return {row.id: summary_of(row) for row in rows}


async def once_seen(transaction: Transaction, ids: Collection[UUID]) -> set[UUID]:
    """Return those of some cases, gone for the caller, that it could see when they were there."""
    caller = transaction.caller
    if caller.is_any(*EVERY_CASE):
        return set(ids)
    seen: set[UUID] = set()
    if caller.is_any(Role.CASE_SYSTEM):
        seen |= await _once_of_systems(transaction, ids)
    if caller.is_any(*_PEOPLE):
        seen |= await _now_part_of_visible(transaction, ids)
    return seen


async def _once_of_systems(transaction: Transaction, ids: Collection[UUID]) -> set[UUID]:
    """Return the cases that the caller's systems had registered before they were erased or joined away."""
    systems = transaction.caller.systems
    erased = select(erasure.c.subject_id.label("id")).where(
        erasure.c.tenant_id == transaction.tenant,
        erasure.c.subject_type == "case",
        erasure.c.subject_id.in_(ids),
        cast(erasure.c.systems, ARRAY(Text)).overlap(sorted(systems)),
    )
    moved = and_(
        registration.c.tenant_id == citizen_case.c.tenant_id,
        registration.c.case_id == citizen_case.c.joined_into_id,
        registration.c.first_case_id == citizen_case.c.id,
        registration.c.system.in_(systems),
    )
    joined = (
        select(citizen_case.c.id)
        .join(registration, moved)
        .where(citizen_case.c.tenant_id == transaction.tenant, citizen_case.c.id.in_(ids))
    )
    return {row.id for row in await transaction.rows(erased.union(joined))}


async def _now_part_of_visible(transaction: Transaction, ids: Collection[UUID]) -> set[UUID]:
    """Return the cases that were joined into one the caller may see."""
    away = citizen_case.alias("away")
    into = and_(citizen_case.c.tenant_id == away.c.tenant_id, citizen_case.c.id == away.c.joined_into_id)
    rows = await transaction.rows(
        select(away.c.id)
        .join(citizen_case, into)
        .where(
            away.c.tenant_id == transaction.tenant,
            away.c.id.in_(ids),
            visible_to(transaction.caller, transaction.tenant),
        )
    )
    return {row.id for row in rows}
