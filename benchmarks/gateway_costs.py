"""Where a request's time goes in the gateway: what each part of its way adds, in CPU time of the process.

Run: `python -m benchmarks.gateway_costs [ROUNDS [REQUESTS]]`; wrk must be installed. The gateway runs in
this process as it is deployed, with its database, and 32 callers call it at once, each step further out:
only the HTTP client asking the stub behind (a process of its own); the gateway's own layers, nobody behind;
both; at last wrk asks over HTTP. The steps take turns. Times are of the processor, the least of many short
batches and, in brackets, their median: other work on the machine makes a batch slower, and none faster. Log
lines are written to the null device.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import aiohttp
import structlog
import uvloop
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from yarl import URL

from benchmarks.gateway_load import load
from deploy.local.house import Blueprint
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.processes import ServiceProcess
from deploy.local.supervisor import Supervisor
from deploy.migrate import prepare_database
from services.gateway.main import build
from services.gateway.proxy.forwarding import Destination
from services.gateway.settings import GatewaySettings
from shared.access.principal import Principal, Role
from shared.access.tokens import TokenSigner
from shared.observability import configure_logging
from shared.server import make_server

FIRST_PORT = 22_700
STUB = f"http://127.0.0.1:{FIRST_PORT + 50}"
CALLERS = 32
SECONDS = 2
BATCHES = 8
PATHS = {"GET": ("/svar/style.css", "/v1/instruments"), "POST": ("/svar", "/v1/case-searches")}
HEADERS = ((b"content-type", b"application/json"), (b"content-length", b"2"), (b"etag", b'"1"'))
BODY = b'{"reference":{"system":"sbsys","reference":"27.24.00-G01-12-26"}}'
PLENTY = "9999999/1"

Ask = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How often, and how many requests a round."""

    rounds: int
    requests: int


@dataclass(frozen=True, slots=True)
class Way:
    """A request as wrk sends it."""

    method: str
    path: str
    headers: list[tuple[bytes, bytes]]
    body: bytes

    async def through(self, app: ASGIApp) -> None:
        """Have an application answer it."""
        path = self.path.encode()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "http",
            "server": ("127.0.0.1", FIRST_PORT),
            "client": ("127.0.0.1", 1),
            "root_path": "",
            "method": self.method,
            "path": self.path,
            "raw_path": path,
            "query_string": b"",
            "headers": self.headers,
            "state": {},
        }
        bodies = [self.body]

        async def receive() -> Message:
            if not bodies:
                await asyncio.Event().wait()
            return {"type": "http.request", "body": bodies.pop(), "more_body": False}

        async def send(message: Message) -> None:
            if message.get("status", 200) != 200:
                raise RuntimeError(f"answered {message}")

        await app(scope, receive, send)


def _way(method: str, path: str, token: str) -> Way:
    body = BODY if method == "POST" else b""
    headers = [(b"host", b"127.0.0.1:22700")]
    if token:
        headers.append((b"authorization", f"Bearer {token}".encode()))
    if body:
        headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    return Way(method, path, headers, body)


async def microseconds(ask: Ask, requests: int) -> float:
    """Return what a request takes of a processor while some ask at once."""

    async def caller() -> None:
        for _ in range(requests // CALLERS):
            await ask()

    start = time.process_time()
    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return (time.process_time() - start) / (requests // CALLERS * CALLERS) * 1_000_000


async def _served(url: str, way: Way, token: str | None) -> float:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    start = time.process_time()
    done = await load(url + way.path, way.method, headers, CALLERS, SECONDS)
    if done.refused:
        raise RuntimeError(f"{done.refused} were refused")
    return (time.process_time() - start) / (done.good_per_second * SECONDS) * 1_000_000


class _AnsweredAtOnce:
    """In place of the forwarder: nobody is asked."""

    async def forward(self, _scope: Scope, receive: Receive, send: Send, _to: Destination) -> None:
        """Read the body and answer."""
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": list(HEADERS)})
        await send({"type": "http.response.body", "body": b"{}"})


@dataclass(frozen=True, slots=True)
class Bench:
    """The gateway in this process, a client of the stub's, and a caller's token."""

    app: FastAPI
    session: aiohttp.ClientSession
    url: str
    token: str

    async def measure(self, method: str, plan: Plan) -> dict[str, list[float]]:
        """Return what a request takes in each step, batch by batch."""
        public_path, private_path = PATHS[method]
        public, private = _way(method, public_path, ""), _way(method, private_path, self.token)
        found = defaultdict[str, list[float]](list)
        for _ in range(plan.rounds):
            for name, (ask, forwarder) in self._steps(public, private).items():
                with patch.object(self.app.state, "forwarder", forwarder):
                    found[name] += [await microseconds(ask, plan.requests) for _ in range(BATCHES)]
            found["over HTTP, without token"].append(await _served(self.url, public, None))
            found["over HTTP, with token"].append(await _served(self.url, private, self.token))
        return found

    def _steps(self, public: Way, private: Way) -> dict[str, tuple[Ask, object]]:
        forwarder, nobody = self.app.state.forwarder, _AnsweredAtOnce()
        return {
            "the client alone": (lambda: self._ask_stub(private), forwarder),
            "layers, without token": (lambda: public.through(self.app), nobody),
            "layers, with token": (lambda: private.through(self.app), nobody),
            "all but HTTP, without token": (lambda: public.through(self.app), forwarder),
            "all but HTTP, with token": (lambda: private.through(self.app), forwarder),
        }

    async def _ask_stub(self, way: Way) -> None:
        headers = [(name.decode(), value.decode()) for name, value in way.headers[1:]]
        async with self.session.request(
            way.method, URL(STUB + way.path, encoded=True), headers=headers, data=way.body or None
        ) as answer:
            await answer.read()


@asynccontextmanager
async def _serving(app: FastAPI, settings: GatewaySettings) -> AsyncIterator[None]:
    server = make_server(app, settings)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.05)
        if task.done():
            await task
    try:
        yield
    finally:
        server.should_exit = True
        await task


async def _run(blueprint: Blueprint, server: EmbeddedPostgres, plan: Plan) -> None:
    gateway = next(each for each in blueprint.processes(server.address) if each.name == "gateway")
    env = {
        **gateway.env,
        "GATEWAY_UPSTREAMS": json.dumps(dict.fromkeys(("cases", "survey", "analytics"), STUB)),
        "GATEWAY_FOLLOWS": "[]",
        "GATEWAY_CLIENT_RATE": PLENTY,
        "GATEWAY_TENANT_RATE": PLENTY,
    }
    with patch.dict(os.environ, env):
        settings = GatewaySettings()
    caller = Principal("bench", blueprint.url, frozenset({Role.CASE_SYSTEM}), tenant=uuid4())
    token = TokenSigner(blueprint.url, env["GATEWAY_SIGNING_KEY"]).sign(caller, blueprint.url, 3600)
    command = (sys.executable, "-m", "benchmarks.gateway_stub", str(FIRST_PORT + 50))
    stub = ServiceProcess("stub", command, f"{STUB}/health/ready", cwd=gateway.cwd)
    app = build(settings)
    async with (
        Supervisor([stub], log_folder=blueprint.folder / "logs"),
        _serving(app, settings),
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
    ):
        bench = Bench(app, session, settings.public_url, token)
        for method in PATHS:
            for name, taken in (await bench.measure(method, plan)).items():
                print(f"{method:5} {name:28} {min(taken):5.0f} us ({statistics.median(taken):.0f})")
        print(f"load {os.getloadavg()[0]:.1f}")


def main() -> None:
    """Measure, and print the figures."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    requests = int(sys.argv[2]) if len(sys.argv) > 2 else 320
    configure_logging("gateway", "INFO")
    with tempfile.TemporaryDirectory() as name, Path(os.devnull).open("wb") as null:
        structlog.configure(logger_factory=structlog.BytesLoggerFactory(null))
        server = EmbeddedPostgres(Path(name) / "postgres")
        try:
            blueprint = Blueprint(Path(name), FIRST_PORT)
            server.start()
            prepare_database(server.address.dsn(), blueprint.database("gateway"))
            uvloop.run(_run(blueprint, server, Plan(rounds, requests)))
        finally:
            server.destroy()


if __name__ == "__main__":
    main()
