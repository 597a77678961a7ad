"""The policy of the gateway's own routes that are for tenants: named roles, each within its own."""

from fastapi import Request
from fastapi.params import Depends as DependsParameter

from services.gateway.tokens.policy import admit_caller
from shared.access.policy import RoleAllowed
from shared.access.principal import Role
from shared.errors import FORBIDDEN, Problem


class MembersOnly(RoleAllowed):
    """Callers of a tenant with one of the roles may call, by a token from outside; operators have none."""

    async def __call__(self, request: Request) -> None:
        """Verify the token and the role; keep the principal for the route."""
        caller = await admit_caller(request)
        if caller.principal.tenant is None or not caller.principal.is_any(*self.roles):
            raise Problem(FORBIDDEN)


def members(*roles: Role) -> DependsParameter:
    """Declare that those of a tenant with one of the roles may call a route."""
    return DependsParameter(dependency=MembersOnly(frozenset(roles)), scope="function")
