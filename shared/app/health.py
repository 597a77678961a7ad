"""Whether a service lives and whether it is ready to work."""

from typing import Literal

from fastapi import Request
from pydantic import Field

from shared.access.policy import public
from shared.app.routing import strict_router
from shared.database.connection import Database
from shared.errors import unavailable
from shared.wire import WireModel

router = strict_router("health")


class HealthView(WireModel):
    """The state of one service."""

    status: Literal["up"] = Field(description="Always `up`; whatever is not up answers 503.")


@router.get("/health/live", dependencies=[public()])
async def get_liveness() -> HealthView:
    """Tell that the process answers."""
    return HealthView(status="up")


@router.get("/health/ready", dependencies=[public()])
async def get_readiness(request: Request) -> HealthView:
    """Tell that the service reaches its database, and is not about to stop."""
    database: Database = request.app.state.database
    if getattr(request.app.state, "draining", False) or not await database.answers():
        raise unavailable()
    return HealthView(status="up")
