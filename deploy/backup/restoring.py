"""Restores a backup beside what is there, does later deletions again, and only then puts it in its place.

No service can reach what is being restored: it has another name until nothing is left to do. The feeds'
epochs rise, so that whoever followed them begins again.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import asyncpg

from deploy.backup.doors import keep_out, let_in, shut
from deploy.backup.journal import STATEMENTS, Deletion, deletions_in, read_journal
from deploy.backup.manifest import BackupRefusedError, read_manifest
from deploy.backup.programs import ProgramFailedError, load
from deploy.local.house import ROOT
from deploy.migrate import Plan
from shared.database.migrate import upgrade
from shared.database.provision import ServiceDatabase, provision_now

_SUFFIX = "_restoring"
_FIRST_EPOCH = 1_767_225_600
"""2026 in seconds: an epoch counted from there rises with every restore, also of the same backup."""
_DELETE_AGAIN = {
    "cases": "services.cases.erasing_again",
    "survey": "services.survey.deleting_again",
    "gateway": "services.gateway.closing_again",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which backup, which journal, and whether databases that are there may be replaced."""

    folder: Path
    journal: Path
    replace: bool = False


def restore_backup(plan: Plan, wanted: Wanted, *, delete_again: bool = True) -> int:
    """Restore all databases; return how many deletions were done again.

    `delete_again` is left out by the one test that shows what would come back.

    Raises
    ------
    BackupRefusedError
        The backup is not whole, there are databases that may not be replaced, or a service is at work.
    """
    manifest = read_manifest(wanted.folder)
    if {each.service for each in plan.databases} != set(manifest.copies):
        raise BackupRefusedError("The backup is of other services")
    there = [each for each in plan.databases if asyncio.run(_exists(plan, each))]
    if there and not wanted.replace:
        raise BackupRefusedError("There are databases already; --replace drops them")
    beside = [replace(each, database=f"{each.name}{_SUFFIX}") for each in plan.databases]
    with shut(plan, there):
        deletions = read_journal(wanted.journal) | _deletions(plan, there)
        for each in beside:
            _restore_one(plan, each, wanted.folder / manifest.copies[each.service].file)
        deletions |= _deletions(plan, beside)
        if delete_again:
            for each in beside:
                _delete_again(plan, each, sorted(deletions))
    _put_all_in_place(plan, beside)
    return len(deletions)


def _put_all_in_place(plan: Plan, beside: Sequence[ServiceDatabase]) -> None:
    """Put what was restored in place, and let services in when all of it is: never into a part."""
    keep_out(plan, beside)
    for old, new in zip(plan.databases, beside, strict=True):
        asyncio.run(_put_in_place(plan, old, new))
    let_in(plan, plan.databases)


def _deletions(plan: Plan, databases: Iterable[ServiceDatabase]) -> set[Deletion]:
    asked = [each for each in databases if each.service in STATEMENTS]
    found = [asyncio.run(deletions_in(plan.server_for(each), each.service)) for each in asked]
    return set().union(*found)


async def _exists(plan: Plan, database: ServiceDatabase) -> bool:
    connection = await asyncpg.connect(plan.server)
    try:
        found = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database.name)
        return found is not None
    finally:
        await connection.close()


def _restore_one(plan: Plan, database: ServiceDatabase, file: Path) -> None:
    asyncio.run(_drop(plan, database))
    provision_now(plan.server, database)
    dsn = plan.server_for(database)
    load(dsn, file)
    asyncio.run(_raise_epoch(dsn))
    upgrade(database.service, database.dsn(plan.server, "owner"))


async def _drop(plan: Plan, database: ServiceDatabase) -> None:
    connection = await asyncpg.connect(plan.server)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{database.name}" WITH (FORCE)')
    finally:
        await connection.close()


async def _raise_epoch(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(
            "UPDATE feed_epoch SET epoch = greatest(epoch + 1, $1)", int(time.time()) - _FIRST_EPOCH
        )
    finally:
        await connection.close()


def _delete_again(plan: Plan, database: ServiceDatabase, deletions: list[Deletion]) -> None:
    """Let a service's own code do the deletions in the database that nobody else reaches yet."""
    module = _DELETE_AGAIN.get(database.service)
    if module is None:
        return
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONDONTWRITEBYTECODE": "1",
        f"{database.service.upper()}_APP_DSN": database.dsn(plan.server, "app"),
    }
    answer = subprocess.run(
        [sys.executable, "-m", module],
        check=False,
        cwd=ROOT,
        env=environment,
        input="".join(json.dumps(asdict(each)) + "\n" for each in deletions),
        capture_output=True,
        text=True,
    )
    if answer.returncode != 0:
        raise ProgramFailedError(f"{module} ended with {answer.returncode}; nothing was put in place")


async def _put_in_place(plan: Plan, old: ServiceDatabase, new: ServiceDatabase) -> None:
    await _drop(plan, old)
    connection = await asyncpg.connect(plan.server)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", new.name
        )
        await connection.execute(f'ALTER DATABASE "{new.name}" RENAME TO "{old.name}"')
    finally:
        await connection.close()
