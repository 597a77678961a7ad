"""The third revision and what builds on it: answers stay, and what the older version can't hold goes."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from deploy.local.postgres import ServerAddress
from shared.database.migrate import downgrade, upgrade
from tests.support.databases import TestDatabase, make_database

IDS = {
    name: UUID(int=number)
    for number, name in enumerate(("TENANT", "ROUND", "CASE", "PERSON", "GROUP", "PLANNED", "ANOTHER"), 1)
}

OLD = (
    "INSERT INTO survey_round (tenant_id, id, version, case_id, wave, wave_ordinal, visibility, state, "
    "respondent_label, request, not_asked, opened_at) VALUES ('<TENANT>', '<ROUND>', 1, '<CASE>', 'b', 1, "
    "'team-open', 'open', 'F', '{}', '[]', now())",
    "INSERT INTO measurement (tenant_id, id, version, round_id, instrument, instrument_version, form, "
    "items, respondents, subjects, asked, level, units, authority_functions, rule_set) VALUES ('<TENANT>', "
    "'<ROUND>', 1, '<ROUND>', 'i', 1, 'citizen', '[]', '[]', '[]', '', 'ordinary', 1, 1, 'd/1')",
    "INSERT INTO invitation (tenant_id, id, version, round_id, kind, respondent_id, label, generation) "
    "VALUES ('<TENANT>', '<ROUND>', 1, '<ROUND>', 'citizen', '<PERSON>', 'B', 1)",
    "INSERT INTO form (tenant_id, id, invitation_id, measurement_id, seat, draft_revision, "
    "share_with_team, submitted_at) VALUES ('<TENANT>', '<ROUND>', '<ROUND>', '<ROUND>', 0, 0, true, "
    "'2026-02-01 12:00:00+00')",
    "INSERT INTO answer_set (tenant_id, form_id, number, measurement_id, cells) "
    "VALUES ('<TENANT>', '<ROUND>', 1, '<ROUND>', '\\x04')",
)
NEW = (
    "INSERT INTO survey_round (tenant_id, id, version, group_id, wave, wave_ordinal, visibility, "
    "state, respondent_label, request, not_asked, opened_at) VALUES ('<TENANT>', '<GROUP>', 1, '<GROUP>', "
    "'b', 1, 'confidential', 'open', 'G', '{}', '[]', now())",
    "INSERT INTO invitation (tenant_id, id, version, round_id, kind, respondent_id, label, generation, "
    "channel, contact) VALUES ('<TENANT>', '<GROUP>', 1, '<GROUP>', 'professional', '<PERSON>', 'B', 1, "
    "'e-mail', 'anne@hedensted.example')",
    "INSERT INTO message (tenant_id, id, invitation_id, kind, number, state, due_at, attempts) "
    "VALUES ('<TENANT>', '<GROUP>', '<GROUP>', 'invitation', 1, 'due', now(), 0)",
    "INSERT INTO survey_round (tenant_id, id, version, case_id, wave, wave_ordinal, visibility, state, "
    "respondent_label, request, not_asked, opens_at) VALUES ('<TENANT>', '<PLANNED>', 1, '<CASE>', 'f', 2, "
    "'confidential', 'planned', 'F', '{}', '[]', now())",
)


async def run(database: TestDatabase, *statements: str) -> list[dict[str, Any]]:
    """Run statements as the superuser; return what the last one found."""
    connection = await asyncpg.connect(database.superuser)
    try:
        found: list[asyncpg.Record] = []
        for statement in statements:
            found = await connection.fetch(_with_ids(statement))
        return [dict(row) for row in found]
    finally:
        await connection.close()


def _with_ids(statement: str) -> str:
    """Put ids where a statement names them."""
    for name, value in IDS.items():
        statement = statement.replace(f"<{name}>", str(value))
    return statement


@pytest.fixture
def database(postgres: ServerAddress, databases: dict[str, TestDatabase]) -> TestDatabase:
    assert databases["survey"].owner  # the roles are made once, for the other database
    made = make_database(postgres, "survey", name="samspil_survey_questionnaires")
    downgrade("survey", made.owner, "survey_0002")
    return made


def test_up_down_and_up_again_on_filled_tables(database: TestDatabase) -> None:
    asyncio.run(run(database, *OLD))
    upgrade("survey", database.owner)
    (form,) = asyncio.run(
        run(
            database,
            "SELECT form.number, answered_by, answered_at = submitted_at AS alike FROM form "
            "JOIN answer_set ON form_id = form.id",
        )
    )
    assert form == {"number": 1, "answered_by": "self", "alike": True}
    asyncio.run(run(database, *NEW))
    downgrade("survey", database.owner, "survey_0002")
    left = asyncio.run(run(database, "SELECT id FROM survey_round"))
    assert [row["id"] for row in left] == [IDS["ROUND"]]
    assert asyncio.run(run(database, "SELECT cells FROM answer_set")) == [{"cells": b"\x04"}]
    upgrade("survey", database.owner)
    (kept,) = asyncio.run(run(database, "SELECT cells, answered_at FROM answer_set"))
    assert kept["cells"] == b"\x04"


def test_who_answered_is_each_versions_own_and_goes_back_to_the_form(database: TestDatabase) -> None:
    asyncio.run(run(database, "TRUNCATE survey_round CASCADE", *OLD))
    upgrade("survey", database.owner, "survey_0004")
    asyncio.run(run(database, "UPDATE form SET language = 'en', answered_by = 'relative'"))
    upgrade("survey", database.owner)
    corrected = (
        "INSERT INTO answer_set (tenant_id, form_id, number, measurement_id, cells, answered_at, language, "
        "answered_by) VALUES ('<TENANT>', '<ROUND>', 2, '<ROUND>', '\\x05', now(), 'da', 'self')"
    )
    versions = "SELECT language, answered_by FROM answer_set ORDER BY number"
    told = asyncio.run(run(database, corrected, "UPDATE form SET number = 2", versions))
    assert [tuple(row.values()) for row in told] == [("en", "relative"), ("da", "self")]
    downgrade("survey", database.owner, "survey_0004")
    (form,) = asyncio.run(run(database, "SELECT language, answered_by FROM form"))
    assert form == {"language": "da", "answered_by": "self"}
    functions = (
        "SELECT count(*) AS count FROM pg_proc WHERE proname IN ('take_answers', 'refuse_answers', "
        "'take_plain_answers')"
    )
    assert asyncio.run(run(database, functions)) == [{"count": 2}]
    downgrade("survey", database.owner, "survey_0003")
    assert asyncio.run(run(database, functions)) == [{"count": 0}]


def test_one_round_for_a_wave_unless_the_first_was_cancelled(database: TestDatabase) -> None:
    upgrade("survey", database.owner)
    another = NEW[3].replace("<PLANNED>", "<ANOTHER>")
    asyncio.run(run(database, "DELETE FROM survey_round WHERE state = 'planned'", NEW[3]))
    with pytest.raises(asyncpg.UniqueViolationError):
        asyncio.run(run(database, another))
    asyncio.run(
        run(database, "UPDATE survey_round SET state = 'cancelled' WHERE state = 'planned'", another)
    )
