"""Which trace a request belongs to (W3C Trace Context); what is no trace begins a new one.

A request goes on with its trace and an id of its own as the parent of what comes after it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from random import getrandbits

PARENT, STATE = b"traceparent", b"tracestate"
_ID = re.compile(r"[0-9a-f]{32}")
_WRITTEN = re.compile(rb"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_NO_VERSION, _VERSION = b"ff", b"00"
# Sampled, and made at random: the two that are defined; the others must be sent as zero.
_FLAGS = 0b11
_LONGEST_STATE = 512


@dataclass(frozen=True, slots=True)
class Trace:
    """A trace that a caller began: its id and its flags."""

    id: str
    flags: int


def trace_of(parents: list[bytes]) -> Trace | None:
    """Return the trace that the `traceparent` fields of a request name, if they name one.

    Examples
    --------
    >>> trace_of([b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"])
    Trace(id='4bf92f3577b34da6a3ce929d0e0e4736', flags=1)
    >>> trace_of([b"00-4bf9-00f0-01"]) is None
    True
    """
    found = _WRITTEN.fullmatch(parents[0]) if len(parents) == 1 else None
    if found is None:
        return None
    version, trace, parent, flags, more = found.groups()
    if version == _NO_VERSION or (version == _VERSION and more):
        return None
    if not int(trace, 16) or not int(parent, 16):
        return None
    return Trace(trace.decode("ascii"), int(flags, 16) & _FLAGS)


def onward_fields(
    trace: Trace | None, request_id: str, headers: Iterable[tuple[bytes, bytes]]
) -> list[tuple[str, str]]:
    """Write the fields that a request goes on with; a state goes with its trace, or not at all."""
    parent = f"{getrandbits(64) or 1:016x}"
    if trace is None:
        return [("traceparent", f"00-{_new_id(request_id)}-{parent}-00")]
    fields = [("traceparent", f"00-{trace.id}-{parent}-{trace.flags:02x}")]
    state = b",".join(value for name, value in headers if name == STATE)
    if state and len(state) <= _LONGEST_STATE:
        fields.append(("tracestate", state.decode("latin-1")))
    return fields


def _new_id(request_id: str) -> str:
    """Return the id of a new trace: the request's own if it is one, so that both are found by it."""
    if _ID.fullmatch(request_id) and int(request_id, 16):
        return request_id
    return f"{getrandbits(128) or 1:032x}"
