"""The gateway against nginx, both before the same service, in the same run.

Run: `python -m benchmarks.gateway [ROUNDS [SECONDS]]`; nginx and wrk must be installed. The gateway has
everything on: tokens verified, limits counted, a log line and metrics for each request, headers both ways.
nginx (one worker, kept connections, no log) does none of that. POST (a search) and GET (a list) are of the
real service `cases` with its database, as callers meet it; what is answered at once comes from a plain
ASGI application, served as our services are, so that nothing but the way there is measured. One run of wrk
follows the other, in turns, so whatever else the machine does meets both; the figures are medians of the
rounds' ratios, with what the gateway takes of a processor for each request, which other work changes less.
Then: what one caller waits more, and token against none. `benchmarks.gateway_hardship` shows how it fares
in hard times.
"""

import asyncio
import json
import math
import os
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import uvloop

from benchmarks.gateway_load import Load, load, undisturbed
from deploy.local.house import Blueprint
from deploy.local.postgres import EmbeddedPostgres, ServerAddress
from deploy.local.processes import ServiceProcess
from deploy.local.supervisor import Supervisor
from deploy.migrate import prepare_database
from shared.access.principal import Principal, Role
from shared.access.tokens import GATEWAY, TokenSigner

FIRST_PORT = 22_600
STUB_PORT = FIRST_PORT + 50
NGINX_PORT = FIRST_PORT + 51
CALLERS = 32
_TICKS = os.sysconf("SC_CLK_TCK")
_NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log crit;
events {{ worker_connections 4096; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  keepalive_requests 10000000;
  upstream cases {{ server 127.0.0.1:{cases}; keepalive 64; keepalive_requests 10000000; }}
  upstream service {{ server 127.0.0.1:{stub}; keepalive 64; keepalive_requests 10000000; }}
  server {{
    listen 127.0.0.1:{port};
    proxy_http_version 1.1; proxy_set_header Connection "";
    location / {{ proxy_pass http://service; }}
    location /v1/case {{ proxy_pass http://cases; }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of both, and the goal of their rates' ratio."""

    name: str
    method: str
    path: str
    goal: float


POST = Asked("POST", "POST", "/v1/case-searches", 0.35)
GET_CASES = Asked("GET", "GET", "/v1/cases", 0.15)
GET = Asked("GET, answered at once", "GET", "/v1/instruments", 0.15)
PUBLIC = Asked("GET without token", "GET", "/svar/style.css", 0.15)
POST_STUB = Asked("POST, answered at once", "POST", "/v1/round-previews", 0.35)


@dataclass(frozen=True, slots=True)
class Bench:
    """Where everything answers, the gateway's process, and the tokens that gateway and service take."""

    gateway: str
    process: int
    outer: dict[str, str]
    inner: dict[str, str]
    seconds: int

    async def of_gateway(self, asked: Asked, callers: int = CALLERS) -> Load:
        """Load the gateway; a path for everybody gets no token."""
        token = {} if asked is PUBLIC else self.outer
        return await load(self.gateway + asked.path, asked.method, token, callers, self.seconds)

    async def of_nginx(self, asked: Asked, callers: int = CALLERS) -> Load:
        """Load nginx in the same way, with the token that the gateway would have made."""
        url = f"http://127.0.0.1:{NGINX_PORT}{asked.path}"
        return await load(url, asked.method, self.inner, callers, self.seconds)

    def processor_seconds(self) -> float:
        """Return what the gateway's process has taken of a processor until now."""
        fields = Path(f"/proc/{self.process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


def main() -> None:
    """Measure, and print the figures."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 4
    with tempfile.TemporaryDirectory() as name:
        server = EmbeddedPostgres(Path(name) / "postgres")
        try:
            blueprint = Blueprint(Path(name), FIRST_PORT)
            server.start()
            for service in ("gateway", "cases"):
                prepare_database(server.address.dsn(), blueprint.database(service))
            uvloop.run(_measure(blueprint, server.address, rounds, seconds))
        finally:
            server.destroy()


def _processes(blueprint: Blueprint, server: ServerAddress) -> list[ServiceProcess]:
    processes = {each.name: each for each in blueprint.processes(server)}
    gateway, stub = processes["gateway"], f"http://127.0.0.1:{STUB_PORT}"
    cases = f"http://127.0.0.1:{blueprint.ports['cases'].http}"
    upstreams = json.dumps({"cases": cases, "survey": stub, "analytics": stub})
    rates = ("CLIENT", "TENANT", "ADDRESS", "ANSWERING")
    plenty = {f"GATEWAY_{each}_RATE": "9999999/1" for each in rates}
    command = (sys.executable, "-m", "benchmarks.gateway_stub", str(STUB_PORT))
    return [
        replace(gateway, env={**gateway.env, "GATEWAY_UPSTREAMS": upstreams, **plenty}),
        processes["cases"],
        ServiceProcess("stub", command, f"{stub}/health/ready", cwd=gateway.cwd),
    ]


@asynccontextmanager
async def _nginx(folder: Path, cases: int) -> AsyncIterator[None]:
    config = folder / "nginx.conf"
    text = _NGINX.format(folder=folder, stub=STUB_PORT, port=NGINX_PORT, cases=cases)
    config.write_text(text, encoding="ascii")
    process = await asyncio.create_subprocess_exec(
        "nginx", "-c", str(config), "-e", str(folder / "nginx.log")
    )
    try:
        await asyncio.sleep(1)
        yield
    finally:
        process.terminate()
        await process.wait()


async def _measure(blueprint: Blueprint, server: ServerAddress, rounds: int, seconds: int) -> None:
    processes = _processes(blueprint, server)
    url, key = blueprint.url, processes[0].env["GATEWAY_SIGNING_KEY"]
    caller = Principal("bench", url, frozenset({Role.CASE_SYSTEM}), tenant=uuid4())
    outer = TokenSigner(url, key).sign(caller, url, 3600)
    inner = TokenSigner(GATEWAY, key).sign(caller, "cases", 3600)
    async with (
        Supervisor(processes, log_folder=blueprint.folder / "logs") as supervisor,
        _nginx(blueprint.folder, blueprint.ports["cases"].http),
    ):
        pid = supervisor.pid("gateway") or 0
        bench = Bench(url, pid, _bearer(outer), _bearer(inner), seconds)
        for asked in (POST, GET_CASES, POST_STUB, GET):
            await _compare(bench, asked, rounds)
        await _one_caller(bench, rounds)
        _undisturbed(bench, rounds)
        await _with_and_without_token(bench, rounds)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def _compare(bench: Bench, asked: Asked, rounds: int) -> None:
    ratios, rates, costs = [], [], []
    for number in range(rounds + 1):
        theirs, before = await bench.of_nginx(asked), bench.processor_seconds()
        ours = await bench.of_gateway(asked)
        if ours.good_per_second == 0 or theirs.good_per_second == 0:
            raise RuntimeError(f"nothing was answered well: nginx {theirs}, gateway {ours}")
        if number:  # the first is for warming up
            spent = bench.processor_seconds() - before
            costs.append(spent / (ours.good_per_second * bench.seconds) * 1_000_000)
            rates.append(ours.good_per_second)
            ratios.append(ours.good_per_second / theirs.good_per_second)
    print(
        f"{asked.name:22} {statistics.median(rates):6.0f} /s  of nginx {statistics.median(ratios):.2f} "
        f"({min(ratios):.2f}-{max(ratios):.2f}), goal {asked.goal}; {statistics.median(costs):.0f} us "
        f"of a processor each; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


async def _one_caller(bench: Bench, rounds: int) -> None:
    added, nginxs = [], []
    for _ in range(rounds):
        url = f"http://127.0.0.1:{STUB_PORT}{GET.path}"
        direct = await load(url, "GET", bench.inner, 1, bench.seconds)
        added.append((await bench.of_gateway(GET, 1)).p50 - direct.p50)
        nginxs.append((await bench.of_nginx(GET, 1)).p50 - direct.p50)
    print(
        f"one caller: p50 + {statistics.median(added):.2f} ms ({min(added):.2f}-{max(added):.2f}), "
        f"goal 0.4; nginx + {statistics.median(nginxs):.2f} ms",
        flush=True,
    )


def _undisturbed(bench: Bench, rounds: int) -> None:
    ways = {
        "direct": (STUB_PORT, GET.path, bench.inner),
        "gateway without token": (FIRST_PORT, PUBLIC.path, {}),
        "gateway": (FIRST_PORT, GET.path, bench.outer),
        "nginx": (NGINX_PORT, GET.path, bench.inner),
    }
    found = dict.fromkeys(ways, math.inf)
    for _ in range(2 * rounds):
        for name, (port, path, headers) in ways.items():
            found[name] = min(found[name], undisturbed(port, path, headers))
    direct = found.pop("direct")
    added = ", ".join(f"{name} + {least - direct:.2f} ms" for name, least in found.items())
    print(f"one caller's fastest: direct {direct:.2f} ms, {added}", flush=True)


async def _with_and_without_token(bench: Bench, rounds: int) -> None:
    ratios = []
    for _ in range(rounds):
        without = await bench.of_gateway(PUBLIC)
        ratios.append((await bench.of_gateway(GET)).good_per_second / without.good_per_second)
    print(f"with token of without: {statistics.median(ratios):.2f}, goal 0.9", flush=True)


if __name__ == "__main__":
    main()
