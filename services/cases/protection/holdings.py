"""Every statement that gathers what is held about one: each part bounded, and read on by its last row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Select, Table, and_, func, or_, select

from services.cases.groups.tables import collaboration_group, group_member
from services.cases.organisation.tables import person, professional, source_reference, unit
from services.cases.protection import export_views as views
from services.cases.protection.export_views import Held, Section
from services.cases.protection.schemas import InformationView, ObjectionView, SubjectType
from services.cases.protection.tables import information, objection
from services.cases.register.tables import (
    citizen,
    citizen_case,
    handover,
    involvement,
    participant,
    registration,
)
from services.cases.studies.tables import enrolment, study
from shared.audit_trail import AuditEventView
from shared.database.connection import Transaction
from shared.database.tables import audit_event
from shared.resources import view_of
from shared.wire import WireModel

AT_ONCE = 500
"""Rows of one part that an export holds."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One part of an export: its rows, in the order of a key, and how each is shown."""

    view: type[WireModel]
    key: Column[Any]
    rows: Select[Any]


async def read_held(transaction: Transaction, holding: Holding, after: UUID | None) -> Held[Any]:
    """Return one part, from its beginning or on from a row."""
    rows = holding.rows.where(holding.key.table.c.tenant_id == transaction.tenant)
    if after is not None:
        rows = rows.where(holding.key > after)
    found = await transaction.rows(
        rows.add_columns(holding.key.label("held_key")).order_by(holding.key).limit(AT_ONCE + 1)
    )
    shown = found[:AT_ONCE]
    following = shown[-1].held_key if len(found) > AT_ONCE else None
    return Held(items=[view_of(holding.view, row) for row in shown], next_after=following)


async def read_name(transaction: Transaction, person_id: UUID) -> str | None:
    """Return an employee's name, if there is such an employee."""
    row = await transaction.first(
        select(person.c.name).where(person.c.tenant_id == transaction.tenant, person.c.id == person_id)
    )
    return row.name if row else None


def held_about_citizen(tenant: UUID, citizen_id: UUID) -> Mapping[Section, Holding]:
    """Say what is held about a citizen, and where."""
    cases = _ids(tenant, citizen.c.case_id, citizen.c.citizen_id == citizen_id)
    systems = func.array(
        select(registration.c.system)
        .distinct()
        .where(registration.c.tenant_id == tenant, registration.c.case_id == citizen_case.c.id)
        .scalar_subquery()
    )
    return {
        Section.CASES: Holding(
            views.HeldCase,
            citizen_case.c.id,
            select(citizen_case, systems.label("systems")).where(citizen_case.c.id.in_(cases)),
        ),
        Section.PARTS: Holding(
            views.HeldCitizenPart,
            citizen.c.id,
            _sent(citizen).where(citizen.c.citizen_id == citizen_id),
        ),
        **_around(cases),
        **_records_about(SubjectType.CITIZEN, citizen_id),
        Section.USES: _audited(
            or_(audit_event.c.subject_id == citizen_id, audit_event.c.subject_id.in_(cases))
        ),
    }


def _around(cases: Select[Any]) -> dict[Section, Holding]:
    """Say what is held about the units, the professionals and the studies around a citizen."""
    return {
        Section.UNITS: Holding(
            views.HeldUnit,
            involvement.c.id,
            _sent(involvement, unit.c.name)
            .join(unit, _same(unit, unit.c.id == involvement.c.unit_id, involvement))
            .where(involvement.c.case_id.in_(cases)),
        ),
        Section.TEAM: Holding(
            views.HeldTeamMember,
            participant.c.id,
            select(participant, professional.c.professional_group)
            .join(professional, _employment_of(participant))
            .where(participant.c.case_id.in_(cases)),
        ),
        Section.ENROLMENTS: Holding(
            views.HeldEnrolment,
            enrolment.c.id,
            select(enrolment, study.c.name.label("study"))
            .join(study, _same(study, study.c.id == enrolment.c.study_id, enrolment))
            .where(enrolment.c.case_id.in_(cases)),
        ),
    }


def held_about_employee(tenant: UUID, person_id: UUID) -> Mapping[Section, Holding]:
    """Say what is held about an employee, and where."""
    own = _ids(tenant, professional.c.id, professional.c.person_id == person_id)
    handed = or_(handover.c.from_professional_id.in_(own), handover.c.to_professional_id.in_(own))
    referred = source_reference.c.subject_id
    return {
        Section.EMPLOYMENTS: Holding(
            views.HeldEmployment,
            professional.c.id,
            select(professional, unit.c.name.label("unit"))
            .join(unit, _same(unit, unit.c.id == professional.c.unit_id, professional))
            .where(professional.c.person_id == person_id),
        ),
        Section.PARTS: Holding(
            views.HeldPart,
            participant.c.id,
            _sent(participant).where(participant.c.professional_id.in_(own)),
        ),
        Section.HANDOVERS: Holding(views.HeldHandover, handover.c.id, select(handover).where(handed)),
        Section.GROUPS: Holding(
            views.HeldMembership,
            group_member.c.id,
            select(group_member, collaboration_group.c.name.label("group"))
            .join(
                collaboration_group,
                _same(
                    collaboration_group, collaboration_group.c.id == group_member.c.group_id, group_member
                ),
            )
            .where(group_member.c.professional_id.in_(own)),
        ),
        Section.SOURCES: Holding(
            views.HeldSource,
            referred,
            select(source_reference).where(or_(referred == person_id, referred.in_(own))),
        ),
        **_records_about(SubjectType.EMPLOYEE, person_id),
        Section.USES: _audited(
            or_(audit_event.c.subject_id == person_id, audit_event.c.subject_id.in_(own))
        ),
        Section.OWN_USES: _audited(audit_event.c.person_id == person_id),
    }


def _ids(tenant: UUID, column: Column[Any], naming: ColumnElement[bool]) -> Select[Any]:
    return select(column).where(column.table.c.tenant_id == tenant, naming)


def _same(table: Table, joined: ColumnElement[bool], other: Table) -> ColumnElement[bool]:
    return and_(table.c.tenant_id == other.c.tenant_id, joined)


def _employment_of(table: Table) -> ColumnElement[bool]:
    return _same(professional, professional.c.id == table.c.professional_id, table)


def _sent(table: Table, *more: Column[Any]) -> Select[Any]:
    """Select a case's parts of one kind with the system each comes from."""
    file = _same(registration, registration.c.id == table.c.registration_id, table)
    return select(table, registration.c.system, *more).join(registration, file)


def _records_about(subject_type: SubjectType, subject_id: UUID) -> dict[Section, Holding]:
    return {
        section: Holding(
            view,
            table.c.id,
            select(table).where(table.c.subject_type == subject_type, table.c.subject_id == subject_id),
        )
        for section, view, table in (
            (Section.INFORMATION, InformationView, information),
            (Section.OBJECTIONS, ObjectionView, objection),
        )
    }


def _audited(condition: ColumnElement[bool]) -> Holding:
    return Holding(AuditEventView, audit_event.c.id, select(audit_event).where(condition))
