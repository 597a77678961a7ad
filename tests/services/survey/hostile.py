"""Requests nobody should send, made from an OpenAPI document by a seed, and what to say of an answer."""

import json
import random
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import httpx2

from tests.services.survey.nasty import (
    CANARY,
    HEADER_VALUES,
    HEADERS,
    MARKS,
    NUMBERS,
    OTHERS,
    RAW_BODIES,
    RAW_VALUES,
    TEXTS,
    TYPES,
)

_METHODS = ("get", "put", "post", "delete", "patch")
_PAGE = "/svar"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the document."""

    name: str
    method: str
    path: str
    parameters: list[dict[str, Any]]
    body: Any
    form: bool


@dataclass
class Hostile:
    """A request to send."""

    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str | bytes] = field(default_factory=dict)
    content: bytes | None = None

    @property
    def url(self) -> str:
        """The path with its query."""
        pairs = [(_bytes(name), _bytes(value)) for name, value in self.query]
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path


def operations_of(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Return all operations of an OpenAPI document."""
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                found = item[method]
                content = found.get("requestBody", {}).get("content", {})
                media = next(iter(content), "")
                yield Operation(
                    name=found["operationId"],
                    method=method.upper(),
                    path=path,
                    parameters=found.get("parameters", []),
                    body=content[media].get("schema", {}) if media else None,
                    form="form" in media,
                )


class Malice:
    """Makes hostile requests of one operation; the same ones for the same seed."""

    def __init__(
        self, document: Mapping[str, Any], operation: Operation, known: Mapping[str, str], seed: int
    ) -> None:
        self._schemas = document.get("components", {}).get("schemas", {})
        self._operation = operation
        self._known = known
        self._source = random.Random(f"{seed}/{operation.name}")

    def requests(self, count: int) -> Iterator[Hostile]:
        """Return so many."""
        for number in range(count):
            yield self._request(is_honest=number == 0)

    def _request(self, *, is_honest: bool) -> Hostile:
        """Make a request as it should be, and spoil one to three things of it."""
        hostile = Hostile(self._operation.method, self._path(), self._query(), self._headers())
        body = self._instance(self._operation.body) if self._operation.body is not None else None
        if body is not None:
            hostile.content = self._written(body)
        ways = [self._spoil_query, self._spoil_header, self._spoil_path]
        if body is not None:
            ways += [lambda each: self._spoil_body(each, body)] * 9 + [self._spoil_type, self._spoil_raw]
        for _ in range(0 if is_honest else self._source.choice((1, 1, 1, 2, 3))):
            self._source.choice(ways)(hostile)
        return hostile

    # As it should be.

    def _path(self, spoiled: str = "") -> str:
        path = self._operation.path
        for each in self._of("path"):
            value = self._known.get(each["name"]) or str(self._instance(each["schema"]))
            if each["name"] == spoiled:
                value = self._text()
            path = path.replace("{" + each["name"] + "}", quote(_bytes(value), safe=""))
        return path

    def _query(self) -> list[tuple[str, str]]:
        return [
            (each["name"], str(self._instance(each["schema"])))
            for each in self._of("query")
            if each.get("required") or self._source.random() < 0.3
        ]

    def _headers(self) -> dict[str, str | bytes]:
        media = "application/x-www-form-urlencoded" if self._operation.form else "application/json"
        headers: dict[str, str | bytes] = (
            {"Content-Type": media} if self._operation.body is not None else {}
        )
        for each in self._of("header"):
            if each["name"] == "Idempotency-Key":
                headers[each["name"]] = f"hostile-{self._source.randrange(10**12)}"
        return headers

    def _of(self, place: str) -> list[dict[str, Any]]:
        return [each for each in self._operation.parameters if each["in"] == place]

    def _instance(self, schema: Any, depth: int = 0) -> Any:
        """Return something that a schema allows, or nearly."""
        if "$ref" in schema:
            return self._instance(self._schemas[schema["$ref"].rpartition("/")[2]], depth)
        for key in ("anyOf", "oneOf", "allOf"):
            if key in schema:
                return self._instance(self._source.choice(schema[key]), depth)
        if "const" in schema or "enum" in schema:
            return schema.get("const", None) if "const" in schema else self._source.choice(schema["enum"])
        if schema.get("examples") and self._source.random() < 0.7:
            return deepcopy(self._source.choice(schema["examples"]))
        return self._by_type(schema, depth)

    def _by_type(self, schema: Any, depth: int) -> Any:
        kind = schema.get("type", "object")
        if kind == "object":
            wanted = set(schema.get("required", ()))
            return {
                name: self._instance(each, depth + 1)
                for name, each in schema.get("properties", {}).items()
                if name in wanted or self._source.random() < 0.5
            }
        if kind == "array":
            count = max(schema.get("minItems", 0), self._source.choice((0, 1, 2) if depth < 6 else (0,)))
            return [self._instance(schema.get("items", {}), depth + 1) for _ in range(count)]
        return self._scalar(kind, schema)

    def _scalar(self, kind: str, schema: Any) -> Any:
        if schema.get("format") == "uuid":
            return self._source.choice(
                [*self._known.values(), str(UUID(int=self._source.getrandbits(128)))]
            )
        if schema.get("format") == "date-time":
            return self._source.choice(("2026-01-05T08:00:00Z", "2090-01-01T00:00:00+02:00"))
        if kind in {"integer", "number"}:
            return self._source.choice((schema.get("minimum", 0), schema.get("minimum", 0) + 1, 3))
        if kind == "boolean":
            return self._source.random() < 0.5
        return None if kind == "null" else f"{CANARY}-{self._source.randrange(100)}"

    def _written(self, body: Any) -> bytes:
        if self._operation.form:
            pairs: Any = body.items() if isinstance(body, dict) else [("a", body)]
            pairs = [(_bytes(name), _bytes(str(value))) for name, value in pairs]
            return urlencode(pairs).encode()
        return json.dumps(body, ensure_ascii=self._source.random() < 0.5).encode("utf-8", "surrogatepass")

    # As it should not be.

    def _text(self) -> str:
        return self._source.choice(TEXTS)

    def _value(self) -> Any:
        source = self._source
        kind = source.choice(("text", "text", "text", "number", "other", "deep", "many"))
        if kind == "text":
            return self._text()
        if kind == "number":
            return source.choice(NUMBERS)
        if kind == "deep":
            return _nested(source.choice((5, 50, 400)), source.choice(([CANARY], {CANARY: 1})))
        # A copy: what is spoiled further must not spoil what others are made of.
        other = deepcopy(source.choice(OTHERS))
        return [self._text()] * source.choice((2, 600)) if kind == "many" else other

    def _spoil_body(self, hostile: Hostile, body: Any) -> None:
        places = list(_places(body))
        holder, key = self._source.choice(places) if places else ({}, "")
        way = self._source.choice(("replace", "replace", "replace", "add", "drop", "twice", "raw"))
        if way == "add" and isinstance(holder, dict):
            holder[self._text() or CANARY] = self._value()
        elif way == "drop" and isinstance(holder, dict):
            holder.pop(key, None)
        elif way == "raw":
            holder[key] = "@raw@"
        else:
            holder[key] = self._value()
        content = self._written(body)
        if way == "raw":
            content = content.replace(b'"@raw@"', self._source.choice(RAW_VALUES).encode())
        if way == "twice":
            content = content.replace(b"{", b'{"purpose": "' + CANARY.encode() + b'", "purpose": 1, ', 1)
        hostile.content = content

    def _spoil_raw(self, hostile: Hostile) -> None:
        if self._source.random() < 0.5 and hostile.content:
            cut = self._source.randrange(len(hostile.content))
            hostile.content = hostile.content[:cut] + self._source.choice(
                (b"", b"\xff", b"\x00", b"\xc3\x28")
            )
        else:
            hostile.content = self._source.choice(RAW_BODIES)

    def _spoil_type(self, hostile: Hostile) -> None:
        hostile.headers["Content-Type"] = self._source.choice(TYPES)

    def _spoil_query(self, hostile: Hostile) -> None:
        names = [each["name"] for each in self._of("query")]
        name = self._source.choice([*names, *names, CANARY, self._text()[:50]])
        hostile.query += [(name, self._text()[:2000])] * self._source.choice((1, 1, 2))

    def _spoil_header(self, hostile: Hostile) -> None:
        hostile.headers[self._source.choice(HEADERS)] = self._source.choice(HEADER_VALUES)

    def _spoil_path(self, hostile: Hostile) -> None:
        names = [each["name"] for each in self._of("path")]
        if names:
            hostile.path = self._path(self._source.choice(names))[:4000]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _nested(depth: int, innermost: Any) -> Any:
    for _ in range(depth):
        innermost = [innermost]
    return innermost


def _places(body: Any) -> Iterator[tuple[Any, Any]]:
    keys: Any = body if isinstance(body, dict) else range(len(body)) if isinstance(body, list) else ()
    for key in keys:
        yield body, key
        yield from _places(body[key])


def wrong_with(path: str, answer: httpx2.Response) -> str:
    """Say what is wrong with the answer to a hostile request; nothing, if it is as it should be."""
    if answer.status_code >= 500:
        return f"answered {answer.status_code}"
    if answer.status_code < 400:
        return ""
    shown = f"{answer.text} {answer.headers}"
    echoed = [mark for mark in MARKS if mark in shown and not (mark == "<script>" and path == _PAGE)]
    if echoed:
        return f"repeats {echoed}"
    kind = answer.headers.get("content-type", "").partition(";")[0]
    expected = "text/html" if path == _PAGE else "application/problem+json"
    return "" if kind == expected else f"{answer.status_code} as {kind or 'nothing'}"
