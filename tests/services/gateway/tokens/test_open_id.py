"""People log in at an OpenID provider that is not ours, a process of its own: renewed, and down."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_network
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import httpx2
import pytest

from deploy.local.ports import free_port
from services.gateway.main import build
from tests.services.gateway.conftest import Front, bearer
from tests.services.gateway.tokens.test_authentication import claims_inside
from tests.support.serving import serving

PERSON, UNIT = uuid4(), uuid4()
CLIENT = "samspil-front-end"
ANNE = {
    "sub": "anne",
    "groups": ["Samspil-Ledere", "Kantine"],
    "employee": "4711",
    "org": {"unit": "north"},
}
MAPPING = {
    "roles": {"claim": "/groups", "values": {"Samspil-Ledere": ["leader"]}},
    "person": {"claim": "/employee", "values": {"4711": str(PERSON)}},
    "units": {"claim": "/org/unit", "values": {"north": [str(UNIT)]}},
}


class Provider:
    """The provider at one address, which may be stopped and started again; then it has another key."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "oidc_provider_mock", "--port", str(self.port)),
            *("--user-claims", json.dumps(ANNE)),
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with httpx2.AsyncClient(trust_env=False) as http:
            for _ in range(600):
                with suppress(httpx2.TransportError):
                    await http.get(self.url)
                    return
                await asyncio.sleep(0.05)
        raise RuntimeError("the provider did not start")

    async def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            await self._process.wait()
            self._process = None

    async def log_in(self, client: str = CLIENT) -> str:
        """Go through the authorization code flow as Anne; return her token."""
        async with httpx2.AsyncClient(base_url=self.url, trust_env=False) as http:
            asked = {
                "client_id": client,
                "redirect_uri": "https://front.example/back",
                "response_type": "code",
                "scope": "openid",
            }
            answer = await http.post("/oauth2/authorize", params=asked, data={"sub": "anne"})
            code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
            form = {"grant_type": "authorization_code", "code": code, "redirect_uri": asked["redirect_uri"]}
            granted = await http.post("/oauth2/token", data=form, auth=(client, "any"))
            token: str = granted.json()["id_token"]
            return token


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    provider = Provider()
    await provider.start()
    yield provider
    await provider.stop()


@asynccontextmanager
async def gateway(front: Front, *networks: str) -> AsyncIterator[str]:
    """Run a gateway that remembers nothing yet and may ask issuers in networks."""
    listed = tuple(ip_network(each) for each in networks)
    changes = {"issuer_networks": listed, "issuer_pause_seconds": 0.0}
    async with serving(build(front.settings.model_copy(update=changes)), free_port()) as url:
        yield url


async def register(front: Front, tenant: UUID, provider: Provider) -> None:
    body = {
        "issuer": provider.url,
        "audience": CLIENT,
        "algorithms": ["RS256"],
        "mapping": MAPPING,
    }
    made = await front.put(f"/v1/tenants/{tenant}/issuers/{uuid4()}", body)
    assert made.status_code == 201, made.text


async def call(front: Front, url: str, token: str) -> httpx2.Response:
    return await front.http.get(f"{url}/v1/cases", headers=bearer(token))


async def test_people_log_in_at_their_own_provider(
    front: Front, known_tenant: UUID, provider: Provider
) -> None:
    await register(front, known_tenant, provider)
    token = await provider.log_in()
    async with gateway(front, "127.0.0.0/8") as url:
        answer = await call(front, url, token)
        assert answer.status_code == 200, answer.text
        inside = claims_inside(answer.json())
        assert (inside["tenant"], inside["sub"], inside["roles"]) == (str(known_tenant), "anne", ["leader"])
        assert (inside["personId"], inside["unitIds"]) == (str(PERSON), [str(UNIT)])
        assert (await call(front, url, await provider.log_in("another-program"))).status_code == 401
        tampered = token.rpartition(".")[0] + "." + (await provider.log_in()).rpartition(".")[2]
        assert (await call(front, url, tampered)).status_code == 401
    await provider.stop()
    async with gateway(front, "127.0.0.0/8") as url:
        # It is down, and this gateway has never asked it: the token is as good as it was.
        assert (await call(front, url, token)).status_code == 200
    await provider.start()
    async with gateway(front, "127.0.0.0/8") as url:
        assert (await call(front, url, token)).status_code == 200
        renewed = await provider.log_in()
        assert (await call(front, url, renewed)).status_code == 200
    async with gateway(front, "127.0.0.0/8") as url:
        # Its old key is no more.
        assert [(await call(front, url, each)).status_code for each in (token, renewed)] == [401, 200]


async def test_no_provider_is_asked_where_no_operator_listed_it(
    front: Front, known_tenant: UUID, provider: Provider
) -> None:
    await register(front, known_tenant, provider)
    async with gateway(front) as url:
        assert (await call(front, url, await provider.log_in())).status_code == 401
