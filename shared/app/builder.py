"""Puts a service together: routes, errors, middleware and health, in one order for all four."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp

from shared.access.policy import require_policies
from shared.access.tokens import TokenVerifier
from shared.app import health
from shared.app.middleware import (
    BodyBounds,
    BodySizes,
    HeadAsGet,
    Observation,
)
from shared.app.openapi import camel_case_id, complete_openapi
from shared.app.problems import install_problem_handlers
from shared.settings import ServiceSettings

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class ServiceDescription:
    """What makes one service differ from another.

    Bodies below `wide_paths` may be larger than others. A service `behind_gateway` heeds the time that the
    gateway gives a request.
    """

    name: str
    title: str
    description: str
    routers: Sequence[APIRouter]
    lifespan: Lifespan
    wide_paths: Sequence[str] = ()
    behind_gateway: bool = True


class ServiceApp(FastAPI):
    """An application whose document tells of errors and tokens, too, and whose way in is its own."""

    def build_middleware_stack(self) -> ASGIApp:
        """Put our own layers around the routes, and of FastAPI's only those that do something here.

        Its others answer what `Observation` and `BodyBounds` answer, and look at every message for it.
        """
        app: ASGIApp = ExceptionMiddleware(AsyncExitStackMiddleware(self.router), self.exception_handlers)
        for layer, positional, named in reversed(self.user_middleware):
            app = layer(app, *positional, **named)
        return app

    def openapi(self) -> dict[str, Any]:
        """Return the completed document."""
        return complete_openapi(self)


def build_app(service: ServiceDescription, settings: ServiceSettings) -> FastAPI:
    """Build a service's application.

    Raises
    ------
    PolicyMissing
        A route has not exactly one policy.
    """
    app = ServiceApp(
        title=service.title,
        description=service.description,
        lifespan=service.lifespan,
        middleware=middleware_in_order(service, settings),
        generate_unique_id_function=camel_case_id,
        redirect_slashes=False,
        # What is told of requests is told by `Observation`, which holds no personal data.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.token_verifier = TokenVerifier(settings.trusted_keys, audience=service.name)
    for router in (*service.routers, health.router):
        # Flat: `include_router` would hide the routes (and their policies) behind an inner router.
        app.router.routes.extend(router.routes)
    install_problem_handlers(app)
    require_policies(app)
    return app


def middleware_in_order(service: ServiceDescription, settings: ServiceSettings) -> list[Middleware]:
    """List what a request passes, outermost first."""
    sizes = BodySizes(settings.max_body_bytes, settings.max_wide_body_bytes, service.wide_paths)
    return [
        Middleware(Observation, service=service.name, heeds_budget=service.behind_gateway),
        Middleware(HeadAsGet),
        Middleware(BodyBounds, seconds=settings.receive_seconds, sizes=sizes),
    ]
