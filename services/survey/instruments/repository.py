"""Every statement on a tenant's own instruments and on unit assessments."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, collate, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as insert_if_absent

from services.survey.instruments.tables import instrument_version, unit_assessment
from shared.database.connection import Transaction
from shared.resources import Resource

DRAFT = "draft"
PUBLISHED = "published"

UNIT_ASSESSMENT = "unit-assessment"
ASSESSMENT_ROWS = Resource(unit_assessment, UNIT_ASSESSMENT, told=False)


async def read_definitions(
    transaction: Transaction, keys: Collection[tuple[UUID, str, int]]
) -> list[Row[Any]]:
    """Return definitions by tenant, code and number; no drafts, which nobody is asked."""
    named = tuple_(
        instrument_version.c.tenant_id, instrument_version.c.code, instrument_version.c.number
    ).in_(list(keys))
    return await transaction.rows(
        select(instrument_version).where(named, instrument_version.c.state != DRAFT)
    )


def _select_version(transaction: Transaction, code: str, number: int) -> Select[Any]:
    return select(instrument_version).where(
        instrument_version.c.tenant_id == transaction.tenant,
        instrument_version.c.code == code,
        instrument_version.c.number == number,
    )


async def read_version(
    transaction: Transaction, code: str, number: int, *, hold: bool = False
) -> Row[Any] | None:
    """Return one version in whichever state; `hold` keeps others from changing it."""
    statement = _select_version(transaction, code, number)
    return await transaction.first(statement.with_for_update() if hold else statement)


async def add_draft(transaction: Transaction, code: str, number: int, definition: dict[str, Any]) -> bool:
    """Add a draft unless somebody just has; tell whether it was added."""
    added = await transaction.execute(
        insert_if_absent(instrument_version)
        .values(
            tenant_id=transaction.tenant,
            code=code,
            number=number,
            version=1,
            state=DRAFT,
            definition=definition,
            changed_at=func.clock_timestamp(),
        )
        .on_conflict_do_nothing()
    )
    return added.rowcount == 1


async def change_version(transaction: Transaction, row: Row[Any], values: Mapping[str, Any]) -> None:
    """Change a version that the transaction holds."""
    await transaction.execute(
        update(instrument_version)
        .where(
            instrument_version.c.tenant_id == transaction.tenant,
            instrument_version.c.code == row.code,
            instrument_version.c.number == row.number,
        )
        .values(**values, version=row.version + 1, changed_at=func.clock_timestamp())
    )


async def delete_draft(transaction: Transaction, code: str, number: int) -> None:
    """Delete a draft."""
    await transaction.execute(
        delete(instrument_version).where(
            instrument_version.c.tenant_id == transaction.tenant,
            instrument_version.c.code == code,
            instrument_version.c.number == number,
            instrument_version.c.state == DRAFT,
        )
    )


async def read_versions(transaction: Transaction, code: str) -> list[Row[Any]]:
    """Return every version of a tenant's own instrument that is no draft."""
    return await transaction.rows(
        select(instrument_version).where(
            instrument_version.c.tenant_id == transaction.tenant,
            instrument_version.c.code == code,
            instrument_version.c.state != DRAFT,
        )
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of a tenant's own versions to list: in these states, of this code, after this one."""

    states: Collection[str]
    code: str | None
    after: tuple[str, int]
    size: int


async def list_versions(transaction: Transaction, wanted: Wanted) -> list[Row[Any]]:
    """Return a tenant's own versions in the order of code and number, byte by byte as Python has it."""
    code = collate(instrument_version.c.code, "C")
    statement = (
        select(instrument_version)
        .where(
            instrument_version.c.tenant_id == transaction.tenant,
            instrument_version.c.state.in_(wanted.states),
            tuple_(code, instrument_version.c.number) > tuple_(*wanted.after),
        )
        .order_by(code, instrument_version.c.number)
        .limit(wanted.size)
    )
    if wanted.code is not None:
        statement = statement.where(instrument_version.c.code == wanted.code)
    return await transaction.rows(statement)


def select_assessments(unit_id: UUID | None) -> Select[Any]:
    """Select assessments of one unit, or of all."""
    statement = select(unit_assessment)
    return statement if unit_id is None else statement.where(unit_assessment.c.unit_id == unit_id)
