"""The reclassifications asked for and not yet done: who asks for one, holds it, and how far it has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update

from services.cases.classification.tables import reclassification
from shared.database.connection import Transaction

_LOOKED_AT = 1000


@dataclass(frozen=True, slots=True)
class Job:
    """A reclassification under way: of all cases, or of a unit's."""

    id: UUID
    reason: str
    unit_id: UUID | None
    after_case_id: UUID | None


async def read_open_jobs(transaction: Transaction) -> tuple[datetime, list[tuple[UUID, UUID]]]:
    """Return every tenant's open jobs, the oldest first, and a time by which all of them were there."""
    rows = await transaction.rows(
        select(reclassification.c.tenant_id, reclassification.c.id)
        .where(reclassification.c.done_at.is_(None))
        .order_by(reclassification.c.id)
        .limit(_LOOKED_AT)
    )
    now: datetime = (await transaction.execute(select(func.clock_timestamp()))).scalar_one()
    return now, [(row.tenant_id, row.id) for row in rows]


async def has_open_jobs(transaction: Transaction) -> bool:
    """Tell whether the tenant's cases are still being classified anew."""
    row = await transaction.first(
        select(reclassification.c.id)
        .where(
            reclassification.c.tenant_id == transaction.tenant,
            reclassification.c.done_at.is_(None),
        )
        .limit(1)
    )
    return row is not None


async def hold_job(transaction: Transaction, job_id: UUID) -> Job | None:
    """Return an open job that nobody else holds, and hold it until the transaction ends."""
    row = await transaction.first(
        select(
            reclassification.c.id,
            reclassification.c.reason,
            reclassification.c.unit_id,
            reclassification.c.after_case_id,
        )
        .where(
            reclassification.c.tenant_id == transaction.tenant,
            reclassification.c.id == job_id,
            reclassification.c.done_at.is_(None),
        )
        .with_for_update(skip_locked=True)
    )
    return None if row is None else Job(row.id, row.reason, row.unit_id, row.after_case_id)


async def advance_job(transaction: Transaction, job: Job, case_ids: Sequence[UUID], *, done: bool) -> None:
    """Note how far a job has come, and whether that was all."""
    await transaction.execute(
        update(reclassification)
        .where(reclassification.c.tenant_id == transaction.tenant, reclassification.c.id == job.id)
        .values(
            after_case_id=case_ids[-1] if case_ids else job.after_case_id,
            cases=reclassification.c.cases + len(case_ids),
            done_at=func.clock_timestamp() if done else None,
        )
    )
