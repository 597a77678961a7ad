"""Starts the gateway: its own routes, and before them the entrance to everybody else's."""

from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.middleware import Middleware

from services.gateway.access import api as access
from services.gateway.audit import api as audit
from services.gateway.audit.asking import open_services_behind
from services.gateway.audit.heads import HeadKeeper
from services.gateway.audit.refusals import RefusalLog, RefusalWatch
from services.gateway.feed import api as feed
from services.gateway.limits.quotas import Quotas, rates_from
from services.gateway.limits.shared_counts import open_counts
from services.gateway.openapi import api as openapi
from services.gateway.openapi.published import Published, read_published
from services.gateway.proxy.cross_origin import CrossOrigin
from services.gateway.proxy.entrance import Entrance
from services.gateway.proxy.forwarding import open_forwarder
from services.gateway.proxy.places import Capacity
from services.gateway.proxy.routes import RoutesRefused, RouteTable
from services.gateway.settings import GatewaySettings
from services.gateway.status import api as status
from services.gateway.tokens import api as tokens
from services.gateway.tokens.authentication import Authenticator
from services.gateway.tokens.exchange import TokenExchange
from services.gateway.tokens.issuers import open_issuers
from services.gateway.tokens.service import Granting
from services.gateway.webhooks import api as webhooks
from services.gateway.webhooks.signing import WebhookSecrets
from services.gateway.webhooks.worker import telling
from shared.access.tokens import GATEWAY, TokenSigner
from shared.app.builder import ServiceDescription, build_app
from shared.contracts.register import WIDE_PATHS
from shared.lifecycle import open_service, running
from shared.server import serve

SERVICE = "gateway"


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: GatewaySettings = app.state.settings
    upstreams = {name: str(url).rstrip("/") for name, url in settings.upstreams.items()}
    capacity = Capacity(
        settings.upstream_places, settings.upstream_waiting, settings.upstream_waiting_seconds
    )
    limits_url = None if settings.limits_url is None else str(settings.limits_url)
    async with (
        open_service(app, SERVICE, {}),
        open_forwarder(upstreams, settings.upstream_seconds, capacity) as app.state.forwarder,
        open_counts(limits_url) as counts,
        open_services_behind(upstreams, app.state.token_exchange) as app.state.behind,
        _open_authenticator(app, settings),
        telling(app),
    ):
        key = settings.fingerprint_key.get_secret_value()
        app.state.quotas = Quotas(rates_from(settings), counts, key, settings.senders)
        app.state.refusals = RefusalLog(app.state.database)
        async with running(app.state.refusals.run(), *_keeping_heads(app)):
            yield


def _keeping_heads(app: FastAPI) -> Iterator[Coroutine[Any, Any, None]]:
    """Keep signed heads of the audit if there is a folder for them."""
    settings: GatewaySettings = app.state.settings
    if settings.audit_heads is not None:
        key = settings.signing_key.get_secret_value()
        keeper = HeadKeeper(app.state.audit_chain, app.state.behind, settings.audit_heads, key)
        yield keeper.run(settings.audit_head_seconds)


@asynccontextmanager
async def _open_authenticator(app: FastAPI, settings: GatewaySettings) -> AsyncIterator[None]:
    async with open_issuers(settings, app.state.database) as issuers:
        authenticator = Authenticator(settings, app.state.database, issuers)
        app.state.authenticator = authenticator
        app.state.granting = Granting(app.state.database, authenticator, settings.public_url)
        async with running(authenticator.follow(app.state.bell)):
            yield


def build_own(settings: GatewaySettings) -> FastAPI:
    """Build the gateway's own routes only, which is all its own document tells of."""
    app = build_app(
        ServiceDescription(
            name=SERVICE,
            title="Samspil: the gateway",
            description="Tenants, the clients they let in, tokens, and the description of all of Samspil.",
            routers=[
                access.router,
                tokens.router,
                audit.router,
                status.router,
                openapi.router,
                webhooks.router,
                feed.router,
            ],
            lifespan=_lifespan,
            wide_paths=WIDE_PATHS,
            behind_gateway=False,
        ),
        settings,
    )
    # Right inside what notes each request: whoever refuses, it is seen here.
    app.user_middleware.insert(1, Middleware(RefusalWatch))
    key = settings.signing_key.get_secret_value()
    app.state.token_signer = TokenSigner(settings.public_url, key)
    app.state.token_exchange = TokenExchange(TokenSigner(GATEWAY, key))
    app.state.webhook_secrets = WebhookSecrets(settings.webhook_key.get_secret_value().encode())
    return app


def build(settings: GatewaySettings) -> FastAPI:
    """Build the gateway with the entrance to all services of the published document.

    Raises
    ------
    RoutesRefused
        The document names a service, or one is to be followed, whose address is not in the settings.
    """
    app = build_own(settings)
    published: Published = read_published(settings.document)
    table = RouteTable(published.document)
    unknown = (table.services | set(settings.follows)) - set(settings.upstreams)
    if unknown:
        raise RoutesRefused(f"no address for {', '.join(sorted(unknown))}")
    app.state.published = published
    if settings.cross_origins:
        # Inside what observes every request, outside all that reads it.
        app.user_middleware.insert(1, Middleware(CrossOrigin, origins=settings.cross_origins))
    # Not among the routes that must declare a policy: the entrance admits callers itself.
    app.router.routes.insert(0, Entrance(table))
    return app


if __name__ == "__main__":
    _settings = GatewaySettings()
    serve(SERVICE, build(_settings), _settings)
