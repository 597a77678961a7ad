"""What would break who builds upon the released document is refused, and what would not is not."""

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deploy import openapi_changes
from deploy.openapi_changes import CURRENT, RELEASED, breaking, main

TODAY = date(2026, 11, 22)
Edit = Callable[[dict[str, Any]], None]

UNIT: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "maxLength": 80, "minLength": 1},
        "kind": {"enum": ["family", "school"], "type": "string"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "parts": {"type": "array", "maxItems": 9, "items": {"$ref": "#/components/schemas/Unit"}},
        "weights": {"type": "object", "additionalProperties": {"type": "number"}},
    },
}
VIEW: dict[str, Any] = {**copy.deepcopy(UNIT), "required": ["name", "kind", "note"]}
VIEW["properties"]["parts"]["items"] = {"$ref": "#/components/schemas/UnitView"}
DOCUMENT: dict[str, Any] = {
    "paths": {
        "/v1/units": {
            "post": {
                "operationId": "addUnit",
                "security": [{"bearer": ["units"]}, {"client": []}],
                "parameters": [
                    {"in": "query", "name": "dryRun", "schema": {"type": "boolean"}},
                    {"in": "header", "name": "Idempotency-Key", "schema": {"type": "string"}},
                ],
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Unit"}}}
                },
                "responses": {
                    "201": {
                        "headers": {"ETag": {}},
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/UnitView"}}
                        },
                    },
                    "404": {"content": {}},
                },
            }
        },
        "/v1/old": {"get": {"operationId": "old", "security": [], "responses": {"200": {}}}},
    },
    "components": {"schemas": {"Unit": UNIT, "UnitView": VIEW}},
}


def call(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"]["/v1/units"]["post"]
    return found


def schema(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"][name]
    return found


def sent(document: dict[str, Any]) -> dict[str, Any]:
    return schema(document, "Unit")


def answered(document: dict[str, Any]) -> dict[str, Any]:
    return schema(document, "UnitView")


def found(edit: Edit, today: date = TODAY) -> list[str]:
    now = copy.deepcopy(DOCUMENT)
    edit(now)
    return [str(each) for each in breaking(DOCUMENT, now, today)]


BREAKS: dict[str, tuple[Edit, str]] = {
    "path": (lambda now: now["paths"].pop("/v1/old"), "GET /v1/old: there no more"),
    "name": (lambda now: call(now).update(operationId="putUnit"), "called putUnit"),
    "scope": (
        lambda now: call(now).update(security=[{"bearer": ["units", "more"]}, {"client": []}]),
        "bearer",
    ),
    "way in": (lambda now: call(now).update(security=[{"bearer": ["units"]}]), "client does not suffice"),
    "token": (
        lambda now: now["paths"]["/v1/old"]["get"].update(security=[{"bearer": []}]),
        "nothing does not suffice",
    ),
    "parameter": (lambda now: call(now)["parameters"].pop(0), "query dryRun: taken no more"),
    "parameter needed": (lambda now: call(now)["parameters"][1].update(required=True), "needed now"),
    "parameter new and needed": (
        lambda now: call(now)["parameters"].append(
            {"in": "query", "name": "wave", "required": True, "schema": {"type": "string"}}
        ),
        "query wave: needed now",
    ),
    "parameter type": (
        lambda now: call(now)["parameters"][0].update(schema={"type": "integer"}),
        "query dryRun: of type boolean",
    ),
    "body": (lambda now: call(now).pop("requestBody"), "body: taken no more"),
    "body needed": (lambda now: call(now)["requestBody"].update(required=True), "body: needed now"),
    "body form": (
        lambda now: call(now)["requestBody"].update(content={"text/plain": {}}),
        "body: application/json no more",
    ),
    "member needed": (lambda now: sent(now)["required"].append("kind"), "body.kind: needed"),
    "member taken": (lambda now: sent(now)["properties"].pop("note"), "body.note: taken no more"),
    "longest": (lambda now: sent(now)["properties"]["name"].update(maxLength=40), "maxLength 40"),
    "shortest": (lambda now: sent(now)["properties"]["name"].update(minLength=2), "minLength 2"),
    "pattern": (lambda now: sent(now)["properties"]["name"].update(pattern="^a"), "another pattern"),
    "value taken": (lambda now: sent(now)["properties"]["kind"].update(enum=["school"]), "not family"),
    "null taken": (
        lambda now: sent(now)["properties"].update(note={"type": "string"}),
        "body.note: of type null",
    ),
    "deep": (
        lambda now: sent(now)["properties"]["weights"].update(additionalProperties={"type": "integer"}),
        "body.weights.*: of type number",
    ),
    "success": (lambda now: call(now)["responses"].pop("201"), "answer 201: given no more"),
    "header": (lambda now: call(now)["responses"]["201"].pop("headers"), "header ETag"),
    "member given": (
        lambda now: answered(now)["properties"].pop("parts"),
        "answer 201.parts: there no more",
    ),
    "member sure": (lambda now: answered(now)["required"].remove("kind"), "answer 201.kind: needed"),
    "null given": (
        lambda now: answered(now)["properties"].update(
            name={"anyOf": [{"type": "string"}, {"type": "null"}]}
        ),
        "answer 201.name: of type null",
    ),
    "format given": (
        lambda now: answered(now)["properties"].update(name={"type": "integer"}),
        "answer 201.name: of type integer",
    ),
    "any value": (
        lambda now: answered(now)["properties"].update(kind={"type": "string"}),
        "answer 201.kind: any value",
    ),
}

KEEPS: dict[str, Edit] = {
    "nothing": lambda now: None,
    "a new operation": lambda now: now["paths"].update(
        {"/v1/new": {"get": {"operationId": "new", "security": [], "responses": {"200": {}}}}}
    ),
    "a new parameter": lambda now: call(now)["parameters"].append(
        {"in": "query", "name": "wave", "schema": {"type": "string"}}
    ),
    "a new member sent": lambda now: sent(now)["properties"].update(more={"type": "string"}),
    "a new member given": lambda now: answered(now)["properties"].update(more={"type": "string"}),
    "more room": lambda now: sent(now)["properties"]["name"].update(maxLength=200),
    "a value more to send": lambda now: sent(now)["properties"]["kind"].update(
        enum=["family", "school", "x"]
    ),
    "a value more given": lambda now: answered(now)["properties"]["kind"].update(
        enum=["family", "school", "x"]
    ),
    "null may be sent": lambda now: sent(now)["properties"].update(
        name={"anyOf": [{"type": "string", "maxLength": 80}, {"type": "null"}]}
    ),
    "null is given no more": lambda now: answered(now)["properties"].update(note={"type": "string"}),
    "needed no more": lambda now: sent(now).update(required=[]),
    "fewer scopes": lambda now: call(now).update(security=[{"bearer": []}, {"client": []}]),
    "no token": lambda now: call(now).update(security=[]),
    "an error less": lambda now: call(now)["responses"].pop("404"),
    "words": lambda now: sent(now).update(description="Something else"),
}


class TestBreaking:
    @pytest.mark.parametrize("name", BREAKS)
    def test_tells_what_would_break(self, name: str) -> None:
        edit, what = BREAKS[name]
        (told,) = found(edit)
        assert what in told

    @pytest.mark.parametrize("name", KEEPS)
    def test_tells_of_nothing_else(self, name: str) -> None:
        assert found(KEEPS[name]) == []

    def test_what_was_deprecated_goes_when_its_day_has_come(self) -> None:
        released = copy.deepcopy(DOCUMENT)
        old = released["paths"]["/v1/old"]["get"]
        now = copy.deepcopy(DOCUMENT)
        del now["paths"]["/v1/old"]
        for said, count in (
            ({"deprecated": True, "x-sunset": "2026-11-22"}, 0),
            ({"deprecated": True, "x-sunset": "2026-11-23"}, 1),
            ({"deprecated": True}, 1),
            ({"x-sunset": "2026-11-22"}, 1),
        ):
            old.clear()
            old.update({"operationId": "old", "security": [], "responses": {}, **said})
            assert len(breaking(released, now, TODAY)) == count, said


class TestDocument:
    def test_of_today_breaks_nothing_of_the_released_one(self) -> None:
        released, now = (json.loads(file.read_text(encoding="utf-8")) for file in (RELEASED, CURRENT))
        assert [str(each) for each in breaking(released, now, TODAY)] == []
        path = next(path for path in now["paths"] if path.endswith("/matrix"))
        del now["paths"][path]["get"]["responses"]["200"]  # the control
        assert len(breaking(released, now, TODAY)) == 1


class TestMain:
    def test_is_released_only_if_nothing_breaks(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        files = {"CURRENT": tmp_path / "now.json", "RELEASED": tmp_path / "released.json"}
        for name, file in files.items():
            monkeypatch.setattr(openapi_changes, name, file)
            file.write_text(json.dumps(DOCUMENT), encoding="utf-8")
        assert main([]) == 0
        now = copy.deepcopy(DOCUMENT)
        KEEPS["a new operation"](now)
        files["CURRENT"].write_text(json.dumps(now), encoding="utf-8")
        assert main(["--release"]) == 0
        assert json.loads(files["RELEASED"].read_text(encoding="utf-8")) == now
        files["CURRENT"].write_text(json.dumps(DOCUMENT), encoding="utf-8")
        assert main(["--release"]) == 1
        assert "GET /v1/new: there no more" in capsys.readouterr().err
        assert json.loads(files["RELEASED"].read_text(encoding="utf-8")) == now
