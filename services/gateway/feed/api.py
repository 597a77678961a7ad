"""The route by which a tenant's programs pull its events."""

from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import Response

from services.gateway.feed.schemas import EventPage, view_event
from services.gateway.feed.service import EventReader, EventsAfter
from services.gateway.feed.types import EventType
from services.gateway.tokens.members import members
from shared.access.policy import Caller
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.representation import represent

router = strict_router("webhooks")


async def _events_after(
    types: Annotated[
        list[EventType],
        Query(max_length=30, default_factory=list, description="Only these types; left out, all."),
    ],
    cursor: Annotated[
        str, Query(max_length=100, description="`nextCursor` of the page before; left out, the beginning.")
    ] = "",
    page_size: Annotated[int, Query(alias="pageSize", ge=1, le=200, description="Events a page.")] = 50,
    wait: Annotated[float, Query(ge=0, le=20, description="Seconds to wait if there is nothing yet.")] = 0,
) -> EventsAfter:
    return EventsAfter(cursor, types, page_size, wait)


@router.get(
    "/v1/changes",
    dependencies=[members(Role.ADMINISTRATOR, Role.DATA_STEWARD)],
    response_model=EventPage,
    responses={410: {"description": "The position no longer exists"}},
)
async def list_changes(
    request: Request, caller: Caller, wanted: Annotated[EventsAfter, Depends(_events_after)]
) -> Response:
    """Follow all that happens in your tenant, for systems that can't take webhooks.

    Every event that webhooks tell, in one order, with ids and versions only. Nothing is lost between two
    pages, and an event told again has the same id. 410 says that the cursor is older than events are kept,
    or from before a restore: read from the beginning.
    """
    reader = EventReader(request.app.state.database, request.app.state.bell)
    found = await reader.read(caller, wanted, request.is_disconnected)
    source = request.app.state.settings.public_url
    page = EventPage(
        items=[view_event(row, source) for row in found.rows],
        next_cursor=str(found.next),
        caught_up=not found.full,
    )
    return represent(request, page)
