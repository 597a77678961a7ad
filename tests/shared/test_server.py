"""Told to stop, a service is not ready first, then takes no more, and finishes what is under way."""

import asyncio
import signal
from contextlib import suppress

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI, Request
from starlette.responses import PlainTextResponse, Response

from deploy.local.ports import free_port
from services.gateway.proxy.forwarding import IDLE_SECONDS as KEPT_BY_THE_GATEWAY
from shared.app.health import get_readiness
from shared.errors import Problem
from shared.server import Server, make_server
from tests.shared.notes import NotesSettings
from tests.support.serving import until_started


class _Answers:
    async def answers(self) -> bool:
        return True


def make_app() -> FastAPI:
    """Make an app that tells whether it is ready, and has work that takes as long as a test wants."""
    app = FastAPI(openapi_url=None)
    app.state.database, app.state.go_on = _Answers(), asyncio.Event()

    async def ready(request: Request) -> Response:
        try:
            await get_readiness(request)
        except Problem as problem:
            return PlainTextResponse("", problem.fault.status)
        return PlainTextResponse("")

    async def work(_request: Request) -> Response:
        await app.state.go_on.wait()
        return PlainTextResponse("done")

    app.add_route("/health/ready", ready)
    app.add_route("/work", work)
    return app


class TestDraining:
    async def test_is_not_ready_first_then_closed_and_finishes_what_is_under_way(self) -> None:
        app, port = make_app(), free_port()
        config = uvicorn.Config(app, port=port, log_config=None, access_log=False)
        server = Server(config, app, drain_seconds=0.6)
        url = f"http://127.0.0.1:{port}"
        async with (
            until_started(server),
            httpx2.AsyncClient(base_url=url, trust_env=False, timeout=20) as http,
        ):
            assert (await http.get("/health/ready")).status_code == 200
            under_way = asyncio.create_task(http.get("/work"))
            await asyncio.sleep(0.1)
            server.drain()
            assert (await http.get("/health/ready")).status_code == 503
            await _until_refused(port)
            assert not under_way.done()
            app.state.go_on.set()
            assert (await under_way).text == "done"

    @pytest.mark.parametrize(("drain_seconds", "at_once"), [(0.0, True), (5.0, False)])
    def test_the_first_signal_drains_and_the_second_closes(
        self, drain_seconds: float, at_once: bool
    ) -> None:
        app = FastAPI(openapi_url=None)
        server = Server(uvicorn.Config(app, log_config=None), app, drain_seconds)
        server.handle_exit(signal.SIGTERM, None)
        assert (app.state.draining, server.should_exit) == (True, at_once)
        server.handle_exit(signal.SIGTERM, None)
        assert server.should_exit


class TestIdleConnections:
    def test_are_kept_long_after_whoever_stands_before_has_given_them_up(
        self, notes_settings: NotesSettings
    ) -> None:
        kept = make_server(make_app(), notes_settings).config.timeout_keep_alive
        by_nginx = 60
        assert kept > by_nginx > 10 * KEPT_BY_THE_GATEWAY


async def _until_refused(port: int) -> None:
    async with asyncio.timeout(20):
        with suppress(ConnectionRefusedError):
            while True:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                await asyncio.sleep(0.05)
