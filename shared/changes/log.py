"""The change log: one thin row in the transaction of the change itself."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from shared.database.connection import Transaction

_APPEND = """
INSERT INTO change_log (epoch, tenant_id, type, subject, version)
SELECT epoch, $1, change.type, change.subject, change.version
FROM feed_epoch, unnest($2::text[], $3::uuid[], $4::bigint[]) AS change (type, subject, version)
"""


async def log_change(transaction: Transaction, kind: str, subject: UUID, version: int) -> None:
    """Note that a subject has a new version; its state is looked up when the feed is read."""
    await _append(transaction, [(kind, subject, version)])


async def log_changes(transaction: Transaction, kind: str, versions: Mapping[UUID, int]) -> None:
    """Note new versions of many subjects of a kind at once."""
    await _append(transaction, [(kind, subject, version) for subject, version in versions.items()])


async def log_events(transaction: Transaction, kinds: Iterable[str], subject: UUID, version: int) -> None:
    """Note all that happened to one subject when it came to a version."""
    await _append(transaction, [(kind, subject, version) for kind in kinds])


async def _append(transaction: Transaction, changes: list[tuple[str, UUID, int]]) -> None:
    # Below SQLAlchemy: this runs with every write of the house.
    if changes:
        columns = map(list, zip(*changes, strict=True))
        await transaction.driver.execute(_APPEND, transaction.tenant, *columns)
        transaction.has_changes = True
