"""The gateway in hard times: ten times what a service can take, 1,000 slow clients, bodies of 1 GiB.

Run: `python -m benchmarks.gateway_hardship [ROUNDS [SECONDS [MEGABYTES]]]`; nothing needs to be installed.
The gateway has everything on and stands before a plain application that takes 4 requests at once, 200 ms
each, so 20 a second, in other processes. Calm and hardship take turns, so whatever else the machine does
meets both, and the figures are medians of the rounds. Callers come at their times, whether those before
them were answered or not. Ends with 1 if a goal is missed.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import uvloop

from benchmarks.gateway_load import dribbling, peak_memory, read_endlessly, send_endlessly, timed
from deploy.local.house import Blueprint
from deploy.local.postgres import EmbeddedPostgres, ServerAddress
from deploy.local.processes import ServiceProcess
from deploy.local.supervisor import Supervisor
from deploy.migrate import prepare_database
from shared.access.principal import Principal, Role
from shared.access.tokens import TokenSigner

FIRST_PORT = 22_700
STUB_PORT = FIRST_PORT + 50
A_SECOND = 20
"""What the application behind can take, see `benchmarks.gateway_stub.busy`."""
DRIBBLING = 1000
GOODPUT, SLOWER, MEBIBYTES = 0.9, 1.5, 32
_BUSY, _FREE, _SENT_TO = "/v1/cases", "/v1/instruments", "/v1/case-searches"


@dataclass(frozen=True, slots=True)
class Door:
    """The running gateway."""

    port: int
    process: int
    token: Mapping[str, str]

    async def offer(self, path: str, a_second: float, seconds: float) -> "Offered":
        """Send requests at their times; return what became of them."""
        started = asyncio.get_running_loop().time()
        asking = []
        for number in range(int(a_second * seconds)):
            await asyncio.sleep(max(0.0, started + number / a_second - asyncio.get_running_loop().time()))
            asking.append(asyncio.create_task(timed(self.port, path, self.token)))
        found = await asyncio.gather(*asking)
        took = asyncio.get_running_loop().time() - started
        return Offered(took, [each for each in found if each[0] == 200], found)


@dataclass(frozen=True, slots=True)
class Offered:
    """How long it took, and of each good answer, and of all, its status and milliseconds."""

    seconds: float
    good: list[tuple[int, float]]
    found: list[tuple[int, float]]

    @property
    def good_per_second(self) -> float:
        """How much was done."""
        return len(self.good) / self.seconds

    @property
    def p99(self) -> float:
        """How long all but one in a hundred took at most."""
        return sorted(each for _, each in self.found)[int(len(self.found) * 0.99)]


async def _overload(door: Door, rounds: int, seconds: float) -> bool:
    ratios, statuses, refused = [], Counter[int](), []
    for _ in range(rounds):
        calm = await door.offer(_BUSY, A_SECOND, seconds)
        hard = await door.offer(_BUSY, 10 * A_SECOND, seconds)
        if not calm.good:
            raise RuntimeError(f"nothing was answered well: {Counter(each for each, _ in calm.found)}")
        ratios.append(hard.good_per_second / calm.good_per_second)
        statuses.update(status for status, _ in hard.found)
        refused += [each for status, each in hard.found if status == 503]
    ratio = statistics.median(ratios)
    median = statistics.median(refused) if refused else 0.0
    told = ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
    print(
        f"ten times what the service takes: goodput {ratio:.2f} of its peak "
        f"({min(ratios):.2f}-{max(ratios):.2f}), goal {GOODPUT}; {told}; "
        f"refusals after {median:.0f} ms in the median",
        flush=True,
    )
    return ratio >= GOODPUT and set(statuses) <= {200, 503}


async def _slow_clients(door: Door, rounds: int, seconds: float) -> bool:
    ratios, calm99, hard99 = [], [], []
    for _ in range(rounds):
        calm99.append((await door.offer(_FREE, 50, seconds)).p99)
        async with dribbling(door.port, DRIBBLING):
            hard99.append((await door.offer(_FREE, 50, seconds)).p99)
        ratios.append(hard99[-1] / calm99[-1])
    ratio = statistics.median(ratios)
    print(
        f"beside {DRIBBLING} slow clients: p99 x {ratio:.2f} ({min(ratios):.2f}-{max(ratios):.2f}), "
        f"goal {SLOWER}; {statistics.median(calm99):.0f} and {statistics.median(hard99):.0f} ms",
        flush=True,
    )
    return ratio <= SLOWER


async def _bodies(door: Door, megabytes: int) -> bool:
    before = peak_memory(door.process)
    status, sent = await send_endlessly(door.port, _SENT_TO, door.token, megabytes)
    there = peak_memory(door.process)
    received = await read_endlessly(door.port, f"{_FREE}?megabytes={megabytes}", door.token)
    back = peak_memory(door.process)
    print(
        f"bodies of {megabytes} MiB: sent, {status.decode() or 'by hanging up'} after {sent} at most; "
        f"read, {received} came; memory at most {before}, {there}, {back} MiB before, after, after both",
        flush=True,
    )
    return back - before <= MEBIBYTES and received == megabytes


def _processes(blueprint: Blueprint, server: ServerAddress) -> list[ServiceProcess]:
    gateway = next(each for each in blueprint.processes(server) if each.name == "gateway")
    stub = f"http://127.0.0.1:{STUB_PORT}"
    changes = {
        "GATEWAY_UPSTREAMS": json.dumps(dict.fromkeys(("cases", "survey", "analytics"), stub)),
        "GATEWAY_FOLLOWS": "[]",
        "GATEWAY_UPSTREAM_PLACES": "4",
        "GATEWAY_UPSTREAM_WAITING": "8",
        "GATEWAY_CLIENT_RATE": "9999999/1",
        "GATEWAY_TENANT_RATE": "9999999/1",
    }
    options = ["--http", "httptools", "--loop", "uvloop", "--no-access-log", "--lifespan", "off"]
    command = (sys.executable, "-m", "uvicorn", "benchmarks.gateway_stub:busy", *options)
    return [
        replace(gateway, env={**gateway.env, **changes}),
        ServiceProcess(
            "stub", (*command, "--port", str(STUB_PORT)), f"{stub}/health/ready", cwd=gateway.cwd
        ),
    ]


async def _measure(
    blueprint: Blueprint, server: ServerAddress, rounds: int, sizes: tuple[int, int]
) -> bool:
    processes = _processes(blueprint, server)
    url, key = blueprint.url, processes[0].env["GATEWAY_SIGNING_KEY"]
    caller = Principal("bench", url, frozenset({Role.ANALYST}), tenant=uuid4())
    token = {"Authorization": f"Bearer {TokenSigner(url, key).sign(caller, url, 3600)}"}
    seconds, megabytes = sizes
    async with Supervisor(processes, log_folder=blueprint.folder / "logs") as supervisor:
        door = Door(blueprint.ports["gateway"].http, supervisor.pid("gateway") or 0, token)
        await door.offer(_FREE, 50, 2)  # for warming up
        steps: list[Callable[[], Awaitable[bool]]] = [
            lambda: _overload(door, rounds, seconds),
            lambda: _slow_clients(door, rounds, seconds),
            lambda: _bodies(door, megabytes),
        ]
        kept = [await step() for step in steps]
    print(f"load {os.getloadavg()[0]:.1f}", flush=True)
    return all(kept)


def main() -> None:
    """Measure, and print the figures."""
    given = [int(each) for each in sys.argv[1:]]
    rounds, seconds, megabytes = [*given, *[3, 5, 1024][len(given) :]]
    with tempfile.TemporaryDirectory() as name:
        server = EmbeddedPostgres(Path(name) / "postgres")
        try:
            blueprint = Blueprint(Path(name), FIRST_PORT)
            server.start()
            prepare_database(server.address.dsn(), blueprint.database("gateway"))
            kept = uvloop.run(_measure(blueprint, server.address, rounds, (seconds, megabytes)))
        finally:
            server.destroy()
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
