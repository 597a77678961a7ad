"""Every statement on information, objections, retention rules and the record of erasures."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, insert, or_, select
from uuid_utils.compat import uuid7

from services.cases.organisation.tables import professional
from services.cases.protection.schemas import DueCase, ErasedType, SubjectType
from services.cases.protection.tables import erasure, information, objection, retention_rule
from services.cases.register.tables import citizen_case, registration
from services.cases.studies.tables import enrolment
from shared.changes.feed import Subject
from shared.database.connection import Transaction
from shared.paging import Page, PageRequest, read_page
from shared.resources import Resource, view_of
from shared.wire import WireModel

OBJECTION_ROWS = Resource(objection, "objection", told=False)
RULE_ROWS = Resource(retention_rule, "retention-rule", told=False)
RECORD_ROWS = Resource(information, "information", told=False)


async def read_nobody(
    transaction: Transaction, subjects: Sequence[Subject]
) -> Mapping[Subject, dict[str, Any]]:
    """Return what the feed tells of citizens: nothing; they are told of when erased."""
    return {}


async def add_information(transaction: Transaction, record_id: UUID, wanted: WireModel) -> None:
    """Keep that somebody was told."""
    await transaction.execute(
        insert(information).values(
            tenant_id=transaction.tenant,
            id=record_id,
            recorded_by=transaction.caller.recorded_as,
            recorded_at=func.clock_timestamp(),
            **wanted.model_dump(),
        )
    )


async def objecting(
    transaction: Transaction, subject_type: SubjectType, ids: Collection[UUID]
) -> set[UUID]:
    """Return those of the citizens or persons who object now."""
    if not ids:
        return set()
    rows = await transaction.rows(
        select(objection.c.subject_id).where(
            _objects_now(transaction),
            objection.c.subject_type == subject_type,
            objection.c.subject_id.in_(set(ids)),
        )
    )
    return {row.subject_id for row in rows}


async def objecting_employments(transaction: Transaction, ids: Collection[UUID]) -> set[UUID]:
    """Return those of the professionals whose person objects now."""
    if not ids:
        return set()
    rows = await transaction.rows(
        select(professional.c.id)
        .join(
            objection,
            and_(
                objection.c.tenant_id == professional.c.tenant_id,
                objection.c.subject_id == professional.c.person_id,
            ),
        )
        .where(
            professional.c.id.in_(set(ids)),
            objection.c.subject_type == SubjectType.EMPLOYEE,
            _objects_now(transaction),
        )
    )
    return {row.id for row in rows}


async def all_informed_at(
    transaction: Transaction, subject_type: SubjectType, ids: Collection[UUID], case_id: UUID
) -> datetime | None:
    """Return when the last of many was told first, at all or of a case; None if somebody was not."""
    if not ids:
        return None
    rows = await transaction.rows(
        select(func.min(information.c.informed_at).label("at"))
        .where(
            information.c.tenant_id == transaction.tenant,
            information.c.subject_type == subject_type,
            information.c.subject_id.in_(set(ids)),
            or_(information.c.case_id.is_(None), information.c.case_id == case_id),
        )
        .group_by(information.c.subject_id)
    )
    return max(row.at for row in rows) if len(rows) == len(set(ids)) else None


def _objects_now(transaction: Transaction) -> ColumnElement[bool]:
    now = func.clock_timestamp()
    return and_(
        objection.c.tenant_id == transaction.tenant,
        objection.c.objected_at <= now,
        or_(objection.c.withdrawn_at.is_(None), objection.c.withdrawn_at > now),
    )


async def hold_rules(transaction: Transaction) -> None:
    """Keep others of the tenant from changing retention rules until the transaction ends."""
    await transaction.hold("retention-rules")


async def rule_of(transaction: Transaction, target_group: str | None) -> UUID | None:
    """Return the rule of exactly this target group; None asks for the rule for all."""
    row = await transaction.first(
        select(retention_rule.c.id).where(
            retention_rule.c.tenant_id == transaction.tenant,
            retention_rule.c.target_group.is_not_distinct_from(target_group),
        )
    )
    return row.id if row else None


def _due(transaction: Transaction) -> Select[Any]:
    """Select the cases past their rule's time that no open file and no study still needs."""
    kept = retention_rule.c
    months = func.coalesce(
        *(
            select(kept.months_after_closing)
            .where(kept.tenant_id == transaction.tenant, group)
            .limit(1)
            .scalar_subquery()
            for group in (kept.target_group == citizen_case.c.target_group, kept.target_group.is_(None))
        )
    )
    due_since = citizen_case.c.closed_at + func.make_interval(0, months)
    return select(
        citizen_case.c.id,
        citizen_case.c.id.label("case_id"),
        citizen_case.c.target_group,
        citizen_case.c.closed_at,
        months.label("months_after_closing"),
        due_since.label("due_since"),
    ).where(
        citizen_case.c.tenant_id == transaction.tenant,
        citizen_case.c.closed_at.is_not(None),
        citizen_case.c.joined_into_id.is_(None),
        due_since <= func.now(),
        ~_is_open_somewhere(),
        ~_is_studied(),
    )


def _is_open_somewhere() -> ColumnElement[bool]:
    return (
        select(registration.c.id)
        .where(
            registration.c.tenant_id == citizen_case.c.tenant_id,
            registration.c.case_id == citizen_case.c.id,
            registration.c.status != "closed",
            registration.c.ended_at.is_(None),
        )
        .exists()
    )


def _is_studied() -> ColumnElement[bool]:
    return (
        select(enrolment.c.id)
        .where(
            enrolment.c.tenant_id == citizen_case.c.tenant_id,
            enrolment.c.case_id == citizen_case.c.id,
            enrolment.c.withdrawn_at.is_(None),
        )
        .exists()
    )


async def read_due(transaction: Transaction, wanted: PageRequest) -> Page[DueCase]:
    """Return a page of the cases that are due, in the order of their ids."""
    return await read_page(
        transaction, _due(transaction), citizen_case, wanted, lambda row: view_of(DueCase, row)
    )


async def due_among(transaction: Transaction, ids: Collection[UUID]) -> set[UUID]:
    """Return those of the cases that are due."""
    rows = await transaction.rows(_due(transaction).where(citizen_case.c.id.in_(ids)))
    return {row.id for row in rows}


async def erased_among(
    transaction: Transaction, subject_type: ErasedType, ids: Collection[UUID]
) -> set[UUID]:
    """Return those of the ids that were erased."""
    rows = await transaction.rows(
        select(erasure.c.subject_id).where(
            erasure.c.tenant_id == transaction.tenant,
            erasure.c.subject_type == subject_type,
            erasure.c.subject_id.in_(ids),
        )
    )
    return {row.subject_id for row in rows}


async def add_erasures(
    transaction: Transaction,
    subject_type: ErasedType,
    systems: Mapping[UUID, Sequence[str]],
    reason: str,
) -> None:
    """Keep that subjects were erased, and which source systems had them."""
    await transaction.execute(
        insert(erasure).values(
            [
                {
                    "tenant_id": transaction.tenant,
                    "id": uuid7(),
                    "subject_type": subject_type,
                    "subject_id": subject,
                    "systems": sorted(set(named)),
                    "erased_at": func.clock_timestamp(),
                    "reason": reason,
                    "recorded_by": transaction.caller.recorded_as,
                }
                for subject, named in systems.items()
            ]
        )
    )
