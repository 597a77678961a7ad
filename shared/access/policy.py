"""The policy every route declares: who may call it. No service starts with a route that has none."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.params import Depends as DependsParameter
from fastapi.routing import APIRoute

from shared.access.principal import Principal, Role
from shared.access.tokens import TokenRefused, TokenVerifier
from shared.errors import FORBIDDEN, UNAUTHENTICATED, Problem
from shared.observability import note_caller


class Policy(ABC):
    """Decides, before anything else runs, whether a request may go on."""

    security: dict[str, list[str]] | None = None

    @abstractmethod
    async def __call__(self, request: Request) -> None:
        """Let the request pass, or raise a Problem (401 or 403)."""


class Public(Policy):
    """Anybody may call: health and documents that hold nothing of anybody."""

    async def __call__(self, request: Request) -> None:
        """Let everybody pass."""


class RoleAllowed(Policy):
    """Callers with one of the roles, and with the scope where one is named."""

    def __init__(self, roles: frozenset[Role], scope: str | None = None) -> None:
        self.roles = roles
        self.scope = scope
        self.security = {"bearer": [scope] if scope else []}

    async def __call__(self, request: Request) -> None:
        """Verify the bearer token and the role; keep the principal for the route."""
        principal = authenticate(request)
        request.state.principal = principal
        note_caller(principal)
        if not principal.is_any(*self.roles):
            raise Problem(FORBIDDEN)
        if self.scope is not None and self.scope not in principal.scopes:
            raise Problem(FORBIDDEN)
        if principal.tenant is None and principal.is_any(Role.SERVICE, Role.OPERATOR) is False:
            raise Problem(FORBIDDEN)


def bearer_token(request: Request) -> str:
    """Return the request's one bearer token.

    Raises
    ------
    Problem
        401 when there is none, or more than one.
    """
    given = [value for name, value in request.scope["headers"] if name == b"authorization"]
    scheme, _, token = given[0].decode("latin-1").partition(" ") if len(given) == 1 else ("", "", "")
    if scheme.lower() != "bearer" or not token or " " in token:
        raise unauthenticated()
    return token


def authenticate(request: Request) -> Principal:
    """Return the verified caller.

    Raises
    ------
    Problem
        401, the same for every reason.
    """
    verifier: TokenVerifier = request.app.state.token_verifier
    try:
        return verifier.verify(bearer_token(request))
    except TokenRefused as refusal:
        raise unauthenticated() from refusal


def unauthenticated() -> Problem:
    """Refuse a caller whose token is missing or not honoured."""
    return Problem(UNAUTHENTICATED, headers={"WWW-Authenticate": "Bearer"})


def allow(*roles: Role, scope: str | None = None) -> DependsParameter:
    """Declare a route's policy: one of the roles, and the scope if named."""
    return DependsParameter(dependency=RoleAllowed(frozenset(roles), scope), scope="function")


def public() -> DependsParameter:
    """Declare that anybody may call a route."""
    return DependsParameter(dependency=Public(), scope="function")


async def _caller(request: Request) -> Principal:
    principal: Principal = request.state.principal
    return principal


Caller = Annotated[Principal, Depends(_caller)]
"""The verified caller of a route whose policy asks for one."""


class PolicyMissing(Exception):
    """A route has no policy, or more than one: the service must not start."""


def policies_of(route: APIRoute) -> list[Policy]:
    """Return the policies a route declares."""
    return list(_policies(route.dependant))


def _policies(dependant: Dependant) -> Iterator[Policy]:
    for dependency in dependant.dependencies:
        if isinstance(dependency.call, Policy):
            yield dependency.call
        yield from _policies(dependency)


def require_policies(app: FastAPI) -> None:
    """Refuse an application in which a route has not exactly one policy.

    Raises
    ------
    PolicyMissing
        Naming the routes.
    """
    bare = [
        getattr(route, "path", repr(route))
        for route in app.routes
        if not isinstance(route, APIRoute) or len(policies_of(route)) != 1
    ]
    if bare:
        raise PolicyMissing(", ".join(bare))
