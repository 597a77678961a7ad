"""Reads docker-compose.yml as Docker Compose does, given an environment."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<sign>[?-])(?P<rest>[^}]*))?\}")


class Unset(ValueError):
    """A variable that must be given is not."""


def compose_text() -> str:
    """Return the file."""
    return (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def variables(text: str) -> dict[str, str]:
    """Return each variable with its sign: `?` must be given, `-` has a default, none is neither."""
    return {found["name"]: found["sign"] or "" for found in _VARIABLE.finditer(_without_comments(text))}


def defaults(text: str) -> dict[str, str]:
    """Return the default of each variable that has one; it may be empty."""
    found = _VARIABLE.finditer(_without_comments(text))
    return {each["name"]: each["rest"] for each in found if each["sign"] == "-"}


def filled(text: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """Read the file with its variables filled in.

    Raises
    ------
    Unset
        A variable that must be given is missing or empty.
    """
    compose: dict[str, Any] = _fill(yaml.safe_load(text), environment)
    return compose


def _fill(value: Any, environment: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _fill(each, environment) for key, each in value.items()}
    if isinstance(value, list):
        return [_fill(each, environment) for each in value]
    if not isinstance(value, str):
        return value

    def fill(found: re.Match[str]) -> str:
        given = environment.get(found["name"], "")
        if not given and found["sign"] != "-":
            raise Unset(found["name"])
        return given or found["rest"]

    return _VARIABLE.sub(fill, value)


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
