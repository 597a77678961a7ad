"""The route table finds one owner for a path, prefers literals, and lets no path turn into another."""

import json

import pytest

from deploy.openapi import FOLDER
from services.gateway.proxy.routes import RoutesRefused, RouteTable
from tests.services.gateway.conftest import stub_document

TABLE = RouteTable(stub_document())


class TestFind:
    @pytest.mark.parametrize(
        ("path", "template"),
        [
            (b"/v1/cases", "/v1/cases"),
            (b"/v1/cases/7", "/v1/cases/{caseId}"),
            (b"/v1/cases/a%20b", "/v1/cases/{caseId}"),
            (b"/v1/cases/stream", "/v1/cases/stream"),
            (b"/v1/cases/stream/matrix", "/v1/cases/{caseId}/matrix"),
            (b"/v1/cases/7/matrix", "/v1/cases/{caseId}/matrix"),
        ],
    )
    def test_finds_the_template(self, path: bytes, template: str) -> None:
        found = TABLE.find(path)
        assert found is not None
        assert found.path == template

    @pytest.mark.parametrize(
        "path",
        [
            b"/",
            b"",
            b"/v1",
            b"/v1/cases/",
            b"//v1/cases",
            b"/v1//cases",
            b"/v1/cases/7/",
            b"/v1/cases//matrix",
            b"/v1/cases/..",
            b"/v1/cases/.",
            b"/v1/cases/%2e%2e",
            b"/v1/cases/..%2f..%2finternal%2fchanges",
            b"/v1/cases/a%2Fb",
            b"/v1/cases/a%5Cb",
            b"/v1/cases/a\\b",
            b"/v1/cases/a%00",
            b"/v1/cases/\xe6",
            b"/v1/%63ases",
            b"/V1/cases",
            b"/v1/cases/7/matrix/x",
            b"/internal/changes",
            b"/health/live",
            b"/metrics",
            b"http://127.0.0.1/v1/cases",
        ],
    )
    def test_finds_nothing(self, path: bytes) -> None:
        assert TABLE.find(path) is None

    def test_names_every_method(self) -> None:
        found = TABLE.find(b"/v1/cases/7")
        assert found is not None
        assert found.allow == "GET, HEAD, OPTIONS, POST, PUT"

    def test_knows_who_may_ask(self) -> None:
        kinds = {
            path: (operation.public, operation.respondents)
            for path in (b"/v1/cases", b"/v1/response", b"/v1/instruments")
            if (found := TABLE.find(path)) and (operation := found.operations["GET"])
        }
        assert kinds == {
            b"/v1/cases": (False, False),
            b"/v1/response": (False, True),
            b"/v1/instruments": (True, False),
        }


class TestPublished:
    """One path has one owner, also below another's noun."""

    @pytest.mark.parametrize(
        ("path", "owner"),
        [
            (b"/v1/collaboration-groups", "cases"),
            (b"/v1/collaboration-groups/7", "cases"),
            (b"/v1/collaboration-groups/7/matrix", "analytics"),
            (b"/v1/collaboration-groups/7/scores", "analytics"),
            (b"/v1/collaboration-groups/7/development", "analytics"),
            (b"/v1/cases/7", "cases"),
            (b"/v1/cases/7/matrix", "analytics"),
        ],
    )
    def test_the_owner_answers(self, path: bytes, owner: str) -> None:
        document = json.loads((FOLDER / "samspil.json").read_text(encoding="utf-8"))
        found = RouteTable(document).find(path)
        assert found is not None
        assert found.operations["GET"].service == owner


class TestRefusals:
    @pytest.mark.parametrize("path", ["/internal/changes", "/health/live", "/metrics"])
    def test_never_routes_what_is_internal(self, path: str) -> None:
        operation = {"x-samspil-service": "cases", "security": []}
        with pytest.raises(RoutesRefused):
            RouteTable({"paths": {path: {"get": operation}}})

    def test_refuses_two_names_for_one_path(self) -> None:
        item = {"get": {"x-samspil-service": "cases", "security": []}}
        with pytest.raises(RoutesRefused):
            RouteTable({"paths": {"/v1/a/{x}": item, "/v1/a/{y}": item}})
