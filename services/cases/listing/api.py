"""Routes of lists, searches and changes of cases."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from services.cases.listing import service
from services.cases.listing.changes import tell_case_changes
from services.cases.listing.schemas import CaseChangePage, CaseFilter, CaseSummary, SearchCases
from shared.access.policy import Caller, allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.changes.following import Follower, Following
from shared.database.connection import InTransaction
from shared.paging import Page, Paging
from shared.query import QueryOf
from shared.representation import represent

router = strict_router("cases")

READERS = (
    Role.CASE_SYSTEM,
    Role.CASE_WORKER,
    Role.PROFESSIONAL,
    Role.LEADER,
    Role.ANALYST,
    Role.ADMINISTRATOR,
    Role.DATA_STEWARD,
)

Filters = Annotated[CaseFilter, Depends(QueryOf(CaseFilter))]


@router.get("/v1/cases", dependencies=[allow(*READERS)], response_model=Page[CaseSummary])
async def list_cases(
    request: Request, filters: Filters, page: Paging, transaction: InTransaction
) -> Response:
    """List the cases you may see that meet all filters, page by page.

    A unit or professional that you can't see is like one that doesn't exist: the list is empty.
    """
    return represent(request, await service.list_cases(transaction, filters, page))


@router.post("/v1/case-searches", dependencies=[allow(*READERS)], response_model=Page[CaseSummary])
async def search_cases(request: Request, wanted: SearchCases, transaction: InTransaction) -> Response:
    """Search the cases you may see by what belongs in no address: a citizen, a reference, a name.

    Send the same search again with `cursor` for the next page. Needs no idempotency key.
    """
    keys = request.app.state.citizen_keys
    return represent(request, await service.search_cases(transaction, keys, wanted))


@router.get(
    "/v1/case-changes",
    dependencies=[allow(*READERS)],
    response_model=CaseChangePage,
    responses={410: {"description": "The position no longer exists"}},
)
async def list_case_changes(request: Request, caller: Caller, wanted: Following) -> Response:
    """Follow what happens to the cases you may see; nothing is lost, whoever writes at the same time.

    A change may be told more than once, and comes with the case as it is now. 410 says that the position
    is unknown, as after a restore: read from the beginning. Whom you come to see, or see no longer, because
    the organisation changes is not told here: compare with the list now and then.
    """
    follower = Follower(request.app.state.database, request.app.state.bell, tell_case_changes)
    told = await follower.follow(caller, wanted, request.is_disconnected)
    return represent(request, CaseChangePage(items=told.items, next=told.next, caught_up=told.caught_up))
