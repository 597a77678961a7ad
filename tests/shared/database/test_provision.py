"""Roles and databases are made once, and their passwords set whenever asked."""

import asyncpg
import pytest

from deploy.local.postgres import ServerAddress
from shared.database.provision import ServiceDatabase, provision

AWKWARD = 'it\'s a "quoted" pass/word:with@signs%20$$\\and æøå'


async def test_passwords_are_set_anew(postgres: ServerAddress) -> None:
    for password in (AWKWARD, "another-password"):
        target = ServiceDatabase("provisioned", password, password, password)
        await provision(postgres.dsn(), target)
        for role in ("owner", "app", "feed"):
            connection = await asyncpg.connect(target.dsn(postgres.dsn(), role))
            assert await connection.fetchval("SELECT current_user") == f"samspil_provisioned_{role}"
            await connection.close()


async def test_nobody_else_gets_in(postgres: ServerAddress) -> None:
    target = ServiceDatabase("guarded", AWKWARD, AWKWARD, AWKWARD)
    await provision(postgres.dsn(), target)
    other = ServiceDatabase("stranger", AWKWARD, AWKWARD, AWKWARD, database=target.name)
    await provision(postgres.dsn(), ServiceDatabase("stranger", AWKWARD, AWKWARD, AWKWARD))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(other.dsn(postgres.dsn(), "owner"))
