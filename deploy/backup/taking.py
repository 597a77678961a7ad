"""Takes a backup: a folder of its own with every database, each as it was at one moment.

The register is copied last: whatever the others speak of is in it, and what it erased meanwhile is
erased again in them when the backup is restored.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from deploy.backup.journal import NAME as JOURNAL
from deploy.backup.journal import STATEMENTS, add_to_journal, deletions_in
from deploy.backup.manifest import Copy, Manifest, digest_of, write_manifest
from deploy.backup.programs import dump
from deploy.migrate import Plan
from shared.database.provision import ServiceDatabase

_ORDER = ("gateway", "analytics", "survey", "cases")
_MADE_AGAIN = {"analytics": ("measurement_cube", "register_state", "data_version", "feed_position")}
"""Analytics' projection is not kept: it comes again from the feeds, with nobody in it who was erased."""


def take_backup(plan: Plan, below: Path) -> Path:
    """Back all databases up into a new folder; return it."""
    began = datetime.now(UTC)
    below.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = below / began.strftime("%Y%m%dT%H%M%S.%fZ")
    folder.mkdir(mode=0o700)
    copies = {
        each.service: _copy(plan.server_for(each), each, folder)
        for each in sorted(plan.databases, key=lambda each: _ORDER.index(each.service))
    }
    keep_journal(plan, below)
    write_manifest(folder, Manifest(began, datetime.now(UTC), copies))
    return folder


def keep_journal(plan: Plan, below: Path) -> int:
    """Add to the journal what was deleted since it was last written; return how many lines."""
    below.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = [
        asyncio.run(deletions_in(plan.server_for(each), each.service))
        for each in plan.databases
        if each.service in STATEMENTS
    ]
    return add_to_journal(below / JOURNAL, set().union(*found))


def _copy(dsn: str, database: ServiceDatabase, folder: Path) -> Copy:
    file = folder / f"{database.service}.dump"
    dump(dsn, file, _MADE_AGAIN.get(database.service, ()))
    revision = asyncio.run(_revision(dsn))
    return Copy(file.name, file.stat().st_size, digest_of(file), revision)


async def _revision(dsn: str) -> str:
    connection = await asyncpg.connect(dsn)
    try:
        return str(await connection.fetchval("SELECT version_num FROM alembic_version"))
    finally:
        await connection.close()
