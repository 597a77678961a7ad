"""Says in a few words of what kind a schema's values are."""

from collections.abc import Mapping
from typing import Any

_SCHEMAS = "#/components/schemas/"


def resolve(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference."""
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return schema
    target: Mapping[str, Any] = schemas[reference.removeprefix(_SCHEMAS)]
    return target


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
