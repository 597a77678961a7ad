"""The policies of the gateway's own routes that are not for everybody: whose token, and how often."""

from fastapi import Request
from fastapi.params import Depends as DependsParameter

from services.gateway.limits.quotas import Quotas
from services.gateway.tokens.authentication import Authenticated, authenticate_caller
from shared.access.policy import Policy, Public
from shared.access.principal import Role
from shared.errors import FORBIDDEN, Problem
from shared.observability import note_caller


async def admit_caller(request: Request) -> Authenticated:
    """Return who calls by a token from outside; keep the principal for the route, and count the call.

    Raises
    ------
    Problem
        401 without a token that is honoured, 429 above a rate.
    """
    try:
        caller = await authenticate_caller(request)
    except Problem:
        await admit_unknown(request)
        raise
    request.state.principal = caller.principal
    note_caller(caller.principal)
    quotas: Quotas = request.app.state.quotas
    await quotas.count_caller(request.scope, caller.principal)
    return caller


async def admit_unknown(request: Request) -> None:
    """Count a call of nobody we know, by its address.

    Raises
    ------
    Problem
        429 above the rate.
    """
    quotas: Quotas = request.app.state.quotas
    await quotas.count_unknown(request.scope)


class Everybody(Public):
    """Anybody may call, as often as an address may."""

    async def __call__(self, request: Request) -> None:
        """Count the call; let it pass."""
        await admit_unknown(request)


def everybody() -> DependsParameter:
    """Declare that anybody may call a route, within the rate of addresses."""
    return DependsParameter(dependency=Everybody(), scope="function")


class OperatorsOnly(Policy):
    """Those who run the installation may call; no tenant's token will do."""

    def __init__(self) -> None:
        self.security = {"operator": []}

    async def __call__(self, request: Request) -> None:
        """Verify the token and the role; keep the principal for the route."""
        caller = await admit_caller(request)
        if not caller.principal.is_any(Role.OPERATOR):
            raise Problem(FORBIDDEN)


def operators() -> DependsParameter:
    """Declare that only operators may call a route."""
    return DependsParameter(dependency=OperatorsOnly(), scope="function")
