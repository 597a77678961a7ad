"""What every request passes: ids, log lines and metrics, safe headers, bounds of size and time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from uuid import UUID, uuid4

import httpx2
import pytest
import structlog.testing
from prometheus_client import REGISTRY, generate_latest
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from shared.access.principal import Role
from shared.app.middleware import BodyBounds, BodySizes
from tests.shared.conftest import Notes, logged
from tests.shared.notes import SERVICE, NotesSettings, build
from tests.support.keys import token
from tests.support.services import CallerClient
from tests.support.serving import serving

LIMIT = 8192


@pytest.fixture
def caller(notes: Notes, tenant: UUID) -> CallerClient:
    """Return a caller who may do everything."""
    return notes.caller(tenant)


class TestObservation:
    """One id, one log line and one place in the metrics for each request; no value of it in any."""

    @pytest.mark.parametrize(
        ("headers", "kept"),
        [
            ({"X-Request-Id": "abc-DEF_1.2"}, "abc-DEF_1.2"),
            ({"X-Request-Id": "a" * 64}, "a" * 64),
            (
                {"X-Request-Id": "00123456-1234-4123-8123-010190123456"},
                "00123456-1234-4123-8123-010190123456",
            ),
            ({"X-Request-Id": "request-12345678901"}, "request-12345678901"),
            ({"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"}, "ab" * 16),
            ({"X-Request-Id": "a" * 65}, None),
            ({"X-Request-Id": "short"}, None),
            ({"X-Request-Id": "with space in it"}, None),
            ({"X-Request-Id": "010190-9994"}, None),
            ({"X-Request-Id": "case.0101909994"}, None),
            ({"traceparent": "00-nonsense"}, None),
            ({}, None),
        ],
    )
    async def test_ids(
        self,
        caller: CallerClient,
        log_lines: structlog.testing.CapturingLogger,
        headers: dict[str, str],
        kept: str | None,
    ) -> None:
        answer = await caller.get("/v1/nothing", headers=headers)
        given = answer.headers["x-request-id"]
        assert answer.json()["traceId"] == given
        assert [line["request_id"] for line in logged(log_lines)] == [given]
        assert given == kept or (kept is None and len(given) == 32 and given not in headers.values())

    async def test_one_line_by_template(
        self, caller: CallerClient, tenant: UUID, log_lines: structlog.testing.CapturingLogger
    ) -> None:
        note_id = uuid4()
        await caller.create(f"/v1/notes/{note_id}", {"words": "xylophone words"})
        await caller.get(f"/v1/notes/{note_id}?canary=1")
        await caller.request("HEAD", f"/v1/notes/{note_id}")
        await caller.get(f"/v1/nothing/{note_id}")
        await caller.request("TRACE", f"/v1/notes/{note_id}")
        lines = [line for line in logged(log_lines) if line["event"] == "request"]
        assert [(line["method"], line["route"], line["status"]) for line in lines] == [
            ("PUT", "/v1/notes/{note_id}", 201),
            ("GET", "/v1/notes/{note_id}", 400),
            ("HEAD", "/v1/notes/{note_id}", 200),
            ("GET", "unmatched", 404),
            ("OTHER", "/v1/notes/{note_id}", 405),
        ]
        assert (lines[0]["tenant"], lines[0]["subject"], lines[0]["service"]) == (
            str(tenant),
            "tester",
            SERVICE,
        )
        assert "tenant" not in lines[3]
        for value in (str(note_id), "xylophone", "canary", caller.token):
            assert value not in repr(log_lines.calls)
            assert value not in generate_latest(REGISTRY).decode()

    async def test_metrics_by_template(self, caller: CallerClient) -> None:
        def counted(status: str) -> float:
            labels = {"service": SERVICE, "method": "GET", "route": "/v1/notes/{note_id}", "status": status}
            return REGISTRY.get_sample_value("samspil_requests_total", labels) or 0.0

        before = counted("404"), counted("400")
        for _ in range(3):
            await caller.get(f"/v1/notes/{uuid4()}")
        await caller.get("/v1/notes/x")
        assert (counted("404"), counted("400")) == (before[0] + 3, before[1] + 1)

    async def test_a_caller_does_not_stay_on_the_lines(
        self, notes: Notes, caller: CallerClient, log_lines: structlog.testing.CapturingLogger
    ) -> None:
        await caller.get("/v1/notes")
        await notes.http.get("/health/live")
        first, second = logged(log_lines)
        assert "tenant" in first
        assert "tenant" not in second


class TestSafeHeaders:
    """Each answer carries them, a refusal too."""

    @pytest.mark.parametrize("path", ["/v1/notes", "/v1/nothing", "/health/live", "/v1/numbers"])
    async def test_they_are_there_once(self, caller: CallerClient, path: str) -> None:
        answer = await caller.get(path)
        expected = {
            "api-version": "1.0.0",
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "no-referrer",
            "strict-transport-security": "max-age=31536000; includeSubDomains",
            "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
            "vary": "Accept-Language, Authorization",
        }
        assert {name: answer.headers.get_list(name) for name in expected} == {
            name: [value] for name, value in expected.items()
        }
        assert len(answer.headers.get_list("cache-control")) == 1

    async def test_what_may_not_be_kept(self, caller: CallerClient) -> None:
        assert (await caller.get("/v1/nothing")).headers["cache-control"] == "no-store"
        assert (await caller.get("/v1/notes")).headers["cache-control"] == "private, no-cache"


class TestHead:
    """HEAD wherever there is a GET."""

    @pytest.mark.parametrize("path", ["/v1/notes", "/health/live", "/v1/nothing"])
    async def test_without_a_body(self, caller: CallerClient, path: str) -> None:
        get, head = await caller.get(path), await caller.request("HEAD", path)
        assert head.status_code == get.status_code
        assert head.headers["content-length"] == get.headers["content-length"]
        assert head.content == b""

    async def test_no_redirect_on_a_trailing_slash(self, caller: CallerClient) -> None:
        for path in ("/v1/notes/", "/v1/forms/", "/health/live/"):
            answer = await caller.get(path)
            assert answer.status_code in {404, 405}
            assert "location" not in answer.headers


@asynccontextmanager
async def raw_answer(
    url: str, head: list[str], *chunks: bytes
) -> AsyncIterator[tuple[bytes, asyncio.StreamReader]]:
    """Send a request by hand; give the head of its answer, and what reads the rest."""
    address = httpx2.URL(url)
    reader, writer = await asyncio.open_connection(address.host, address.port)
    try:
        writer.write("\r\n".join([*head, "", ""]).encode("latin-1") + b"".join(chunks))
        yield await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), timeout=20), reader
    finally:
        writer.close()
        await writer.wait_closed()


def head_of(tenant: UUID, *more: str) -> list[str]:
    """Write the head of a request that posts a form."""
    bearer = token(SERVICE, tenant, Role.CASE_WORKER)
    return [
        "POST /v1/forms HTTP/1.1",
        "Host: notes",
        f"Authorization: Bearer {bearer}",
        "Content-Type: application/json",
        *more,
    ]


class TestBodySizes:
    """Only below the paths that take whole organisations may a body be larger."""

    def test_is_wide_below_wide_paths_only(self) -> None:
        sizes = BodySizes(usual=1, wide=2, wide_paths=["/v1/organisations/"])
        assert sizes.limit("/v1/organisations/hr") == 2
        assert sizes.limit("/v1/organisations") == sizes.limit("/v1/cases/x") == 1
        assert BodySizes(usual=1, wide=2).limit("/v1/organisations/hr") == 1


class TestSize:
    """A body has a greatest size, announced or not."""

    @pytest.mark.parametrize(("size", "status"), [(LIMIT, 400), (LIMIT + 1, 413), (100 * LIMIT, 413)])
    @pytest.mark.parametrize("announced", [True, False])
    async def test_bodies(self, caller: CallerClient, size: int, status: int, announced: bool) -> None:
        body = b'"' + b"x" * (size - 2) + b'"'

        async def chunks() -> AsyncIterator[bytes]:
            for start in range(0, size, 1000):
                yield body[start : start + 1000]

        answer = await caller.request(
            "POST",
            "/v1/forms",
            content=body if announced else chunks(),
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code == status
        code = {400: "malformed-request", 413: "body-too-large"}[status]
        assert answer.json()["code"] == code

    @pytest.mark.parametrize("announced", [str(10**9), "9" * 15, "9" * 18])
    async def test_an_announcement_is_enough(self, notes: Notes, tenant: UUID, announced: str) -> None:
        head = head_of(tenant, f"Content-Length: {announced}")
        async with raw_answer(notes.url, head, b"{") as (answer, _):
            assert answer.startswith(b"HTTP/1.1 413 ")
            assert b"application/problem+json" in answer

    async def test_control_without_the_bound_it_is_taken(
        self, notes_settings: NotesSettings, tenant: UUID
    ) -> None:
        app = build(notes_settings.model_copy(update={"max_body_bytes": 10**9}))
        bearer = token(SERVICE, tenant, Role.CASE_WORKER)
        headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
        async with serving(app) as url, httpx2.AsyncClient(base_url=url, trust_env=False) as http:
            answer = await http.post("/v1/forms", content=b"{" + b" " * 100 * LIMIT + b"}", headers=headers)
        assert answer.status_code == 200


class TestTime:
    """A body must arrive in time, and who is too slow is hung up on."""

    @pytest.fixture
    async def impatient(self, notes_settings: NotesSettings) -> AsyncIterator[str]:
        """Run the notes with little patience."""
        async with serving(build(notes_settings.model_copy(update={"receive_seconds": 0.2}))) as url:
            yield url

    @pytest.mark.parametrize(
        ("more", "chunks"),
        [
            (["Content-Length: 100"], []),
            (["Content-Length: 100"], [b"{"]),
            (["Transfer-Encoding: chunked"], [b"1\r\n{\r\n"]),
        ],
        ids=["nothing", "a part", "a chunk"],
    )
    async def test_too_slow(
        self, impatient: str, tenant: UUID, more: list[str], chunks: list[bytes]
    ) -> None:
        async with raw_answer(impatient, head_of(tenant, *more), *chunks) as (answer, reader):
            assert answer.startswith(b"HTTP/1.1 408 ")
            assert b"application/problem+json" in answer
            assert b"connection: close" in answer.lower()
            assert b"request-timeout" in await asyncio.wait_for(reader.read(), timeout=20)

    async def test_a_body_that_has_arrived_may_take_its_time(self, impatient: str, tenant: UUID) -> None:
        head = head_of(tenant, "Content-Length: 2", "Connection: close")
        async with raw_answer(impatient, head, b"{}") as (answer, _):
            assert answer.startswith(b"HTTP/1.1 200 ")

    @pytest.mark.parametrize(
        ("headers", "timed"),
        [
            ([], False),
            ([(b"content-length", b"0")], False),
            ([(b"content-length", b"2")], True),
            ([(b"transfer-encoding", b"chunked")], True),
        ],
    )
    async def test_only_what_announces_a_body_is_timed(
        self, headers: list[tuple[bytes, bytes]], timed: bool
    ) -> None:
        async def receive() -> Message:
            await asyncio.sleep(0)  # longer than no time at all
            return {"type": "http.request", "body": b"", "more_body": False}

        async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
            await receive()

        async def send(_message: Message) -> None:
            raise AssertionError("nothing is sent")

        bounds = BodyBounds(app, 0, BodySizes(usual=10, wide=10))
        scope: Scope = {"type": "http", "path": "/", "headers": headers}
        with pytest.raises(HTTPException, match="408") if timed else nullcontext():
            await bounds(scope, receive, send)
