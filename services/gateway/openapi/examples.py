"""Makes an example of what a schema describes, from its own examples first and its type last."""

from collections.abc import Mapping
from typing import Any

_SCHEMAS = "#/components/schemas/"
_DEEPEST = 6
_BY_FORMAT = {
    "uuid": "019a0000-0000-7000-8000-000000000001",
    "date-time": "2026-03-02T08:30:00Z",
    "date": "2026-03-02",
    "uri": "https://example.dk",
}
_BY_TYPE: dict[str, Any] = {"string": "...", "integer": 1, "number": 1.5, "boolean": True, "null": None}


def resolve(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference."""
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return schema
    target: Mapping[str, Any] = schemas[reference.removeprefix(_SCHEMAS)]
    return target


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int = 0) -> Any:
    """Return an example of a schema; null where it would nest for ever."""
    schema = resolve(schema, schemas)
    if depth > _DEEPEST:
        return None
    for key in ("example", "const", "default"):
        if key in schema:
            return schema[key]
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return example_of(schema[key][0], schemas, depth + 1)
    return _by_type(schema, schemas, depth)


def _by_type(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int) -> Any:
    kind = schema.get("type")
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: example_of(each, schemas, depth + 1) for name, each in properties.items()}
    if kind == "array":
        return [example_of(schema.get("items", {}), schemas, depth + 1)]
    if kind == "string" and schema.get("format") in _BY_FORMAT:
        return _BY_FORMAT[schema["format"]]
    return _BY_TYPE.get(str(kind))


def type_name(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """Say in a few words of what type a value is."""
    schema = resolve(schema, schemas)
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return " | ".join(dict.fromkeys(type_name(each, schemas) for each in schema[key]))
    if schema.get("enum"):
        return " | ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"[{type_name(schema.get('items', {}), schemas)}]"
    return str(schema.get("format") or schema.get("type") or schema.get("const") or "JSON")
