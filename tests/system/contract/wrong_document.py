"""A document that promises what is not so: for every check something that it must find."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

_JSON = "application/json"

Operation = dict[str, Any]


def _without_success(operation: Operation) -> None:
    del operation["responses"]["200"]


def _of_another_type(operation: Operation) -> None:
    operation["responses"]["200"]["content"] = {"text/csv": {"schema": {"type": "string"}}}


def _of_another_shape(operation: Operation) -> None:
    operation["responses"]["200"]["content"][_JSON]["schema"] = {"type": "array"}


def _with_a_header_it_has_not(operation: Operation) -> None:
    header = {"required": True, "schema": {"type": "string"}}
    operation["responses"]["200"]["headers"] = {"Samspil-Nothing": header}


def _stricter(operation: Operation) -> None:
    _page_size(operation)["schema"]["maximum"] = 20


def _laxer(operation: Operation) -> None:
    _page_size(operation)["schema"]["maximum"] = 1_000_000


def _page_size(operation: Operation) -> Operation:
    found: Operation = next(each for each in operation["parameters"] if each["name"] == "pageSize")
    return found


def _guarded(operation: Operation) -> None:
    operation["security"] = [{"bearer": []}]
    operation["x-samspil-roles"] = ["administrator"]


def _needing_a_header(operation: Operation) -> None:
    schema = {"type": "string", "minLength": 1, "maxLength": 9}
    needed = {"in": "header", "name": "Samspil-Needed", "required": True, "schema": schema}
    operation["parameters"] = [*operation.get("parameters", ()), needed]


def _as_it_is(_operation: Operation) -> None:
    """Leave an operation be: what is wrong is that another of its address is left out."""


WRONG: Mapping[str, tuple[str, Callable[[Operation], None]]] = {
    "status_code_conformance": ("/v1/units", _without_success),
    "content_type_conformance": ("/v1/rounds", _of_another_type),
    "response_schema_conformance": ("/v1/studies", _of_another_shape),
    "response_headers_conformance": ("/v1/round-rules", _with_a_header_it_has_not),
    "negative_data_rejection": ("/v1/rule-sets", _stricter),
    "positive_data_acceptance": ("/v1/retention-rules", _laxer),
    "ignored_auth": ("/.well-known/jwks.json", _guarded),
    "missing_required_header": ("/v1/active-rule-set", _needing_a_header),
    "unsupported_method": ("/v1/cases", _as_it_is),
    "allow_header_conformance": ("/v1/cases", _as_it_is),
}
"""By the check that finds it: of which address `GET` is told wrongly, and how."""


def wrong(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document of these operations alone."""
    paths = {}
    for path, change in WRONG.values():
        operation = copy.deepcopy(document["paths"][path]["get"])
        change(operation)
        paths[path] = {"get": operation}
    return {**document, "paths": paths}
