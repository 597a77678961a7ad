"""Log lines name what went wrong and never what it was about."""

import json
import subprocess
import sys
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from sqlalchemy.exc import DBAPIError

from shared.database.connection import Database
from shared.observability import describe
from tests.shared.notes import add_note

CANARY = "010190-9994"


async def database_error(database: Database, tenant: UUID) -> DBAPIError:
    """Break a constraint with values that must not be told."""
    same = uuid4()

    async def work() -> None:
        async with database.transaction(tenant) as transaction:
            for _ in range(2):
                await add_note(transaction, same, words=CANARY)

    with pytest.raises(DBAPIError) as raised:
        await work()
    return raised.value


async def test_a_database_error(database: Database, tenant: UUID) -> None:
    error = await database_error(database, tenant)
    described = describe(error)
    where = described.pop("where")
    assert described == {
        "error": "UniqueViolationError",
        "sqlstate": "23505",
        "constraint_name": "note_pkey",
    }
    assert where
    assert CANARY not in str(error)
    assert str(tenant) not in str(error)  # where rows are protected, PostgreSQL leaves them out itself


async def test_a_drivers_error(database: Database, tenant: UUID) -> None:
    with pytest.raises(asyncpg.PostgresError) as raised:
        async with database.transaction(tenant) as transaction:
            await transaction.driver.execute(f"SELECT '{CANARY}'::integer")
    assert CANARY in str(raised.value)  # the control: the error itself tells it
    described = describe(raised.value)
    assert (described["error"], described["sqlstate"]) == ("InvalidTextRepresentationError", "22P02")
    assert CANARY not in str(described)


@pytest.mark.parametrize(
    "error",
    [
        ValueError(CANARY),
        KeyError(CANARY),
        OSError(2, CANARY),
        httpx2.ConnectError(CANARY),
        ExceptionGroup(CANARY, [ValueError(CANARY)]),
        UnicodeDecodeError("utf-8", CANARY.encode(), 0, 1, CANARY),
    ],
    ids=lambda error: type(error).__name__,
)
def test_any_other_error(error: Exception) -> None:
    try:
        raise error from RuntimeError(CANARY)
    except type(error) as raised:
        described = describe(raised)
    assert set(described) == {"error", "where"}
    assert described["where"].startswith("test_any_other_error:")
    assert CANARY not in str(described)


def test_an_error_that_was_never_raised() -> None:
    assert describe(ValueError(CANARY)) == {"error": "ValueError"}


_PROGRAM = """
import logging, structlog
from shared.observability import configure_logging
configure_logging("notes", "INFO")
log = structlog.get_logger()
log.debug("too quiet")
log.info("said", number=1)
log.error("failed", exc=ValueError("canary"))
logging.getLogger("uvicorn.access").info("GET /v1/notes/canary")
logging.getLogger("httpx2").info("GET http://127.0.0.1/canary")
"""


def test_lines_are_json() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        capture_output=True,
        check=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [(line["event"], line["level"], line["service"]) for line in lines] == [
        ("said", "info", "notes"),
        ("failed", "error", "notes"),
    ]
    assert lines[1]["error"] == "ValueError"
    assert "canary" not in ran.stdout + ran.stderr
