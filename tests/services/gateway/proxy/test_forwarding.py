"""Requests go through as they came, answers come back as they were, and what breaks is said plainly."""

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import httpx2
import pytest

from deploy.local.ports import free_port
from services.gateway.main import build
from shared.access.principal import Role
from shared.access.tokens import GATEWAY, TokenVerifier
from shared.observability import REQUESTS
from shared.time_budget import HEADER
from tests.services.gateway.conftest import Front, bearer, impatient
from tests.services.gateway.outsiders import key_of, public_set
from tests.support.serving import serving

RESPONDENT = "rt_AAAAAAAAAAAAAAAAAAAAAA"


def headers_of(call: dict[str, Any]) -> dict[str, str]:
    return dict(call["headers"])


class TestForward:
    async def test_exchanges_the_token_for_the_services_own(self, front: Front) -> None:
        tenant = uuid4()
        answer = await front.http.get("/v1/cases", headers=front.caller(tenant, "analyst"))
        sent = headers_of(answer.json())["authorization"].removeprefix("Bearer ")
        verified = TokenVerifier({GATEWAY: public_set(key_of("gateway-own"))}, "cases").verify(sent)
        assert (verified.tenant, verified.roles) == (tenant, frozenset({Role.ANALYST}))

    async def test_passes_method_path_query_and_body_unchanged(self, front: Front) -> None:
        answer = await front.http.put(
            "/v1/cases/a%20b%2B?x=%C3%A6&y=1&y=2",
            content=b"\x00\xff body",
            headers={**front.caller(uuid4(), "case-system"), "If-Match": '"1"'},
        )
        call = answer.json()
        assert (call["method"], call["path"]) == ("PUT", "/v1/cases/a%20b%2B")
        assert call["query"] == "x=%C3%A6&y=1&y=2"
        assert base64.b64decode(call["body"]) == b"\x00\xff body"
        assert headers_of(call)["if-match"] == '"1"'

    async def test_strips_headers_both_ways_and_passes_the_request_id(self, front: Front) -> None:
        sent = {
            **front.caller(uuid4(), "analyst"),
            "X-Request-Id": "mine-12345678",
            "X-Forwarded-For": "1.2.3.4",
            "Cookie": "a=b",
            "Connection": "keep-alive, X-Private",
            "X-Private": "1",
        }
        answer = await front.http.get("/v1/cases", headers=sent)
        received = headers_of(answer.json())
        assert received["x-request-id"] == "mine-12345678"
        assert received.keys().isdisjoint({"x-forwarded-for", "cookie", "x-private"})
        assert answer.headers["x-request-id"] == "mine-12345678"
        assert answer.headers.get_list("api-version") == ["1.0.0"]
        assert answer.headers["vary"] == "Accept-Language, Authorization"
        assert answer.headers["etag"] == '"7"'
        assert answer.headers.keys().isdisjoint({"x-secret", "set-cookie"})
        assert answer.headers["x-content-type-options"] == "nosniff"

    async def test_passes_a_trace_on_and_takes_its_id(self, front: Front) -> None:
        trace = {"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01", "tracestate": "vendor=1"}
        answer = await front.http.get("/v1/cases", headers={**front.caller(uuid4(), "analyst"), **trace})
        received = headers_of(answer.json())
        version, trace_id, parent, flags = received["traceparent"].split("-")
        assert (version, trace_id, flags) == ("00", "ab" * 16, "01")
        assert parent not in trace["traceparent"]
        assert received["tracestate"] == "vendor=1"
        assert received["x-request-id"] == answer.headers["x-request-id"] == "ab" * 16

    async def test_begins_a_trace_where_none_is_given_or_a_bad_one(self, front: Front) -> None:
        bad = {"traceparent": f"00-{'0' * 32}-{'cd' * 8}-01", "tracestate": "vendor=1"}
        for given in ({}, bad):
            answer = await front.http.get(
                "/v1/cases", headers={**front.caller(uuid4(), "analyst"), **given}
            )
            received = headers_of(answer.json())
            assert received["traceparent"].startswith(f"00-{answer.headers['x-request-id']}-")
            assert "tracestate" not in received

    async def test_counts_by_template_and_service(self, front: Front) -> None:
        counter = REQUESTS.labels("gateway", "GET", "/v1/cases/{caseId}", "200")
        before = counter._value.get()
        await front.http.get(f"/v1/cases/{uuid4()}", headers=front.caller(uuid4(), "analyst"))
        assert counter._value.get() == before + 1

    async def test_follows_no_redirect_and_unpacks_nothing(self, front: Front) -> None:
        headers = front.caller(uuid4(), "analyst")
        moved = await front.http.get("/v1/cases/redirect", headers=headers)
        assert (moved.status_code, moved.headers["location"]) == (307, "/v1/cases")
        async with front.http.stream("GET", "/v1/cases/packed", headers=headers) as packed:
            raw = b"".join([chunk async for chunk in packed.aiter_raw()])
        assert (packed.headers["content-encoding"], raw) == ("gzip", b"not really gzip")

    async def test_answers_head_like_get_without_body(self, front: Front) -> None:
        headers = front.caller(uuid4(), "analyst")
        answer = await front.http.head("/v1/cases", headers=headers)
        assert (answer.status_code, answer.content) == (200, b"")
        assert int(answer.headers["content-length"]) > 0

    async def test_says_405_with_every_method(self, front: Front) -> None:
        answer = await front.http.delete("/v1/cases/7", headers=front.caller(uuid4(), "analyst"))
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST, PUT")
        assert answer.json()["code"] == "method-not-allowed"

    async def test_passes_public_paths_on_without_any_token(self, front: Front) -> None:
        answer = await front.http.get("/v1/instruments", headers=bearer("anything"))
        assert answer.status_code == 200
        assert "authorization" not in headers_of(answer.json())

    async def test_passes_forms_of_the_public_page_on_as_they_are(self, front: Front) -> None:
        form = {"token": RESPONDENT, "text.wishes": "Mere tid & ro"}
        sent = {"Cookie": "a=b", "Authorization": f"Bearer {RESPONDENT}"}
        call = (await front.http.post("/svar", data=form, headers=sent)).json()
        assert (call["path"], call["query"]) == ("/svar", "")
        assert dict(parse_qsl(base64.b64decode(call["body"]).decode())) == form
        received = headers_of(call)
        assert received["content-type"] == "application/x-www-form-urlencoded"
        assert received.keys().isdisjoint({"cookie", "authorization"})

    async def test_says_400_for_a_query_that_is_not_ascii(self, front: Front) -> None:
        reply = await raw_request(
            front, b"GET /v1/instruments?x=\xe6 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        assert reply.startswith(b"HTTP/1.1 400")


async def raw_request(front: Front, content: bytes) -> bytes:
    """Send bytes as they are."""
    host, _, port = front.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(content)
    reply = await reader.read()
    writer.close()
    return reply


class TestNobodysPaths:
    @pytest.mark.parametrize(
        "path",
        [
            "/v1/nothing",
            "/internal/changes",
            "/v1/../internal/changes",
            "/v1/cases/..%2f..%2finternal%2fchanges",
            "/v1/cases/%2e%2e/%2e%2e/internal/changes",
            "//internal/changes",
            "/%69nternal/changes",
            "/metrics",
            "/v1/cases/",
            "/v1/cases/7/",
        ],
    )
    async def test_are_404_and_reach_no_service(self, front: Front, path: str) -> None:
        seen = len(front.upstream.calls)
        token = front.caller(uuid4(), "analyst")["Authorization"]
        request = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nConnection: close\r\n\r\n"
        reply = await raw_request(front, request.encode())
        assert reply.startswith(b"HTTP/1.1 404"), reply
        assert b"application/problem+json" in reply
        assert len(front.upstream.calls) == seen

    async def test_health_is_the_gateways_own(self, front: Front) -> None:
        seen = len(front.upstream.calls)
        assert (await front.http.get("/health/ready")).json() == {"status": "up"}
        assert len(front.upstream.calls) == seen


class TestRespondents:
    @pytest.mark.parametrize(
        ("method", "path"),
        [("GET", "/v1/response"), ("POST", "/v1/response"), ("PUT", "/v1/response/draft")],
    )
    async def test_pass_with_their_token_unchanged(self, front: Front, method: str, path: str) -> None:
        answer = await front.http.request(method, path, headers=bearer(RESPONDENT))
        assert headers_of(answer.json())["authorization"] == f"Bearer {RESPONDENT}"

    @pytest.mark.parametrize(
        "path",
        ["/v1/cases", "/v1/cases/7", "/v1/scores", "/v1/tenants/9d6b7e0c-5c4e-4f0a-8a51-0d9f4d1c2b3a"],
    )
    async def test_are_401_anywhere_else(self, front: Front, path: str) -> None:
        assert (await front.http.get(path, headers=bearer(RESPONDENT))).status_code == 401

    @pytest.mark.parametrize("path", ["/v1/response", "/v1/response/draft"])
    async def test_everybody_else_is_401_there(self, front: Front, path: str) -> None:
        method = "PUT" if path.endswith("draft") else "GET"
        tokens = [front.caller(uuid4(), "professional"), front.operator(), bearer("x"), {}]
        for headers in tokens:
            assert (await front.http.request(method, path, headers=headers)).status_code == 401


class TestStreaming:
    async def test_answers_arrive_while_they_are_made(self, front: Front) -> None:
        front.upstream.go_on.clear()
        headers = front.caller(uuid4(), "analyst")
        async with front.http.stream("GET", "/v1/cases/stream", headers=headers) as answer:
            chunks = answer.aiter_raw()
            assert await anext(chunks) == b"first"
            front.upstream.go_on.set()
            assert b"".join([chunk async for chunk in chunks]) == b"last"

    async def test_bodies_arrive_while_they_are_sent(self, front: Front) -> None:
        front.upstream.first_chunk.clear()

        async def body() -> AsyncIterator[bytes]:
            yield b"first"
            await asyncio.wait_for(front.upstream.first_chunk.wait(), 10)
            yield b"last"

        headers = front.caller(uuid4(), "case-system")
        answer = await front.http.post("/v1/cases", content=body(), headers=headers)
        assert base64.b64decode(answer.json()["body"]) == b"firstlast"

    async def test_a_body_too_large_is_413(self, front: Front) -> None:
        async def body() -> AsyncIterator[bytes]:
            for _ in range(40):
                yield b"x" * 65_536

        headers = front.caller(uuid4(), "case-system")
        answer = await front.http.post("/v1/cases", content=body(), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")

    async def test_a_body_announced_too_large_is_413(self, front: Front) -> None:
        headers = front.caller(uuid4(), "case-system")
        answer = await front.http.post("/v1/cases", content=b"x" * 2_000_000, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")

    async def test_a_caller_who_hangs_up_ends_the_work_behind(self, front: Front) -> None:
        front.upstream.first_chunk.clear()
        front.upstream.cancelled.clear()
        headers = front.caller(uuid4(), "analyst")
        waiting = asyncio.create_task(front.http.get("/v1/cases/never", headers=headers))
        await asyncio.wait_for(front.upstream.first_chunk.wait(), 10)
        waiting.cancel()
        await asyncio.wait_for(front.upstream.cancelled.wait(), 10)


class TestBrokenUpstream:
    async def test_nobody_there_is_503(self, front: Front) -> None:
        answer = await front.http.get("/v1/scores", headers=front.caller(uuid4(), "analyst"))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert answer.headers["content-type"] == "application/problem+json"

    @pytest.mark.parametrize("method", ["GET", "POST"])
    async def test_a_broken_connection_is_502(self, front: Front, method: str) -> None:
        headers = front.caller(uuid4(), "analyst")
        answer = await front.http.request(method, "/v1/broken", headers=headers)
        assert (answer.status_code, answer.headers["retry-after"]) == (502, "1")
        assert answer.json()["code"] == "upstream-failed"

    async def test_no_answer_in_time_is_504(self, front: Front) -> None:
        headers = front.caller(uuid4(), "analyst")
        async with impatient(front) as url:
            answer = await front.http.get(f"{url}/v1/cases/never", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (504, "upstream-too-slow")

    async def test_a_request_has_one_time_whatever_the_service_may(self, front: Front) -> None:
        headers = front.caller(uuid4(), "analyst")
        short = front.settings.model_copy(update={"request_seconds": 0.3})
        async with serving(build(short), free_port()) as url:
            answer = await front.http.get(f"{url}/v1/cases/never", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (504, "upstream-too-slow")
            assert (await front.http.get(f"{url}/v1/cases", headers=headers)).status_code == 200

    async def test_tells_the_service_what_is_left_whatever_the_caller_says(self, front: Front) -> None:
        headers = {**front.caller(uuid4(), "analyst"), HEADER: "99999999"}
        call = (await front.http.get("/v1/cases", headers=headers)).json()
        told = [value for name, value in call["headers"] if name == HEADER]
        assert len(told) == 1
        assert 0 < int(told[0]) <= 30_000

    async def test_an_answer_broken_off_stays_incomplete(self, front: Front) -> None:
        headers = front.caller(uuid4(), "analyst")
        with pytest.raises(httpx2.RemoteProtocolError):
            await front.http.get("/v1/cases/broken-stream", headers=headers)
