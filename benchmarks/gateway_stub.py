"""The service behind gateway and nginx alike: reads the body, answers a short JSON document at once.

Run by the benchmarks: `python -m benchmarks.gateway_stub PORT`; served as our services are.
"""

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
