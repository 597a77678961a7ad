"""Routes of collaboration groups' results. What may not be seen and what does not exist answer alike."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path
from starlette.responses import Response

from services.analytics.asking import (
    PERSONS,
    RESEARCHERS,
    AskedNow,
    ResidentNow,
    WaveQuery,
    represent_figures,
)
from services.analytics.collaboration.development import group_development
from services.analytics.collaboration.group_results import GroupSeen, group_matrix, group_scores
from services.analytics.collaboration.schemas import GroupDevelopment, GroupResults
from services.analytics.release.envelope import Released
from services.analytics.scores.schemas import MatrixView
from shared.access.policy import Caller, allow
from shared.app.routing import strict_router
from shared.audit import Access

router = strict_router("collaboration-groups")

GroupId = Annotated[UUID, Path(alias="groupId")]


def reading(what: str, seen: GroupSeen) -> Access:
    """Return what is recorded of whoever reads a group's results, drawn or not."""
    return Access("read", what, seen.group, "group-results")


async def _seen(group_id: GroupId, caller: Caller) -> GroupSeen:
    return GroupSeen(group_id, caller.person)


SeenNow = Annotated[GroupSeen, Depends(_seen)]


@router.get(
    "/v1/collaboration-groups/{groupId}/matrix",
    dependencies=[allow(*PERSONS)],
    response_model=Released[MatrixView],
)
async def get_group_matrix(
    seen: SeenNow, wave: WaveQuery, asked: AskedNow, resident: ResidentNow
) -> Response:
    """See who experiences whom how: for the group's own members, once the round is closed."""
    access = reading("matrix", seen)
    return represent_figures(await resident.release(asked, partial(group_matrix, seen, wave), access))


@router.get(
    "/v1/collaboration-groups/{groupId}/scores",
    dependencies=[allow(*PERSONS, *RESEARCHERS)],
    response_model=Released[GroupResults],
)
async def get_group_scores(
    seen: SeenNow, wave: WaveQuery, asked: AskedNow, resident: ResidentNow
) -> Response:
    """See a collaboration group's score, its dimensions, and how much was answered."""
    access = reading("group-scores", seen)
    return represent_figures(await resident.release(asked, partial(group_scores, seen, wave), access))


@router.get(
    "/v1/collaboration-groups/{groupId}/development",
    dependencies=[allow(*PERSONS, *RESEARCHERS)],
    response_model=Released[GroupDevelopment],
)
async def get_group_development(seen: SeenNow, asked: AskedNow, resident: ResidentNow) -> Response:
    """See how a collaboration group, and what others say of each professional group in it, develops."""
    access = reading("group-development", seen)
    return represent_figures(await resident.release(asked, partial(group_development, seen), access))
