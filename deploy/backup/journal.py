"""Owns the list of what was deleted or closed for good, kept outside the databases: no restore undoes it.

A line names a kind, a tenant and an id: never what was deleted. Lines are only ever added; the same
deletion may be read any number of times.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import asyncpg

from deploy.local.place import private_opener

NAME = "deletions.jsonl"
WITHDRAWAL = "withdrawal"

_ERASURES = """
SELECT to_char(erased_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at,
       tenant_id::text AS tenant, subject_type AS kind, subject_id::text AS subject, reason,
       array_to_string(systems, ' ') AS systems
FROM erasure
"""
_WITHDRAWALS = """
SELECT to_char(withdrawn_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at,
       tenant_id::text AS tenant, 'withdrawal' AS kind, id::text AS subject, '' AS reason, '' AS systems
FROM invitation WHERE withdrawn_at IS NOT NULL
"""
_CLOSINGS = """
SELECT to_char(closed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at,
       tenant_id::text AS tenant, kind, id::text AS subject, '' AS reason, '' AS systems
FROM (SELECT 'tenant-closing' AS kind, tenant_id, id, closed_at FROM tenant
      UNION ALL SELECT 'client-closing', tenant_id, id, closed_at FROM closed_client) AS closing
WHERE closed_at IS NOT NULL
"""
STATEMENTS = {"cases": _ERASURES, "survey": _WITHDRAWALS, "gateway": _CLOSINGS}
"""Where deletions on request, and closings, are told of, by service."""


@dataclass(frozen=True, slots=True, order=True)
class Deletion:
    """One erasure in the register, withdrawal of somebody's answers, or closing of a tenant or client."""

    at: str
    tenant: str
    kind: str
    subject: str
    reason: str = ""
    systems: str = ""


async def deletions_in(dsn: str, service: str) -> set[Deletion]:
    """Return all that was deleted on request, as a service's own database tells."""
    connection = await asyncpg.connect(dsn)
    try:
        return {Deletion(**dict(row)) for row in await connection.fetch(STATEMENTS[service])}
    finally:
        await connection.close()


def read_journal(file: Path) -> set[Deletion]:
    """Read the journal; the end of a line that was being written when the machine died is left out."""
    if not file.exists():
        return set()
    lines = file.read_text(encoding="utf-8").split("\n")
    return {Deletion(**json.loads(line)) for line in lines[:-1] if line}


def add_to_journal(file: Path, deletions: Iterable[Deletion]) -> int:
    """Add what the journal does not hold yet, safely on disk before this returns; return how many."""
    with open(file, "a", encoding="utf-8", opener=private_opener) as out:
        fcntl.flock(out, fcntl.LOCK_EX)
        _end_broken_line(file)
        new = sorted(set(deletions) - read_journal(file))
        for each in new:
            out.write(json.dumps(asdict(each)) + "\n")
        out.flush()
        os.fsync(out.fileno())
    return len(new)


def _end_broken_line(file: Path) -> None:
    """Cut off the part of a line that a crash left, or the next line would be lost with it."""
    with file.open("r+b") as opened:
        text = opened.read()
        opened.truncate(text.rfind(b"\n") + 1)
