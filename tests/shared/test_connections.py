"""Who is too slow or sends too large a head is hung up on, and everybody else is not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

import pytest
import uvicorn
from fastapi import FastAPI, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from deploy.local.ports import free_port
from shared.app.builder import ServiceDescription, middleware_in_order
from shared.connections import Bounds, Outlet, guarded
from shared.server import Server
from shared.settings import ServiceSettings
from tests.support.serving import until_started

BOUNDS = Bounds(receive_seconds=10, stall_seconds=30, head_bytes=4096, headers=20)
END = b"\r\n\r\n"


async def _answer(request: Request) -> Response:
    return PlainTextResponse(f"{request.method} {len(request.headers)}")


async def _answer_endlessly(_request: Request) -> Response:
    async def chunks() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 65_536
            await asyncio.sleep(0)

    return StreamingResponse(chunks())


@asynccontextmanager
async def _lifespan(_app: FastAPI) -> AsyncIterator[None]:
    yield


def make_app() -> FastAPI:
    """Make an app of two routes, within the layers of every service."""
    settings = ServiceSettings.model_construct()
    service = ServiceDescription("bare", "Bare", "", [], _lifespan)
    app = FastAPI(openapi_url=None, middleware=middleware_in_order(service, settings))
    app.add_route("/endless", _answer_endlessly, methods=["GET"])
    app.add_route("/{rest:path}", _answer, methods=["GET", "POST"])
    return app


class Guarded:
    """A running server whose clock a test moves on."""

    def __init__(self, server: Server, port: int) -> None:
        self.server = server
        self.port = port

    async def connect(self, content: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection and send something that does arrive."""
        known = len(self.server.server_state.connections)
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(content)
        await writer.drain()
        while len(self.server.server_state.connections) <= known:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        return reader, writer

    def after(self, seconds: float) -> None:
        """Let the server look over its connections as it would some seconds later."""
        self.server.end_slow_connections(asyncio.get_running_loop().time() + seconds)


@pytest.fixture(scope="module")
async def guarded_server() -> AsyncIterator[Guarded]:
    """Run the app behind the guard."""
    port, app = free_port(), make_app()
    config = uvicorn.Config(
        app, port=port, http=guarded(BOUNDS), ws="none", log_config=None, access_log=False
    )
    server = Server(config, app)
    async with until_started(server):
        yield Guarded(server, port)


async def rest_of(reader: asyncio.StreamReader) -> bytes:
    """Read until the other side hangs up."""
    async with asyncio.timeout(20):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


class TestHeads:
    @pytest.mark.parametrize(
        ("head", "status"),
        [
            (b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close" + END, b"200"),
            (b"GET / HTTP/1.1\r\nx: " + b"y" * 3900 + b"\r\nconnection: close" + END, b"200"),
            (b"GET / HTTP/1.1\r\nx: " + b"y" * 4200 + END, b"431"),
            (b"GET /" + b"y" * 4200 + b" HTTP/1.1\r\nhost: x" + END, b"431"),
            (b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 21 + b"\r\n", b"431"),
            (b"GET / HTTP/1.1\r\nconnection: close\r\n" + b"x: y\r\n" * 19 + b"\r\n", b"200"),
            (b"GET / HTTP/1.1\r\nx: " + b"y" * 300_000, b"431"),
            (b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 30_000, b"431"),
            (b"no http at all" + END, b"400"),
            (b"GET / HTTP/1.1\r\nconnection: close\r\nx : y" + END, b"400"),
        ],
        ids=[
            "usual",
            "just within",
            "a header too long",
            "a path too long",
            "too many",
            "as many as may be",
            "a header without an end",
            "headers without an end",
            "no HTTP",
            "a space too many",
        ],
    )
    async def test_are_bounded(self, guarded_server: Guarded, head: bytes, status: bytes) -> None:
        reader, writer = await guarded_server.connect(head)
        answer = await rest_of(reader)
        writer.close()
        assert answer[9:12] == status or (status == b"431" and len(head) > 100_000 and answer == b"")
        if status != b"200" and answer:
            assert b"content-type: application/problem+json" in answer
            assert b"connection: close" in answer.lower()
            assert b"\r\napi-version: " in answer.lower()
            assert b"\r\nx-request-id: " in answer.lower()

    async def test_one_in_pieces_is_bounded_too(self, guarded_server: Guarded) -> None:
        reader, writer = await guarded_server.connect(b"GET / HTTP/1.1\r\nhost: x\r\n")
        for number in range(12):
            writer.write(b"x-%d: " % number + b"y" * 400 + b"\r\n")
            await asyncio.sleep(0.01)
        answer = await rest_of(reader)
        writer.close()
        assert answer.startswith(b"HTTP/1.1 431 ")

    async def test_a_large_body_is_not_taken_for_a_head(self, guarded_server: Guarded) -> None:
        body = b"x" * 50_000
        request = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 50000" + END + body
        second = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close" + END
        reader, writer = await guarded_server.connect(request + second[:20])
        writer.write(second[20:])
        answer = await rest_of(reader)
        writer.close()
        assert answer.count(b"HTTP/1.1 200 ") == 2

    async def test_control_without_the_bounds_it_is_taken(self) -> None:
        port, app = free_port(), make_app()
        config = uvicorn.Config(app, port=port, http="httptools", log_config=None, access_log=False)
        async with until_started(uvicorn.Server(config)):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\nconnection: close\r\n" + b"x: y\r\n" * 5000 + b"\r\n")
            assert (await rest_of(reader)).startswith(b"HTTP/1.1 200 ")
            writer.close()


class TestDeadlines:
    @pytest.mark.parametrize(
        ("sent", "seconds", "answer"),
        [
            (b"", 11, b"HTTP/1.1 408 "),
            (b"GET / HTTP/1.1\r\nhost: x\r\n", 11, b"HTTP/1.1 408 "),
            (b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 9" + END + b"x", 13, b"HTTP/1.1 200 "),
        ],
        ids=["nothing", "half a head", "a body that nobody reads"],
    )
    async def test_who_lets_one_pass_is_hung_up_on(
        self, guarded_server: Guarded, sent: bytes, seconds: float, answer: bytes
    ) -> None:
        reader, writer = await guarded_server.connect(sent)
        guarded_server.after(seconds)
        assert (await rest_of(reader)).startswith(answer)
        writer.close()

    async def test_dribbling_moves_no_deadline(self, guarded_server: Guarded) -> None:
        reader, writer = await guarded_server.connect(b"GET / HTTP/1.1\r\n")
        for _ in range(3):
            writer.write(b"x: y\r\n")
            await asyncio.sleep(0.02)
        guarded_server.after(10.5)
        assert (await rest_of(reader)).startswith(b"HTTP/1.1 408 ")
        writer.close()

    async def test_who_takes_no_answer_is_hung_up_on(self, guarded_server: Guarded) -> None:
        _, writer = await guarded_server.connect(b"GET /endless HTTP/1.1\r\nhost: x" + END)
        await _until(lambda: any(_is_stalled(each) for each in _connections(guarded_server)))
        guarded_server.after(29)
        assert any(_is_stalled(each) for each in _connections(guarded_server))
        guarded_server.after(31)
        await _until(lambda: not any(_is_stalled(each) for each in _connections(guarded_server)))
        writer.close()

    async def test_control_whoever_keeps_them_is_left_alone(self, guarded_server: Guarded) -> None:
        reader, writer = await guarded_server.connect(b"GET / HTTP/1.1\r\nhost: x\r\n")
        guarded_server.after(9)
        writer.write(b"\r\n")
        await reader.readuntil(END)
        guarded_server.after(3600)  # the request is over; the connection waits for the next
        assert await reader.readexactly(5) == b"GET 1"
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close" + END)
        assert (await rest_of(reader)).startswith(b"HTTP/1.1 200 ")
        writer.close()


class Wire:
    """A transport that remembers its pieces, each of which would be a call of the system."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        """Remember a piece."""
        self.pieces.append(data)

    def close(self) -> None:
        """Close."""
        self.closed = True

    abort = close

    def is_closing(self) -> bool:
        """Tell whether it is closed."""
        return self.closed

    def get_extra_info(self, _name: str) -> None:
        """Tell nothing else."""


class TestOutlet:
    """What follows at once leaves together, in order, and nothing is kept back for longer than a moment."""

    @pytest.mark.parametrize(
        ("parts", "pieces"),
        [
            ((b"head", b"body"), [b"headbody"]),
            ((b"head", b""), [b"head"]),
            ((b"head",), [b"head"]),
            ((b"head", b"first", b"second"), [b"headfirst", b"second"]),
            ((b"head", b"x" * 65_536), [b"head" + b"x" * 65_536]),
            ((b"head", b"x" * 65_537), [b"head", b"x" * 65_537]),
            ((b"x" * 65_537,), [b"x" * 65_537]),
        ],
    )
    async def test_leaves_in_as_few_pieces(self, parts: tuple[bytes, ...], pieces: list[bytes]) -> None:
        wire = Wire()
        outlet = Outlet(wire, asyncio.get_running_loop())
        for part in parts:
            outlet.write(part)
        await asyncio.sleep(0)
        assert wire.pieces == pieces

    async def test_what_is_written_later_is_not_waited_for(self) -> None:
        wire = Wire()
        outlet = Outlet(wire, asyncio.get_running_loop())
        for part in (b"head", b"first", b"second"):
            outlet.write(part)
            await asyncio.sleep(0)
        assert wire.pieces == [b"head", b"first", b"second"]

    async def test_closing_sends_what_is_held_and_aborting_does_not(self) -> None:
        closed, aborted = Wire(), Wire()
        for wire, end in ((closed, Outlet.close), (aborted, Outlet.abort)):
            outlet = Outlet(wire, asyncio.get_running_loop())
            outlet.write(b"head")
            end(outlet)
            await asyncio.sleep(0)
        assert (closed.pieces, aborted.pieces) == ([b"head"], [])
        assert closed.closed
        assert aborted.closed

    async def test_a_connection_lost_meanwhile_is_not_written_to(self) -> None:
        wire = Wire()
        outlet = Outlet(wire, asyncio.get_running_loop())
        outlet.write(b"head")
        wire.close()
        await asyncio.sleep(0)
        assert wire.pieces == []

    @pytest.mark.parametrize(
        ("protocol", "pieces"),
        [(guarded(BOUNDS), 1), (HttpToolsProtocol, 2)],
        ids=["ours", "control: uvicorn's own"],
    )
    async def test_an_answer_is_one_piece(self, protocol: type[HttpToolsProtocol], pieces: int) -> None:
        state, wire = ServerState(), Wire()
        config = uvicorn.Config(make_app(), ws="none", log_config=None, access_log=False)
        connection = protocol(config, state, {}, asyncio.get_running_loop())
        connection.connection_made(cast("asyncio.Transport", wire))
        connection.data_received(b"GET / HTTP/1.1\r\nHost: x" + END)
        await asyncio.gather(*state.tasks)
        connection.connection_lost(None)
        assert len(wire.pieces) == pieces
        assert b"".join(wire.pieces).endswith(END + b"GET 1")


def _connections(of: Guarded) -> tuple[object, ...]:
    return tuple(of.server.server_state.connections)


def _is_stalled(connection: object) -> bool:
    return getattr(connection, "_stalled_since", None) is not None


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.02)
