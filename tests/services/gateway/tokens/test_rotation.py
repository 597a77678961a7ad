"""Signing keys are changed in steps, and at each step every replica honours every token, old and new."""

from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import httpx2
from pydantic import SecretStr

from deploy.local.ports import free_port
from services.gateway.main import build
from services.gateway.settings import GatewaySettings, published_keys
from tests.services.gateway.conftest import Front, bearer
from tests.services.gateway.outsiders import key_of, public_set
from tests.support.keys import private_key
from tests.support.serving import serving

OLD, NEW = "gateway-own", "gateway-next"


def step(front: Front, signs: str, *beside: str) -> GatewaySettings:
    """Return settings by which one key signs and others are honoured beside it."""
    return front.settings.model_copy(
        update={
            "signing_key": SecretStr(private_key(signs)),
            "trusted_keys": {"gateway": public_set(*map(key_of, beside))},
        }
    )


async def token_of(url: str, form: dict[str, str]) -> str:
    async with httpx2.AsyncClient(base_url=url, trust_env=False) as http:
        answer = await http.post("/oauth2/token", data=form)
        token: str = answer.json()["access_token"]
        return token


async def statuses(front: Front, url: str, *tokens: str) -> list[int]:
    return [(await front.http.get(f"{url}/v1/cases", headers=bearer(each))).status_code for each in tokens]


async def login(front: Front) -> dict[str, str]:
    tenant = uuid4()
    await front.set_up(tenant)
    path = f"/v1/tenants/{tenant}/clients/{uuid4()}"
    await front.put(path, {"name": "F", "roles": ["analyst"]})
    made: dict[str, Any] = (await front.http.post(f"{path}/secrets", headers=front.operator())).json()
    return {
        "grant_type": "client_credentials",
        "client_id": made["clientId"],
        "client_secret": made["clientSecret"],
    }


async def test_no_step_refuses_a_token_of_the_step_before(front: Front) -> None:
    form = await login(front)
    async with AsyncExitStack() as running:

        async def run(settings: GatewaySettings) -> str:
            return await running.enter_async_context(serving(build(settings), free_port()))

        announced, changed = [await run(step(front, signs, OLD, NEW)) for signs in (OLD, NEW)]
        over = await run(step(front, NEW, NEW))
        old, new = await token_of(announced, form), await token_of(changed, form)
        # While replicas are changed one by one, each may be asked with a token of the other.
        assert await statuses(front, announced, old, new) == [200, 200]
        assert await statuses(front, changed, old, new) == [200, 200]
        # Once the old key is taken out, its tokens have ended; one that has not is refused.
        assert await statuses(front, over, old, new) == [401, 200]
        # Without the first step, the outage would be this:
        assert await statuses(front, front.url, old, new) == [200, 401]


def test_publishes_the_key_that_signs_first_and_each_once(front: Front) -> None:
    keys = published_keys(step(front, NEW, OLD, NEW))["keys"]
    assert [key["kid"] for key in keys] == [key_of(NEW).kid, key_of(OLD).kid]
    assert all("d" not in key for key in keys)
