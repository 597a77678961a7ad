"""Routes of cuts: alike for all who may ask, so that no role learns from what another is shown."""

from functools import partial
from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import Response

from services.analytics.asking import RESEARCHERS, AskedNow, WavePath, represent_figures
from services.analytics.cuts.schemas import (
    Attribute,
    Capacities,
    CapacityDevelopment,
    Crossing,
    Direction,
    Interfaces,
)
from services.analytics.cuts.views import capacities, capacity_development, interfaces
from services.analytics.release.envelope import Released
from services.analytics.resident.service import Resident, Residents
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router

router = strict_router("cuts")

_VIEWERS = (Role.LEADER, *RESEARCHERS)

DirectionQuery = Annotated[
    Direction, Query(description="Of those who are rated, or of those who rate.", examples=["received"])
]
ByQuery = Annotated[
    Attribute, Query(alias="by", description="What people are put together by.", examples=["unit"])
]
CrossingQuery = Annotated[
    Crossing, Query(alias="by", description="What both sides are put together by.", examples=["unit"])
]


async def _resident_for_cuts(request: Request) -> Resident:
    residents: Residents = request.app.state.residents
    return residents.cuts


ResidentForCuts = Annotated[Resident, Depends(_resident_for_cuts)]


@router.get(
    "/v1/waves/{wave}/capacities",
    dependencies=[allow(*_VIEWERS)],
    response_model=Released[Capacities],
)
async def get_capacities(
    wave: WavePath, direction: DirectionQuery, by: ByQuery, asked: AskedNow, resident: ResidentForCuts
) -> Response:
    """See the relational capacity that units, groups or areas give or receive, from enough people on."""
    return represent_figures(await resident.release(asked, partial(capacities, wave, direction, by)))


@router.get(
    "/v1/waves/{wave}/interfaces",
    dependencies=[allow(*_VIEWERS)],
    response_model=Released[Interfaces],
)
async def get_interfaces(
    wave: WavePath, by: CrossingQuery, asked: AskedNow, resident: ResidentForCuts
) -> Response:
    """See what units, professional groups, or authority and providers say of each other."""
    return represent_figures(await resident.release(asked, partial(interfaces, wave, by)))


@router.get(
    "/v1/capacity-developments",
    dependencies=[allow(*_VIEWERS)],
    response_model=Released[CapacityDevelopment],
)
async def get_capacity_development(
    direction: DirectionQuery, by: ByQuery, asked: AskedNow, resident: ResidentForCuts
) -> Response:
    """See one cut over all waves."""
    return represent_figures(await resident.release(asked, partial(capacity_development, direction, by)))
