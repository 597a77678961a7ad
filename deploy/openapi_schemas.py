"""Tells in what one schema takes less than another; pure, and knows no paths and no operations.

Both directions are the same question. What is sent must be taken by the newer document if the older one
took it; what is answered must be among what the older one promised. Only this differs: whoever reads an
answer passes over members and values that were not there before, so an answer may get new ones.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]

_SCHEMAS = "#/components/schemas/"
_UPPER = ("maxLength", "maximum", "exclusiveMaximum", "maxItems")
_LOWER = ("minLength", "minimum", "exclusiveMinimum", "minItems")


@dataclass(frozen=True, slots=True)
class Compared:
    """The schemas of two documents: of what is answered the older one takes, of what is sent the newer."""

    taking: Mapping[str, Schema]
    giving: Mapping[str, Schema]
    is_answer: bool
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def refused(self, taking: Schema, giving: Schema, place: str = "") -> Iterator[str]:
        """Yield what the giving schema allows and the taking one does not, by its place."""
        names = str(taking.get("$ref", "")), str(giving.get("$ref", ""))
        if all(names):
            if names in self._seen:  # told of already, or just being compared
                return
            self._seen.add(names)
        wide, narrow = _resolved(taking, self.taking), _resolved(giving, self.giving)
        ways, given = _ways(wide), _ways(narrow)
        if len(ways) == len(given) == 1:
            yield from self._of_one(wide, narrow, place)
            return
        for one in given:
            tried = [self._tried(way, one, place) for way in ways]
            if all(tried):
                yield (
                    min(tried, key=len)[0]
                    if len(ways) == 1
                    else f"{place}: {_called(one)} is in no way taken"
                )

    def _tried(self, way: Schema, one: Schema, place: str) -> list[str]:
        """Compare one way by itself: what is found of it is no news unless no other way is better."""
        apart = Compared(self.taking, self.giving, self.is_answer, set(self._seen))
        return list(apart.refused(way, one, place))

    def _of_one(self, wide: Schema, narrow: Schema, place: str) -> Iterator[str]:
        yield from self._of_values(wide, narrow, place)
        if not self.is_answer:
            yield from _of_bounds(wide, narrow, place)
        if "items" in wide and "items" in narrow:
            yield from self.refused(wide["items"], narrow["items"], f"{place}[]")
        yield from self._of_members(wide, narrow, place)

    def _of_values(self, wide: Schema, narrow: Schema, place: str) -> Iterator[str]:
        types, given = _types(wide), _types(narrow)
        accepted = types | ({"integer"} if "number" in types else set())
        if types and not (given and given <= accepted):
            yield f"{place}: of type {_any(given)}, where it was to be {_any(types)}"
        taken, values = _values(wide), _values(narrow)
        if taken is not None and values is None:
            yield f"{place}: any value, where only some are known"
        if taken is not None and values is not None and not self.is_answer and not values <= taken:
            yield f"{place}: not {_any(values - taken)} any more"
        if wide.get("format", narrow.get("format")) != narrow.get("format"):
            yield f"{place}: of format {narrow.get('format')}, where it was to be {wide['format']}"

    def _of_members(self, wide: Schema, narrow: Schema, place: str) -> Iterator[str]:
        members, given = wide.get("properties", {}), narrow.get("properties", {})
        missing = set(wide.get("required", ())) - set(narrow.get("required", ()))
        for name in sorted(missing):
            yield f"{place}.{name}: needed, and not always there"
        if self.is_answer:
            for name in sorted(set(members) - set(given) - missing):
                yield f"{place}.{name}: there no more"
        elif wide.get("additionalProperties") is False:
            for name in sorted(set(given) - set(members)):
                yield f"{place}.{name}: taken no more"
        for name in sorted(set(members) & set(given)):
            yield from self.refused(members[name], given[name], f"{place}.{name}")
        others, more = wide.get("additionalProperties"), narrow.get("additionalProperties")
        if isinstance(others, Mapping) and isinstance(more, Mapping):
            yield from self.refused(others, more, f"{place}.*")


def _of_bounds(wide: Schema, narrow: Schema, place: str) -> Iterator[str]:
    for name in _UPPER:
        if name in wide and not (name in narrow and narrow[name] <= wide[name]):
            yield f"{place}: {name} {wide[name]}, where it was {narrow.get(name, 'any')}"
    for name in _LOWER:
        if wide.get(name) and not (name in narrow and narrow[name] >= wide[name]):
            yield f"{place}: {name} {wide[name]}, where it was {narrow.get(name, 'any')}"
    if "pattern" in wide and wide["pattern"] != narrow.get("pattern"):
        yield f"{place}: another pattern"


def _resolved(schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    name = schema.get("$ref")
    return schemas[name.removeprefix(_SCHEMAS)] if isinstance(name, str) else schema


def _ways(schema: Schema) -> Sequence[Schema]:
    """Return the ways in which something can be as a schema says."""
    found: Sequence[Schema] = schema.get("anyOf") or schema.get("oneOf") or [schema]
    return found


def _types(schema: Schema) -> set[str]:
    kind = schema.get("type", ())
    return {kind} if isinstance(kind, str) else set(kind)


def _values(schema: Schema) -> set[str] | None:
    """Return the values there are as text, None where they are not counted up."""
    found = [schema["const"]] if "const" in schema else schema.get("enum")
    return None if found is None else {str(each) for each in found}


def _any(found: set[str]) -> str:
    return " or ".join(sorted(found)) or "any"


def _called(schema: Schema) -> str:
    return str(schema.get("$ref", "")).removeprefix(_SCHEMAS) or _any(_types(schema))
