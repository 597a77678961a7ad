"""Routes of collaboration groups."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query, Request
from starlette.responses import Response

from services.cases.groups import service
from services.cases.groups.repository import select_groups
from services.cases.groups.schemas import GroupSummary, GroupView, PutGroup
from services.cases.groups.tables import collaboration_group
from services.cases.groups.visibility import EVERY_GROUP
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.contracts.register import GroupKind, GroupRoster
from shared.database.connection import InTransaction
from shared.paging import Page, Paging, read_page
from shared.representation import Conditional, represent
from shared.resources import view_of
from shared.wire import Moment, MunicipalityCode

router = strict_router("collaboration-groups")
internal_router = strict_router("internal", include_in_schema=False)

_WRITERS = (Role.CASE_WORKER, Role.ADMINISTRATOR)
_READERS = (*EVERY_GROUP, Role.PROFESSIONAL, Role.LEADER)

GroupId = Annotated[UUID, Path(alias="groupId")]


@dataclass(frozen=True, slots=True)
class _Filter:
    kind: GroupKind | None
    municipality_code: str | None


async def _filter(
    kind: Annotated[GroupKind | None, Query(description="Only groups of this kind.")] = None,
    municipality_code: Annotated[
        MunicipalityCode | None, Query(alias="municipalityCode", description="Only this municipality's.")
    ] = None,
) -> _Filter:
    return _Filter(kind, municipality_code)


@router.put(
    "/v1/collaboration-groups/{groupId}",
    dependencies=[allow(*_WRITERS)],
    response_model=GroupView,
    responses={201: {"model": GroupView, "description": "Created"}},
)
async def put_group(
    request: Request,
    group_id: GroupId,
    wanted: PutGroup,
    precondition: Conditional,
    transaction: InTransaction,
) -> Response:
    """Create or change a collaboration group; send all its members each time."""
    put = await service.put_group(transaction, group_id, wanted, precondition)
    view = await service.show_group(transaction, group_id)
    return represent(request, view, version=put.version, status=put.status)


@router.get("/v1/collaboration-groups/{groupId}", dependencies=[allow(*_READERS)], response_model=GroupView)
async def get_group(
    request: Request,
    group_id: GroupId,
    transaction: InTransaction,
    at: Annotated[
        Moment | None, Query(description="Whose members to show: those of this moment; now if left out.")
    ] = None,
) -> Response:
    """Read a collaboration group with its members."""
    view = await service.show_group(transaction, group_id, at)
    return represent(request, view, version=view.version)


@router.get("/v1/collaboration-groups", dependencies=[allow(*_READERS)], response_model=Page[GroupSummary])
async def list_groups(
    request: Request,
    chosen: Annotated[_Filter, Depends(_filter)],
    page: Paging,
    transaction: InTransaction,
) -> Response:
    """List the collaboration groups that the caller may see."""
    statement = select_groups(transaction)
    if chosen.kind is not None:
        statement = statement.where(collaboration_group.c.kind == chosen.kind)
    if chosen.municipality_code is not None:
        statement = statement.where(collaboration_group.c.municipality_code == chosen.municipality_code)
    return represent(
        request,
        await read_page(
            transaction,
            statement,
            collaboration_group,
            page,
            lambda row: view_of(GroupSummary, row),
        ),
    )


@internal_router.get(
    "/internal/collaboration-groups/{groupId}/roster",
    dependencies=[allow(Role.SERVICE)],
    response_model=GroupRoster,
)
async def get_group_roster(request: Request, group_id: GroupId, transaction: InTransaction) -> Response:
    """Tell another service who is in a collaboration group now."""
    return represent(request, await service.show_group_roster(transaction, group_id))
