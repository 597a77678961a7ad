"""`python -m services.gateway.closing_again` closes once more what a restored backup has brought back.

It reads lines of JSON (`kind`, `tenant`, `subject`): tenants and clients that were closed for good. It is
run on a database that nobody is served from yet. What the backup never knew is closed, too: tokens of it
may still be about, and its id is used for nothing else.
"""

import asyncio
import sys
from collections.abc import Iterable
from uuid import UUID

import orjson
from pydantic import PostgresDsn
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.gateway.access.service import close_client_again, close_tenant_again
from shared.access.principal import Principal, Role
from shared.database.connection import Database
from shared.observability import configure_logging

TENANT = "tenant-closing"
CLIENT = "client-closing"


class RestoreSettings(BaseSettings):
    """Where the restored gateway is: ``GATEWAY_APP_DSN``."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", extra="ignore", hide_input_in_errors=True)

    app_dsn: PostgresDsn


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


async def _run(settings: RestoreSettings) -> None:
    database = Database(str(settings.app_dsn), pool_size=1)
    try:
        await close_again(database, sys.stdin)
    finally:
        await database.close()


if __name__ == "__main__":
    configure_logging("gateway", "WARNING")
    asyncio.run(_run(RestoreSettings()))
