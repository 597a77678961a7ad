"""Every operation shows a request and a reply, in words, that its schema and its model accept."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError

from deploy.openapi import FOLDER, build
from services.gateway.openapi.merging import OWNERS, Document, operations_of
from shared.app.examples import UNKNOWN

Route = tuple[str, str]

_BROKEN = "/v1/tenants/{tenantId}"


@pytest.fixture(scope="module")
def document() -> Document:
    """Read the committed document."""
    read: Document = json.loads((FOLDER / "samspil.json").read_text(encoding="utf-8"))
    return read


def _adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)


@pytest.fixture(scope="module")
def models() -> dict[Route, TypeAdapter[Any]]:
    """Give what every operation with a body reads it into."""
    routes = [route for service in OWNERS for route in build(service).routes]
    return {
        (route.path_format, method.lower()): _adapter(route.body_field.field_info.annotation)
        for route in routes
        if isinstance(route, APIRoute) and route.body_field is not None
        for method in route.methods or ()
    }


def shown(operation: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield every body that is sent or answered when an operation succeeds."""
    bodies = {"request": operation.get("requestBody", {})}
    bodies |= {status: body for status, body in operation["responses"].items() if status.startswith("2")}
    for what, body in bodies.items():
        for media_type, media in body.get("content", {}).items():
            yield what, media_type, media


def wordless(example: Any) -> bool:
    """Tell whether nobody has found words for some part of an example."""
    if isinstance(example, dict):
        return UNKNOWN in example or any(map(wordless, example.values()))
    if isinstance(example, list):
        return any(map(wordless, example))
    return bool(example == UNKNOWN)


def faults(document: Document) -> list[str]:
    """Name every body without an example, or with one that says nothing or breaks its schema."""
    found = []
    for path, method, operation in operations_of(document["paths"]):
        for what, media_type, media in shown(operation):
            place = f"{method} {path} {what}"
            if "example" not in media:
                found.append(f"{place}: no example")
            elif wordless(media["example"]):
                found.append(f"{place}: no words")
            elif "schema" in media and "json" in media_type:
                schema = {**media["schema"], "components": document["components"]}
                validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
                found += [f"{place}: {error.message}" for error in validator.iter_errors(media["example"])]
    return found


def refused(document: Document, models: dict[Route, TypeAdapter[Any]]) -> list[str]:
    """Name every request that its own operation would refuse as malformed."""
    found = []
    for path, method, operation in operations_of(document["paths"]):
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content or (path, method) not in models:
            continue  # without a model it is read by hand, and tried where that is tested
        try:
            models[path, method].validate_json(json.dumps(content["application/json"]["example"]))
        except ValidationError as error:
            found.append(f"{method} {path}: {error.errors(include_input=False, include_url=False)}")
    return found


def test_every_operation_shows_what_its_schemas_accept(document: Document) -> None:
    assert faults(document) == []


def test_every_request_shown_is_accepted(document: Document, models: dict[Route, TypeAdapter[Any]]) -> None:
    assert refused(document, models) == []


def test_examples_are_in_danish_municipal_terms(document: Document) -> None:
    text = json.dumps(document, ensure_ascii=False)
    for word in ("Hedensted", "0766", "Familieafdelingen", "Jobcentret", "Barnets lov", "Forløb 27"):
        assert word in text


class TestNegativeControls:
    @pytest.fixture
    def broken(self, document: Document) -> Document:
        """Give a copy of one path to break."""
        return {**document, "paths": copy.deepcopy({_BROKEN: document["paths"][_BROKEN]})}

    def media(self, broken: Document) -> dict[str, Any]:
        """Return a body of the copy."""
        found: dict[str, Any] = broken["paths"][_BROKEN]["put"]["requestBody"]["content"]
        media: dict[str, Any] = found["application/json"]
        return media

    def test_finds_a_missing_example(self, broken: Document) -> None:
        del self.media(broken)["example"]
        assert faults(broken) == ["put /v1/tenants/{tenantId} request: no example"]

    def test_finds_one_that_says_nothing(self, broken: Document) -> None:
        self.media(broken)["example"] = {"name": UNKNOWN}
        assert faults(broken) == ["put /v1/tenants/{tenantId} request: no words"]

    def test_finds_one_that_breaks_its_schema(
        self, broken: Document, models: dict[Route, TypeAdapter[Any]]
    ) -> None:
        self.media(broken)["example"] = {"name": "x" * 201}
        assert len(faults(broken)) == 1
        assert len(refused(broken, models)) == 1
