"""Route of associations. What may not be seen and what does not exist answer alike: `not-available`."""

from functools import partial

from starlette.responses import Response

from services.analytics.asking import RESEARCHERS, AskedNow, ResidentNow, WavePath, represent_figures
from services.analytics.associations.of_wave import associations_seen
from services.analytics.associations.schemas import AssociationsSeen
from services.analytics.release.decisions import shows_points
from services.analytics.release.envelope import Released
from shared.access.policy import allow
from shared.app.routing import strict_router

router = strict_router("associations")


@router.get(
    "/v1/waves/{wave}/associations",
    dependencies=[allow(*RESEARCHERS)],
    response_model=Released[AssociationsSeen],
)
async def get_associations(wave: WavePath, asked: AskedNow, resident: ResidentNow) -> Response:
    """See how leadership goes with relational capacity, and that with the citizen's experience."""
    shown = partial(associations_seen, wave, with_points=shows_points(asked.caller.roles))
    return represent_figures(await resident.release(asked, shown))
