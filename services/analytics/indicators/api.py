"""Routes of indicators. What may not be seen and what does not exist answer alike: `not-available`."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from starlette.responses import Response

from services.analytics.asking import (
    PERSONS,
    RESEARCHERS,
    AskedNow,
    Earlier,
    Later,
    ResidentNow,
    represent_figures,
)
from services.analytics.indicators.indicators import TwoWavesOf, indicators
from services.analytics.indicators.schemas import IndicatorsView
from services.analytics.release.envelope import Released
from shared.access.policy import Caller, allow
from shared.app.routing import strict_router
from shared.audit import Access
from shared.wire import Code

router = strict_router("indicators")

GroupQuery = Annotated[
    UUID | None, Query(alias="groupId", description="A collaboration group; left out: all cases.")
]
InstrumentQuery = Annotated[
    Code,
    Query(
        description="The code of a form about the collaboration as a whole.",
        examples=["quality-indicators", "authority-function-structures"],
    ),
]


async def _wanted(
    earlier: Earlier,
    later: Later,
    caller: Caller,
    instrument: InstrumentQuery = "quality-indicators",
    group: GroupQuery = None,
) -> TwoWavesOf:
    return TwoWavesOf(earlier, later, instrument, group, sees_all=caller.is_any(*RESEARCHERS))


WantedNow = Annotated[TwoWavesOf, Depends(_wanted)]


@router.get(
    "/v1/indicators",
    dependencies=[allow(*PERSONS, *RESEARCHERS)],
    response_model=Released[IndicatorsView],
)
async def get_indicators(wanted: WantedNow, asked: AskedNow, resident: ResidentNow) -> Response:
    """See how statements about a service change: a group's, or all cases' for who sees these together."""
    access = Access("read", "indicators", wanted.group, "group-results") if wanted.group else None
    return represent_figures(await resident.release(asked, partial(indicators, wanted), access))
