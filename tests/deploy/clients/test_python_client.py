"""The generator gets what has a type, and all of that."""

import json
from typing import Any

from deploy.clients.building import read_document
from deploy.clients.python_client import HERE, prepared
from services.gateway.openapi.merging import operations_of


def test_only_answers_with_a_body_are_left() -> None:
    document = read_document()
    before = json.dumps(document)
    kept = prepared(document)
    assert json.dumps(document) == before
    answers = [
        answer
        for _, _, operation in operations_of(kept["paths"])
        for answer in operation["responses"].values()
    ]
    assert all(answer["content"] for answer in answers)
    get = kept["paths"]["/v1/areas/{areaId}"]["get"]["responses"]
    assert {"200", "404"} <= set(get)
    assert "304" not in get


def test_what_is_sent_in_two_forms_is_sent_as_json() -> None:
    put = "/v1/instruments/{code}/versions/{version}"
    document = read_document()
    assert len(_sent(document, put)) == 2
    assert list(_sent(prepared(document), put)) == ["application/json"]


def test_every_operation_is_there_but_the_page_for_people() -> None:
    document = read_document()
    assert set(document["paths"]) - set(prepared(document)["paths"]) == {
        "/svar",
        "/svar/start.js",
        "/svar/style.css",
    }


def test_what_is_renamed_for_the_generator_is_there() -> None:
    overrides = json.loads((HERE / "generator.json").read_text(encoding="utf-8"))["class_overrides"]
    assert set(overrides) <= set(read_document()["components"]["schemas"])


def _sent(document: dict[str, Any], path: str) -> dict[str, Any]:
    content: dict[str, Any] = document["paths"][path]["put"]["requestBody"]["content"]
    return content
