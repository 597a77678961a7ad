"""A document is fetched from where it was meant to be, within bounds, and from nowhere else."""

from collections.abc import AsyncIterator
from ipaddress import ip_network

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.gateway.outbound.addresses import AllowedAddresses
from services.gateway.outbound.fetching import FetchRefused, fetch_json
from tests.support.serving import serving

LOOPBACK = AllowedAddresses((ip_network("127.0.0.0/8"), ip_network("::1/128")))
ANSWERS = {
    "good": Response('{"a": 1}'),
    "list": Response("[]"),
    "text": Response("hello"),
    "deep": Response("[" * 200_000),
    "long": Response('{"a": "' + "x" * 300_000 + '"}'),
    "packed": Response(b"\x1f\x8b", headers={"Content-Encoding": "gzip"}),
    "missing": Response("{}", 404),
    "redirect": RedirectResponse("/good"),
}


async def _answer(request: Request) -> Response:
    return ANSWERS[request.path_params["name"]]


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[str]:
    app = FastAPI(openapi_url=None)
    app.mount("/", Starlette(routes=[Route("/{name}", _answer)]))
    async with serving(app) as url:
        yield url


async def test_fetches_from_a_listed_network(site: str) -> None:
    assert await fetch_json(f"{site}/good", LOOPBACK) == {"a": 1}
    assert await fetch_json(f"{site.replace('127.0.0.1', 'localhost')}/good", LOOPBACK) == {"a": 1}


@pytest.mark.parametrize("name", sorted(ANSWERS.keys() - {"good"}))
async def test_refuses_every_other_answer(site: str, name: str) -> None:
    with pytest.raises(FetchRefused):
        await fetch_json(f"{site}/{name}", LOOPBACK)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::]"])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_refuses_hosts_inside_that_nobody_listed(site: str, scheme: str, host: str) -> None:
    port = site.rpartition(":")[2]
    with pytest.raises(FetchRefused) as refusal:
        await fetch_json(f"{scheme}://{host}:{port}/good", AllowedAddresses())
    assert str(refusal.value) == "address-not-allowed"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "good",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://u:p@127.0.0.1/",
        "https://[::1",
        "http://9.9.9.9/",
        "http://2130706433/",
        "http://0x7f.1/",
    ],
)
async def test_refuses_other_addresses(address: str) -> None:
    with pytest.raises(FetchRefused):
        await fetch_json(address, LOOPBACK)
