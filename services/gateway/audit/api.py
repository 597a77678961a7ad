"""The route of the audit of everything."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from services.gateway.audit.policy import audit_readers
from services.gateway.audit.schemas import AuditedService, AuditEntryView
from services.gateway.audit.service import Search, search
from shared.app.routing import strict_router
from shared.audit_trail import Filtered
from shared.paging import Page, Paging
from shared.representation import represent

router = strict_router("audit")


@router.get("/v1/audit-events", dependencies=[audit_readers()], response_model=Page[AuditEntryView])
async def list_audit_events(
    request: Request,
    wanted: Filtered,
    page: Paging,
    service: Annotated[
        AuditedService | None, Query(description="One service's only; left out, all of them.")
    ] = None,
) -> Response:
    """Search the audit of all services at once, newest first: uses of personal data, tokens, refusals.

    For a tenant's data stewards and administrators. An operator sees what is no tenant's: refusals of
    callers nobody knows, and of operators.
    """
    state = request.app.state
    found = await search(
        state.database, state.behind, request.state.authenticated, Search(wanted, service, page)
    )
    return represent(request, found)
