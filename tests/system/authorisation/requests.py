"""The requests by which an operation of the document is tried; as plain as they can be."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

DOCUMENT = Path(__file__).parents[3] / "docs/openapi/samspil.json"
_METHODS = ("get", "put", "post", "patch", "delete")
_PLACES = {
    "wave": "baseline",
    "system": "esdh",
    "code": "relational-capacity",
    "version": "1",
    "revision": "1",
    "content": "answers",
}
"""What stands in a path where it is no thing of anybody's."""


@dataclass(frozen=True, slots=True)
class Request:
    """One operation, and how it is asked."""

    operation_id: str
    service: str
    method: str
    template: str
    query: str
    roles: frozenset[str]
    security: frozenset[str]
    tagged: frozenset[int]
    """The statuses with which it says to answer an entity tag."""

    @property
    def body(self) -> bytes | None:
        """An empty object: what the policy says is said before anybody looks at it."""
        return b"{}" if self.method in {"PUT", "POST", "PATCH"} else None

    @property
    def places(self) -> list[str]:
        """The names in the path."""
        return re.findall(r"{(\w+)}", self.template)

    def headers(self) -> dict[str, str]:
        """Return what a write needs, or nothing."""
        if self.body is None:
            return {}
        return {
            "Content-Type": "application/json",
            "Idempotency-Key": uuid4().hex,
            **({"If-None-Match": "*"} if self.method == "PUT" else {}),
        }

    def path(self, ids: Mapping[str, UUID]) -> str:
        """Return the address of somebody's thing."""
        return self._filled(ids) + (f"?{self.query}" if self.query else "")

    def _filled(self, ids: Mapping[str, UUID]) -> str:
        def place(found: re.Match[str]) -> str:
            name = found.group(1)
            return str(ids.get(name) or _PLACES.get(name) or uuid4())

        return re.sub(r"{(\w+)}", place, self.template)


def requests() -> Iterator[Request]:
    """Return one request for each operation of the merged document."""
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    for template, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield _request(template, method, item[method])


def _request(template: str, method: str, operation: dict[str, Any]) -> Request:
    needed = [each for each in operation.get("parameters", ()) if each["in"] == "query"]
    query = "&".join(f"{each['name']}={_example(each)}" for each in needed if each.get("required"))
    if method == "delete":  # without a reason nothing is erased, and the others find what the first found
        query = ""
    return Request(
        operation_id=operation["operationId"],
        service=operation.get("x-samspil-service", "gateway"),
        method=method.upper(),
        template=template,
        query=query,
        roles=frozenset(operation.get("x-samspil-roles", ())),
        security=frozenset(name for each in operation["security"] for name in each),
        tagged=frozenset(
            int(status)
            for status, answer in operation["responses"].items()
            if "ETag" in answer.get("headers", {})
        ),
    )


def _example(parameter: dict[str, Any]) -> object:
    schema = parameter["schema"]
    given = (parameter.get("example"), *schema.get("examples", ()), *schema.get("enum", ()))
    return next((each for each in given if each is not None), "baseline")
