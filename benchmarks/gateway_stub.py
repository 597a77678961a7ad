"""The service behind gateway and nginx alike: reads the body, answers a short JSON document at once.

Another is `busy`: it takes 4 requests for cases at once, 200 ms each, and gives long answers.
Run by the benchmarks: `python -m benchmarks.gateway_stub PORT`; served as our services are.
"""

import asyncio
import sys

import uvicorn
from starlette.types import Receive, Scope, Send

from shared.connections import Bounds, guarded

_BODY = b'{"id":"0192f0c1-7b6e-7c3d-9e53-3f8f5a0f6a11","name":"Familier og unge","version":7}'
_HEADERS = [
    (b"content-type", b"application/json"),
    (b"content-length", str(len(_BODY)).encode()),
    (b"etag", b'"7"'),
    (b"cache-control", b"private, no-cache"),
]


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer whatever comes, health too; a plain ASGI application that needs no start."""
    if scope["type"] != "http":
        return
    more = scope["method"] == "POST"
    while more:
        more = (await receive()).get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": _BODY})


_places = asyncio.Semaphore(4)
_CHUNK = b"x" * 65_536


async def busy(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer as `app` does, cases only so fast, and as many megabytes as are asked for."""
    megabytes = scope.get("query_string", b"").rpartition(b"megabytes=")[2]
    if megabytes:
        size = int(megabytes) * 1_048_576
        headers = [(b"content-length", str(size).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for left in range(size - len(_CHUNK), -1, -len(_CHUNK)):
            await send({"type": "http.response.body", "body": _CHUNK, "more_body": left > 0})
        return
    if scope["path"] == "/v1/cases":
        async with _places:
            await asyncio.sleep(0.2)
    await app(scope, receive, send)


if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        loop="uvloop",
        http=guarded(Bounds(receive_seconds=10, stall_seconds=30)),
        access_log=False,
        lifespan="off",
        log_level="warning",
    )
