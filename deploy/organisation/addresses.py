"""Says where a token may be sent: over TLS, or on this machine; refuses everywhere else."""

from urllib.parse import urlsplit

_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


class UnsafeAddress(ValueError):
    """An address that a token would travel to unprotected."""


def require_safe(url: str) -> None:
    """Let https and loopback pass.

    Raises
    ------
    UnsafeAddress
        It is neither.
    """
    parts = urlsplit(url)
    safe = parts.scheme == "https" and bool(parts.hostname)
    if not safe and not (parts.scheme == "http" and parts.hostname in _THIS_MACHINE):
        raise UnsafeAddress("the address must begin with https://, or be this machine's own")
