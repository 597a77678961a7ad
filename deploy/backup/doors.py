"""Owns who may reach databases while they are restored: nobody; and refuses while a service is at work.

A service that went on through a restore would mix what it remembers with what was restored. So its
connections are not ended behind its back: it is to be stopped.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import asyncpg

from deploy.backup.manifest import BackupRefusedError
from deploy.migrate import Plan
from shared.database.provision import ServiceDatabase

_PATIENCE_SECONDS = 5.0
_LOOK_AGAIN_SECONDS = 0.1
_AT_WORK = (
    "SELECT datname, count(*) AS connections FROM pg_stat_activity "
    "WHERE datname = ANY ($1) AND usename = ANY ($2) GROUP BY datname ORDER BY datname"
)
_END = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()"
)


@contextmanager
def shut(plan: Plan, databases: Sequence[ServiceDatabase]) -> Iterator[None]:
    """Let no service in; when what is done meanwhile fails, they come in again as before.

    Raises
    ------
    BackupRefusedError
        A service is at work, some seconds later, too.
    """
    try:
        asyncio.run(_let(plan, databases, "REVOKE", "FROM"))
        asyncio.run(_require_nobody(plan, databases))
        asyncio.run(_end_others(plan, databases))
        yield
    except BaseException:
        let_in(plan, databases)
        raise


def let_in(plan: Plan, databases: Iterable[ServiceDatabase]) -> None:
    """Let services into databases, those of them that are there."""
    asyncio.run(_let(plan, databases, "GRANT", "TO"))


def keep_out(plan: Plan, databases: Iterable[ServiceDatabase]) -> None:
    """Let services in no more."""
    asyncio.run(_let(plan, databases, "REVOKE", "FROM"))


async def _let(plan: Plan, databases: Iterable[ServiceDatabase], verb: str, word: str) -> None:
    connection = await asyncpg.connect(plan.server)
    try:
        there = {row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")}
        for each in databases:
            if each.name in there:
                roles = f"samspil_{each.service}_app, samspil_{each.service}_feed"
                await connection.execute(f'{verb} CONNECT ON DATABASE "{each.name}" {word} {roles}')
    finally:
        await connection.close()


async def _require_nobody(plan: Plan, databases: Sequence[ServiceDatabase]) -> None:
    names = [each.name for each in databases]
    roles = [f"samspil_{each.service}_{role}" for each in databases for role in ("owner", "app", "feed")]
    connection = await asyncpg.connect(plan.server)
    try:
        until = time.monotonic() + _PATIENCE_SECONDS  # who was just stopped may still be leaving
        while at_work := await connection.fetch(_AT_WORK, names, roles):
            if time.monotonic() > until:
                said = ", ".join(f"{row['datname']} ({row['connections']} connections)" for row in at_work)
                raise BackupRefusedError(f"Stop the services first: somebody is at work in {said}")
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    finally:
        await connection.close()


async def _end_others(plan: Plan, databases: Iterable[ServiceDatabase]) -> None:
    """End whoever else looks into the databases, such as an administrator's program."""
    connection = await asyncpg.connect(plan.server)
    try:
        for each in databases:
            await connection.execute(_END, each.name)
    finally:
        await connection.close()
