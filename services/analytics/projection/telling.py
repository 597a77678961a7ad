"""Tells in analytics' own feed of which closed rounds the scores changed, and where each stands now.

Only of the generation that is read: what is built beside it is told when it changes again.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.analytics.projection.versions import SURVEY_FEED
from shared.changes.feed import Subject
from shared.changes.log import log_changes
from shared.contracts.scores import SCORES_CHANGED, ScoresInFeed
from shared.database.connection import Transaction

_IS_READ = (
    "SELECT EXISTS (SELECT FROM feed_position WHERE consumer = $1 AND generation = $2 AND state = 'active')"
)
_STATES = """
SELECT DISTINCT ON (wanted.tenant_id, wanted.id)
       wanted.tenant_id, wanted.id, cube.case_id, cube.group_id, cube.wave, data.version
FROM unnest($1::uuid[], $2::uuid[]) AS wanted (tenant_id, id)
JOIN feed_position AS place ON place.consumer = 'survey' AND place.state = 'active'
JOIN measurement_cube AS cube ON cube.tenant_id = wanted.tenant_id AND cube.generation = place.generation
     AND cube.round_id = wanted.id AND cube.round_state = 'closed'
JOIN data_version AS data ON data.tenant_id = wanted.tenant_id AND data.feed = place.consumer
     AND data.generation = place.generation
ORDER BY wanted.tenant_id, wanted.id
"""


async def tell_changed(
    transaction: Transaction, generation: int, version: int, rounds: Iterable[UUID]
) -> None:
    """Note that the scores of a tenant's rounds have changed, if anybody reads them."""
    if await transaction.driver.fetchval(_IS_READ, SURVEY_FEED, generation):
        await log_changes(transaction, SCORES_CHANGED, dict.fromkeys(sorted(set(rounds)), version))


async def read_scores_states(
    transaction: Transaction, subjects: Sequence[Subject]
) -> Mapping[Subject, dict[str, Any]]:
    """Return the rounds of which there are scores."""
    tenants, rounds = [tenant for tenant, _ in subjects], [each for _, each in subjects]
    rows = await transaction.driver.fetch(_STATES, tenants, rounds)
    return {
        (row["tenant_id"], row["id"]): ScoresInFeed(
            version=row["version"],
            id=row["id"],
            case_id=row["case_id"],
            group_id=row["group_id"],
            wave=row["wave"],
        ).model_dump(mode="json", by_alias=True)
        for row in rows
    }
