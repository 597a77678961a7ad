"""Every statement on cases, registrations and the parts they say somebody has."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Table,
    Uuid,
    and_,
    cast,
    func,
    not_,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on

from services.cases.classification.tables import classification
from services.cases.organisation.repository import employed, with_name, with_unit_and_leader
from services.cases.organisation.tables import organisation_history, person, professional, unit
from services.cases.register.tables import (
    CASE_TEAM,
    case_history,
    citizen,
    citizen_case,
    involvement,
    participant,
    registration,
)
from shared.contracts.register import CASE, PROFESSIONAL, UNIT, ParticipantRole
from shared.database.connection import Transaction
from shared.resources import Resource

CASE_ROWS = Resource(citizen_case, CASE)

_EMPLOYED = employed(participant)


def active_now(table: Table) -> ColumnElement[bool]:
    """Hold for rows whose period includes this moment."""
    now = func.clock_timestamp()
    return and_(table.c.valid_from <= now, or_(table.c.valid_to.is_(None), table.c.valid_to > now))


async def read_case(
    transaction: Transaction, case_id: UUID, visible: ColumnElement[bool]
) -> Row[Any] | None:
    """Return a case's row, if it is there and visible."""
    return await transaction.first(
        select(citizen_case).where(
            citizen_case.c.tenant_id == transaction.tenant, citizen_case.c.id == case_id, visible
        )
    )


async def read_header_at(transaction: Transaction, case_id: UUID, at: datetime) -> Row[Any] | None:
    """Return what a case was called and how complex it was at a moment."""
    judged = (
        select(classification.c.level, classification.c.units, classification.c.authority_functions)
        .where(
            classification.c.tenant_id == transaction.tenant,
            classification.c.case_id == case_id,
            classification.c.at <= at,
        )
        .order_by(classification.c.at.desc(), classification.c.id.desc())
        .limit(1)
        .lateral("judged")
    )
    return await transaction.first(
        select(case_history.c.state, case_history.c.version, case_history.c.at, judged)
        .select_from(case_history.outerjoin(judged, true()))
        .where(
            case_history.c.tenant_id == transaction.tenant,
            case_history.c.case_id == case_id,
            case_history.c.at <= at,
        )
        .order_by(case_history.c.at.desc(), case_history.c.version.desc())
        .limit(1)
    )


async def read_registrations(
    transaction: Transaction, case_id: UUID, at: datetime | None = None
) -> list[Row[Any]]:
    """Return the files in a case that their sources still send; at a moment, those that had a part then."""
    if at is None:
        own = and_(registration.c.case_id == case_id, registration.c.ended_at.is_(None))
    else:
        had_parts = (
            select(part.c.registration_id).where(
                part.c.tenant_id == transaction.tenant, part.c.case_id == case_id, active(part, at)
            )
            for part in (involvement, participant, citizen)
        )
        own = registration.c.id.in_(union_all(*had_parts))
    return await transaction.rows(
        select(registration)
        .where(registration.c.tenant_id == transaction.tenant, own)
        .order_by(registration.c.id)
    )


def active(table: Table, at: datetime | None) -> ColumnElement[bool]:
    """Hold for rows whose period includes a moment, or this one."""
    if at is None:
        return active_now(table)
    return and_(table.c.valid_from <= at, or_(table.c.valid_to.is_(None), table.c.valid_to > at))


def _state_at(
    kind: str, subject: ColumnElement[UUID], tenant: UUID, at: datetime | None
) -> ScalarSelect[Any]:
    """Select what something of the organisation was at a moment."""
    when = func.clock_timestamp() if at is None else at
    return (
        select(organisation_history.c.state)
        .where(
            organisation_history.c.tenant_id == tenant,
            organisation_history.c.kind == kind,
            organisation_history.c.subject_id == subject,
            organisation_history.c.at <= when,
        )
        .order_by(organisation_history.c.version.desc())
        .limit(1)
        .scalar_subquery()
    )


async def read_involvements(
    transaction: Transaction, case_id: UUID, at: datetime | None = None
) -> list[Row[Any]]:
    """Return the units in a case now or at a moment, called as they were then."""
    then = _state_at(UNIT, involvement.c.unit_id, transaction.tenant, at)
    return await transaction.rows(
        select(
            involvement.c.unit_id,
            func.coalesce(then["name"].astext, unit.c.name).label("unit_name"),
            involvement.c.role,
            involvement.c.laws,
            involvement.c.valid_from,
            involvement.c.valid_to,
            registration.c.system,
        )
        .select_from(
            involvement.join(registration, _same(involvement, "registration_id", registration)).join(
                unit, _same(involvement, "unit_id", unit)
            )
        )
        .where(
            involvement.c.tenant_id == transaction.tenant,
            involvement.c.case_id == case_id,
            active(involvement, at),
        )
        .order_by(involvement.c.id)
    )


async def read_participants(
    transaction: Transaction, case_id: UUID, at: datetime | None = None
) -> list[Row[Any]]:
    """Return the professionals in a case now or at a moment, employed as they were then."""
    then = _state_at(PROFESSIONAL, participant.c.professional_id, transaction.tenant, at)
    # A case has one: whom the case team says, else whom a source named first.
    primary = func.first_value(participant.c.id).over(
        partition_by=participant.c.primary_contact,
        order_by=(registration.c.system != CASE_TEAM, participant.c.valid_from, participant.c.id),
    )
    return await transaction.rows(
        select(
            participant.c.professional_id,
            func.coalesce(then["professionalGroup"].astext, professional.c.professional_group).label(
                "professional_group"
            ),
            func.coalesce(cast(then["unitId"].astext, Uuid), professional.c.unit_id).label("unit_id"),
            participant.c.role,
            and_(participant.c.primary_contact, participant.c.id == primary).label("primary_contact"),
            participant.c.valid_from,
            participant.c.valid_to,
            registration.c.system,
        )
        .select_from(_EMPLOYED.join(registration, _same(participant, "registration_id", registration)))
        .where(
            participant.c.tenant_id == transaction.tenant,
            participant.c.case_id == case_id,
            active(participant, at),
        )
        .order_by(participant.c.id)
    )


def _same(table: Table, column: str, other: Table) -> ColumnElement[bool]:
    """Join a reference to what it refers to."""
    return and_(other.c.tenant_id == table.c.tenant_id, other.c.id == table.c[column])


async def read_active_parts(transaction: Transaction, table: Table, case_id: UUID) -> list[Row[Any]]:
    """Return a case's parts of one kind active now, the oldest first."""
    return await transaction.rows(
        select(table)
        .where(table.c.tenant_id == transaction.tenant, table.c.case_id == case_id, active_now(table))
        .order_by(table.c.id)
    )


async def hold_cases(transaction: Transaction, ids: Iterable[UUID]) -> list[Row[Any]]:
    """Return cases and keep others from writing them, always in one order."""
    return await transaction.rows(
        select(citizen_case)
        .where(citizen_case.c.tenant_id == transaction.tenant, citizen_case.c.id.in_(sorted(ids)))
        .order_by(citizen_case.c.id)
        .with_for_update()
    )


async def settle_case(transaction: Transaction, case_id: UUID) -> Row[Any]:
    """Count a change to a case and make its row what its files say now; return old and new status.

    Its history keeps what it is called and how it stands, if that changed.
    """
    rows = await transaction.execute(_SETTLE, {"tenant": transaction.tenant, "case": case_id})
    return rows.one()


async def read_roster(transaction: Transaction, case_id: UUID) -> list[Row[Any]]:
    """Return everybody active in a case with person, unit, area and leader as they are now.

    Whom several sources name is there once, as a case lead if one of them says so.
    """
    leader = professional.alias("leader")
    leading = person.alias("leading")
    return await transaction.rows(
        select(
            professional.c.id,
            professional.c.person_id,
            person.c.name,
            professional.c.professional_group,
            professional.c.unit_id,
            unit.c.area_id,
            unit.c.municipality_code,
            professional.c.leader_id,
            leading.c.id.label("leader_person_id"),
            leading.c.name.label("leader_name"),
            professional.c.email,
            professional.c.mobile,
            professional.c.language,
            participant.c.role,
        )
        .select_from(with_unit_and_leader(with_name(_EMPLOYED), leader, leading))
        .where(
            participant.c.tenant_id == transaction.tenant,
            participant.c.case_id == case_id,
            active_now(participant),
            active_now(professional),
        )
        .ext(distinct_on(professional.c.id))
        .order_by(professional.c.id, participant.c.role == ParticipantRole.PARTICIPANT, participant.c.role)
    )


async def read_unemployed(transaction: Transaction, case_id: UUID) -> list[UUID]:
    """Return whom a case still names although the employment has ended."""
    rows = await transaction.rows(
        select(professional.c.id)
        .select_from(_EMPLOYED)
        .where(
            participant.c.tenant_id == transaction.tenant,
            participant.c.case_id == case_id,
            active_now(participant),
            not_(active_now(professional)),
        )
        .distinct()
        .order_by(professional.c.id)
    )
    return [row.id for row in rows]


_SETTLE = text(
    """
WITH files AS (
    SELECT (array_agg(status ORDER BY array_position(
               ARRAY['opened', 'informed', 'decided', 'closed'], status)))[1] AS status,
           (array_agg(sensitivity ORDER BY array_position(
               ARRAY['vip', 'sensitive', 'confidential', 'not-confidential'], sensitivity)))[1]
               AS sensitivity
    FROM registration WHERE tenant_id = :tenant AND case_id = :case AND ended_at IS NULL
), before AS (
    SELECT * FROM citizen_case WHERE tenant_id = :tenant AND id = :case
), settled AS (
    UPDATE citizen_case AS own
    SET version = own.version + 1, updated_at = clock_timestamp(),
        status = coalesce(files.status, 'closed'), sensitivity = files.sensitivity,
        closed_at = CASE WHEN coalesce(files.status, 'closed') = 'closed'
                         THEN coalesce(own.closed_at, clock_timestamp()) END
    FROM files WHERE own.tenant_id = :tenant AND own.id = :case
    RETURNING own.*
), kept AS (
    INSERT INTO case_history (tenant_id, case_id, version, at, state)
    SELECT settled.tenant_id, settled.id, settled.version, settled.updated_at, jsonb_build_object(
        'respondent_label', settled.respondent_label, 'target_group', settled.target_group,
        'municipality_code', settled.municipality_code, 'status', settled.status,
        'kle_number', settled.kle_number, 'sensitivity', settled.sensitivity)
    FROM settled, before
    WHERE before.version = 0
       OR (settled.status, settled.sensitivity) IS DISTINCT FROM (before.status, before.sensitivity)
)
SELECT settled.version, settled.status, before.status AS status_before FROM settled, before
"""
)
