"""Every statement on studies and enrolments, and their names in the feed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, insert, select

from services.cases.register.tables import citizen_case
from services.cases.register.visibility import visible_to
from services.cases.studies.tables import enrolment, study
from shared.contracts.register import ENROLMENT, STUDY
from shared.database.connection import Transaction
from shared.resources import Resource, select_row

STUDY_ROWS = Resource(study, STUDY)
ENROLMENT_ROWS = Resource(enrolment, ENROLMENT)


def select_enrolments(study_id: UUID, arm: str | None, withdrawn: bool | None) -> Select[Any]:
    """Select a study's enrolments, of one arm and withdrawn or not, where that is asked for."""
    chosen = select(enrolment).where(enrolment.c.study_id == study_id)
    if arm is not None:
        chosen = chosen.where(enrolment.c.arm == arm)
    if withdrawn is not None:
        chosen = chosen.where(enrolment.c.withdrawn_at.is_not(None) == withdrawn)
    return chosen


async def lock_row(transaction: Transaction, resource: Resource, row_id: UUID) -> Row[Any] | None:
    """Return a row and keep others from writing it; whoever enrols holds the study's."""
    return await transaction.first(select_row(resource, transaction.tenant, row_id).with_for_update())


async def has_enrolments(transaction: Transaction, study_id: UUID) -> bool:
    """Tell whether any case is or was in a study."""
    found = select(enrolment.c.id).where(
        enrolment.c.tenant_id == transaction.tenant, enrolment.c.study_id == study_id
    )
    return await transaction.first(found.limit(1)) is not None


async def read_cases(transaction: Transaction, ids: Sequence[UUID]) -> dict[UUID, Row[Any]]:
    """Return those of the cases that the caller may see, with what they can be divided by."""
    rows = await transaction.rows(
        select(citizen_case.c.id, citizen_case.c.municipality_code, citizen_case.c.level).where(
            citizen_case.c.tenant_id == transaction.tenant,
            citizen_case.c.id.in_(ids),
            visible_to(transaction.caller, transaction.tenant),
        )
    )
    return {row.id: row for row in rows}


async def read_enrolments(transaction: Transaction, ids: Sequence[UUID]) -> list[Row[Any]]:
    """Return those of the enrolments that there are."""
    return await transaction.rows(
        select(enrolment)
        .where(enrolment.c.tenant_id == transaction.tenant, enrolment.c.id.in_(ids))
        .order_by(enrolment.c.id)
    )


async def read_allocation(transaction: Transaction, first: Row[Any]) -> list[Row[Any]]:
    """Return what was drawn together with one enrolment: from its seed, at its moment."""
    return await transaction.rows(
        select(enrolment)
        .where(
            enrolment.c.tenant_id == transaction.tenant,
            enrolment.c.study_id == first.study_id,
            enrolment.c.seed == first.seed,
            enrolment.c.allocated_at == first.allocated_at,
        )
        .order_by(enrolment.c.id)
    )


async def count_taken(transaction: Transaction, study_id: UUID, seed: int) -> dict[str, int]:
    """Return how many places a seed has given out in each stratum."""
    stratum = func.coalesce(enrolment.c.stratum, "")
    rows = await transaction.rows(
        select(stratum.label("stratum"), func.count().label("taken"))
        .where(
            enrolment.c.tenant_id == transaction.tenant,
            enrolment.c.study_id == study_id,
            enrolment.c.seed == seed,
        )
        .group_by(stratum)
    )
    return {row.stratum: row.taken for row in rows}


async def read_clock(transaction: Transaction) -> datetime:
    """Return the moment it is."""
    moment: datetime = (await transaction.execute(select(func.clock_timestamp()))).scalar_one()
    return moment


async def add_enrolments(transaction: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add enrolments."""
    await transaction.execute(
        insert(enrolment).values([{"tenant_id": transaction.tenant, "version": 1, **row} for row in rows])
    )
