"""Composes examples of requests and replies from the examples of their fields; nobody writes them whole.

A field without an example of its own borrows that of another field of the same name; ids and times
are fixed and easy to recognise. Refuses nothing: what it can't tell it shows as `...`, which a test finds.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

_SCHEMAS = "#/components/schemas/"
UNKNOWN = "..."
_ID_STEM = "0199c0de-0000-7000-8000-"
_BY_FORMAT = {
    "date-time": "2026-03-02T08:30:00Z",
    "date": "2026-03-02",
    "uri": "https://samspil.hedensted.example/",
}
_MODEL_NAME = re.compile(r"^(Put|Create|Register)?(?P<thing>[A-Za-z]+?)(View|Summary|Content|Part)?(-|$)")
_NULL = {"type": "null"}

Schema = Mapping[str, Any]


class Examples:
    """Makes examples of what a document's schemas describe."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas
        self._words: dict[tuple[str, str], Any] = {}
        for owner in sorted(schemas):
            for name, field in schemas[owner].get("properties", {}).items():
                for own in _own_example(self._chosen(field)):
                    if own is not None:
                        self._words.setdefault((name, _kind_of(own)), own)

    def of(self, schema: Schema, name: str = "", within: tuple[str, ...] = ()) -> Any:
        """Compose an example; `name` is the field's, `within` the models it is inside of."""
        for own in _own_example(schema):
            return own
        reference = schema.get("$ref")
        if isinstance(reference, str):
            model = reference.removeprefix(_SCHEMAS)
            return self.of(self._schemas[model], name, (*within, model)) if model not in within else None
        branches = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
        if branches:
            return self._of_branches(branches, name, within)
        if schema.get("enum"):
            return schema["enum"][0]
        return self._by_type(schema, name, within)

    def _of_branches(self, branches: list[Schema], name: str, within: tuple[str, ...]) -> Any:
        chosen = next((each for each in branches if each != _NULL), _NULL)
        if _NULL in branches and not self._has_words(chosen, within):
            return None
        return self.of(chosen, name, within)

    def _by_type(self, schema: Schema, name: str, within: tuple[str, ...]) -> Any:
        kind = schema.get("type")
        if kind == "object":
            return self._object(schema, name, within)
        if kind == "array":
            return self._array(schema, name, within)
        if kind == "boolean":
            return schema.get("default", False)
        return self._word(schema, name, within) if kind in {"string", "integer", "number"} else None

    def _word(self, schema: Schema, name: str, within: tuple[str, ...]) -> Any:
        """Borrow a word or number of the same name, or make one up."""
        borrowed = self._words.get((name, schema["type"]))
        if borrowed is not None and _fits(borrowed, schema):
            return borrowed
        if schema["type"] == "string":
            return self._text(schema, name, within)
        return _number(schema, whole=schema["type"] == "integer")

    def _object(self, schema: Schema, name: str, within: tuple[str, ...]) -> dict[str, Any]:
        required = schema.get("required", ())
        composed = {
            key: self.of(field, key, within)
            for key, field in schema.get("properties", {}).items()
            if key in required or self._has_words(field, within)
        }
        others = schema.get("additionalProperties")
        if not composed and isinstance(others, dict):
            key = self.of({"type": "string", **schema.get("propertyNames", {})}, f"{name}Key", within)
            return {key: self.of(others, name, within)}
        return composed

    def _array(self, schema: Schema, name: str, within: tuple[str, ...]) -> list[Any]:
        if "prefixItems" in schema:
            return [self.of(each, name, within) for each in schema["prefixItems"]]
        item = schema.get("items", {})
        if isinstance(item.get("$ref"), str) and item["$ref"].removeprefix(_SCHEMAS) in within:
            return []
        borrowed = self._words.get((name, "array"))
        if borrowed and item.get("type") == "string" and all(_fits(each, item) for each in borrowed):
            return list(borrowed)
        return [self.of(item, name.removesuffix("s"), within)]

    def _text(self, schema: Schema, name: str, within: tuple[str, ...]) -> str:
        if schema.get("format") == "uuid":
            return self._id(name, within)
        return _BY_FORMAT.get(schema.get("format", ""), UNKNOWN)

    def _id(self, name: str, within: tuple[str, ...]) -> str:
        """Make the id that a thing has everywhere in the document."""
        if name == "id" and within:
            found = _MODEL_NAME.match(within[-1])
            thing = found["thing"] if found else within[-1]
            name = f"{thing[0].lower()}{thing[1:]}Id"
            if ("string", name) in self._words:
                return str(self._words[name, "string"])
        return _ID_STEM + hashlib.blake2b(name.encode(), digest_size=6).hexdigest()

    def _has_words(self, schema: Schema, within: tuple[str, ...]) -> bool:
        """Tell whether an example of this would say anything: somebody chose its words."""
        if any(True for _ in _own_example(schema)) or schema.get("enum"):
            return True
        reference = schema.get("$ref")
        if isinstance(reference, str):
            model = reference.removeprefix(_SCHEMAS)
            return model not in within and self._has_words(self._schemas[model], (*within, model))
        inner = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("properties", {}).values()]
        if isinstance(schema.get("items"), dict):
            inner.append(schema["items"])
        return any(self._has_words(each, within) for each in inner)

    def _chosen(self, schema: Schema) -> Schema:
        """Return what a field's example is looked for in: itself, or what it may be besides null."""
        if any(True for _ in _own_example(schema)):
            return schema
        return next((each for each in schema.get("anyOf", ()) if each != _NULL), schema)


def _own_example(schema: Schema) -> Iterator[Any]:
    """Yield the example that a schema names itself, if it does."""
    if "example" in schema:
        yield schema["example"]
    elif "const" in schema:
        yield schema["const"]
    elif schema.get("examples"):
        yield schema["examples"][0]


def _kind_of(value: Any) -> str:
    kinds = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array"}
    return kinds.get(type(value), "object")


def _fits(value: Any, schema: Schema) -> bool:
    """Tell whether a borrowed value keeps the borrower's bounds."""
    if isinstance(value, str):
        short = len(value) <= schema.get("maxLength", len(value))
        formed = schema.get("format") not in {"uuid", *_BY_FORMAT} or _is_formed(value, schema["format"])
        return short and formed and re.search(schema.get("pattern", ""), value) is not None
    if isinstance(value, (int, float)):
        return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
    return False


def _is_formed(value: str, form: str) -> bool:
    lengths = {"uuid": 36, "date": 10}
    return len(value) == lengths[form] if form in lengths else ":" in value


def _number(schema: Schema, *, whole: bool) -> int | float:
    """Return a small number within the bounds."""
    wished, step = (1, 1) if whole else (3.5, 0.1)
    lowest = schema.get("minimum", schema.get("exclusiveMinimum", wished - step) + step)
    highest = schema.get("maximum", schema.get("exclusiveMaximum", max(wished, lowest) + step) - step)
    number = min(max(wished, lowest), highest)
    return int(number) if whole else float(number)
