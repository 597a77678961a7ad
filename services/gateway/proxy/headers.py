"""Which headers go through the gateway: none that belong to one connection or claim who somebody is."""

from collections.abc import Iterable

from shared.app.trace import PARENT, STATE
from shared.time_budget import FIELD

Header = tuple[bytes, bytes]

_OF_A_CONNECTION = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"http2-settings",
    }
)
_STOPPED_ON_THE_WAY_IN = _OF_A_CONNECTION | {
    b"host",
    b"authorization",
    b"cookie",
    b"expect",
    b"forwarded",
    b"via",
    b"x-real-ip",
    b"x-request-id",
    b"x-http-method-override",
    b"x-original-url",
    b"x-rewrite-url",
    # The gateway's own word on these.
    FIELD,
    PARENT,
    STATE,
}
_STOPPED_ON_THE_WAY_OUT = _OF_A_CONNECTION | {
    b"set-cookie",
    b"server",
    b"date",
    # The gateway's own middleware says these.
    b"x-request-id",
    b"api-version",
    b"ratelimit",
    b"ratelimit-policy",
    b"x-content-type-options",
    b"x-frame-options",
    b"referrer-policy",
    b"strict-transport-security",
}
_VARY_OF_THE_HOUSE = frozenset({"accept-language", "authorization"})


def inbound_headers(
    headers: Iterable[Header], authorization: str | None, request_id: str
) -> list[tuple[str, str]]:
    """Return what a service is sent of a caller's headers, with the gateway's word on who it is."""
    received = list(headers)
    named = _named_by_connection(received)
    passed = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in received
        if name not in _STOPPED_ON_THE_WAY_IN and name not in named and not name.startswith(b"x-forwarded-")
    ]
    passed.append(("x-request-id", request_id))
    if authorization is not None:
        passed.append(("authorization", authorization))
    return passed


def outbound_headers(headers: Iterable[Header]) -> list[Header]:
    """Return what a caller is sent of a service's headers."""
    received = [(name.lower(), value) for name, value in headers]
    named = _named_by_connection(received)
    return [
        (name, value)
        for name, value in received
        if name not in _STOPPED_ON_THE_WAY_OUT
        and name not in named
        and not (name == b"vary" and _is_of_the_house(value))
    ]


def _named_by_connection(headers: list[Header]) -> frozenset[bytes]:
    """Return the headers that a `Connection` header declares to be of this connection only."""
    return frozenset(
        part.strip().lower()
        for name, value in headers
        if name == b"connection"
        for part in value.split(b",")
    )


def _is_of_the_house(vary: bytes) -> bool:
    return {part.strip().lower() for part in vary.decode("latin-1").split(",")} <= _VARY_OF_THE_HOUSE
