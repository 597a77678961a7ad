"""Every path of the published document answers every method: as declared, by 204, or by 405."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from deploy.openapi import FOLDER
from services.gateway.main import build
from tests.services.gateway.conftest import Front, Whole

DOCUMENT = json.loads((FOLDER / "samspil.json").read_text(encoding="utf-8"))
DECLARABLE = frozenset({"GET", "PUT", "POST", "PATCH", "DELETE"})
NEVER = frozenset({"TRACE", "PROPFIND", "QUERY", "CONNECT"})


def declared(template: str) -> set[str]:
    """Return the methods that the document names for a path."""
    return {method.upper() for method in DOCUMENT["paths"][template]} & DECLARABLE


def allowed(template: str) -> str:
    """Return what `Allow` says of a path."""
    methods = declared(template) | {"OPTIONS"}
    return ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))


def address(template: str) -> str:
    """Return an address of a path; each of its parameters is some id."""
    parts = [str(uuid4()) if part.startswith("{") else part for part in template.split("/")]
    return "/".join(parts)


@pytest.fixture(scope="module")
async def shut(front: Front) -> AsyncIterator[httpx2.AsyncClient]:
    """Give a gateway that was never started: whoever needs more than the table of routes fails."""
    app = build(front.settings.model_copy(update={"document": FOLDER / "samspil.json"}))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as http:
        yield http


@pytest.mark.parametrize("method", sorted({*DECLARABLE, "HEAD", *NEVER}))
async def test_what_a_path_has_not_is_405(shut: httpx2.AsyncClient, method: str) -> None:
    asked = 0
    for template in DOCUMENT["paths"]:
        if method in declared(template) or (method == "HEAD" and "GET" in declared(template)):
            continue
        answer = await shut.request(method, address(template))
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed(template)), template
        assert answer.headers["content-type"] == "application/problem+json"
        assert method == "HEAD" or answer.json()["code"] == "method-not-allowed"
        asked += 1
    assert asked > 10


async def test_options_says_what_a_path_has(shut: httpx2.AsyncClient) -> None:
    for template in DOCUMENT["paths"]:
        answer = await shut.options(address(template))
        assert (answer.status_code, answer.headers["allow"], answer.content) == (
            204,
            allowed(template),
            b"",
        )
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["/v1/nothing", "/internal/changes", "/metrics", "/v1/cases/"])
async def test_what_there_is_not_has_no_methods(shut: httpx2.AsyncClient, path: str) -> None:
    for method in (*DECLARABLE, "HEAD", "OPTIONS", "TRACE"):
        answer = await shut.request(method, path)
        assert (answer.status_code, "allow" in answer.headers) == (404, False)


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Return each operation with its path and method."""
    return [
        (template, method, DOCUMENT["paths"][template][method.lower()])
        for template in DOCUMENT["paths"]
        for method in sorted(declared(template))
    ]


async def test_forms_that_do_not_fit_are_refused_everywhere(whole: Whole) -> None:
    """Before anything is looked at: what the caller may do, what there is, what it says."""
    known = whole.caller(uuid4(), "analyst")
    for template, method, operation in operations():
        forms = operation["responses"].get("200", operation["responses"].get("201", {})).get("content", {})
        if forms and not template.startswith("/svar"):  # a page is shown, whatever a browser says
            headers = {**_bearer(operation, whole, known), "Accept": "application/x-nothing"}
            answer = await whole.http.request(method, address(template), headers=headers, json={})
            assert answer.status_code == 406, (method, template, answer.text)
            assert "406" in operation["responses"], (method, template)
        if list(operation.get("requestBody", {}).get("content", {})) == ["application/json"]:
            headers = {**_bearer(operation, whole, known), "Content-Type": "text/plain"}
            answer = await whole.http.request(method, address(template), headers=headers, content=b"{}")
            assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type"), template


async def test_public_paths_are_counted_but_health(whole: Whole) -> None:
    found = {}
    for template, method, operation in operations():
        if operation["security"] == []:
            answer = await whole.http.request(method, template)
            found[template] = "ratelimit" in answer.headers
            assert found[template] == ("429" in operation["responses"]), (method, template)
    assert {path for path, counted in found.items() if not counted} == {"/health/live", "/health/ready"}


def _bearer(operation: dict[str, Any], whole: Whole, known: dict[str, str]) -> dict[str, str]:
    schemes = {name for each in operation["security"] for name in each}
    if "respondent" in schemes:
        return {"Authorization": "Bearer rt_" + "R" * 22}
    return whole.operator() if schemes == {"operator"} else known
