"""The change log: one thin row in the transaction of the change itself."""

from uuid import UUID

from sqlalchemy import text

from shared.database.connection import Transaction

APPEND = (
    "INSERT INTO change_log (epoch, tenant_id, type, subject, version) "
    "SELECT epoch, :tenant, :type, :subject, :version FROM feed_epoch"
)
_APPEND = text(APPEND)


async def log_change(transaction: Transaction, kind: str, subject: UUID, version: int) -> None:
    """Note that a subject has a new version; its state is looked up when the feed is read."""
    await transaction.execute(
        _APPEND,
        {"tenant": transaction.tenant, "type": kind, "subject": subject, "version": version},
    )
    transaction.has_changes = True
