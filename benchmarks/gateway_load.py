"""Loads an address: wrk with its figures read, clients that dribble, and a body without an end."""

import asyncio
import re
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
_TIME = r"([0-9.]+)(us|ms|s)"
_CHUNK = b"10000\r\n" + b"x" * 65_536 + b"\r\n"


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of wrk found; times in milliseconds."""

    good_per_second: float
    refused: int
    p50: float
    p99: float


async def load(url: str, method: str, headers: Mapping[str, str], callers: int, seconds: int) -> Load:
    """Send requests over some connections for some seconds."""
    arguments = [f"-c{callers}", "-t1", f"-d{seconds}s", "--latency", "--timeout", "10s"]
    for name, value in headers.items():
        arguments += ["-H", f"{name}: {value}"]
    if method == "POST":
        arguments += ["-s", str(Path(__file__).with_name("gateway_post.lua"))]
    process = await asyncio.create_subprocess_exec(
        "wrk", *arguments, url, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output = (await process.communicate())[0].decode()
    requests = re.search(r"(\d+) requests in " + _TIME, output)
    if process.returncode != 0 or requests is None:
        raise RuntimeError(output)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    bad = int(refused.group(1)) if refused else 0
    elapsed = float(requests.group(2)) * _UNITS[requests.group(3)] / 1000
    return Load((int(requests.group(1)) - bad) / elapsed, bad, _time(output, "50%"), _time(output, "99%"))


def undisturbed(port: int, path: str, headers: Mapping[str, str], requests: int = 500) -> float:
    """Return the milliseconds of one caller's fastest request, which no other work held up."""
    connection = HTTPConnection("127.0.0.1", port)
    taken = []
    for _ in range(requests):
        start = time.perf_counter()
        connection.request("GET", path, headers=dict(headers))
        connection.getresponse().read()
        taken.append(time.perf_counter() - start)
    connection.close()
    return min(taken) * 1000


def _time(output: str, name: str) -> float:
    found = re.search(re.escape(name) + r"\s+" + _TIME, output)
    if found is None:
        raise RuntimeError(output)
    return float(found.group(1)) * _UNITS[found.group(2)]


@asynccontextmanager
async def dribbling(port: int, clients: int) -> AsyncIterator[None]:
    """Keep some connections open that send a byte of a head each second, from a process of their own."""
    arguments = ("-m", "benchmarks.gateway_load", str(port), str(clients))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE
    )
    try:
        if process.stdout is None or not await process.stdout.readline():
            raise RuntimeError("nobody dribbles")
        yield
    finally:
        process.terminate()
        await process.wait()


async def _dribble_all(port: int, clients: int) -> None:
    """Say so once all are there; whoever is hung up on comes again."""

    async def dribble(number: int, *, connected: asyncio.Event) -> None:
        await asyncio.sleep(number / clients)
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                connected.set()
                writer.write(b"POST /v1/cases HTTP/1.1\r\nhost: x\r\nx: ")
                while not writer.is_closing():
                    await asyncio.sleep(1)
                    writer.write(b"y")
                    await writer.drain()

    connected = [asyncio.Event() for _ in range(clients)]
    async with asyncio.TaskGroup() as group:
        for number, event in enumerate(connected):
            group.create_task(dribble(number, connected=event))
        for event in connected:
            await event.wait()
        print("all", flush=True)


def _head(method: str, path: str, headers: Mapping[str, str], *more: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: x", *more]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


async def timed(port: int, path: str, headers: Mapping[str, str]) -> tuple[int, float]:
    """Ask once, over a connection of its own; return the status and the milliseconds; 0 for none."""
    loop = asyncio.get_running_loop()
    started, answer = loop.time(), b""
    with suppress(OSError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(_head("GET", path, headers, "connection: close"))
        answer = await reader.read()
        writer.close()
    return int(answer[9:12] or 0), (loop.time() - started) * 1000


async def read_endlessly(port: int, path: str, headers: Mapping[str, str]) -> int:
    """Read a long answer to its end; return how many megabytes came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_head("GET", path, headers, "connection: close"))
    await reader.readuntil(b"\r\n\r\n")
    received = 0
    while chunk := await reader.read(1_048_576):
        received += len(chunk)
    writer.close()
    return received // 1_048_576


async def send_endlessly(
    port: int, path: str, headers: Mapping[str, str], megabytes: int
) -> tuple[bytes, int]:
    """Send a body in chunks until all is sent or nobody takes it; return the status and the megabytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_head("POST", path, headers, "transfer-encoding: chunked"))
    sent = 0
    with suppress(OSError):
        async with asyncio.timeout(60):
            while sent < megabytes * 16:
                writer.write(_CHUNK)
                await writer.drain()
                sent += 1
    answer = b""
    with suppress(OSError, TimeoutError):
        answer = await asyncio.wait_for(reader.read(4096), 5)
    writer.close()
    return answer[9:12], sent // 16


def peak_memory(process: int) -> int:
    """Return the most memory a process has had, in MiB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found.group(1)) // 1024 if found else 0


if __name__ == "__main__":
    asyncio.run(_dribble_all(int(sys.argv[1]), int(sys.argv[2])))
