"""Every statement on tenants, issuers and clients."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    LargeBinary,
    Row,
    Select,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from services.gateway.access.tables import (
    access_state,
    client,
    closed_client,
    issuer,
    tenant,
    used_assertion,
)
from shared.database.connection import Database, Transaction
from shared.resources import Resource, select_row

TENANT = Resource(tenant, "tenant")
ISSUER = Resource(issuer, "issuer")
CLIENT = Resource(client, "client")

_MOST_SECRETS = 2
_MOST_TENANTS = 500


async def knows_tenant(transaction: Transaction) -> bool:
    """Tell whether the transaction's tenant was set up."""
    return await transaction.first(select_row(TENANT, transaction.tenant, transaction.tenant)) is not None


async def hold_tenant(transaction: Transaction) -> Row[Any] | None:
    """Let nobody else change this tenant's access until the end; return its row, if there is one."""
    return await transaction.first(
        select_row(TENANT, transaction.tenant, transaction.tenant).with_for_update()
    )


async def is_closed(transaction: Transaction, *, hold: bool = False) -> bool:
    """Tell whether the tenant was closed; held, nobody closes it until the end. Unknown is not closed."""
    statement = select_row(TENANT, transaction.tenant, transaction.tenant)
    row = await transaction.first(statement.with_for_update(read=True) if hold else statement)
    return row is not None and row.closed_at is not None


async def note_change(transaction: Transaction) -> None:
    """Let every replica forget what it knows of anybody's access, once this is committed."""
    await transaction.execute(update(access_state).values(changes=access_state.c.changes + 1))


async def count_changes(transaction: Transaction) -> int:
    """Return the number that grows with each change of access."""
    row = await transaction.first(select(access_state.c.changes))
    return 0 if row is None else int(row.changes)


async def add_closed_tenant(transaction: Transaction) -> None:
    """Note a tenant as one that was closed, of which nothing else is known; nothing if it is known."""
    nameless = {"version": 1, "name": "", "sandbox": False, "closed_at": func.now()}
    await transaction.execute(
        insert(tenant)
        .values(tenant_id=transaction.tenant, id=transaction.tenant, **nameless)
        .on_conflict_do_nothing()
    )


async def mark_closed(transaction: Transaction) -> None:
    """Close the tenant: its row stays, its issuers and clients go."""
    await transaction.execute(
        update(tenant)
        .where(tenant.c.tenant_id == transaction.tenant)
        .values(closed_at=func.now(), version=tenant.c.version + literal_column("1"))
    )
    for table in (client, issuer):
        await transaction.execute(delete(table).where(table.c.tenant_id == transaction.tenant))


async def remove_issuer(transaction: Transaction, issuer_id: UUID) -> bool:
    """Remove an issuer; tell whether there was one."""
    gone = await transaction.execute(
        delete(issuer).where(issuer.c.tenant_id == transaction.tenant, issuer.c.id == issuer_id)
    )
    return gone.rowcount == 1


async def remove_client(transaction: Transaction, client_id: UUID) -> bool:
    """Remove a client and remember that it was closed; tell whether there was one."""
    gone = await transaction.execute(
        delete(client).where(client.c.tenant_id == transaction.tenant, client.c.id == client_id)
    )
    if gone.rowcount == 1:
        await add_closed_client(transaction, client_id)
    return gone.rowcount == 1


async def add_closed_client(transaction: Transaction, client_id: UUID) -> None:
    """Remember that a client was closed, whether or not there is anything else of it."""
    await transaction.execute(
        insert(closed_client).values(tenant_id=transaction.tenant, id=client_id).on_conflict_do_nothing()
    )


async def was_closed(transaction: Transaction, client_id: UUID) -> bool:
    """Tell whether a client of the tenant was closed."""
    return await transaction.first(_closing_of(transaction, client_id)) is not None


async def is_shut_out(transaction: Transaction, client_id: UUID | None) -> bool:
    """Tell whether the tenant was closed, or this client of it."""
    closed_tenant = select(tenant.c.id).where(
        tenant.c.tenant_id == transaction.tenant, tenant.c.closed_at.is_not(None)
    )
    closings = [exists(closed_tenant)]
    if client_id is not None:
        closings.append(exists(_closing_of(transaction, client_id)))
    return bool((await transaction.execute(select(or_(*closings)))).scalar_one())


def _closing_of(transaction: Transaction, client_id: UUID) -> Select[Any]:
    return select(closed_client.c.id).where(
        closed_client.c.tenant_id == transaction.tenant, closed_client.c.id == client_id
    )


async def find_client(transaction: Transaction, client_id: UUID) -> Row[Any] | None:
    """Return a client with its secrets' digests."""
    return await transaction.first(select_row(CLIENT, transaction.tenant, client_id))


async def find_issuer(transaction: Transaction, url: str) -> Row[Any] | None:
    """Return the tenant's issuer with this `iss`."""
    return await transaction.first(
        select(issuer).where(issuer.c.tenant_id == transaction.tenant, issuer.c.issuer == url)
    )


async def issuers_named(database: Database, url: str) -> list[Row[Any]]:
    """Return the issuers of all tenants with this `iss` and a mapping; `database` reads every tenant."""
    async with database.transaction() as transaction:
        return await transaction.rows(
            select(issuer)
            .where(issuer.c.issuer == url, issuer.c.mapping.is_not(None))
            .order_by(issuer.c.tenant_id)
            .limit(_MOST_TENANTS)
        )


async def keep_found_keys(transaction: Transaction, issuer_id: UUID, jwks: dict[str, Any]) -> None:
    """Keep what an issuer answered, for every replica and for when it is down."""
    await transaction.execute(
        update(issuer)
        .where(issuer.c.tenant_id == transaction.tenant, issuer.c.id == issuer_id, issuer.c.jwks.is_(None))
        .values(found_keys=jwks, found_at=func.now())
    )


async def use_assertion(transaction: Transaction, client_id: UUID, digest: bytes, until: datetime) -> bool:
    """Note that a client's assertion was used; tell whether it had not been before."""
    mine = (used_assertion.c.tenant_id == transaction.tenant, used_assertion.c.client_id == client_id)
    await transaction.execute(delete(used_assertion).where(*mine, used_assertion.c.expires_at < func.now()))
    added = await transaction.execute(
        insert(used_assertion)
        .values(tenant_id=transaction.tenant, client_id=client_id, digest=digest, expires_at=until)
        .on_conflict_do_nothing()
    )
    return added.rowcount == 1


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
