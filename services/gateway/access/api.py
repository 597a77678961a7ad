"""Routes by which operators set up tenants; the path names the tenant that a transaction acts for."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Request
from sqlalchemy import Row, select
from starlette.responses import Response

from services.gateway.access import service
from services.gateway.access.repository import CLIENT, ISSUER, TENANT
from services.gateway.access.schemas import (
    ClientView,
    CloseTenant,
    IssuerView,
    PutClient,
    PutIssuer,
    PutTenant,
    SecretView,
    TenantState,
    TenantView,
)
from services.gateway.access.tables import client, issuer
from services.gateway.tokens.client_name import client_name
from services.gateway.tokens.policy import operators
from shared.access.policy import Caller
from shared.app.routing import strict_router
from shared.database.connection import Database, Transaction
from shared.paging import Page, Paging, read_page
from shared.representation import Conditional, represent
from shared.resources import read_row, view_of

router = strict_router("tenants")

_CLOSED: dict[int | str, dict[str, Any]] = {409: {}}

TenantId = Annotated[UUID, Path(alias="tenantId")]
IssuerId = Annotated[UUID, Path(alias="issuerId")]
ClientId = Annotated[UUID, Path(alias="clientId")]


async def _tenant_transaction(
    request: Request, tenant_id: TenantId, caller: Caller
) -> AsyncIterator[Transaction]:
    database: Database = request.app.state.database
    async with database.transaction(tenant_id, caller) as transaction:
        yield transaction


ForTenant = Annotated[Transaction, Depends(_tenant_transaction, scope="function")]
"""An operator's transaction: for the tenant that the path names, committed before the answer leaves."""


@router.put(
    "/v1/tenants/{tenantId}",
    dependencies=[operators()],
    response_model=TenantView,
    responses={201: {"model": TenantView, "description": "Created"}},
)
async def put_tenant(
    request: Request, wanted: PutTenant, precondition: Conditional, transaction: ForTenant
) -> Response:
    """Set up a tenant or change its name."""
    put = await service.put_tenant(transaction, wanted, precondition)
    view = await _show_tenant(transaction)
    return represent(request, view, version=put.version, status=put.status)


@router.get("/v1/tenants/{tenantId}", dependencies=[operators()], response_model=TenantView)
async def get_tenant(request: Request, transaction: ForTenant) -> Response:
    """Read a tenant."""
    view = await _show_tenant(transaction)
    return represent(request, view, version=view.version)


@router.put("/v1/tenants/{tenantId}/closure", dependencies=[operators()], response_model=TenantView)
async def close_tenant(request: Request, _wanted: CloseTenant, transaction: ForTenant) -> Response:
    """Close a tenant for good: its issuers and clients go, tokens are refused; again changes nothing."""
    await service.close_tenant(transaction)
    view = await _show_tenant(transaction)
    return represent(request, view, version=view.version)


@router.put(
    "/v1/tenants/{tenantId}/issuers/{issuerId}",
    dependencies=[operators()],
    response_model=IssuerView,
    responses={201: {"model": IssuerView, "description": "Created"}},
)
async def put_issuer(
    request: Request,
    issuer_id: IssuerId,
    wanted: PutIssuer,
    precondition: Conditional,
    transaction: ForTenant,
) -> Response:
    """Register or change an OpenID provider whose tokens a tenant wants honoured."""
    service.require_own_name(wanted, request.app.state.settings.public_url)
    put = await service.put_issuer(transaction, issuer_id, wanted, precondition)
    view = view_of(IssuerView, await read_row(transaction, ISSUER, issuer_id))
    return represent(request, view, version=put.version, status=put.status)


@router.get(
    "/v1/tenants/{tenantId}/issuers/{issuerId}", dependencies=[operators()], response_model=IssuerView
)
async def get_issuer(request: Request, issuer_id: IssuerId, transaction: ForTenant) -> Response:
    """Read an issuer."""
    view = view_of(IssuerView, await read_row(transaction, ISSUER, issuer_id))
    return represent(request, view, version=view.version)


@router.delete(
    "/v1/tenants/{tenantId}/issuers/{issuerId}",
    dependencies=[operators()],
    status_code=204,
    response_class=Response,
    responses=_CLOSED,
)
async def close_issuer(issuer_id: IssuerId, transaction: ForTenant) -> Response:
    """Honour an issuer's tokens no more."""
    await service.close_issuer(transaction, issuer_id)
    return Response(status_code=204)


@router.get("/v1/tenants/{tenantId}/issuers", dependencies=[operators()], response_model=Page[IssuerView])
async def list_issuers(request: Request, page: Paging, transaction: ForTenant) -> Response:
    """List the issuers of a tenant."""
    found = await read_page(transaction, select(issuer), issuer, page, lambda row: view_of(IssuerView, row))
    return represent(request, found)


@router.put(
    "/v1/tenants/{tenantId}/clients/{clientId}",
    dependencies=[operators()],
    response_model=ClientView,
    responses={201: {"model": ClientView, "description": "Created"}},
)
async def put_client(
    request: Request,
    client_id: ClientId,
    wanted: PutClient,
    precondition: Conditional,
    transaction: ForTenant,
) -> Response:
    """Register or change a program that may ask for tokens in a tenant's name."""
    put = await service.put_client(transaction, client_id, wanted, precondition)
    view = _client_view(await read_row(transaction, CLIENT, client_id))
    return represent(request, view, version=put.version, status=put.status)


@router.get(
    "/v1/tenants/{tenantId}/clients/{clientId}", dependencies=[operators()], response_model=ClientView
)
async def get_client(request: Request, client_id: ClientId, transaction: ForTenant) -> Response:
    """Read a client; its secrets are not among what can be read."""
    view = _client_view(await read_row(transaction, CLIENT, client_id))
    return represent(request, view, version=view.version)


@router.delete(
    "/v1/tenants/{tenantId}/clients/{clientId}",
    dependencies=[operators()],
    status_code=204,
    response_class=Response,
    responses=_CLOSED,
)
async def close_client(client_id: ClientId, transaction: ForTenant) -> Response:
    """Close a client for good: its tokens are refused; closed before, it stays so."""
    await service.close_client(transaction, client_id)
    return Response(status_code=204)


@router.get("/v1/tenants/{tenantId}/clients", dependencies=[operators()], response_model=Page[ClientView])
async def list_clients(request: Request, page: Paging, transaction: ForTenant) -> Response:
    """List the clients of a tenant."""
    return represent(request, await read_page(transaction, select(client), client, page, _client_view))


@router.post(
    "/v1/tenants/{tenantId}/clients/{clientId}/secrets",
    dependencies=[operators()],
    response_model=SecretView,
    status_code=201,
)
async def create_secret(request: Request, client_id: ClientId, transaction: ForTenant) -> Response:
    """Make a new secret, shown this once. The one before it goes on working, an older one stops."""
    secret = await service.create_secret(transaction, client_id)
    view = SecretView(client_id=client_name(transaction.tenant, client_id), client_secret=secret)
    return represent(request, view, status=201)


async def _show_tenant(transaction: Transaction) -> TenantView:
    row = await read_row(transaction, TENANT, transaction.tenant)
    state = TenantState.OPEN if row.closed_at is None else TenantState.CLOSED
    return view_of(TenantView, row, state=state)


def _client_view(row: Row[Any]) -> ClientView:
    return view_of(
        ClientView,
        row,
        client_id=client_name(row.tenant_id, row.id),
        active_secrets=len(row.secret_digests),
    )
