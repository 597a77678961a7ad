"""Owns the rules file: what OS2mo can't know of a unit; refuses what it doesn't know itself."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

_TABLES = {"byLevel": "by_level", "byType": "by_type", "byUnit": "by_unit"}


class RulesRefused(ValueError):
    """A rules file that can't be followed; says where."""


@dataclass(frozen=True, slots=True)
class UnitRule:
    """What is to be said of a unit."""

    counts_as_unit: bool = True
    authority_function: bool = False
    external: bool = False
    laws: tuple[str, ...] = ()
    area: bool = False
    leave_out: bool = False


_FIELD_BY_KEY = {
    re.sub(r"_([a-z])", lambda found: found.group(1).upper(), each.name): each.name
    for each in fields(UnitRule)
}


@dataclass(frozen=True, slots=True)
class Rules:
    """Which rule holds for which unit: the default, then by level, by type, and by the unit itself."""

    municipality_code: str
    default: Mapping[str, Any] = field(default_factory=dict)
    by_level: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    by_type: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    by_unit: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def of(self, uuid: str, unit_type: str, level: str) -> UnitRule:
        """Return what holds for a unit; the more special rule wins."""
        rule = replace(UnitRule(), **self.default)
        for table, key in ((self.by_level, level), (self.by_type, unit_type), (self.by_unit, uuid)):
            rule = replace(rule, **table.get(key, {}))
        return rule


def read_rules(path: Path) -> Rules:
    """Read a rules file.

    Raises
    ------
    RulesRefused
        It isn't JSON, lacks the municipality's code or has something unknown.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise RulesRefused(f"{path.name} is not JSON") from error
    return parse_rules(document)


def parse_rules(document: Mapping[str, Any]) -> Rules:
    """Make rules of a document."""
    unknown = set(document) - {"municipalityCode", "default", *_TABLES}
    if unknown:
        raise RulesRefused(f"unknown: {', '.join(sorted(unknown))}")
    code = document.get("municipalityCode")
    if not isinstance(code, str) or not re.fullmatch(r"[0-9]{4}", code):
        raise RulesRefused("municipalityCode: four digits, as 0766")
    tables = {
        name: {str(key): _rule(f"{table}.{key}", rule) for key, rule in document.get(table, {}).items()}
        for table, name in _TABLES.items()
    }
    return Rules(code, _rule("default", document.get("default", {})), **tables)


def _rule(place: str, rule: Mapping[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for key, value in rule.items():
        if key not in _FIELD_BY_KEY:
            raise RulesRefused(f"{place}.{key}: there is no such rule")
        if key == "laws":
            if not isinstance(value, list) or not all(isinstance(law, str) for law in value):
                raise RulesRefused(f"{place}.laws: a list of texts")
        elif not isinstance(value, bool):
            raise RulesRefused(f"{place}.{key}: true or false")
        read[_FIELD_BY_KEY[key]] = tuple(value) if key == "laws" else value
    return read
