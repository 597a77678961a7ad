"""The policy of the audit: a tenant's stewards see the tenant's, operators what is no tenant's."""

from fastapi import Request
from fastapi.params import Depends as DependsParameter

from services.gateway.tokens.policy import admit_caller
from shared.access.policy import RoleAllowed
from shared.access.principal import Role
from shared.audit_trail import STEWARDS
from shared.errors import FORBIDDEN, Problem


class AuditReaders(RoleAllowed):
    """Data stewards and administrators of a tenant, and operators."""

    def __init__(self) -> None:
        super().__init__(frozenset({*STEWARDS, Role.OPERATOR}))

    async def __call__(self, request: Request) -> None:
        """Verify the token and the role; keep who it is for the route."""
        caller = await admit_caller(request)
        request.state.authenticated = caller
        if not caller.principal.is_any(*self.roles):
            raise Problem(FORBIDDEN)


def audit_readers() -> DependsParameter:
    """Declare that stewards and operators may call a route."""
    return DependsParameter(dependency=AuditReaders(), scope="function")
