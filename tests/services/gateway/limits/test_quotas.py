"""Through the gateway: who is counted, what they are told, and whom it leaves alone."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx2
import pytest

from deploy.local.ports import free_port
from services.gateway.main import build
from tests.services.gateway.conftest import Front, bearer
from tests.services.gateway.outsiders import own_token
from tests.support.serving import serving


@pytest.fixture(scope="module")
async def strict(front: Front) -> AsyncIterator[str]:
    """Run a gateway before the same stub that gives each client 3, each tenant 5, each form 2."""
    changes = {
        "client_rate": "3/600",
        "tenant_rate": "5/600",
        "respondent_rate": "2/600",
        "login_rate": "2/600",
    }
    async with serving(build(front.settings.model_copy(update=changes)), free_port()) as url:
        yield url


async def statuses(http: httpx2.AsyncClient, url: str, headers: dict[str, str], count: int) -> list[int]:
    """Return how some requests are answered."""
    return [(await http.get(url, headers=headers)).status_code for _ in range(count)]


class TestLimits:
    async def test_a_client_is_refused_above_its_rate_and_others_are_not(
        self, front: Front, strict: str
    ) -> None:
        tenant = uuid4()
        one = bearer(own_token(front.url, tenant, "analyst", sub="one"))
        two = bearer(own_token(front.url, tenant, "analyst", sub="two"))
        assert await statuses(front.http, f"{strict}/v1/cases", one, 4) == [200, 200, 200, 429]
        assert await statuses(front.http, f"{strict}/v1/cases", two, 3) == [200, 200, 429]
        other = front.caller(uuid4(), "analyst")
        assert await statuses(front.http, f"{strict}/v1/cases", other, 1) == [200]

    async def test_another_token_of_the_same_client_gives_nothing_more(
        self, front: Front, strict: str
    ) -> None:
        tenant = uuid4()
        tokens = [own_token(front.url, tenant, "analyst", iat=1_700_000_000 + each) for each in range(4)]
        found = [
            (await front.http.get(f"{strict}/v1/cases", headers=bearer(token))).status_code
            for token in tokens
        ]
        assert found == [200, 200, 200, 429]

    async def test_a_refusal_says_when_and_reaches_no_service(self, front: Front, strict: str) -> None:
        caller = front.caller(uuid4(), "analyst")
        await statuses(front.http, f"{strict}/v1/cases", caller, 3)
        seen = len(front.upstream.calls)
        refused = await front.http.get(f"{strict}/v1/cases", headers=caller)
        assert (refused.status_code, refused.json()["code"]) == (429, "too-many-requests")
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["retry-after"] == "200"
        assert refused.headers["ratelimit-policy"] == '"client";q=3;w=600, "tenant";q=5;w=600'
        assert refused.headers["ratelimit"] == '"client";r=0;t=200, "tenant";r=2;t=360'
        assert len(front.upstream.calls) == seen

    async def test_the_fields_are_on_every_answer_to_a_known_caller(
        self, front: Front, strict: str
    ) -> None:
        caller = front.caller(uuid4(), "analyst")
        answers = [
            await front.http.get(f"{strict}/v1/cases", headers=caller),
            await front.http.get(f"{strict}/v1/scores", headers=caller),
            await front.http.get(f"{strict}/v1/tenants/{uuid4()}", headers=caller),
        ]
        assert [answer.status_code for answer in answers] == [200, 503, 403]
        assert [answer.headers["ratelimit"][:14] for answer in answers] == [
            f'"client";r={left};t' for left in (2, 1, 0)
        ]

    async def test_respondents_are_counted_by_their_token(self, front: Front, strict: str) -> None:
        mine, theirs = bearer("rt_" + "M" * 22), bearer("rt_" + "T" * 22)
        assert await statuses(front.http, f"{strict}/v1/response", mine, 3) == [200, 200, 429]
        assert await statuses(front.http, f"{strict}/v1/response", theirs, 2) == [200, 200]

    async def test_public_paths_and_unknown_callers_are_not_counted(
        self, front: Front, strict: str
    ) -> None:
        assert await statuses(front.http, f"{strict}/v1/instruments", {}, 8) == [200] * 8
        answer = await front.http.get(f"{strict}/v1/cases", headers=bearer("x"))
        assert answer.status_code == 401
        assert "ratelimit" not in answer.headers

    async def test_a_secret_can_be_guessed_at_only_so_often(self, front: Front, strict: str) -> None:
        name = f"{uuid4()}.{uuid4()}"
        form = {"grant_type": "client_credentials", "client_id": name, "client_secret": "guess"}
        found = [(await front.http.post(f"{strict}/oauth2/token", data=form)) for _ in range(3)]
        assert [answer.status_code for answer in found] == [401, 401, 429]
        assert found[2].json()["code"] == "too-many-requests"

    async def test_control_the_usual_rates_let_all_of_this_through(self, front: Front) -> None:
        caller = front.caller(uuid4(), "analyst")
        assert await statuses(front.http, f"{front.url}/v1/cases", caller, 10) == [200] * 10
