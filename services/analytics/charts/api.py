"""Routes of charts: as a Vega-Lite specification, or drawn as SVG. They show what their results show."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from starlette.responses import Response

from services.analytics.asking import PERSONS, RESEARCHERS, AskedNow, CaseId, WavePath, WaveQuery
from services.analytics.charts.figures import (
    capacities,
    development,
    distribution,
    leadership,
    study_effect,
)
from services.analytics.charts.frame import MEDIA_TYPE
from services.analytics.charts.service import PICTURE, Charts, Drawn, Wanted
from services.analytics.collaboration.api import SeenNow, reading
from services.analytics.cuts.api import ByQuery, DirectionQuery
from services.analytics.distribution.api import CasesNow
from services.analytics.studies.api import StudyId, WavesNow
from shared.access.policy import Caller, allow
from shared.access.principal import Role
from shared.app.language import preferred_language
from shared.app.media_type import media_type_for
from shared.app.routing import strict_router
from shared.representation import known_tags, represent_bytes_tagged

router = strict_router("charts")

Route = TypeVar("Route", bound=Callable[..., Coroutine[Any, Any, Response]])

_FORMS = (MEDIA_TYPE, "application/json", PICTURE)
_VARIES = {"Vary": "Accept"}
_SPECIFICATION = {
    "schema": {
        "type": "object",
        "description": "A Vega-Lite 6 specification with its data. `usermeta.samspil` says where they "
        "are from, and whether there are any.",
        "required": ["$schema", "description", "usermeta"],
        "properties": {
            "$schema": {"type": "string", "maxLength": 100},
            "description": {"type": "string", "maxLength": 33_554_432},
            "usermeta": {"type": "object"},
            "data": {"type": "object"},
            "mark": {"anyOf": [{"type": "string", "maxLength": 40}, {"type": "object"}]},
        },
    },
    "example": {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": "Der er ikke noget at vise.",
        "usermeta": {"samspil": {"status": "not-available", "language": "da", "provenance": []}},
        "data": {"values": [{"text": "Der er ikke noget at vise."}]},
        "mark": "text",
    },
}
_DRAWN = {
    "schema": {"type": "string", "maxLength": 33_554_432},
    "example": '<svg xmlns="http://www.w3.org/2000/svg"><title>Relationsmatrice</title></svg>',
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The chart; one that says so where there is nothing to see for this caller",
        "content": {MEDIA_TYPE: _SPECIFICATION, "application/json": _SPECIFICATION, PICTURE: _DRAWN},
    },
    406: {},
}


class ChartResponse(Response):
    """A chart; so the document of the service says what comes."""

    media_type = MEDIA_TYPE


async def _wanted(request: Request, caller: Caller) -> Wanted:
    media_type = media_type_for(request.headers.get("accept"), _FORMS)
    language = preferred_language(request.headers.get("accept-language"))
    return Wanted(caller, language, media_type, known_tags(request))


async def _charts(request: Request) -> Charts:
    charts: Charts = request.app.state.charts
    return charts


WantedNow = Annotated[Wanted, Depends(_wanted)]
ChartsNow = Annotated[Charts, Depends(_charts)]


def _represent(wanted: Wanted, drawn: Drawn) -> Response:
    """Answer with a chart, or 304 to who has it."""
    headers = {**_VARIES, "Content-Language": wanted.language}
    return represent_bytes_tagged(drawn.body, wanted.media_type, drawn.tag, headers)


def _chart(path: str, *roles: Role) -> Callable[[Route], Route]:
    """Answer at a path with a chart, to these roles."""
    return router.get(path, dependencies=[allow(*roles)], response_class=ChartResponse, responses=RESPONSES)


@_chart("/v1/cases/{caseId}/matrix/chart", *PERSONS)
async def get_matrix_chart(
    case_id: CaseId, wave: WaveQuery, wanted: WantedNow, charts: ChartsNow
) -> Response:
    """See the matrix as a heat map: for the case's own team, once the round is closed."""
    return _represent(wanted, await charts.matrix(wanted, case_id, wave))


@_chart("/v1/cases/{caseId}/dimensions/chart", *PERSONS, *RESEARCHERS)
async def get_dimension_chart(
    case_id: CaseId, wave: WaveQuery, wanted: WantedNow, charts: ChartsNow
) -> Response:
    """See a case's dimensions as bars."""
    return _represent(wanted, await charts.dimensions(wanted, case_id, wave))


@_chart("/v1/cases/{caseId}/network/chart", *PERSONS)
async def get_network_chart(
    case_id: CaseId, wave: WaveQuery, wanted: WantedNow, charts: ChartsNow
) -> Response:
    """See the matrix as a network: for the case's own team, once the round is closed."""
    return _represent(wanted, await charts.network(wanted, case_id, wave))


@_chart("/v1/waves/{wave}/leadership/chart", *RESEARCHERS)
async def get_leadership_chart(
    wave: WavePath, wanted: WantedNow, asked: AskedNow, charts: ChartsNow
) -> Response:
    """See how leadership goes with relational capacity in a wave."""
    return _represent(wanted, await charts.figures(wanted, asked, leadership(wave, asked.caller)))


@_chart("/v1/waves/{wave}/case-score-distribution/chart", *RESEARCHERS)
async def get_distribution_chart(
    wave: WavePath, wanted: WantedNow, asked: AskedNow, charts: ChartsNow, cases: CasesNow
) -> Response:
    """See how the scores of a wave's cases spread, as far as no case can be picked out."""
    of_size = asked.and_of(cases.minimum)
    return _represent(wanted, await charts.figures(wanted, of_size, distribution(wave, cases)))


@_chart("/v1/studies/{studyId}/effect/chart", *RESEARCHERS)
async def get_effect_chart(
    study_id: StudyId, waves: WavesNow, wanted: WantedNow, asked: AskedNow, charts: ChartsNow
) -> Response:
    """See a study's arms before and after, and the effect, each with its interval."""
    return _represent(wanted, await charts.figures(wanted, asked, study_effect(study_id, waves)))


@_chart("/v1/collaboration-groups/{groupId}/development/chart", *PERSONS, *RESEARCHERS)
async def get_development_chart(
    seen: SeenNow, wanted: WantedNow, asked: AskedNow, charts: ChartsNow
) -> Response:
    """See how a collaboration group, and what others say of each professional group in it, develops."""
    shown = development(seen, reading("group-development", seen))
    return _represent(wanted, await charts.figures(wanted, asked, shown))


@_chart("/v1/capacity-developments/chart", Role.LEADER, *RESEARCHERS)
async def get_capacity_development_chart(
    direction: DirectionQuery, by: ByQuery, wanted: WantedNow, asked: AskedNow, charts: ChartsNow
) -> Response:
    """See one cut over all waves, with intervals."""
    return _represent(wanted, await charts.figures(wanted, asked, capacities(direction, by)))
