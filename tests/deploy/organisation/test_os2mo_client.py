"""Asking OS2mo: every page of every collection, over TLS or on this machine only."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI, Request

from deploy.organisation.addresses import UnsafeAddress, require_safe
from deploy.organisation.os2mo import COLLECTIONS, NotOS2mo, gather
from deploy.organisation.os2mo_client import ask_all
from tests.deploy.organisation.small_os2mo import municipality
from tests.support.serving import serving


def pretended(seen: list[Any]) -> FastAPI:
    """Pretend to be OS2mo: each collection in pages of one."""
    app = FastAPI()
    objects = {name: part["objects"] for each in municipality() for name, part in each["data"].items()}

    @app.post("/graphql/v30")
    async def answer(request: Request) -> dict[str, Any]:
        asked = await request.json()
        seen.append(request.headers["authorization"])
        name = next(each for each in COLLECTIONS if f"{{ {each}(" in asked["query"])
        place = int(asked["variables"]["cursor"] or 0)
        last = place + 1 >= len(objects[name])
        info = {"next_cursor": None if last else str(place + 1)}
        return {"data": {name: {"objects": objects[name][place : place + 1], "page_info": info}}}

    return app


@pytest.fixture
async def os2mo() -> AsyncIterator[tuple[str, list[Any]]]:
    """Run it."""
    seen: list[Any] = []
    async with serving(pretended(seen)) as url:
        yield url, seen


class TestAskAll:
    async def test_reads_every_page(self, os2mo: tuple[str, list[Any]]) -> None:
        url, seen = os2mo
        found = await asyncio.to_thread(lambda: gather(ask_all(f"{url}/graphql/v30", "a-token")))
        assert found == gather(municipality())
        assert set(seen) == {"Bearer a-token"}

    async def test_refuses_what_is_not_there(self, os2mo: tuple[str, list[Any]]) -> None:
        url, _ = os2mo
        with pytest.raises(NotOS2mo):
            await asyncio.to_thread(lambda: list(ask_all(f"{url}/graphql/v1", "a-token")))

    @pytest.mark.parametrize(
        "url", ["http://os2mo.example/graphql", "ftp://127.0.0.1", "https://", "os2mo"]
    )
    def test_sends_a_token_nowhere_unsafe(self, url: str) -> None:
        with pytest.raises(UnsafeAddress):
            require_safe(url)

    @pytest.mark.parametrize("url", ["https://os2mo.example/graphql", "http://127.0.0.1:5000/graphql"])
    def test_control_safe_addresses_pass(self, url: str) -> None:
        require_safe(url)
