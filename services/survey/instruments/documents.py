"""Reads a definition as JSON or YAML; refuses what no definition holds: aliases, tags, one key twice.

YAML is taken by its core schema, so `no` is a word and not false, and is built from the parser's
events: nothing but plain values can come out, nothing can refer to itself, and nothing grows.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

import yaml

MOST_LEVELS = 20
MOST_VALUES = 20_000

_CONSTANTS = MappingProxyType(
    dict.fromkeys(("", "~", "null", "Null", "NULL"), None)
    | dict.fromkeys(("true", "True", "TRUE"), True)
    | dict.fromkeys(("false", "False", "FALSE"), False)
)
_WHOLE = re.compile(r"[-+]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]{1,15}|[0-9]{1,15}(\.[0-9]{0,15})?)([eE][-+]?[0-9]{1,2})?")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same parser in C, where it was built

Events = Iterator[yaml.Event]


class UnreadableDocument(ValueError):
    """It is not JSON or YAML, or holds more than plain values; the message names no content."""


def read_json(body: bytes) -> object:
    """Read a JSON document."""
    try:
        document: object = json.loads(
            body.decode(), object_pairs_hook=_without_repeats, parse_constant=_no_constant
        )
    except UnreadableDocument:
        raise
    except (ValueError, RecursionError) as error:
        raise UnreadableDocument("The body is not JSON.") from error
    _require_bounded(document)
    return document


def _require_bounded(document: object) -> None:
    """Refuse what holds more than any definition does before anybody looks for mistakes in it."""
    level, inside = 0, [document]
    values = 1
    while inside:
        inside = [part for each in inside for part in _parts(each)]
        level, values = level + 1, values + len(inside)
        if level > MOST_LEVELS + 1:
            raise _too_deep()
        if values > MOST_VALUES:
            raise _too_much()


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _too_deep() -> UnreadableDocument:
    return UnreadableDocument("The body is nested too deep.")


def _too_much() -> UnreadableDocument:
    return UnreadableDocument("The body holds more than any definition does.")


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableDocument("One key stands twice in an object.")
    return found


def _no_constant(_name: str) -> object:
    raise UnreadableDocument("A number is not finite.")


def read_yaml(body: bytes) -> object:
    """Read a YAML document."""
    try:
        events = _bounded(yaml.parse(body.decode(), Loader=_LOADER))
        _expect(events, yaml.StreamStartEvent)
        _expect(events, yaml.DocumentStartEvent)
        document = _value(next(events), events, 0)
        _expect(events, yaml.DocumentEndEvent)
        _expect(events, yaml.StreamEndEvent)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UnreadableDocument("The body is not YAML.") from error
    return document


def _bounded(events: Events) -> Events:
    """Pass events on until there are too many."""
    for number, event in enumerate(events):
        if number > 2 * MOST_VALUES:  # a value of a mapping is two events, or three
            raise _too_much()
        yield event


READERS: Mapping[str, Callable[[bytes], object]] = MappingProxyType(
    {"application/json": read_json, "application/yaml": read_yaml}
)


def _expect(events: Events, kind: type[yaml.Event]) -> None:
    if not isinstance(next(events), kind):
        raise UnreadableDocument("The body must hold exactly one document.")


def _value(event: yaml.Event, events: Events, level: int) -> object:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
        raise UnreadableDocument("A definition has no anchors or aliases.")
    if getattr(event, "tag", None) is not None:
        raise UnreadableDocument("A definition has no tags.")
    if level > MOST_LEVELS:
        raise _too_deep()
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(events, level)
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(events, level)
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event)
    raise UnreadableDocument("The body must hold exactly one document.")


def _sequence(events: Events, level: int) -> list[object]:
    found: list[object] = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        found.append(_value(event, events, level + 1))
    return found


def _mapping(events: Events, level: int) -> dict[str, object]:
    found: dict[str, object] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        _value(event, events, level + 1)
        if not isinstance(event, yaml.ScalarEvent):
            raise UnreadableDocument("A key is not a word.")
        if event.value in found:
            raise UnreadableDocument("One key stands twice in an object.")
        found[event.value] = _value(next(events), events, level + 1)
    return found


def _scalar(event: yaml.ScalarEvent) -> object:
    said: str = event.value
    if not event.implicit[0]:  # quoted, or in a block: a text, whatever it says
        return said
    if said in _CONSTANTS:
        return _CONSTANTS[said]
    if _WHOLE.fullmatch(said):
        return int(said)
    return float(said) if _DECIMAL.fullmatch(said) else said
