"""Analytics as it is deployed, and an endpoint that does nothing: the yardstick of `benchmarks.scores`.

Run by it: `python -m benchmarks.scores_service`, with analytics' environment.
"""

from starlette.responses import Response

from services.analytics.main import SERVICE, build
from services.analytics.settings import AnalyticsSettings
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.server import serve

NOTHING = "/v1/nothing"

router = strict_router("nothing")


@router.get(NOTHING, dependencies=[allow(Role.ANALYST)])
async def get_nothing() -> Response:
    """Answer with nothing, to who may ask."""
    return Response(b"{}", media_type="application/json")


if __name__ == "__main__":
    _settings = AnalyticsSettings()
    _app = build(_settings)
    _app.include_router(router)
    serve(SERVICE, _app, _settings)
