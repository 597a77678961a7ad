"""The statements of the gateway's own audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.database.connection import Transaction

_ADD = """
INSERT INTO audit_event (tenant_id, at, actor, person_id, action, purpose, subject_type, subject_id,
                         request_id, detail, times, program)
VALUES ($1, $2, $3, $4, 'refuse', $5, 'request', $1, $6, $7, $8, $9)
"""


@dataclass(frozen=True, slots=True)
class RefusalRow:
    """A refusal as it is kept."""

    at: datetime
    actor: str
    person: UUID | None
    code: str
    request_id: str
    detail: str
    times: int
    program: str | None


async def add_refusals(transaction: Transaction, rows: Sequence[RefusalRow]) -> None:
    """Add refusals to the tenant's audit."""
    await transaction.driver.executemany(
        _ADD,
        [
            (
                transaction.tenant,
                each.at,
                each.actor,
                each.person,
                each.code,
                each.request_id,
                each.detail,
                each.times,
                each.program,
            )
            for each in rows
        ],
    )
