"""What all middleware together costs a request, in process: our layers around an app against the app bare.

Run: `python -m benchmarks.gateway_middleware [ROUNDS [REQUESTS]]`. The app answers 200 with short JSON and
reads no body; the layers are those of every service, with log lines (written to the null device) and
metrics on. Bare and ours take turns in short batches, in CPU time. The figure is the least of ours without
the least of the bare ones: other work on the machine makes a batch slower, and none faster; beside it, the
median of the rounds' differences.
"""

import os
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
import uvloop
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.app.builder import ServiceDescription, middleware_in_order
from shared.observability import configure_logging
from shared.settings import ServiceSettings

GOAL_MICROSECONDS = 25.0
_HEADERS = [
    (b"host", b"samspil.example"),
    (b"user-agent", b"a case system"),
    (b"accept", b"application/json"),
    (b"accept-language", b"da"),
    (b"accept-encoding", b"gzip"),
    (b"authorization", b"Bearer " + b"x" * 400),
    (b"content-type", b"application/json"),
    (b"content-length", b"120"),
]


async def bare(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer as short as can be."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"2"), (b"etag", b'"1"')]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{}"})


@asynccontextmanager
async def _lifespan(_app: FastAPI) -> AsyncIterator[None]:
    yield


def layered() -> ASGIApp:
    """Put the layers of every service around the app."""
    settings = ServiceSettings.model_construct(
        max_body_bytes=1_048_576, max_wide_body_bytes=33_554_432, receive_seconds=10.0
    )
    service = ServiceDescription("bench", "Bench", "", [], _lifespan)
    app: ASGIApp = bare
    for layer, positional, named in reversed(middleware_in_order(service, settings)):
        app = layer(app, *positional, **named)
    return app


async def _receive() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(_message: Message) -> None:
    return


async def microseconds(app: ASGIApp, requests: int) -> float:
    """Return what one request takes."""
    start = time.process_time()
    for _ in range(requests):
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/v1/cases",
            "raw_path": b"/v1/cases",
            "headers": _HEADERS,
            "state": {},
        }
        await app(scope, _receive, _send)
    return (time.process_time() - start) / requests * 1_000_000


async def measure(rounds: int, requests: int) -> list[tuple[float, float]]:
    """Return what the rounds took with the layers and without."""
    ours = layered()
    await microseconds(ours, requests)
    return [(await microseconds(ours, requests), await microseconds(bare, requests)) for _ in range(rounds)]


def main() -> None:
    """Measure and print."""
    rounds, requests = (int(each) for each in (sys.argv[1:] + ["600", "50"][len(sys.argv) - 1 :])[:2])
    configure_logging("bench", "INFO")
    with Path(os.devnull).open("wb") as null:
        structlog.configure(logger_factory=structlog.BytesLoggerFactory(null))
        found = uvloop.run(measure(rounds, requests))
    with_layers, without = zip(*found, strict=True)
    least = min(with_layers) - min(without)
    median = statistics.median(ours - bare for ours, bare in found)
    print(
        f"{least:.1f} us a request (median {median:.1f}), goal <= {GOAL_MICROSECONDS:.0f} us; "
        f"load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
