"""Real services on loopback, inside the test's own loop, so that tests call them over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from deploy.local.ports import free_port
from shared.server import IDLE_SECONDS


@asynccontextmanager
async def serving(
    app: FastAPI, port: int = 0, protocol: type[asyncio.Protocol] = HttpToolsProtocol
) -> AsyncIterator[str]:
    """Serve an application and yield its address."""
    port = port or free_port()
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        http=protocol,
        log_config=None,
        access_log=False,
        lifespan="on",
        # As deployed: by itself Uvicorn believes whoever connects from this machine.
        proxy_headers=False,
        timeout_keep_alive=IDLE_SECONDS,
    )
    async with until_started(uvicorn.Server(config)):
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def until_started(server: uvicorn.Server) -> AsyncIterator[None]:
    """Run a server; go on once it has started, and end it afterwards."""
    task = asyncio.create_task(server.serve())
    while not server.started:
        if task.done():
            task.result()
            raise RuntimeError("the server ended before it began")
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await task
