"""Everything that goes wrong becomes a problem document, and none repeats what was sent."""

import asyncio
import json
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
import structlog.testing
from fastapi import FastAPI
from prometheus_client import REGISTRY, generate_latest
from sqlalchemy.exc import TimeoutError as PoolTimeout

from deploy.local.ports import free_port
from shared.access.principal import Role
from shared.app.problem_schema import PROBLEM
from shared.database.failures import passes
from shared.errors import MOST_ERRORS
from tests.shared.conftest import Notes, Superuser
from tests.shared.notes import SERVICE, CheckForm, NotesSettings, build
from tests.support.keys import token
from tests.support.services import CallerClient
from tests.support.serving import serving

CANARY = "010190-9994"
MEMBERS = {"type", "title", "status", "detail", "code", "traceId"}

BODIES: dict[str, Any] = {
    "a text": CANARY,
    "a list": [CANARY],
    "null": None,
    "an unknown field": {CANARY: 1},
    "an unknown field inside": {"shape": {"kind": "circle", "radius": 1, CANARY: 1}},
    "a text too long": {"line": CANARY * 20},
    "a text for a number": {"count": CANARY},
    "a number for a text": {"line": 1019_09994},
    "a fraction": {"count": 0.0101909994},
    "no such value": {"colour": CANARY},
    "no moment": {"at": CANARY},
    "a moment without offset": {"at": "2026-01-01T00:00:00"},
    "no id": {"reference": CANARY},
    "no code": {"codes": ["fine", f"{CANARY}!"]},
    "no list": {"codes": CANARY},
    "a key that is no code": {"labels": {f"{CANARY}!": 1}},
    "a value under a key": {"labels": {CANARY: "x"}},
    "no such kind": {"shape": {"kind": CANARY}},
    "no kind": {"shape": {"other": CANARY}},
    "a lone surrogate": {"line": f"{CANARY}\ud800"},
    "a NUL": {"line": f"{CANARY}\x00"},
    "several": {"count": CANARY, "at": CANARY, "colour": CANARY, "codes": [CANARY + "!"]},
}

RAW: dict[str, bytes] = {
    "no JSON": CANARY.encode(),
    "JSON cut off": f'{{"line": "{CANARY}'.encode(),
    "something behind": f'{{"line": "x"}} {CANARY}'.encode(),
    "not UTF-8": b'{"line": "' + CANARY.encode() + b'\xff"}',
    "very deep": b'{"line":' + b"[" * 6000 + CANARY.encode(),
    "very large number": b'{"count": ' + b"0101909994" * 100 + b"}",
    "larger than Python reads": b'{"count": ' + b"1" * 5000 + b"}",
    "nothing": b"",
    "NaN": b'{"count": NaN}',
}


@pytest.fixture
def caller(notes: Notes, tenant: UUID) -> CallerClient:
    """Return a caller who may do everything."""
    return notes.caller(tenant)


def assert_problem(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    """Check that an answer is a complete problem document, and return it."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    problem: dict[str, Any] = answer.json()
    assert set(problem) - {"errors"} == MEMBERS
    assert (problem["status"], problem["code"], problem["type"]) == (
        status,
        code,
        f"urn:samspil:problem:{code}",
    )
    assert problem["traceId"] == answer.headers["x-request-id"]
    return problem


def assert_silent(answer: httpx2.Response, lines: structlog.testing.CapturingLogger) -> None:
    """Check that nothing that was sent comes back, and nothing is kept of it."""
    told = answer.text + repr(answer.headers.multi_items()) + repr(lines.calls)
    measured = generate_latest(REGISTRY).decode()
    for canary in (CANARY, CANARY.replace("-", ""), quote(CANARY)):
        assert canary not in told
        assert canary not in measured


class TestMalformed:
    """Bodies that are wrong answer 400, and never say what was in them."""

    @pytest.mark.parametrize("name", BODIES)
    async def test_bodies(
        self, caller: CallerClient, log_lines: structlog.testing.CapturingLogger, name: str
    ) -> None:
        answer = await caller.request(
            "POST",
            "/v1/forms",
            content=json.dumps(BODIES[name]),
            headers={"Content-Type": "application/json"},
        )
        problem = assert_problem(answer, 400, "malformed-request")
        assert problem["errors"]
        assert_silent(answer, log_lines)
        assert log_lines.calls

    @pytest.mark.parametrize("name", RAW)
    async def test_no_json(
        self, caller: CallerClient, log_lines: structlog.testing.CapturingLogger, name: str
    ) -> None:
        answer = await caller.request(
            "POST", "/v1/forms", content=RAW[name], headers={"Content-Type": "application/json"}
        )
        assert_problem(answer, 400, "malformed-request")
        assert_silent(answer, log_lines)

    async def test_control_the_plain_handler_repeats_it(self) -> None:
        plain = FastAPI()

        @plain.post("/v1/forms")
        async def check_form(wanted: CheckForm) -> None:
            """Accept what is well-formed."""

        transport = httpx2.ASGITransport(app=plain)
        async with httpx2.AsyncClient(transport=transport, base_url="http://plain") as http:
            answer = await http.post("/v1/forms", json={"count": CANARY})
        assert answer.status_code == 422
        assert CANARY in answer.text

    async def test_every_error_at_once_with_its_place(self, caller: CallerClient) -> None:
        body = {
            "count": "1",
            "codes": ["a", "B"],
            "shape": {"kind": "circle"},
            "colour": "green",
            "more": 1,
        }
        problem = assert_problem(await caller.post("/v1/forms", body), 400, "malformed-request")
        assert {(each["pointer"], each["code"]) for each in problem["errors"]} == {
            ("/count", "int-type"),
            ("/codes/1", "string-pattern-mismatch"),
            ("/shape/circle/radius", "missing"),
            ("/colour", "enum"),
            ("/", "extra-forbidden"),
        }

    async def test_no_more_errors_than_the_document_says(self, caller: CallerClient) -> None:
        body = {"codes": [0] * (MOST_ERRORS + 1)}
        problem = assert_problem(await caller.post("/v1/forms", body), 400, "malformed-request")
        assert len(problem["errors"]) == PROBLEM["properties"]["errors"]["maxItems"] == MOST_ERRORS

    @pytest.mark.parametrize(
        ("query", "pointer", "code"),
        [
            ("number=x", "#query/number", "int-parsing"),
            ("", "#query/number", "missing"),
            ("number=1&colour=green", "#query/colour", "enum"),
            ("number=1&other=1", "#query", "unknown"),
            ("number=1&Number=1", "#query", "unknown"),
            (f"number=1&{CANARY}=1", "#query", "unknown"),
            (f"number={CANARY}", "#query/number", "int-parsing"),
        ],
    )
    async def test_queries(
        self,
        caller: CallerClient,
        log_lines: structlog.testing.CapturingLogger,
        query: str,
        pointer: str,
        code: str,
    ) -> None:
        answer = await caller.get(f"/v1/numbers?{query}")
        assert answer.status_code == 400
        assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, code)]
        assert_silent(answer, log_lines)

    async def test_paths(self, caller: CallerClient, log_lines: structlog.testing.CapturingLogger) -> None:
        answer = await caller.get(f"/v1/notes/{CANARY}")
        problem = assert_problem(answer, 400, "malformed-request")
        assert [each["pointer"] for each in problem["errors"]] == ["#path/note_id"]
        assert_silent(answer, log_lines)

    @pytest.mark.parametrize(
        "header",
        [
            "If-Match",
            "If-None-Match",
            "Idempotency-Key",
            "Accept-Language",
            "Accept",
            "X-Request-Id",
            "Traceparent",
            "User-Agent",
            "Origin",
            "Cookie",
            CANARY,
        ],
    )
    async def test_headers(
        self, caller: CallerClient, log_lines: structlog.testing.CapturingLogger, header: str
    ) -> None:
        answer = await caller.request("POST", "/v1/notes", json={"words": 1}, headers={header: CANARY})
        assert answer.status_code == (406 if header == "Accept" else 400)
        assert_silent(answer, log_lines)

    async def test_a_form_in_order(self, caller: CallerClient) -> None:
        body = {
            "line": "æøå",
            "count": 2,
            "colour": "dark-blue",
            "at": "2026-01-01T00:00:00+01:00",
            "reference": str(uuid4()),
            "codes": ["a-b"],
            "labels": {"a": 1},
            "shape": {"kind": "square", "side": 1},
        }
        assert (await caller.post("/v1/forms", body)).json() == {"valid": True}


class TestOtherRefusals:
    """Each status, as a problem document."""

    @pytest.mark.parametrize(
        ("method", "path", "status", "code"),
        [
            ("GET", "/v1/nothing", 404, "not-found"),
            ("GET", f"/v1/notes/{UUID(int=1)}", 404, "not-found"),
            ("GET", "/v1/notes/", 404, "not-found"),
            ("GET", "/v1//notes", 404, "not-found"),
            ("GET", "/openapi.json", 404, "not-found"),
            ("GET", "/docs", 404, "not-found"),
            ("DELETE", "/v1/notes", 405, "method-not-allowed"),
            ("PUT", f"/v1/notes/{UUID(int=1)}", 415, "unsupported-media-type"),
            ("POST", "/v1/notes", 415, "unsupported-media-type"),
            ("GET", "/internal/changes", 403, "forbidden"),
        ],
    )
    async def test_statuses(
        self, caller: CallerClient, method: str, path: str, status: int, code: str
    ) -> None:
        problem = assert_problem(await caller.request(method, path), status, code)
        assert problem["detail"] == problem["title"]

    @pytest.mark.parametrize(
        ("path", "method", "allowed"),
        [
            (f"/v1/notes/{UUID(int=1)}", "DELETE", "GET, HEAD, OPTIONS, PUT"),
            ("/v1/notes", "PATCH", "GET, HEAD, OPTIONS, POST"),
            ("/v1/forms", "GET", "OPTIONS, POST"),
            ("/v1/forms", "HEAD", "OPTIONS, POST"),
            ("/v1/forms", "TRACE", "OPTIONS, POST"),
            ("/health/live", "POST", "GET, HEAD, OPTIONS"),
        ],
    )
    async def test_every_method_there_is(
        self, caller: CallerClient, path: str, method: str, allowed: str
    ) -> None:
        answer = await caller.request(method, path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
        asked = await caller.request("OPTIONS", path)
        assert (asked.status_code, asked.headers["allow"], asked.content) == (204, allowed, b"")

    async def test_of_what_there_is_not_nothing_is_allowed(self, caller: CallerClient) -> None:
        assert_problem(await caller.request("OPTIONS", "/v1/nothing"), 404, "not-found")

    @pytest.mark.parametrize(
        ("content_type", "status"),
        [
            ("application/json", 200),
            ("Application/JSON; charset=utf-8", 200),
            ("application/merge-patch+json", 200),
            ("text/plain", 415),
            ("text/json", 415),
            ("application/xml", 415),
            ("multipart/form-data; boundary=x", 415),
            ("application/x-www-form-urlencoded", 415),
            (f"text/{CANARY}", 415),
            ("", 415),
        ],
    )
    async def test_media_types(
        self,
        caller: CallerClient,
        log_lines: structlog.testing.CapturingLogger,
        content_type: str,
        status: int,
    ) -> None:
        answer = await caller.request(
            "POST", "/v1/forms", content=b"{}", headers={"Content-Type": content_type}
        )
        assert answer.status_code == status
        assert answer.headers.get("accept") == ("application/json" if status == 415 else None)
        assert_silent(answer, log_lines)

    @pytest.mark.parametrize(
        ("wanted", "language", "title"),
        [
            (None, "da", "Det findes ikke."),
            ("en", "en", "There is no such thing."),
            ("de", "da", "Det findes ikke."),
        ],
    )
    async def test_languages(
        self, caller: CallerClient, wanted: str | None, language: str, title: str
    ) -> None:
        answer = await caller.get("/v1/nothing", headers={"Accept-Language": wanted} if wanted else {})
        assert (answer.headers["content-language"], answer.json()["title"]) == (language, title)
        assert "Accept-Language" in answer.headers["vary"]


class TestUnforeseen:
    """What nobody foresaw is told without its message."""

    async def test_an_exception(
        self, caller: CallerClient, log_lines: structlog.testing.CapturingLogger
    ) -> None:
        answer = await caller.post("/v1/broken", {"words": CANARY})
        assert_problem(answer, 500, "internal-error")
        assert_silent(answer, log_lines)
        (line,) = [json.loads(call.args[0]) for call in log_lines.calls if call.method_name == "error"]
        assert (line["event"], line["error"]) == ("unforeseen_error", "RuntimeError")
        assert line["where"].startswith("break_down:")

    async def test_a_broken_constraint(
        self, caller: CallerClient, log_lines: structlog.testing.CapturingLogger
    ) -> None:
        body = {"words": CANARY, "parentId": str(uuid4())}
        answer = await caller.create(f"/v1/notes/{uuid4()}", body)
        assert_problem(answer, 500, "internal-error")
        assert_silent(answer, log_lines)
        (line,) = [json.loads(call.args[0]) for call in log_lines.calls if call.method_name == "error"]
        assert line["error"] == "ForeignKeyViolationError"
        assert (line["sqlstate"], line["constraint_name"]) == ("23503", "note_parent")
        assert body["parentId"] not in repr(log_lines.calls)


class TestDatabaseGone:
    """What passes by itself answers 503 and says when to come again."""

    async def test_nobody_there(self, notes_settings: NotesSettings, tenant: UUID) -> None:
        nowhere = f"postgresql://nobody:nothing@127.0.0.1:{free_port()}/none"
        settings = notes_settings.model_copy(update={"app_dsn": nowhere, "feed_dsn": nowhere})
        async with (
            serving(build(settings)) as url,
            httpx2.AsyncClient(base_url=url, trust_env=False) as http,
        ):
            headers = {"Authorization": f"Bearer {token(SERVICE, tenant, Role.CASE_WORKER)}"}
            for path in ("/v1/notes", "/health/ready"):
                answer = await http.get(path, headers=headers)
                assert_problem(answer, 503, "unavailable")
                assert answer.headers["retry-after"] == "1"
            assert (await http.get("/health/live")).json() == {"status": "up"}

    async def test_a_connection_killed_at_work(self, caller: CallerClient, superuser: Superuser) -> None:
        asleep = asyncio.create_task(caller.get("/v1/sleep"))
        killed = None
        while not killed:
            killed = await superuser.fetchval(
                "SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity "
                "WHERE query LIKE '%pg_sleep%' AND state = 'active' AND pid <> pg_backend_pid()"
            )
        answer = await asleep
        assert_problem(answer, 503, "unavailable")
        assert answer.headers["retry-after"] == "1"
        assert (await caller.get("/v1/notes")).status_code == 200

    @pytest.mark.parametrize(
        ("error", "expected"),
        [
            (PoolTimeout(), True),
            (ConnectionRefusedError(), True),
            (asyncpg.InterfaceError("closed"), True),
            (asyncpg.InternalClientError("cannot switch to state"), True),
            (asyncpg.AdminShutdownError(), True),
            (asyncpg.CannotConnectNowError(), True),
            (asyncpg.TooManyConnectionsError(), True),
            (asyncpg.LockNotAvailableError(), True),
            (asyncpg.QueryCanceledError(), True),
            (asyncpg.DeadlockDetectedError(), True),
            (asyncpg.SerializationError(), True),
            (asyncpg.UniqueViolationError(), False),
            (asyncpg.UndefinedTableError(), False),
            (asyncpg.InsufficientPrivilegeError(), False),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_what_passes(self, error: Exception, expected: bool) -> None:
        assert passes(error) is expected
