"""Use cases of the organisation: put and read areas, units, persons and employments."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table

from services.cases.classification.reasons import Reason
from services.cases.classification.repository import queue_reclassification
from services.cases.organisation.errors import UNIT_MERGED
from services.cases.organisation.repository import (
    AREA_ROWS,
    PERSON_ROWS,
    PROFESSIONAL_ROWS,
    UNIT_ROWS,
    await_turn,
    end_merged,
    known_ids,
    lock_row,
    move_children,
    move_employed,
    move_involvements,
    move_up,
    note_changes,
    note_history,
    read_ancestors,
    read_clock,
    resolve_units,
    touch_cases_of,
)
from services.cases.organisation.schemas import PutArea, PutPerson, PutProfessional, PutUnit
from services.cases.organisation.tables import area, person, professional, unit
from shared.audit import Access, record_access
from shared.database.connection import Transaction
from shared.errors import BROKEN_RULE, NOT_FOUND, FieldError, Problem, broken_rule
from shared.representation import Precondition
from shared.resources import Put, Resource, put_row

CLASSIFYING = ("counts_as_unit", "external", "parent_id", "valid_to")
"""What about a unit bears on the complexity of its cases."""


async def put_area(
    transaction: Transaction, area_id: UUID, wanted: PutArea, precondition: Precondition
) -> Put:
    """Create or change an area."""
    return await _put(transaction, AREA_ROWS, area_id, wanted.model_dump(), precondition)


async def put_unit(
    transaction: Transaction, unit_id: UUID, wanted: PutUnit, precondition: Precondition
) -> Put:
    """Create or change a unit, whose area and parent must be known and lead in no circle."""
    if wanted.parent_id is not None:
        await await_turn(transaction)
    await _require_known(transaction, area, {"/areaId": wanted.area_id})
    if wanted.parent_id is not None:
        await _require_living_unit(transaction, "/parentId", wanted.parent_id)
        if unit_id in await read_ancestors(transaction, wanted.parent_id):
            raise broken_rule("/parentId", "circular", "A unit can't be part of itself.")
    stored = await lock_row(transaction, UNIT_ROWS, unit_id)
    if stored is not None and stored.merged_into_id is not None and wanted.valid_to is None:
        raise broken_rule("/validTo", "merged-unit", "The unit was merged into another; it stays ended.")
    put = await _put(transaction, UNIT_ROWS, unit_id, wanted.model_dump(), precondition)
    if stored is not None and put.changed and _counts_otherwise(stored, wanted):
        await queue_reclassification(transaction, Reason.UNIT_CHANGED, unit_id)
    return put


def _counts_otherwise(stored: Row[Any], wanted: PutUnit) -> bool:
    return any(getattr(stored, name) != getattr(wanted, name) for name in CLASSIFYING)


async def put_person(
    transaction: Transaction, person_id: UUID, wanted: PutPerson, precondition: Precondition
) -> Put:
    """Create or change a person."""
    return await _put(transaction, PERSON_ROWS, person_id, wanted.model_dump(), precondition)


async def put_professional(
    transaction: Transaction,
    professional_id: UUID,
    wanted: PutProfessional,
    precondition: Precondition,
) -> Put:
    """Create or change an employment; person, unit and leader must be known."""
    if wanted.leader_id is not None:
        await await_turn(transaction)
    await _require_known(transaction, person, {"/personId": wanted.person_id})
    if wanted.valid_to is None:
        await _require_living_unit(transaction, "/unitId", wanted.unit_id)
    else:
        await _require_known(transaction, unit, {"/unitId": wanted.unit_id})
    if wanted.leader_id == professional_id:
        raise broken_rule("/leaderId", "own-leader", "Nobody is their own leader.")
    if wanted.leader_id is not None:
        await _require_known(transaction, professional, {"/leaderId": wanted.leader_id})
    if wanted.valid_to is not None and wanted.valid_to <= wanted.valid_from:
        raise broken_rule("/validTo", "empty-period", "An employment ends after it begins.")
    return await _put(transaction, PROFESSIONAL_ROWS, professional_id, wanted.model_dump(), precondition)


async def merge_unit(transaction: Transaction, unit_id: UUID, into: UUID) -> None:
    """End a unit now; its professionals, the units below it and its cases go on in another.

    Raises
    ------
    Problem
        404 for an unknown unit, 409 for one already merged, 422 for one that nothing can go on in.
    """
    await await_turn(transaction)
    merged = await lock_row(transaction, UNIT_ROWS, unit_id)
    if merged is None:
        raise Problem(NOT_FOUND)
    if merged.merged_into_id is not None:
        raise Problem(UNIT_MERGED)
    at = await read_clock(transaction)
    await _require_successor(transaction, unit_id, into, at)
    changed = {unit_id}
    if unit_id in await read_ancestors(transaction, into):
        # Else what was between the two would be part of itself.
        await move_up(transaction, into, merged.parent_id)
        changed.add(into)
    changed.update(await move_children(transaction, unit_id, into))
    employed = await move_employed(transaction, unit_id, into, at)
    await touch_cases_of(transaction, unit_id, at)
    await move_involvements(transaction, unit_id, into, at)
    await end_merged(transaction, unit_id, into, at)
    await note_changes(transaction, UNIT_ROWS, changed)
    await note_changes(transaction, PROFESSIONAL_ROWS, employed)
    # The cases are the successor's now, and those of the units below.
    await queue_reclassification(transaction, Reason.UNIT_MERGED, into)


async def _require_successor(transaction: Transaction, unit_id: UUID, into: UUID, at: datetime) -> None:
    if into == unit_id:
        raise broken_rule("/intoUnitId", "same-unit", "A unit can't be merged into itself.")
    successor = await lock_row(transaction, UNIT_ROWS, into)
    if successor is None:
        raise broken_rule("/intoUnitId", "unknown-unit", "There is no such unit.")
    if successor.merged_into_id is not None or (
        successor.valid_to is not None and successor.valid_to <= at
    ):
        raise broken_rule("/intoUnitId", "ended-unit", "The unit has ended; nothing can go on in it.")


async def _put(
    transaction: Transaction,
    resource: Resource,
    row_id: UUID,
    values: dict[str, Any],
    precondition: Precondition,
) -> Put:
    """Put a row that somebody now vouches for, and keep what it was for looking back."""
    put = await put_row(transaction, resource, row_id, {**values, "provisional": False}, precondition)
    if put.changed:
        await note_history(transaction, resource, [row_id])
    return put


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


async def _require_living_unit(transaction: Transaction, pointer: str, unit_id: UUID) -> None:
    """Refuse a unit that is unknown, or was merged into another."""
    await _require_known(transaction, unit, {pointer: unit_id})
    if (await resolve_units(transaction, [unit_id]))[unit_id] != unit_id:
        raise broken_rule(pointer, "merged-unit", "The unit was merged into another; name that one.")


async def note_person_access(transaction: Transaction, action: str, subject: UUID) -> None:
    """Record that somebody read or wrote what is held about an employee."""
    await record_access(transaction, Access(action, "employee", subject, "organisation-register"))
