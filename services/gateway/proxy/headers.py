"""Which headers go through the gateway: none that belong to one connection or claim who somebody is."""

from collections.abc import Iterable, Set

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
    passed = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in _passing(headers, _STOPPED_ON_THE_WAY_IN)
        if not name.startswith(b"x-forwarded-")
    ]
    passed.append(("x-request-id", request_id))
    if authorization is not None:
        passed.append(("authorization", authorization))
    return passed


def outbound_headers(headers: Iterable[Header]) -> list[Header]:
    """Return what a caller is sent of a service's headers."""
    received = [(name.lower(), value) for name, value in headers]
    return [
        (name, value)
        for name, value in _passing(received, _STOPPED_ON_THE_WAY_OUT)
        if name != b"vary" or not _is_of_the_house(value)
    ]


def _passing(headers: Iterable[Header], stopped: Set[bytes]) -> list[Header]:
    """Leave out what is stopped, and what a `Connection` header declares to be of this connection only."""
    passing, named = [], set[bytes]()
    for header in headers:
        if header[0] not in stopped:
            passing.append(header)
        elif header[0] == b"connection":
            named.update(part.strip().lower() for part in header[1].split(b","))
    return [header for header in passing if header[0] not in named] if named else passing


def _is_of_the_house(vary: bytes) -> bool:
    return {part.strip().lower() for part in vary.decode("latin-1").split(",")} <= _VARY_OF_THE_HOUSE
