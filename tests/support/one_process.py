"""The four services behind the gateway in the test's own process, set up from what processes are given.

Starting four processes is mostly importing the same packages four times. Where what is tested is not
that there are processes, a house runs here: same settings, same applications, same ports.
"""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from unittest.mock import patch

from fastapi import FastAPI

from deploy.local.house import Blueprint, House
from deploy.local.ports import require_free
from deploy.local.postgres import ServerAddress
from deploy.local.supervisor import ServiceProcess, Supervisor
from services.analytics.main import build as build_analytics
from services.analytics.settings import AnalyticsSettings
from services.cases.main import build as build_cases
from services.cases.settings import CasesSettings
from services.gateway.main import build as build_gateway
from services.gateway.settings import GatewaySettings
from services.survey.main import build as build_survey
from services.survey.settings import SurveySettings
from shared.connections import Bounds, guarded
from tests.support.serving import serving

_BOUNDS = Bounds(receive_seconds=600, stall_seconds=600)
"""Of heads: nobody looks after the time here."""

_BUILT: dict[str, Callable[[], FastAPI]] = {
    "gateway": lambda: build_gateway(GatewaySettings()),
    "cases": lambda: build_cases(CasesSettings()),
    "survey": lambda: build_survey(SurveySettings()),
    "analytics": lambda: build_analytics(AnalyticsSettings()),
}


def _application(process: ServiceProcess) -> FastAPI:
    """Build what a process would serve, from the environment it would have."""
    with patch.dict(os.environ, process.env):
        return _BUILT[process.name]()


@asynccontextmanager
async def house_in_one_process(blueprint: Blueprint, server: ServerAddress) -> AsyncIterator[House]:
    """Run the four services; there is nothing in it that could be killed."""
    require_free(blueprint.ports)
    nobody = Supervisor([], log_folder=blueprint.folder / "logs")
    async with AsyncExitStack() as running:
        for process in reversed(blueprint.processes(server)):  # the gateway at last, as it calls the others
            port = blueprint.ports[process.name].http
            await running.enter_async_context(serving(_application(process), port, guarded(_BOUNDS)))
        yield House(blueprint.url, blueprint.ports, blueprint.operator_key(), nobody)
