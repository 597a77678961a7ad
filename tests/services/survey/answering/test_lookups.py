"""Looking a key up costs the same, however many there are, also by plans made while there were few."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from deploy.local.postgres import ServerAddress
from services.survey.answering.submission import Verdict
from services.survey.answering.taking import take_answers
from shared.database.connection import Database
from tests.services.survey.answering.town import Town, make_town, weaken_function
from tests.support.databases import TestDatabase, make_database

KEYS = 20_000
_FILL = (
    "INSERT INTO idempotency_key (tenant_id, operation, caller, key, fingerprint, status, resource_id, "
    "created_at) SELECT $1, 'submit_response', 'invitation/' || gen_random_uuid(), 'key-' || number, '', "
    "201, gen_random_uuid(), now() FROM generate_series(1, $2) AS number"
)
_BLOCKS = (
    "SELECT idx_blks_hit + idx_blks_read FROM pg_statio_user_indexes WHERE relname = 'idempotency_key'"
)
FEW, MANY = 100, 1000


@pytest.fixture
async def scratch(
    postgres: ServerAddress, databases: dict[str, TestDatabase]
) -> AsyncIterator[tuple[TestDatabase, Database]]:
    """A database with no keys yet, and one connection to it, which keeps its plans."""
    assert databases["survey"].owner
    made = await asyncio.to_thread(make_database, postgres, "survey", "samspil_survey_lookups")
    database = Database(made.app, pool_size=1)
    try:
        yield made, database
    finally:
        await database.close()


async def blocks_read(scratch: tuple[TestDatabase, Database], *, waits: bool) -> int:
    """Return how much of the keys' index is read to take a batch, by a plan made when there were few."""
    made, database = scratch
    town = await make_town(made, database)
    for number in range(7):  # PostgreSQL keeps to one plan from the sixth time on
        await _take(town, number, waits=waits)
    filler = await asyncpg.connect(made.superuser)
    try:
        # Looked at by itself meanwhile, the table would get a new plan.
        await filler.execute("ALTER TABLE idempotency_key SET (autovacuum_enabled = false)")
        await filler.execute(_FILL, town.maker.tenant, KEYS)
    finally:
        await filler.close()
    before = await _blocks(town)
    await _take(town, 7, waits=waits)
    return await _blocks(town) - before


async def _take(town: Town, number: int, *, waits: bool) -> None:
    batch = [town.submission(form, number=number) for form in town.forms]
    taken = await take_answers(town.database, town.maker.tenant, batch, waits=waits)
    assert [each.verdict for each in taken] == [Verdict.TAKEN] * len(batch)


async def _blocks(town: Town) -> int:
    """Return what is counted, once the connection that reads has told what it counted."""
    async with town.database.transaction(town.maker.tenant) as transaction:
        await transaction.driver.fetchval("SELECT pg_stat_force_next_flush()")
    async with town.database.transaction(town.maker.tenant) as transaction:
        found: int = await transaction.driver.fetchval(_BLOCKS)
    return found


@pytest.mark.parametrize("waits", [True, False], ids=["one-by-one", "together"])
async def test_the_keys_of_others_are_passed_over(
    scratch: tuple[TestDatabase, Database], waits: bool
) -> None:
    assert await blocks_read(scratch, waits=waits) < FEW


async def test_joined_they_would_be_read(
    scratch: tuple[TestDatabase, Database],
) -> None:
    await weaken_function(
        scratch[0],
        "take_plain_answers",
        {
            "SELECT made.status": "SELECT",
            ") IS NULL\n    )": ")\n    )",
            "WHERE (\n": "WHERE NOT EXISTS (\n",
        },
    )
    assert await blocks_read(scratch, waits=False) > MANY
