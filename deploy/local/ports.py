"""Owns which loopback ports the runner uses; refuses to start on one that another program holds."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass

HOST = "127.0.0.1"
FIRST_PORT = 8080
_LOWEST, _HIGHEST = 1024, 65535


class PortTakenError(RuntimeError):
    """A wanted port is held by another program."""

    def __init__(self, name: str, port: int) -> None:
        super().__init__(
            f"Port {port} on {HOST}, wanted for {name}, is taken by another program. "
            f"End that program, or choose others: make run PORT={_suggestion(port)}\n"
            f"Port {port} på {HOST}, som {name} skal bruge, er optaget af et andet program. "
            f"Luk det, eller vælg andre: make run PORT={_suggestion(port)}"
        )
        self.name = name
        self.port = port


class PortRangeError(ValueError):
    """A port number is outside what an ordinary program may use."""


@dataclass(frozen=True)
class ServicePorts:
    """Where one service answers, and where it shows its metrics."""

    http: int
    metrics: int


def is_free(port: int) -> bool:
    """Say whether a server could listen there now (a port in TIME_WAIT counts as free)."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def free_port() -> int:
    """Let the operating system choose a port; somebody else can still be quicker to use it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def plan_ports(names: tuple[str, ...], first: int = FIRST_PORT) -> Mapping[str, ServicePorts]:
    """Give each service two ports in order from `first`: answers first, then all the metrics.

    The first name (the gateway) gets `first` itself, so one option moves everything. Which
    ports they are depends on nothing but `first`, so printed addresses stay true.
    """
    last = first + 2 * len(names) - 1
    if not _LOWEST <= first <= last <= _HIGHEST:
        raise PortRangeError(
            f"PORT must be from {_LOWEST} to {_HIGHEST - 2 * len(names) + 1}, so that the services "
            f"fit above it; got {first}"
        )
    return {
        name: ServicePorts(http=first + place, metrics=first + len(names) + place)
        for place, name in enumerate(names)
    }


def require_free(ports: Mapping[str, ServicePorts]) -> None:
    """Raise for the first planned port that is taken."""
    for name, pair in ports.items():
        for purpose, port in ((name, pair.http), (f"{name} metrics", pair.metrics)):
            if not is_free(port):
                raise PortTakenError(purpose, port)


def _suggestion(taken: int) -> int:
    """Name a start that is probably free, and never one above the highest port."""
    return taken + 100 if taken + 200 <= _HIGHEST else FIRST_PORT + 100
