"""The second revision: rounds from before it are found by everybody they name."""

import asyncio
from uuid import UUID

import asyncpg

from deploy.local.postgres import ServerAddress
from shared.database.migrate import downgrade, upgrade
from tests.support.databases import TestDatabase, make_database

TENANT, ROUND, CASE, EMPLOYMENT, PERSON, LEADER, LEFT_OUT = (UUID(int=number) for number in range(1, 8))
SEAT = f'{{"id": "{EMPLOYMENT}", "personId": "{PERSON}", "leaderId": "{LEADER}", "label": "P"}}'
CASE_SEAT = f'{{"id": "{CASE}", "personId": null, "leaderId": null, "label": "Forløb 27"}}'


def test_rounds_from_before_are_found(postgres: ServerAddress, databases: dict[str, TestDatabase]) -> None:
    assert databases["survey"].owner  # the roles are made once, for the other database
    database = make_database(postgres, "survey", name="samspil_survey_named")
    downgrade("survey", database.owner, "survey_0001")
    asyncio.run(fill(database))
    upgrade("survey", database.owner)
    assert asyncio.run(named(database)) == [EMPLOYMENT, PERSON, LEADER, LEFT_OUT]


async def fill(database: TestDatabase) -> None:
    """Write a round as it was before anybody noted whom it names."""
    connection = await asyncpg.connect(database.superuser)
    try:
        await connection.execute(
            "INSERT INTO survey_round (tenant_id, id, version, case_id, wave, wave_ordinal, visibility, "
            "state, respondent_label, request, not_asked, opened_at) VALUES "
            "($1, $2, 1, $3, 'baseline', 1, 'team-open', 'open', 'Forløb 27', '{}', $4, now())",
            TENANT,
            ROUND,
            CASE,
            f'[{{"instrument": "i", "respondent_id": "{LEFT_OUT}"}}, {{"respondent_id": null}}]',
        )
        await connection.execute(
            "INSERT INTO measurement (tenant_id, id, version, round_id, instrument, instrument_version, "
            "form, items, respondents, subjects, asked, level, units, authority_functions, rule_set) "
            "VALUES ($1, $2, 1, $2, 'i', 1, 'network', '[]', $3, $4, '', 'ordinary', 1, 1, 'default/1')",
            TENANT,
            ROUND,
            f"[{SEAT}]",
            f"[{CASE_SEAT}]",
        )
    finally:
        await connection.close()


async def named(database: TestDatabase) -> list[UUID]:
    """Return everybody that rounds are found by."""
    connection = await asyncpg.connect(database.superuser)
    try:
        found = await connection.fetch("SELECT named_id FROM named_in_round ORDER BY named_id")
    finally:
        await connection.close()
    return [row["named_id"] for row in found]
