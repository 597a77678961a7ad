"""Route of instruments' validity. What may not be seen and what does not exist answer alike."""

from functools import partial

from starlette.responses import Response

from services.analytics.asking import RESEARCHERS, AskedNow, ResidentNow, WavePath, represent_figures
from services.analytics.release.envelope import Released
from services.analytics.validity.instruments import reliabilities
from services.analytics.validity.schemas import Reliabilities
from shared.access.policy import allow
from shared.app.routing import strict_router

router = strict_router("validity")


@router.get(
    "/v1/waves/{wave}/reliability",
    dependencies=[allow(*RESEARCHERS)],
    response_model=Released[Reliabilities],
)
async def get_reliability(wave: WavePath, asked: AskedNow, resident: ResidentNow) -> Response:
    """See alpha, omega and factors of each version of each instrument in a wave."""
    return represent_figures(await resident.release(asked, partial(reliabilities, wave)))
