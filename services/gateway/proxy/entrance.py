"""The route that stands before all others: whatever a service owns is passed on from here."""

from fastapi import Request
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from services.gateway.proxy.admission import admit
from services.gateway.proxy.forwarding import Destination, Forwarder
from services.gateway.proxy.places import dearness_of
from services.gateway.proxy.routes import ForwardedPath, RouteTable
from shared.errors import METHOD_NOT_ALLOWED, Problem
from shared.time_budget import begin_budget


class Entrance(BaseRoute):
    """Matches every path of the published document that is not the gateway's own."""

    def __init__(self, table: RouteTable) -> None:
        self._table = table

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Find the owner; its path template is what metrics and logs then show."""
        if scope["type"] != "http":
            return Match.NONE, {}
        found = self._table.find(scope["raw_path"])
        return (Match.NONE, {}) if found is None else (Match.FULL, {"route": found})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Admit the caller and pass the request on.

        Raises
        ------
        Problem
            401, 405, 429, or why the service could not be asked.
        """
        path: ForwardedPath = scope["route"]
        operation = path.operations.get(scope["method"])
        if operation is None:
            raise Problem(METHOD_NOT_ALLOWED, headers={"Allow": path.allow})
        begin_budget(scope["app"].state.settings.request_seconds)
        authorization = await admit(Request(scope), operation)
        forwarder: Forwarder = scope["app"].state.forwarder
        dearness = dearness_of(scope["method"], operation)
        to = Destination(operation.service, authorization, dearness)
        await forwarder.forward(scope, receive, send, to)
