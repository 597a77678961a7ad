"""The documents in docs/openapi are what the code says, hang together, and drift is noticed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31

from deploy import openapi
from deploy.openapi import documents, drifted, main, write_all
from services.gateway.openapi.merging import OWNERS, Document, operations_of
from services.gateway.openapi.page import render_page
from services.gateway.proxy.routes import RouteTable


@pytest.fixture(scope="module")
def built() -> dict[str, Document]:
    """Build the documents once."""
    return documents()


@pytest.fixture(scope="module")
def merged(built: dict[str, Document]) -> Document:
    """Give the merged one."""
    return built["samspil"]


class TestMergedDocument:
    def test_keeps_the_specification(self, merged: Document) -> None:
        jsonschema_rs.validator_for(OPENAPI_31).validate(merged)

    def test_refers_only_to_what_is_there(self, merged: Document) -> None:
        components = merged["components"]
        there = {
            f"#/components/{kind}/{name}" for kind in ("schemas", "headers") for name in components[kind]
        }
        assert set(references(merged)) == there
        schemes = merged["components"]["securitySchemes"]
        for _, _, operation in operations_of(merged["paths"]):
            assert {name for each in operation["security"] for name in each} <= set(schemes)

    def test_calls_schemas_what_a_generated_client_can_call_them(self, merged: Document) -> None:
        schemas = merged["components"]["schemas"]
        assert [name for name in schemas if not re.fullmatch("[A-Z][A-Za-z0-9]*", name)] == []
        # Pydantic's own titles only repeat the names.
        assert [name for name, schema in schemas.items() if "title" in schema] == []

    def test_declares_every_path_parameter(self, merged: Document) -> None:
        for path, _, operation in operations_of(merged["paths"]):
            declared = {each["name"] for each in operation.get("parameters", []) if each["in"] == "path"}
            assert declared == {part[1:-1] for part in path.split("/") if part.startswith("{")}, path

    def test_shows_nothing_internal(self, merged: Document) -> None:
        assert not [path for path in merged["paths"] if path.startswith(("/internal", "/metrics"))]

    def test_can_be_routed_by_and_shown(self, merged: Document) -> None:
        assert RouteTable(merged).services == set(OWNERS) - {"gateway"}
        for language in ("da", "en"):
            page = render_page(merged, language)
            for path in merged["paths"]:
                assert path in page


def references(value: Any) -> Iterator[str]:
    """Yield every `$ref`."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from references(item)


class TestDrift:
    def test_there_is_none(self, built: dict[str, Document]) -> None:
        assert drifted(built) == []

    def test_documents_are_the_same_every_time(self, built: dict[str, Document]) -> None:
        assert documents() == built

    def test_is_noticed(
        self, built: dict[str, Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert drifted(built, tmp_path) == list(built)
        write_all(built, tmp_path)
        assert drifted(built, tmp_path) == []
        file = tmp_path / "gateway.json"
        assert file.read_text(encoding="utf-8").endswith("}\n")
        changed = json.loads(file.read_text(encoding="utf-8"))
        changed["paths"].pop("/docs")
        file.write_text(openapi.written(changed), encoding="utf-8")
        assert drifted(built, tmp_path) == ["gateway"]
        monkeypatch.setattr(openapi, "documents", lambda: built)
        monkeypatch.setattr(drifted, "__defaults__", (tmp_path,))
        assert main(["--check"]) == 1
