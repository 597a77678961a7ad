"""Through the gateway: who is counted, what they are told, and whom it leaves alone."""

from collections.abc import AsyncIterator
from ipaddress import ip_network
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
        "address_rate": "4/600",
        "answering_rate": "6/600",
        "trusted_proxies": [ip_network("127.0.0.1/32")],
    }
    async with serving(build(front.settings.model_copy(update=changes)), free_port()) as url:
        yield url


def behind(address: str) -> dict[str, str]:
    """Return what the proxy before the gateway says of who asks it."""
    return {"X-Forwarded-For": address}


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
        mine = {**bearer("rt_" + "M" * 22), **behind("192.0.2.1")}
        theirs = {**bearer("rt_" + "T" * 22), **behind("192.0.2.1")}
        assert await statuses(front.http, f"{strict}/v1/response", mine, 3) == [200, 200, 429]
        assert await statuses(front.http, f"{strict}/v1/response", theirs, 2) == [200, 200]

    async def test_invented_tokens_of_respondents_give_an_address_nothing_more(
        self, front: Front, strict: str
    ) -> None:
        invented = [{**bearer(f"rt_{each:022}"), **behind("192.0.2.2")} for each in range(7)]
        found = [await statuses(front.http, f"{strict}/v1/response", each, 1) for each in invented]
        assert found == [[200]] * 6 + [[429]]
        elsewhere = {**bearer("rt_" + "E" * 22), **behind("192.0.2.3")}
        assert await statuses(front.http, f"{strict}/v1/response", elsewhere, 1) == [200]

    async def test_unknown_callers_are_counted_by_address(self, front: Front, strict: str) -> None:
        bad = {**bearer("x"), **behind("192.0.2.4")}
        assert await statuses(front.http, f"{strict}/v1/cases", bad, 5) == [401] * 4 + [429]
        refused = await front.http.get(f"{strict}/v1/cases", headers=bad)
        assert refused.headers["ratelimit-policy"] == '"address";q=4;w=600'
        assert refused.headers["retry-after"] == "150"
        # Whoever has a good token is known by it, wherever it comes from.
        known = {**front.caller(uuid4(), "analyst"), **behind("192.0.2.4")}
        assert await statuses(front.http, f"{strict}/v1/cases", known, 1) == [200]
        bad |= behind("192.0.2.5")
        assert await statuses(front.http, f"{strict}/v1/response", bad, 4) == [401] * 4
        assert await statuses(front.http, f"{strict}/v1/tenants/{uuid4()}", bad, 1) == [429]

    async def test_a_line_of_ipv6_is_one_address(self, front: Front, strict: str) -> None:
        line = [{**bearer("x"), **behind(f"2001:db8:0:1::{each}")} for each in range(1, 6)]
        found = [await statuses(front.http, f"{strict}/v1/cases", each, 1) for each in line]
        assert found == [[401]] * 4 + [[429]]
        assert await statuses(front.http, f"{strict}/v1/cases", behind("2001:db8:0:2::1"), 1) == [401]

    async def test_public_paths_are_counted_by_address_and_health_is_not(
        self, front: Front, strict: str
    ) -> None:
        people, programs = behind("192.0.2.6"), behind("192.0.2.7")
        assert await statuses(front.http, f"{strict}/svar", people, 7) == [200] * 6 + [429]
        jwks = f"{strict}/.well-known/jwks.json"
        assert await statuses(front.http, jwks, programs, 5) == [200] * 4 + [429]
        assert await statuses(front.http, f"{strict}/health/live", programs, 8) == [200] * 8

    async def test_what_anybody_says_of_their_address_counts_nowhere(self, front: Front) -> None:
        changes = {"address_rate": "2/600"}
        async with serving(build(front.settings.model_copy(update=changes)), free_port()) as url:
            invented = [{**bearer("x"), **behind(f"192.0.2.{each}")} for each in range(3)]
            found = [await statuses(front.http, f"{url}/v1/cases", each, 1) for each in invented]
        assert found == [[401], [401], [429]]

    async def test_a_secret_can_be_guessed_at_only_so_often(self, front: Front, strict: str) -> None:
        name = f"{uuid4()}.{uuid4()}"
        form = {"grant_type": "client_credentials", "client_id": name, "client_secret": "guess"}
        url, here = f"{strict}/oauth2/token", behind("192.0.2.8")
        found = [(await front.http.post(url, data=form, headers=here)) for _ in range(3)]
        assert [answer.status_code for answer in found] == [401, 401, 429]
        assert found[2].json()["code"] == "too-many-requests"
        names = [{**form, "client_id": f"{uuid4()}.{uuid4()}"} for _ in range(2)]
        others = [await front.http.post(url, data=each, headers=here) for each in names]
        assert [answer.status_code for answer in others] == [401, 401]
        malformed = await front.http.post(url, data={"grant_type": "x"}, headers=here)
        assert malformed.status_code == 429

    async def test_control_the_usual_rates_let_all_of_this_through(self, front: Front) -> None:
        caller = front.caller(uuid4(), "analyst")
        assert await statuses(front.http, f"{front.url}/v1/cases", caller, 10) == [200] * 10
