"""Starts the gateway: its own routes, and before them the entrance to everybody else's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware import Middleware

from services.gateway.access import api as access
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
from services.gateway.tokens import api as tokens
from services.gateway.tokens.authentication import Authenticator
from services.gateway.tokens.exchange import TokenExchange
from shared.access.tokens import GATEWAY, TokenSigner
from shared.app.builder import ServiceDescription, build_app
from shared.contracts.register import WIDE_PATHS
from shared.lifecycle import open_service
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
    ):
        app.state.quotas = Quotas(rates_from(settings), counts, settings.fingerprint_key.get_secret_value())
        app.state.authenticator = Authenticator(settings, app.state.database)
        yield


def build_own(settings: GatewaySettings) -> FastAPI:
    """Build the gateway's own routes only, which is all its own document tells of."""
    app = build_app(
        ServiceDescription(
            name=SERVICE,
            title="Samspil: the gateway",
            description="Tenants, the clients they let in, tokens, and the description of all of Samspil.",
            routers=[access.router, tokens.router, openapi.router],
            lifespan=_lifespan,
            wide_paths=WIDE_PATHS,
        ),
        settings,
    )
    key = settings.signing_key.get_secret_value()
    app.state.token_signer = TokenSigner(settings.public_url, key)
    app.state.token_exchange = TokenExchange(TokenSigner(GATEWAY, key))
    return app


def build(settings: GatewaySettings) -> FastAPI:
    """Build the gateway with the entrance to all services of the published document.

    Raises
    ------
    RoutesRefused
        The document names a service whose address is not in the settings.
    """
    app = build_own(settings)
    published: Published = read_published(settings.document)
    table = RouteTable(published.document)
    unknown = table.services - set(settings.upstreams)
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
