"""The services behind the gateway, running, with clients that carry the tokens the gateway makes."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2

from deploy.local.ports import free_port
from services.analytics.main import build as build_analytics
from services.analytics.settings import AnalyticsSettings
from services.cases.main import build as build_cases
from services.cases.settings import CasesSettings
from services.survey.main import build as build_survey
from services.survey.settings import SurveySettings
from shared.access.principal import Role
from tests.support.databases import TestDatabase
from tests.support.keys import private_key, random_secret, token, trusted_keys
from tests.support.serving import serving


def house_settings(database: TestDatabase) -> dict[str, Any]:
    """Return the settings every service has."""
    return {
        "port": 0,
        "metrics_port": 0,
        "app_dsn": database.app,
        "feed_dsn": database.feed,
        "fingerprint_key": random_secret(),
        "trusted_keys": trusted_keys(),
        # Tests seal when they mean to: nothing else of a service is open while they look.
        "audit_seal_seconds": 3600.0,
    }


def cases_settings(database: TestDatabase) -> CasesSettings:
    """Return settings of `cases` for a test."""
    return CasesSettings(**house_settings(database), citizen_keys={1: random_secret()})


def survey_settings(database: TestDatabase, cases_url: str) -> SurveySettings:
    """Return settings of `survey` for a test."""
    return SurveySettings(
        **house_settings(database),
        signing_key=private_key("survey"),
        respondent_key=random_secret(),
        cases_url=cases_url,
        respondent_page="http://127.0.0.1/answer",
    )


def analytics_settings(database: TestDatabase, cases_url: str, survey_url: str) -> AnalyticsSettings:
    """Return settings of `analytics` for a test."""
    return AnalyticsSettings(
        **house_settings(database),
        signing_key=private_key("analytics"),
        cases_url=cases_url,
        survey_url=survey_url,
    )


@dataclass(frozen=True)
class Stack:
    """Addresses of the running services, and clients for callers."""

    urls: dict[str, str]
    _http: dict[str, httpx2.AsyncClient] = field(default_factory=dict)

    def caller(self, service: str, tenant: UUID, *roles: Role, **claims: Any) -> "CallerClient":
        """Return a client that calls one service with a signed token."""
        return CallerClient(self._client(service), token(service, tenant, *roles, **claims))

    def bearer(self, service: str, bearer: str) -> "CallerClient":
        """Return a client that calls one service with a given token."""
        return CallerClient(self._client(service), bearer)

    def _client(self, service: str) -> httpx2.AsyncClient:
        if service not in self._http:  # making one takes a tenth of a second
            url = self.urls[service]
            self._http[service] = httpx2.AsyncClient(base_url=url, trust_env=False, timeout=30)
        return self._http[service]

    async def close(self) -> None:
        """Close all clients."""
        for client in self._http.values():
            await client.aclose()


@dataclass(frozen=True, slots=True)
class CallerClient:
    """Calls a service as one caller."""

    http: httpx2.AsyncClient
    token: str

    async def request(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """Send a request with the caller's token."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return await self.http.request(method, path, headers=headers, **options)

    async def get(self, path: str, **options: Any) -> httpx2.Response:
        """Read."""
        return await self.request("GET", path, **options)

    async def create(self, path: str, body: object) -> httpx2.Response:
        """Put something that isn't there yet."""
        return await self.request("PUT", path, json=body, headers={"If-None-Match": "*"})

    async def put(self, path: str, body: object, **headers: str) -> httpx2.Response:
        """Put with headers, written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.request("PUT", path, json=body, headers=named)

    async def post(self, path: str, body: object, key: str | None = None) -> httpx2.Response:
        """Post, with an idempotency key if given."""
        headers = {"Idempotency-Key": key} if key else {}
        return await self.request("POST", path, json=body, headers=headers)


@asynccontextmanager
async def running_stack(databases: dict[str, TestDatabase]) -> AsyncIterator[Stack]:
    """Run the three services against their databases."""
    ports = {name: free_port() for name in ("cases", "survey", "analytics")}
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    apps = {
        "cases": build_cases(cases_settings(databases["cases"])),
        "survey": build_survey(survey_settings(databases["survey"], urls["cases"])),
        "analytics": build_analytics(
            analytics_settings(databases["analytics"], urls["cases"], urls["survey"])
        ),
    }
    async with AsyncExitStack() as running:
        for name, app in apps.items():
            await running.enter_async_context(serving(app, ports[name]))
        stack = Stack(urls)
        running.push_async_callback(stack.close)
        yield stack
