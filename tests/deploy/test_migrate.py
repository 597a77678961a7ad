"""The migration job brings empty servers up, again and again, and refuses passwords nobody chose."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from alembic.script import ScriptDirectory

from deploy.local.postgres import EmbeddedPostgres, ServerAddress
from deploy.local.vault import random_secret
from deploy.migrate import (
    ROLES,
    SERVICES,
    SUPERUSER_DSN,
    EnvironmentRefusedError,
    password_variable,
    read_plan,
)
from shared.database.migrate import configuration
from tests.deploy.compose_file import ROOT


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerAddress]:
    """Run a server of its own: the job sets the passwords of roles that belong to a whole server."""
    embedded = EmbeddedPostgres(tmp_path_factory.mktemp("migrated"), options={"fsync": "off"})
    try:
        yield embedded.start()
    finally:
        embedded.destroy()


def chosen(dsn: str) -> dict[str, str]:
    """Choose passwords for all roles."""
    passwords = {
        password_variable(service, role): random_secret() for service in SERVICES for role in ROLES
    }
    return {SUPERUSER_DSN: dsn, **passwords}


def migrate(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the job."""
    command = [sys.executable, "-m", "deploy.migrate"]
    given = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(command, cwd=ROOT, env=given, check=False, capture_output=True, text=True)


async def revision(dsn: str) -> str:
    """Log in and read which revision the database has."""
    connection = await asyncpg.connect(dsn)
    try:
        return str(await connection.fetchval("SELECT version_num FROM alembic_version"))
    finally:
        await connection.close()


async def test_databases_are_brought_up_and_left_so(server: ServerAddress) -> None:
    environment = chosen(server.dsn())
    for _ in range(2):
        done = migrate(environment)
        assert done.returncode == 0, done.stderr
        assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [
            f"samspil_{service}" for service in SERVICES
        ]
    for database in read_plan(environment).databases:
        owner = database.dsn(server.dsn(), "owner")
        newest = ScriptDirectory.from_config(configuration(database.service, owner)).get_current_head()
        assert await revision(owner) == newest


async def test_new_passwords_take_the_place_of_the_old(server: ServerAddress) -> None:
    old, new = chosen(server.dsn()), chosen(server.dsn())
    for environment in (old, new):
        assert migrate(environment).returncode == 0
    stale, fresh = (read_plan(each).databases[0].dsn(server.dsn(), "app") for each in (old, new))
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(stale)
    connection = await asyncpg.connect(fresh)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("CREATE TABLE mine (id integer)")
    await connection.close()


@pytest.mark.parametrize("value", ["", "short", "change-me" * 5, "a" * 40])
def test_a_password_nobody_chose_is_refused_by_name_only(value: str) -> None:
    environment = {**chosen("postgresql://127.0.0.1/postgres"), "SURVEY_APP_PASSWORD": value}
    with pytest.raises(EnvironmentRefusedError, match=r": SURVEY_APP_PASSWORD$"):
        read_plan(environment)


def test_everything_missing_is_said_at_once() -> None:
    done = migrate({})
    assert done.returncode == 2
    for name in chosen(""):
        assert name in done.stderr


def test_the_plan_shows_no_password() -> None:
    environment = chosen("postgresql://somebody:hidden@127.0.0.1/postgres")
    shown = repr(read_plan(environment))
    assert not [value for value in environment.values() if value in shown]


def test_the_job_imports_no_service() -> None:
    program = (
        "import sys, deploy.migrate; sys.exit(any(name.startswith('services') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=Path(ROOT), check=False).returncode == 0
