"""Which trace a request belongs to (W3C Trace Context); what is no trace begins a new one.

A request goes on with its trace and an id of its own as the parent of what comes after it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from random import getrandbits

PARENT, STATE = b"traceparent", b"tracestate"
_WRITTEN = re.compile(rb"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_NO_VERSION, _VERSION = b"ff", b"00"
# Sampled, and made at random: the two that are defined; the others must be sent as zero.
_FLAGS = 0b11
_LONGEST_STATE = 512


@dataclass(frozen=True, slots=True)
class Trace:
    """A trace's id, its flags, and whether a caller began it."""

    id: str
    flags: int = 0
    given: bool = False


def trace_of(parents: list[bytes]) -> Trace:
    """Return the trace that the `traceparent` fields of a request name, or a new one.

    Examples
    --------
    >>> trace_of([b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"])
    Trace(id='4bf92f3577b34da6a3ce929d0e0e4736', flags=1, given=True)
    >>> trace_of([b"00-4bf9-00f0-01"]).given
    False
    """
    found = _WRITTEN.fullmatch(parents[0]) if len(parents) == 1 else None
    if found is None:
        return _new()
    version, trace, parent, flags, more = found.groups()
    if (
        version == _NO_VERSION
        or (version == _VERSION and more)
        or not int(trace, 16)
        or not int(parent, 16)
    ):
        return _new()
    return Trace(trace.decode("ascii"), int(flags, 16) & _FLAGS, given=True)


def _new() -> Trace:
    # Nobody gains by guessing an id, so it costs no call of the system.
    return Trace(f"{getrandbits(128) or 1:032x}")


def onward_fields(trace: Trace, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    """Write the fields that a request goes on with; a state belongs to the trace it came with."""
    fields = [("traceparent", f"00-{trace.id}-{getrandbits(64) or 1:016x}-{trace.flags:02x}")]
    if trace.given:
        state = b",".join(value for name, value in headers if name == STATE)
        if state and len(state) <= _LONGEST_STATE:
            fields.append(("tracestate", state.decode("latin-1")))
    return fields
