"""Follows every chain of one database, as its superuser reads it, and says what can't be."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from joserfc.jwk import KeySet

from shared.audit_chain import COLUMNS, ChainCheck, Head, Seal
from shared.audit_heads import SignedHeads, head_file, read_heads

_SEALS = (
    "SELECT tenant_id, sequence, rows, total, digest, previous, hash, sealed_at, form FROM audit_seal "
    "WHERE tenant_id = $1 ORDER BY sequence"
)
_ROWS = " ".join(
    (
        "SELECT",
        ", ".join((*COLUMNS, "seal")),
        "FROM audit_event WHERE tenant_id = $1 AND seal = ANY ($2) ORDER BY id",
    )
)
_TENANTS = "SELECT tenant_id FROM audit_seal UNION SELECT tenant_id FROM audit_event WHERE seal IS NOT NULL"
_STRAY = (
    "SELECT DISTINCT seal FROM audit_event WHERE tenant_id = $1 AND seal IS NOT NULL AND seal NOT IN "
    "(SELECT sequence FROM audit_seal WHERE tenant_id = $1)"
)
_LINKS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at in one service's database, and what is wrong there."""

    service: str
    rows: int
    unsigned: int
    findings: tuple[str, ...]


async def check_audit(dsn: str, service: str, folder: Path, keys: KeySet) -> Checked:
    """Check a service's audit against its signed heads."""
    signed = read_heads(head_file(folder, service), keys)
    rows = unsigned = 0
    findings = list(signed.findings)
    async with _reading(dsn) as connection:
        tenants = {row["tenant_id"] for row in await connection.fetch(_TENANTS)} | set(signed.heads)
        for tenant in sorted(tenants):
            check = ChainCheck(tenant, signed.heads.get(tenant, {}).values())
            rows += await _follow(connection, tenant, check)
            unsigned += await _unsigned(connection, tenant, signed)
            findings += [f"{each.tenant} link {each.sequence}: {each.what}" for each in check.findings]
    return Checked(service, rows, unsigned, tuple(findings))


@asynccontextmanager
async def _reading(dsn: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """Read all of it as it was at one moment."""
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection
    finally:
        await connection.close()


async def _follow(connection: asyncpg.Connection[asyncpg.Record], tenant: UUID, check: ChainCheck) -> int:
    rows = 0
    links = await connection.fetch(_SEALS, tenant)
    for some in (links[at : at + _LINKS_AT_ONCE] for at in range(0, len(links), _LINKS_AT_ONCE)):
        under: dict[int, list[Mapping[str, Any]]] = {link["sequence"]: [] for link in some}
        for row in await connection.fetch(_ROWS, tenant, list(under)):
            under[row["seal"]].append(row)
            rows += 1
        for link in some:
            check.follow(_seal(link), bytes(link["hash"]), under[link["sequence"]])
    for row in await connection.fetch(_STRAY, tenant):
        check.stray(row["seal"])
    check.end()
    return rows


def _seal(row: Mapping[str, Any]) -> Seal:
    return Seal(
        row["tenant_id"],
        row["sequence"],
        row["rows"],
        row["total"],
        bytes(row["digest"]),
        bytes(row["previous"]),
        row["sealed_at"],
        row["form"],
    )


async def _unsigned(
    connection: asyncpg.Connection[asyncpg.Record], tenant: UUID, signed: SignedHeads
) -> int:
    """Count the rows that no signed head vouches for yet: those of the last minutes."""
    newest = signed.newest(tenant)
    counted = "SELECT count(*) FROM audit_event WHERE tenant_id = $1 AND (seal IS NULL OR seal > $2)"
    return int(await connection.fetchval(counted, tenant, newest.sequence if newest else 0))


async def heads_to_vouch_for(dsn: str, service: str, folder: Path, keys: KeySet) -> list[Head]:
    """Return where each chain is now; one that heads were signed of and that is not there is at nothing."""
    there = await heads_in(dsn)
    known = set(read_heads(head_file(folder, service), keys).heads)
    nowhere = [Head(tenant, 0, 0, bytes(32), datetime.now(UTC)) for tenant in known]
    return [*there, *(head for head in nowhere if head.tenant not in {each.tenant for each in there})]


async def heads_in(dsn: str) -> list[Head]:
    """Return how far each tenant's chain has come in a database."""
    newest = (
        "SELECT DISTINCT ON (tenant_id) tenant_id, sequence, total, hash, sealed_at FROM audit_seal "
        "ORDER BY tenant_id, sequence DESC"
    )
    connection = await asyncpg.connect(dsn)
    try:
        return [
            Head(row["tenant_id"], row["sequence"], row["total"], bytes(row["hash"]), row["sealed_at"])
            for row in await connection.fetch(newest)
        ]
    finally:
        await connection.close()
