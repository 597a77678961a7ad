"""How everything is doing, on the wire."""

from pydantic import Field

from shared.inside import ServiceStatus
from shared.wire import WireModel


class StatusView(WireModel):
    """How everything is doing; `ready` only if every service is."""

    ready: bool = Field(description="Every service answers and reaches its database.")
    services: list[ServiceStatus] = Field(max_length=10, description="The services, the gateway first.")
