"""Gives every text, whole number and list of a wire model that names no bound the house's own.

Works on the schema that pydantic validates by, so what is declared in OpenAPI is what is enforced; a
narrower bound that a field names stays. No text and no truth value is taken for a number, and no number
for a truth value, as pydantic would by itself.
"""

from collections.abc import Callable, Iterator
from typing import Any

from pydantic_core import PydanticCustomError, core_schema

LONGEST_TEXT = 10_000
LONGEST_LIST = 100_000
SMALLEST_INTEGER, LARGEST_INTEGER = -(2**63), 2**63 - 1

# For each kind of value: the bounds it has, each with the names by which a field may have set it.
_BOUNDS: dict[str, tuple[tuple[tuple[str, ...], int], ...]] = {
    "str": ((("max_length",), LONGEST_TEXT),),
    "int": ((("ge", "gt"), SMALLEST_INTEGER), (("le", "lt"), LARGEST_INTEGER)),
    "list": ((("max_length",), LONGEST_LIST),),
    "set": ((("max_length",), LONGEST_LIST),),
    "frozenset": ((("max_length",), LONGEST_LIST),),
    "dict": ((("max_length",), LONGEST_LIST),),
}
# Where a schema keeps the schemas inside it; all else (defaults, functions, ...) is not looked into.
_INNER = frozenset(
    {
        "schema",
        "fields",
        "choices",
        "items_schema",
        "keys_schema",
        "values_schema",
        "json_schema",
        "python_schema",
        "lax_schema",
        "strict_schema",
        "steps",
    }
)


def bound(schema: Any) -> None:
    """Set the bounds that are missing in a core schema and in all that is inside it, in place."""
    for names, limit in _BOUNDS.get(schema.get("type", ""), ()):
        if not any(name in schema for name in names):
            schema[names[0]] = limit
    for inner in _inside(schema):
        bound(inner)


def exact(schema: Any) -> None:
    """Take no text or truth value for a number, and no other for a truth value, in place.

    Works on a core schema and all that is inside it. A whole number may be written as 29.0, as it is in
    JSON Schema.
    """
    kind = schema.get("type", "")
    if kind in _LOOKALIKES:
        plain = {**schema}
        schema.clear()
        schema.update(core_schema.no_info_before_validator_function(_LOOKALIKES[kind], plain))
        return
    if kind == "function-before" and schema["function"].get("function") in _LOOKALIKES.values():
        return
    for inner in _inside(schema):
        exact(inner)


def _no_whole_number(value: object) -> object:
    if isinstance(value, (bool, str)):
        raise PydanticCustomError("int_type", "Input should be a valid integer")
    return value


def _no_number(value: object) -> object:
    if isinstance(value, (bool, str)):
        raise PydanticCustomError("float_type", "Input should be a valid number")
    return value


def _no_truth_value(value: object) -> object:
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        raise PydanticCustomError("bool_type", "Input should be a valid boolean")
    return value


_LOOKALIKES: dict[str, Callable[[object], object]] = {
    "int": _no_whole_number,
    "float": _no_number,
    "bool": _no_truth_value,
}
"""What refuses the look-alikes of each type."""


def _inside(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for key, part in schema.items():
        if key in _INNER:
            yield from _schemas(part)


def _schemas(part: Any) -> Iterator[dict[str, Any]]:
    """Yield the schemas kept under a key: one, several, by name, or as choices with a label."""
    if isinstance(part, dict) and isinstance(part.get("type"), str):
        yield part
    elif isinstance(part, dict):
        yield from (each for each in part.values() if isinstance(each, dict))
    elif isinstance(part, list):
        for each in part:
            inner = each[0] if isinstance(each, tuple) else each
            if isinstance(inner, dict):
                yield inner
