"""The route that tells a caller about itself."""

from fastapi import Request
from starlette.responses import Response

from services.cases.own import service
from services.cases.own.schemas import OwnView
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.database.connection import InTransaction
from shared.representation import represent

router = strict_router("me")

_EVERYBODY = tuple(role for role in Role if role not in {Role.OPERATOR, Role.SERVICE})


@router.get("/v1/me", dependencies=[allow(*_EVERYBODY)], response_model=OwnView)
async def get_me(request: Request, transaction: InTransaction) -> Response:
    """Read who you are to Samspil: roles, employments, own cases, and own staff's cases."""
    return represent(request, await service.show_own(transaction))
