"""Says what is wrong with a definition as a service says it: where and why, never what was sent."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import ValidationError

from services.survey.instruments.definition import Instrument
from services.survey.instruments.rules import Place
from shared.errors import MOST_ERRORS, FieldError

_REASONS = {
    "missing": "It is missing.",
    "extra_forbidden": "There is no such field.",
    "enum": "Must be one of the listed values.",
    "model_type": "Must be an object.",
    "model_attributes_type": "Must be an object.",
    "dict_type": "Must be an object.",
    "tuple_type": "Must be a list.",
    "too_short": "There are too few.",
    "too_long": "There are too many.",
    "value_error": "It holds a character that no text may hold.",
}


def field_errors(error: ValidationError) -> list[FieldError]:
    """Return every mistake that a definition has, in the order of the definition's parts."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    places = [each["loc"] for each in found]
    told = [each for each in found if not _follows(each, places)]
    return [_field_error(each) for each in told[:MOST_ERRORS]]


def _follows(found: Mapping[str, Any], places: Sequence[Place]) -> bool:
    """Tell whether a list is too short only because what stands in it is wrong."""
    place = found["loc"]
    return found["type"] == "too_short" and any(
        len(other) > len(place) and other[: len(place)] == place for other in places
    )


def _field_error(found: Mapping[str, Any]) -> FieldError:
    kind, place = str(found["type"]), list(found["loc"])
    if kind == "extra_forbidden":
        place.pop()  # the unknown key is the caller's own text
    if place and place[-1] == "[key]":
        place.pop()
    # So is a key of a map: only what the schema names is named here.
    shown = (str(part) if isinstance(part, int) or part in _names() else "*" for part in place)
    return FieldError(
        "".join(f"/{part}" for part in shown),
        kind.replace("_", "-"),
        _REASONS.get(kind, str(found["msg"])),
    )


@cache
def _names() -> frozenset[str]:
    """Return every name that a definition's parts may have."""
    return frozenset(_property_names(Instrument.model_json_schema()))


def _property_names(schema: object) -> Iterator[str]:
    if isinstance(schema, list):
        for each in schema:
            yield from _property_names(each)
    if isinstance(schema, dict):
        yield from schema.get("properties") or ()
        for each in schema.values():
            yield from _property_names(each)
