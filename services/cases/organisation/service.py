"""Use cases of the organisation: put and read areas, units, persons and employments."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Table

from services.cases.organisation.repository import (
    AREA_ROWS,
    PERSON_ROWS,
    PROFESSIONAL_ROWS,
    UNIT_ROWS,
    known_ids,
    read_ancestors,
)
from services.cases.organisation.schemas import PutArea, PutPerson, PutProfessional, PutUnit
from services.cases.organisation.tables import area, person, professional, unit
from shared.audit import Access, record_access
from shared.database.connection import Transaction
from shared.errors import BROKEN_RULE, FieldError, Problem, broken_rule
from shared.representation import Precondition
from shared.resources import Put, put_row


async def put_area(
    transaction: Transaction, area_id: UUID, wanted: PutArea, precondition: Precondition
) -> Put:
    """Create or change an area."""
    return await put_row(transaction, AREA_ROWS, area_id, wanted.model_dump(), precondition)


async def put_unit(
    transaction: Transaction, unit_id: UUID, wanted: PutUnit, precondition: Precondition
) -> Put:
    """Create or change a unit, whose area and parent must be known and lead in no circle."""
    await _require_known(transaction, area, {"/areaId": wanted.area_id})
    if wanted.parent_id is not None:
        await _require_known(transaction, unit, {"/parentId": wanted.parent_id})
        if unit_id in await read_ancestors(transaction, wanted.parent_id):
            raise broken_rule("/parentId", "circular", "A unit can't be part of itself.")
    return await put_row(transaction, UNIT_ROWS, unit_id, wanted.model_dump(), precondition)


async def put_person(
    transaction: Transaction, person_id: UUID, wanted: PutPerson, precondition: Precondition
) -> Put:
    """Create or change a person."""
    return await put_row(transaction, PERSON_ROWS, person_id, wanted.model_dump(), precondition)


async def put_professional(
    transaction: Transaction,
    professional_id: UUID,
    wanted: PutProfessional,
    precondition: Precondition,
) -> Put:
    """Create or change an employment; person, unit and leader must be known."""
    await _require_known(transaction, person, {"/personId": wanted.person_id})
    await _require_known(transaction, unit, {"/unitId": wanted.unit_id})
    if wanted.leader_id == professional_id:
        raise broken_rule("/leaderId", "own-leader", "Nobody is their own leader.")
    if wanted.leader_id is not None:
        await _require_known(transaction, professional, {"/leaderId": wanted.leader_id})
    if wanted.valid_to is not None and wanted.valid_to <= wanted.valid_from:
        raise broken_rule("/validTo", "empty-period", "An employment ends after it begins.")
    return await put_row(transaction, PROFESSIONAL_ROWS, professional_id, wanted.model_dump(), precondition)


async def _require_known(transaction: Transaction, table: Table, references: Mapping[str, UUID]) -> None:
    """Refuse references to what the tenant does not have, naming every one of them."""
    known = await known_ids(transaction, table, references.values())
    unknown = [
        FieldError(pointer, f"unknown-{table.name}", f"There is no such {table.name}.")
        for pointer, reference in references.items()
        if reference not in known
    ]
    if unknown:
        raise Problem(BROKEN_RULE, unknown)


async def note_person_access(transaction: Transaction, action: str, subject: UUID) -> None:
    """Record that somebody read or wrote what is held about an employee."""
    await record_access(transaction, Access(action, "employee", subject, "organisation-register"))
