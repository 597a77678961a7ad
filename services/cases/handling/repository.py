"""Every statement of handing over, joining and splitting."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, literal, or_, select, text, update

from services.cases.handling.schemas import HandOver
from services.cases.organisation.tables import professional
from services.cases.register.tables import (
    CASE_TEAM,
    citizen_case,
    handover,
    participant,
    registration,
)
from services.cases.studies.tables import enrolment
from shared.database.connection import Transaction

_MOVE = """
WITH old AS (
    UPDATE {table} SET valid_to = greatest(valid_from, clock_timestamp())
    WHERE tenant_id = :tenant AND registration_id = ANY(:files) AND valid_to IS NULL
    RETURNING *
)
INSERT INTO {table} (tenant_id, id, case_id, registration_id, valid_from, {columns})
SELECT tenant_id, uuidv7(), :into, registration_id, valid_to, {columns} FROM old
"""
_MOVES = [
    text(_MOVE.format(table=table, columns=columns))
    for table, columns in (
        ("involvement", "unit_id, role, laws"),
        ("participant", "professional_id, source_professional_id, role, primary_contact"),
        ("citizen", "citizen_id, relation"),
    )
]
_TAKE_OVER = text(
    """
WITH old AS (
    UPDATE participant SET valid_to = greatest(valid_from, clock_timestamp())
    WHERE tenant_id = :tenant AND case_id = :case AND professional_id = :leaves AND valid_to IS NULL
    RETURNING *
)
INSERT INTO participant (tenant_id, id, case_id, registration_id, professional_id, source_professional_id,
    role, primary_contact, valid_from)
SELECT tenant_id, uuidv7(), case_id, registration_id, :comes, coalesce(source_professional_id, :leaves),
       role, primary_contact, valid_to
FROM old
WHERE NOT EXISTS (
    SELECT FROM participant AS there
    WHERE there.tenant_id = old.tenant_id AND there.registration_id = old.registration_id
      AND there.professional_id = :comes AND there.valid_to IS NULL)
"""
)


_HAND_FILES = """
WITH gone AS (
    SELECT id FROM registration WHERE tenant_id = :tenant AND system = :system AND reference = :gone
), kept AS (
    SELECT id FROM registration WHERE tenant_id = :tenant AND system = :system AND reference = :kept
)
"""
_TAKE = """
UPDATE {table} AS part SET registration_id = kept.id FROM gone, kept
WHERE part.tenant_id = :tenant AND part.registration_id = gone.id AND part.valid_to IS NULL
  AND NOT EXISTS (SELECT FROM {table} AS there
                  WHERE there.tenant_id = :tenant AND there.registration_id = kept.id
                    AND there.valid_to IS NULL AND ({columns}) = ({theirs}))
"""
_DROP = """
UPDATE {table} AS part SET valid_to = greatest(part.valid_from, clock_timestamp()) FROM gone, kept
WHERE part.tenant_id = :tenant AND part.registration_id = gone.id AND part.valid_to IS NULL
"""
_END_FILE = """
UPDATE registration AS file SET ended_at = clock_timestamp() FROM gone, kept
WHERE file.tenant_id = :tenant AND file.id = gone.id
"""
_LESS_FAR = """
UPDATE registration AS file SET ended_at = NULL, version = file.version + 1, status = old.status
FROM gone, kept, registration AS old
WHERE file.tenant_id = :tenant AND file.id = kept.id AND old.tenant_id = :tenant AND old.id = gone.id
  AND old.ended_at IS NULL AND (file.ended_at IS NOT NULL OR
    array_position(ARRAY['opened', 'informed', 'decided', 'closed'], old.status)
    < array_position(ARRAY['opened', 'informed', 'decided', 'closed'], file.status))
"""
_MERGES = [
    text(_HAND_FILES + _LESS_FAR),
    *(
        text(_HAND_FILES + change.format(table=table, columns=columns, theirs=theirs))
        for table, columns, theirs in (
            ("involvement", "part.unit_id, part.role", "there.unit_id, there.role"),
            ("participant", "part.professional_id", "there.professional_id"),
            ("citizen", "part.citizen_id", "there.citizen_id"),
        )
        for change in (_TAKE, _DROP)
    ),
    text(_HAND_FILES + _END_FILE),
]


async def read_files(transaction: Transaction, case_id: UUID) -> list[Row[Any]]:
    """Return a case's registrations, ended ones too."""
    return await transaction.rows(
        select(registration)
        .where(registration.c.tenant_id == transaction.tenant, registration.c.case_id == case_id)
        .order_by(registration.c.id)
    )


async def move_files(transaction: Transaction, files: Iterable[UUID], into: UUID) -> None:
    """Move registrations to another case: their parts end in the old one and go on in the new."""
    moved = list(files)
    await transaction.execute(
        update(registration)
        .where(registration.c.tenant_id == transaction.tenant, registration.c.id.in_(moved))
        .values(
            case_id=into,
            joined=True,
            version=registration.c.version + 1,
            updated_at=func.clock_timestamp(),
        )
    )
    for statement in _MOVES:
        await transaction.execute(statement, {"tenant": transaction.tenant, "files": moved, "into": into})


async def name_by_case(transaction: Transaction, case_id: UUID, into: UUID) -> None:
    """Let what people wrote by hand of a case be the file of the one it went to, unless that has one."""
    taken = registration.alias("taken")
    has_one = select(taken.c.id).where(
        taken.c.tenant_id == transaction.tenant,
        taken.c.system == CASE_TEAM,
        taken.c.reference == str(into),
    )
    await transaction.execute(
        update(registration)
        .where(
            registration.c.tenant_id == transaction.tenant,
            registration.c.case_id == into,
            registration.c.system == CASE_TEAM,
            registration.c.reference == str(case_id),
            ~has_one.exists(),
        )
        .values(reference=str(into))
    )


async def merge_by_hand(transaction: Transaction, case_id: UUID, into: UUID) -> None:
    """Let what people wrote by hand of two cases that are one be one file: who writes it, writes all."""
    names = {"tenant": transaction.tenant, "gone": str(case_id), "kept": str(into), "system": CASE_TEAM}
    for statement in _MERGES:
        await transaction.execute(statement, names)


async def hold_professional(transaction: Transaction, professional_id: UUID) -> bool:
    """Keep a professional from being erased; tell whether there is one."""
    row = await transaction.first(
        select(professional.c.id)
        .where(professional.c.tenant_id == transaction.tenant, professional.c.id == professional_id)
        .with_for_update(read=True, key_share=True)
    )
    return row is not None


async def lead_by(transaction: Transaction, registration_id: UUID) -> None:
    """Let a registration be the one its case began with."""
    await transaction.execute(
        update(registration)
        .where(registration.c.tenant_id == transaction.tenant, registration.c.id == registration_id)
        .values(joined=False)
    )


async def mark_joined(transaction: Transaction, case_id: UUID, into: UUID) -> None:
    """Say which case goes on for one that was joined into it, also for those joined into it before."""
    await transaction.execute(
        update(citizen_case)
        .where(
            citizen_case.c.tenant_id == transaction.tenant,
            or_(citizen_case.c.id == case_id, citizen_case.c.joined_into_id == case_id),
        )
        .values(joined_into_id=into)
    )


async def add_case(transaction: Transaction, case_id: UUID, like: Row[Any], label: str) -> None:
    """Add a case that is split off another."""
    now = func.clock_timestamp()
    await transaction.execute(
        insert(citizen_case).values(
            tenant_id=transaction.tenant,
            id=case_id,
            version=0,
            respondent_label=label,
            registered_at=now,
            updated_at=now,
            target_group=like.target_group,
            municipality_code=like.municipality_code,
            kle_number=like.kle_number,
        )
    )


async def is_enrolled(transaction: Transaction, case_id: UUID) -> bool:
    """Tell whether a case is in a study."""
    row = await transaction.first(
        select(literal(1))
        .where(enrolment.c.tenant_id == transaction.tenant, enrolment.c.case_id == case_id)
        .limit(1)
    )
    return row is not None


async def take_over(transaction: Transaction, case_id: UUID, leaves: UUID, comes: UUID) -> bool:
    """Let one professional take another's place in each file; tell whether there was a place.

    A source that goes on naming whom it knew means the newcomer, until it names somebody else.
    """
    there = await transaction.first(
        select(participant.c.id)
        .where(
            participant.c.tenant_id == transaction.tenant,
            participant.c.case_id == case_id,
            participant.c.professional_id == leaves,
            participant.c.valid_to.is_(None),
        )
        .limit(1)
    )
    if there is None:
        return False
    who = {"tenant": transaction.tenant, "case": case_id, "leaves": leaves, "comes": comes}
    await transaction.execute(_TAKE_OVER, who)
    return True


async def add_handover(
    transaction: Transaction, handover_id: UUID, case_id: UUID, wanted: HandOver
) -> None:
    """Keep a handover."""
    await transaction.execute(
        insert(handover).values(
            tenant_id=transaction.tenant,
            id=handover_id,
            case_id=case_id,
            at=func.clock_timestamp(),
            recorded_by=transaction.caller.recorded_as,
            **wanted.model_dump(),
        )
    )
