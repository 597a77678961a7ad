"""Which pages of other origins may call: those an installation lists, and no others; none by default.

Never with cookies, as nothing here reads any. Refuses by saying nothing: a browser then keeps it back.
"""

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PREFLIGHT = (
    (b"access-control-allow-methods", b"GET, HEAD, PUT, POST, PATCH, DELETE"),
    (
        b"access-control-allow-headers",
        b"Accept, Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
        b"Traceparent, X-Request-Id",
    ),
    (b"access-control-max-age", b"600"),
)
_EXPOSED = (
    b"access-control-expose-headers",
    b"API-Version, Content-Disposition, Content-Language, ETag, Link, Location, RateLimit, "
    b"RateLimit-Policy, Retry-After, X-Request-Id",
)
_VARY = (b"vary", b"Origin")


class CrossOrigin:
    """Lets browsers show answers to pages of the listed origins."""

    def __init__(self, app: ASGIApp, origins: Iterable[str]) -> None:
        self._app = app
        self._origins = frozenset(origin.encode("ascii") for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight of a listed origin, and mark every other answer to it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = {name: value for name, value in scope["headers"] if name in _ASKED}
        origin = given.get(b"origin")
        allowed = (_ALLOWED, origin) if origin in self._origins and origin else None
        if allowed and scope["method"] == "OPTIONS" and b"access-control-request-method" in given:
            headers = [allowed, *_PREFLIGHT, _VARY]
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start" and not _is_for_everybody(message):
                message["headers"].extend([allowed, _EXPOSED, _VARY] if allowed else [_VARY])
            await send(message)

        await self._app(scope, receive, marked)


def _is_for_everybody(message: Message) -> bool:
    return any(name == _ALLOWED for name, _ in message["headers"])


_ALLOWED = b"access-control-allow-origin"
_ASKED = frozenset({b"origin", b"access-control-request-method"})
