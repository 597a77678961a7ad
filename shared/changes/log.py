"""The change log: one thin row in the transaction of the change itself."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from shared.database.connection import Transaction

_APPEND = (
    "INSERT INTO change_log (epoch, tenant_id, type, subject, version) "
    "SELECT epoch, $1, $2, $3, $4 FROM feed_epoch"
)


async def log_change(transaction: Transaction, kind: str, subject: UUID, version: int) -> None:
    """Note that a subject has a new version; its state is looked up when the feed is read."""
    await _append(transaction, [(kind, subject, version)])


async def log_changes(transaction: Transaction, kind: str, versions: Mapping[UUID, int]) -> None:
    """Note new versions of many subjects of a kind at once."""
    await _append(transaction, [(kind, subject, version) for subject, version in versions.items()])


async def log_events(transaction: Transaction, kinds: Iterable[str], subject: UUID, version: int) -> None:
    """Note all that happened to one subject when it came to a version."""
    await _append(transaction, [(kind, subject, version) for kind in kinds])


async def _append(transaction: Transaction, changes: Iterable[tuple[str, UUID, int]]) -> None:
    # Below SQLAlchemy: this runs with every write of the house.
    rows = [(transaction.tenant, *change) for change in changes]
    if len(rows) == 1:
        await transaction.driver.execute(_APPEND, *rows[0])
    elif rows:
        await transaction.driver.executemany(_APPEND, rows)
    transaction.has_changes |= bool(rows)
