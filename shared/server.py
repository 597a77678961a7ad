"""Runs one service in this process: uvicorn on one port, metrics on another, garbage collection tamed."""

import gc

import structlog
import uvicorn
from fastapi import FastAPI

from shared.observability import configure_logging, serve_metrics
from shared.settings import ServiceSettings

_GRACE_SECONDS = 10


def serve(service: str, app: FastAPI, settings: ServiceSettings) -> None:
    """Serve until told to stop; requests under way are finished first."""
    configure_logging(service, settings.log_level)
    serve_metrics(settings.host, settings.metrics_port)
    # After start nearly everything lives for ever: keep the collector from walking it on hot paths.
    gc.freeze()
    gc.set_threshold(50_000, 50, 1000)
    structlog.get_logger().info("serving", service=service, port=settings.port)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
