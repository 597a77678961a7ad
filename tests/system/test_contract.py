"""What the merged OpenAPI document promises, tried through the gateway on every operation.

Generated requests, good and bad, must never be answered 5xx, nor in a shape or status that the document
does not name.
"""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from deploy.local.callers import Callers
from deploy.local.house import Blueprint, postgres_of, prepare_databases, running_house
from deploy.local.postgres import ServerAddress
from tests.support.houses import free_first_port

DOCUMENT = Path(__file__).parents[2] / "docs/openapi/samspil.json"
ROLES = ("case-system", "case-worker", "professional", "leader", "analyst", "administrator")
"""Every role at once, so that requests get past the door to what is behind it."""


@dataclass
class Background:
    """A house kept running by a loop in a thread of its own, as generated tests are not coroutines."""

    blueprint: Blueprint
    server: ServerAddress
    tenant: UUID
    token: str = ""

    def __post_init__(self) -> None:
        self._ready, self._end = threading.Event(), threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._keep())
        except BaseException as failure:
            self._failure = failure
        finally:
            self._ready.set()

    async def _keep(self) -> None:
        async with running_house(self.blueprint, self.server) as house:
            callers = Callers(house.url, self.tenant, self.blueprint.vault)
            await callers.set_up(house.operator_key, "contract")
            self.token = callers.person_token(uuid4(), *ROLES)
            self._ready.set()
            await asyncio.to_thread(self._end.wait)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Background]:
    folder = tmp_path_factory.mktemp("contract")
    server = postgres_of(folder)
    try:
        blueprint = Blueprint(folder, free_first_port())
        prepare_databases(blueprint, server.start())
        background = Background(blueprint, server.address, uuid4())
        background.start()
        try:
            yield background
        finally:
            background.stop()
    finally:
        server.destroy()


schema = schemathesis.openapi.from_path(str(DOCUMENT))
# Its enumerated requests take twice as long as all generated ones, and are much the same everywhere.
schema.config.phases.coverage.enabled = False


@schema.parametrize()
@settings(max_examples=6, suppress_health_check=list(HealthCheck), derandomize=True)
def test_every_operation_keeps_its_promise(case: "schemathesis.Case[Any]", house: Background) -> None:
    answer = case.call(
        base_url=house.blueprint.url, headers={"Authorization": f"Bearer {house.token}"}, timeout=30
    )
    case.validate_response(
        answer,
        checks=[
            not_a_server_error,
            content_type_conformance,
            response_headers_conformance,
            response_schema_conformance,
            status_code_conformance,
        ],
    )
