"""Seals a service's audit while it runs: what has been committed is counted into the tenant's chain.

Rows are sealed some seconds after they are written, in transactions of their own, so that nobody's request
waits for a chain. Whoever changes a row within those seconds is not found.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from prometheus_client import Gauge
from sqlalchemy import Row, RowMapping, func, insert, select, text, update

from shared.audit_chain import COLUMNS, Head, Seal, next_seal
from shared.background import Rhythm, keep_at
from shared.database.connection import Database, Transaction
from shared.database.tables import audit_event, audit_seal

_ROWS_AT_ONCE = 500
_HOLD = "audit-seal"
SEALED_AT = Gauge(
    "samspil_audit_sealed_timestamp_seconds",
    "When all of a service's audit had last been sealed.",
    ["service"],
)
_NEWEST_OF_EACH = text(
    "SELECT DISTINCT ON (tenant_id) tenant_id, sequence, total, hash, sealed_at FROM audit_seal "
    "ORDER BY tenant_id, sequence DESC"
)
INSTALLATION = UUID(int=0)
"""Whose audit holds what is no tenant's: calls by nobody who is known, and by operators."""


class AuditChain:
    """One service's chains, one per tenant.

    Parameters
    ----------
    database : Database
        Works for one tenant at a time, and writes.
    feed_database : Database
        Sees whose rows wait, and every tenant's seals.
    """

    def __init__(self, service: str, database: Database, feed_database: Database) -> None:
        self.service = service
        self._database = database
        self._feed_database = feed_database

    async def run(self, seconds: float) -> None:
        """Seal for ever."""
        # What is not sealed now is sealed the next time.
        await keep_at("audit-sealing", self.seal_all, Rhythm(seconds, at_once=False))

    async def seal_all(self) -> None:
        """Seal all that is committed, tenant by tenant and in small transactions."""
        for tenant in await self._waiting():
            while await self._seal(tenant) == _ROWS_AT_ONCE:
                pass
        SEALED_AT.labels(self.service).set_to_current_time()

    async def heads(self) -> list[Head]:
        """Return how far each tenant's chain has come."""
        async with self._feed_database.transaction() as transaction:
            return [_head(row) for row in await transaction.execute(_NEWEST_OF_EACH)]

    async def _waiting(self) -> list[UUID]:
        unsealed = select(audit_event.c.tenant_id).where(audit_event.c.seal.is_(None)).distinct()
        async with self._feed_database.transaction() as transaction:
            return [row.tenant_id for row in await transaction.rows(unsealed)]

    async def _seal(self, tenant: UUID) -> int:
        """Seal a tenant's next rows; return how many."""
        async with self._database.transaction(tenant) as transaction:
            await transaction.hold(_HOLD)
            rows = await _unsealed(transaction)
            if rows:
                now = (await transaction.execute(select(func.clock_timestamp()))).scalar_one()
                before = await _newest(transaction)
                seal = next_seal(before, tenant, [dict(row) for row in rows], now)
                await _keep(transaction, seal, [row["id"] for row in rows])
        return len(rows)


async def _unsealed(transaction: Transaction) -> Sequence[RowMapping]:
    wanted = (audit_event.c[name] for name in COLUMNS)
    found = await transaction.execute(
        select(*wanted)
        .where(audit_event.c.tenant_id == transaction.tenant, audit_event.c.seal.is_(None))
        .order_by(audit_event.c.id)
        .limit(_ROWS_AT_ONCE)
    )
    return found.mappings().all()


async def _newest(transaction: Transaction) -> Head | None:
    row = await transaction.first(
        select(audit_seal)
        .where(audit_seal.c.tenant_id == transaction.tenant)
        .order_by(audit_seal.c.sequence.desc())
        .limit(1)
    )
    return _head(row) if row else None


def _head(row: Row[Any]) -> Head:
    return Head(row.tenant_id, row.sequence, row.total, bytes(row.hash), row.sealed_at)


async def _keep(transaction: Transaction, seal: Seal, ids: list[UUID]) -> None:
    await transaction.execute(
        insert(audit_seal).values(
            tenant_id=seal.tenant,
            sequence=seal.sequence,
            rows=seal.rows,
            total=seal.total,
            digest=seal.digest,
            previous=seal.previous,
            hash=seal.hash,
            sealed_at=seal.sealed_at,
            form=seal.form,
        )
    )
    await transaction.execute(
        update(audit_event)
        .where(audit_event.c.tenant_id == transaction.tenant, audit_event.c.id.in_(ids))
        .values(seal=seal.sequence)
    )
