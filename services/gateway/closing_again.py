"""`python -m services.gateway.closing_again` closes once more what a restored backup has brought back.

It reads lines of JSON (`kind`, `tenant`, `subject`): tenants and clients that were closed for good. It is
run on a database that nobody is served from yet. What the backup never knew is closed, too: tokens of it
may still be about, and its id is used for nothing else.
"""

from collections.abc import Iterable
from uuid import UUID

import orjson

from services.gateway.access.service import close_client_again, close_tenant_again
from shared.access.principal import Principal, Role
from shared.database.connection import Database
from shared.restored import work_on_restored

TENANT = "tenant-closing"
CLIENT = "client-closing"


async def close_again(database: Database, lines: Iterable[str]) -> None:
    """Close what the lines name, each in a transaction of its own; kinds not ours are left alone."""
    for line in lines:
        read = orjson.loads(line)
        if read["kind"] in {TENANT, CLIENT}:
            await _close(database, read["kind"], UUID(read["tenant"]), UUID(read["subject"]))


async def _close(database: Database, kind: str, tenant: UUID, subject: UUID) -> None:
    caller = Principal(subject="restore", issuer="gateway", roles=frozenset({Role.SERVICE}), tenant=tenant)
    async with database.transaction(tenant, caller) as transaction:
        if kind == TENANT:
            await close_tenant_again(transaction)
        else:
            await close_client_again(transaction, subject)


if __name__ == "__main__":
    work_on_restored("gateway", close_again)
