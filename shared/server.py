"""Runs one service in this process: uvicorn on one port, metrics on another, garbage collection tamed."""

import asyncio
import gc
import sys
import time
from contextlib import suppress
from types import FrameType

import structlog
import uvicorn
from fastapi import FastAPI

from shared.connections import Bounds, GuardedProtocol, guarded
from shared.observability import configure_logging, serve_metrics
from shared.settings import ServiceSettings

IDLE_SECONDS = 75
"""How long a connection without a request is kept: longer than by any proxy before us (nginx keeps one
for 60 seconds), so that none is closed under a request that is just being sent."""

_GRACE_SECONDS = 10
_TICKS_A_SECOND = 10
_NOT_STARTED = 3


class Server(uvicorn.Server):
    """Hangs up on who is too slow, and drains: not ready any more, then closed, then finished.

    Parameters
    ----------
    drain_seconds : float
        How long requests are still taken after being told to stop, while `/health/ready` answers 503.
    """

    def __init__(self, config: uvicorn.Config, app: FastAPI, drain_seconds: float = 0.0) -> None:
        super().__init__(config)
        self._app = app
        self._drain_seconds = drain_seconds
        self._closes_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain on the first signal; the second one ends the waiting."""
        first = self._closes_at is None
        self.drain()
        super().handle_exit(sig, frame)
        if first and self._drain_seconds > 0:
            self.should_exit = False

    def drain(self) -> None:
        """Tell whoever sends requests to send no more; stop taking them in a while."""
        self._app.state.draining = True
        if self._closes_at is None:
            self._closes_at = time.monotonic() + self._drain_seconds

    async def on_tick(self, counter: int) -> bool:
        """Look over the connections once a second, and close when the draining is over."""
        if counter % _TICKS_A_SECOND == 0:
            self.end_slow_connections(asyncio.get_running_loop().time())
        if self._closes_at is not None and time.monotonic() >= self._closes_at:
            self.should_exit = True
        return await super().on_tick(counter)

    def end_slow_connections(self, now: float) -> None:
        """Hang up on everybody who let a deadline pass."""
        for connection in tuple(self.server_state.connections):
            if isinstance(connection, GuardedProtocol):
                connection.end_if_too_slow(now)


def make_server(app: FastAPI, settings: ServiceSettings) -> Server:
    """Make the server of an application as it is deployed."""
    bounds = Bounds(settings.receive_seconds, settings.stall_seconds)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=guarded(bounds),
        ws="none",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        date_header=True,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    return Server(config, app, settings.drain_seconds)


def serve(service: str, app: FastAPI, settings: ServiceSettings) -> None:
    """Serve until told to stop; requests under way are finished first."""
    configure_logging(service, settings.log_level)
    serve_metrics(settings.host, settings.metrics_port)
    # After start nearly everything lives for ever: keep the collector from walking it on hot paths.
    gc.freeze()
    gc.set_threshold(50_000, 50, 1000)
    structlog.get_logger().info("serving", service=service, port=settings.port)
    server = make_server(app, settings)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(_NOT_STARTED)
