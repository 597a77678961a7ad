"""A running gateway with its own database, before a stub of the services behind it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from deploy.local.ports import free_port
from deploy.local.postgres import ServerAddress
from services.gateway.main import build
from services.gateway.settings import GatewaySettings
from tests.services.gateway.outsiders import (
    key_of,
    operator_token,
    own_token,
    public_set,
    signed,
    times,
)
from tests.services.gateway.upstream import Upstream
from tests.support.databases import TestDatabase, make_database
from tests.support.keys import private_key, random_secret
from tests.support.services import Stack
from tests.support.serving import serving


def stub_document() -> dict[str, Any]:
    """Describe the services behind, with the words that make the stub misbehave."""

    def item(service: str, *methods: str, security: Any = None) -> dict[str, Any]:
        operation = {
            "x-samspil-service": service,
            "security": [{"bearer": []}] if security is None else security,
            "tags": [service],
            "responses": {"200": {"description": "OK"}},
        }
        return {method: {**operation, "operationId": f"{service}{method}"} for method in methods}

    words = ("redirect", "packed", "stream", "broken-stream", "never")
    return {
        "openapi": "3.1.0",
        "info": {"title": "Samspil", "version": "1.0.0", "description": "Test"},
        "tags": [{"name": "cases"}],
        "components": {"schemas": {}},
        "paths": {
            "/v1/cases": item("cases", "get", "post"),
            "/v1/cases/{caseId}": item("cases", "get", "put", "post"),
            "/v1/cases/{caseId}/matrix": item("analytics", "get"),
            **{f"/v1/cases/{word}": item("cases", "get", "post") for word in words},
            "/v1/response": item("survey", "get", "post", security=[{"respondent": []}]),
            "/v1/response/draft": item("survey", "put", security=[{"respondent": []}]),
            "/v1/instruments": item("survey", "get", security=[]),
            "/svar": item("survey", "get", "post", security=[]),
            "/v1/scores": item("analytics", "get"),
            "/v1/broken": item("broken", "get", "post"),
            "/health/live": item("gateway", "get", security=[]),
        },
    }


@dataclass(frozen=True)
class Front:
    """The running gateway as those outside see it."""

    url: str
    http: httpx2.AsyncClient
    upstream: Upstream
    settings: GatewaySettings
    database: TestDatabase

    def operator(self) -> dict[str, str]:
        """Return the headers of an operator."""
        return bearer(operator_token(self.url))

    def caller(self, tenant: UUID, *roles: str, **claims: Any) -> dict[str, str]:
        """Return the headers of a client of a tenant."""
        return bearer(own_token(self.url, tenant, *roles, **claims))

    async def set_up(self, tenant: UUID) -> None:
        """Set a tenant up."""
        answer = await self.http.put(
            f"/v1/tenants/{tenant}",
            json={"name": "Kommune"},
            headers={**self.operator(), "If-None-Match": "*"},
        )
        assert answer.status_code == 201, answer.text

    async def put(self, path: str, body: object) -> httpx2.Response:
        """Put as an operator, whatever is there."""
        headers = {**self.operator(), "If-None-Match": "*"}
        created = await self.http.put(path, json=body, headers=headers)
        if created.status_code != 412:
            return created
        return await self.http.put(path, json=body, headers={**self.operator(), "If-Match": "*"})


@asynccontextmanager
async def hanging_up() -> AsyncIterator[str]:
    """Listen, read a request and close the connection without a word."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def bearer(token: str) -> dict[str, str]:
    """Return the header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="session")
def gateway_database(postgres: ServerAddress) -> TestDatabase:
    """Give the gateway its migrated database."""
    return make_database(postgres, "gateway")


_WEBHOOK_KEY = random_secret()
"""One for all gateways of a database, as in use: each may send what another took in."""


def gateway_settings(
    database: TestDatabase, url: str, upstreams: dict[str, str], document: Path
) -> GatewaySettings:
    """Return settings of the gateway for a test; it is as patient as in use, for machines get busy."""
    return GatewaySettings(
        port=0,
        metrics_port=0,
        app_dsn=database.app,
        feed_dsn=database.feed,
        trusted_keys={},
        fingerprint_key=random_secret(),
        signing_key=private_key("gateway-own"),
        public_url=url,
        upstreams=upstreams,
        operator_keys=public_set(key_of("operators")),
        feeds_signing_key=private_key("gateway-feeds"),
        webhook_key=_WEBHOOK_KEY,
        webhook_networks=["127.0.0.1/32"],
        follows=[],
        document=document,
    )


@pytest.fixture(scope="session")
async def front(
    gateway_database: TestDatabase, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Front]:
    """Run a gateway before a stub; the address of `analytics` is one where nobody answers."""
    document = tmp_path_factory.mktemp("openapi") / "samspil.json"
    document.write_text(json.dumps(stub_document()), encoding="utf-8")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    upstream = Upstream()
    behind_app = FastAPI(openapi_url=None)
    behind_app.mount("/", upstream)
    async with serving(behind_app) as behind, hanging_up() as broken:
        nobody = f"http://127.0.0.1:{free_port()}"
        upstreams = {"cases": behind, "survey": behind, "analytics": nobody, "broken": broken}
        settings = gateway_settings(gateway_database, url, upstreams, document)
        async with (
            serving(build(settings), port),
            httpx2.AsyncClient(base_url=url, trust_env=False, timeout=60) as http,
        ):
            yield Front(url, http, upstream, settings, gateway_database)


@asynccontextmanager
async def impatient(front: Front) -> AsyncIterator[str]:
    """Run a second gateway before the same stub that waits half a second for an answer; give its URL."""
    port = free_port()
    settings = front.settings.model_copy(update={"upstream_seconds": 0.5})
    async with serving(build(settings), port) as url:
        yield url


@pytest.fixture
async def known_tenant(front: Front) -> UUID:
    """Give the test a tenant of its own that is set up."""
    tenant = uuid4()
    await front.set_up(tenant)
    return tenant


_DOCUMENT = Path(__file__).parents[3] / "docs/openapi/samspil.json"


@dataclass(frozen=True, slots=True)
class Whole:
    """The running gateway, and what is behind it."""

    app: FastAPI
    url: str
    http: httpx2.AsyncClient
    stack: Stack
    heads: Path

    def caller(self, tenant: UUID, *roles: str, **claims: Any) -> dict[str, str]:
        """Return the headers of a caller of a tenant."""
        said = {"iss": self.url, "aud": self.url, "sub": "anne", "tenant": str(tenant), "roles": [*roles]}
        return bearer(signed({**said, **times(), **claims}, key_of("gateway")))

    def operator(self) -> dict[str, str]:
        """Return the headers of an operator."""
        return bearer(operator_token(self.url))

    async def written(self) -> None:
        """Have what was refused until now written down."""
        await self.app.state.refusals.flush()


@pytest.fixture(scope="session")
async def whole(
    stack: Stack, gateway_database: TestDatabase, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Whole]:
    """Run the gateway before the services of the test run."""
    port, heads = free_port(), tmp_path_factory.mktemp("heads")
    url = f"http://127.0.0.1:{port}"
    settings = gateway_settings(gateway_database, url, dict(stack.urls), _DOCUMENT).model_copy(
        update={
            "signing_key": SecretStr(private_key("gateway")),
            "audit_heads": heads,
            "audit_head_seconds": 3600.0,
        }
    )
    app = build(settings)
    async with (
        serving(app, port),
        httpx2.AsyncClient(base_url=url, trust_env=False, timeout=60) as http,
    ):
        yield Whole(app, url, http, stack, heads)
