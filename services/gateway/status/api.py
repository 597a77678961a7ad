"""The route by which operators see how everything is doing; one that does not answer is shown as that."""

import asyncio

from fastapi import Request
from starlette.responses import Response

from services.gateway.audit.asking import ServicesBehind
from services.gateway.status.schemas import StatusView
from services.gateway.tokens.authentication import Authenticated, authenticate_caller
from services.gateway.tokens.policy import operators
from shared.access.tokens import GATEWAY
from shared.app.routing import strict_router
from shared.errors import Problem
from shared.inside import ServiceStatus, status_of
from shared.representation import represent

router = strict_router("status")


@router.get("/status", dependencies=[operators()], response_model=StatusView)
async def get_status(request: Request) -> Response:
    """See how every service is doing: version, database, feeds and audit. For operators."""
    behind: ServicesBehind = request.app.state.behind
    caller = await authenticate_caller(request)
    own, *others = await asyncio.gather(
        status_of(GATEWAY, request.app.state.database),
        *(_ask(behind, caller, service) for service in behind.names),
    )
    services = [own, *others]
    view = StatusView(ready=all(each.ready for each in services), services=services)
    return represent(request, view)


async def _ask(behind: ServicesBehind, caller: Authenticated, service: str) -> ServiceStatus:
    try:
        return await behind.ask(service, caller, "/internal/status", ServiceStatus)
    except Problem:
        return ServiceStatus(
            service=service,
            ready=False,
            version=None,
            runtime=None,
            started_at=None,
            oldest_transaction_seconds=None,
            audit_sealed_at=None,
            feeds=[],
        )
