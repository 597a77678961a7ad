"""Routes by which a tenant's administrators subscribe to events, test, replay, and look at deliveries."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request
from sqlalchemy import select
from starlette.responses import Response

from services.gateway.tokens.members import members
from services.gateway.webhooks import service
from services.gateway.webhooks.repository import WEBHOOK, in_state, select_deliveries
from services.gateway.webhooks.schemas import (
    CreatedWebhookView,
    DeliveryDetailView,
    DeliveryView,
    PutWebhook,
    ReplayEvents,
    ReplayView,
    RotateSecret,
    WebhookSecretView,
    WebhookView,
)
from services.gateway.webhooks.signing import WebhookSecrets, written
from services.gateway.webhooks.states import DeliveryState
from services.gateway.webhooks.tables import delivery, subscription
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.database.connection import InTransaction
from shared.paging import MomentOrder, Page, Paging, read_page, read_page_by_moment
from shared.representation import Conditional, represent
from shared.resources import read_row, view_of

router = strict_router("webhooks")

WebhookId = Annotated[UUID, Path(alias="webhookId")]
DeliveryId = Annotated[UUID, Path(alias="deliveryId")]
_ADMINISTRATORS = [members(Role.ADMINISTRATOR)]
_FIRST_GENERATION = 1


@router.put(
    "/v1/webhooks/{webhookId}",
    dependencies=_ADMINISTRATORS,
    response_model=WebhookView,
    responses={201: {"model": CreatedWebhookView, "description": "Created"}},
)
async def put_webhook(
    request: Request,
    webhook_id: WebhookId,
    wanted: PutWebhook,
    precondition: Conditional,
    transaction: InTransaction,
) -> Response:
    """Subscribe to events, or change a subscription; its secret is shown when it is created, only then."""
    allowed = request.app.state.settings.webhook_addresses
    put = await service.put_webhook(transaction, webhook_id, wanted, precondition, allowed)
    row = await read_row(transaction, WEBHOOK, webhook_id)
    if not put.created:
        return represent(request, view_of(WebhookView, row), version=put.version)
    secret = _secret(request, transaction.tenant, webhook_id, _FIRST_GENERATION)
    view = view_of(CreatedWebhookView, row, secret=secret)
    return represent(request, view, version=put.version, status=put.status)


@router.get("/v1/webhooks/{webhookId}", dependencies=_ADMINISTRATORS, response_model=WebhookView)
async def get_webhook(request: Request, webhook_id: WebhookId, transaction: InTransaction) -> Response:
    """Read a subscription, and how telling it goes; its secret is not among what can be read."""
    view = view_of(WebhookView, await read_row(transaction, WEBHOOK, webhook_id))
    return represent(request, view, version=view.version)


@router.get("/v1/webhooks", dependencies=_ADMINISTRATORS, response_model=Page[WebhookView])
async def list_webhooks(request: Request, page: Paging, transaction: InTransaction) -> Response:
    """List the tenant's subscriptions."""
    found = await read_page(
        transaction, select(subscription), subscription, page, lambda row: view_of(WebhookView, row)
    )
    return represent(request, found)


@router.delete(
    "/v1/webhooks/{webhookId}", dependencies=_ADMINISTRATORS, status_code=204, response_class=Response
)
async def delete_webhook(webhook_id: WebhookId, transaction: InTransaction) -> Response:
    """End a subscription; what was not delivered yet is not sent any more. Ended before, it stays so."""
    await service.remove_webhook(transaction, webhook_id)
    return Response(status_code=204)


@router.post(
    "/v1/webhooks/{webhookId}/secrets",
    dependencies=_ADMINISTRATORS,
    response_model=WebhookSecretView,
    status_code=201,
)
async def rotate_webhook_secret(
    request: Request, webhook_id: WebhookId, wanted: RotateSecret, transaction: InTransaction
) -> Response:
    """Make a new secret, shown this once. For a while messages are signed with the one before, too."""
    generation, until = await service.make_secret(transaction, webhook_id, wanted.previous_valid_hours)
    secret = _secret(request, transaction.tenant, webhook_id, generation)
    return represent(request, WebhookSecretView(secret=secret, previous_secret_until=until), status=201)


@router.post(
    "/v1/webhooks/{webhookId}/pings",
    dependencies=_ADMINISTRATORS,
    response_model=DeliveryView,
    status_code=202,
)
async def ping_webhook(request: Request, webhook_id: WebhookId, transaction: InTransaction) -> Response:
    """Send a message of type `webhook.ping` to one subscription, and only there."""
    return represent(request, await service.ping(transaction, webhook_id), status=202)


@router.post(
    "/v1/webhooks/{webhookId}/replays",
    dependencies=_ADMINISTRATORS,
    response_model=ReplayView,
    status_code=202,
)
async def replay_webhook_events(
    request: Request, webhook_id: WebhookId, wanted: ReplayEvents, transaction: InTransaction
) -> Response:
    """Send events again, delivered or not, under the ids they had: since a time, or named ones."""
    queued = await service.replay(transaction, webhook_id, wanted)
    return represent(request, ReplayView(queued=queued), status=202)


@router.get(
    "/v1/webhooks/{webhookId}/deliveries", dependencies=_ADMINISTRATORS, response_model=Page[DeliveryView]
)
async def list_webhook_deliveries(
    request: Request,
    webhook_id: WebhookId,
    page: Paging,
    transaction: InTransaction,
    state: Annotated[DeliveryState | None, Query(description="Only those in this state.")] = None,
) -> Response:
    """List what was sent to a subscription and what waits, newest first; `dead` is the dead letters."""
    await read_row(transaction, WEBHOOK, webhook_id)
    statement = select_deliveries(transaction, webhook_id)
    if state is not None:
        statement = in_state(statement, state)
    order = MomentOrder(
        delivery, "created_at", descending=True, filters={"webhook": str(webhook_id), "state": state}
    )
    found = await read_page_by_moment(transaction, statement, order, page, service.view_delivery)
    return represent(request, found)


@router.get(
    "/v1/webhooks/{webhookId}/deliveries/{deliveryId}",
    dependencies=_ADMINISTRATORS,
    response_model=DeliveryDetailView,
)
async def get_webhook_delivery(
    request: Request, webhook_id: WebhookId, delivery_id: DeliveryId, transaction: InTransaction
) -> Response:
    """Read a delivery with its attempts."""
    return represent(request, await service.read_delivery(transaction, webhook_id, delivery_id))


def _secret(request: Request, tenant: UUID, webhook_id: UUID, generation: int) -> str:
    secrets: WebhookSecrets = request.app.state.webhook_secrets
    return written(secrets.secret(tenant, webhook_id, generation))
