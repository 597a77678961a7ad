"""Records who read or wrote personal data, in the transaction that does it; rows are only ever added."""

from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import insert

from shared.database.connection import Transaction
from shared.database.tables import audit_event


@dataclass(frozen=True, slots=True)
class Access:
    """One use of personal data: what was done, to what, and what for."""

    action: str
    subject_type: str
    subject: UUID
    purpose: str


async def record_access(transaction: Transaction, access: Access) -> None:
    """Add a row to the audit: what the transaction's caller did."""
    principal = transaction.caller
    context = structlog.contextvars.get_contextvars()
    await transaction.execute(
        insert(audit_event)
        .values(
            tenant_id=transaction.tenant,
            actor=principal.actor or principal.subject,
            person_id=principal.person,
            action=access.action,
            purpose=access.purpose,
            subject_type=access.subject_type,
            subject_id=access.subject,
            request_id=str(context.get("request_id", "")),
        )
        .inline()
    )
