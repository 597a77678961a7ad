"""Records who read or wrote personal data, in the transaction that does it; rows are only ever added."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from shared.database.connection import Transaction
from shared.observability import request_id


@dataclass(frozen=True, slots=True)
class Access:
    """One use of personal data: what was done, to what, and what for."""

    action: str
    subject_type: str
    subject: UUID
    purpose: str


_ADD = """
INSERT INTO audit_event
    (tenant_id, actor, program, person_id, action, purpose, subject_type, subject_id, request_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


async def record_access(transaction: Transaction, access: Access) -> None:
    """Add a row to the audit: what the transaction's caller did."""
    # Below SQLAlchemy: this runs with nearly every request of the house.
    await transaction.driver.execute(_ADD, *_row(transaction, access))


async def record_accesses(transaction: Transaction, accesses: Iterable[Access]) -> None:
    """Add a row to the audit for each of many uses by the transaction's caller."""
    await transaction.driver.executemany(_ADD, [_row(transaction, access) for access in accesses])


def _row(transaction: Transaction, access: Access) -> tuple[object, ...]:
    principal = transaction.caller
    return (
        transaction.tenant,
        principal.recorded_as,
        principal.recorded_program,
        principal.person,
        access.action,
        access.purpose,
        access.subject_type,
        access.subject,
        request_id(),
    )
