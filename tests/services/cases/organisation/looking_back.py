"""What the organisation keeps for looking back, as a database administrator reads it."""

import json
from typing import Any
from uuid import UUID

from tests.support.databases import TestDatabase
from tests.support.records import rows


async def history(database: TestDatabase, kind: str, subject: UUID) -> list[dict[str, Any]]:
    """Return the states a subject had, the oldest first."""
    found = await rows(
        database,
        "SELECT state FROM organisation_history WHERE kind = $1 AND subject_id = $2 ORDER BY version",
        kind,
        subject,
    )
    return [json.loads(each["state"]) for each in found]


async def queued(database: TestDatabase, tenant: UUID) -> set[tuple[str, UUID | None]]:
    """Return what was to be classified anew, and why."""
    found = await rows(
        database, "SELECT reason, unit_id FROM reclassification WHERE tenant_id = $1", tenant
    )
    return {(each["reason"], each["unit_id"]) for each in found}
