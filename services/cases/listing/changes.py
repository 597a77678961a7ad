"""Says what happened to the cases a caller outside may see: exactly, and no other case.

It reads the change log as the feeds inside the house do, but as the tenant's own role and with the
caller's eyes.
"""

from typing import Any
from uuid import UUID

from services.cases.listing.repository import once_seen, read_summaries
from services.cases.listing.schemas import CaseChange, CaseSummary
from shared.changes.events import kind_of
from shared.changes.feed import Stretch, position_of
from shared.changes.following import last_of_each_type
from shared.contracts.register import CASE
from shared.database.connection import Transaction


async def tell_case_changes(transaction: Transaction, read: Stretch) -> list[CaseChange]:
    """Tell what happened to the cases that the caller may see, or saw when they were there."""
    rows = last_of_each_type([row for row in read.rows if kind_of(row["type"]) == CASE])
    told = await _told(transaction, {row["subject"] for row in rows})
    return [
        _change(row, told[row["subject"]], read.next.feed_epoch) for row in rows if row["subject"] in told
    ]


async def _told(transaction: Transaction, ids: set[UUID]) -> dict[UUID, CaseSummary | None]:
    """Return what the caller may hear of: cases as they are now, and None for those gone."""
    if not ids:
        return {}
    found = await read_summaries(transaction, ids)
    told: dict[UUID, CaseSummary | None] = {
        case_id: None if summary.joined_into_id else summary for case_id, summary in found.items()
    }
    missing = ids - found.keys()
    if missing:
        told.update(dict.fromkeys(await once_seen(transaction, missing)))
    return told


def _change(row: Any, summary: CaseSummary | None, epoch: int) -> CaseChange:
    return CaseChange(
        id=str(position_of(row, epoch)),
        type=row["type"],
        case_id=row["subject"],
        case_version=summary.version if summary else row["version"],
        case=summary,
    )
