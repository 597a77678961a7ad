"""Every statement on tenants, issuers and clients."""

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, LargeBinary, Row, bindparam, func, literal_column, select, update

from services.gateway.access.tables import client, issuer, tenant
from shared.database.connection import Transaction
from shared.resources import Resource, select_row

TENANT = Resource(tenant, "tenant")
ISSUER = Resource(issuer, "issuer")
CLIENT = Resource(client, "client")

_MOST_SECRETS = 2


async def knows_tenant(transaction: Transaction) -> bool:
    """Tell whether the transaction's tenant was set up."""
    return await transaction.first(select_row(TENANT, transaction.tenant, transaction.tenant)) is not None


async def hold_tenant(transaction: Transaction) -> bool:
    """Let nobody else change this tenant's access until the end; tell whether there is such a tenant."""
    statement = select_row(TENANT, transaction.tenant, transaction.tenant).with_for_update()
    return await transaction.first(statement) is not None


async def find_client(transaction: Transaction, client_id: UUID) -> Row[Any] | None:
    """Return a client with its secrets' digests."""
    return await transaction.first(select_row(CLIENT, transaction.tenant, client_id))


async def find_issuer(transaction: Transaction, url: str) -> Row[Any] | None:
    """Return the tenant's issuer with this `iss`."""
    return await transaction.first(
        select(issuer).where(issuer.c.tenant_id == transaction.tenant, issuer.c.issuer == url)
    )


async def add_secret(transaction: Transaction, client_id: UUID, digest: bytes) -> bool:
    """Put a secret's digest before the others and keep the newest two; tell whether there is the client."""
    newest_first = func.array_cat(
        bindparam("new", [digest], type_=ARRAY(LargeBinary)),
        client.c.secret_digests[1 : _MOST_SECRETS - 1],
        type_=ARRAY(LargeBinary),
    )
    changed = await transaction.execute(
        update(client)
        .where(client.c.tenant_id == transaction.tenant, client.c.id == client_id)
        .values(secret_digests=newest_first, version=client.c.version + literal_column("1"))
    )
    return changed.rowcount == 1
