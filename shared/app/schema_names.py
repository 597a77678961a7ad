"""What schemas are called in OpenAPI, as whoever generates a client reads it; refuses two of one name.

FastAPI calls `Page[AreaView]` `Page_AreaView_`, and what is both sent and answered `Unit-Input` and
`Unit-Output`, also where they are the same. Pydantic titles every member by its own name in other letters.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

_SCHEMAS = "#/components/schemas/"
_GENERIC = re.compile(r"(\w+?)_(\w+)_")
_DIRECTED = re.compile(r"(.+)-(Input|Output)")
_DATA = ("example", "examples", "default", "enum", "const")


class NamesClash(ValueError):
    """Two schemas would have the same name."""


def name_schemas(document: dict[str, Any]) -> None:
    """Name the schemas of a document, in place, and leave out the titles that only repeat names.

    Raises
    ------
    NamesClash
        Two schemas that differ would have the same name.
    """
    schemas = document["components"]["schemas"]
    names = {name: _named(name) for name in schemas}
    _tidy(document["paths"], names)
    _tidy(schemas, names)
    tidied: dict[str, Any] = {}
    for name, schema in schemas.items():
        if tidied.setdefault(names[name], schema) != schema:
            raise NamesClash(names[name])
    document["components"]["schemas"] = dict(sorted(tidied.items()))


def _named(name: str) -> str:
    directed = _DIRECTED.fullmatch(name)
    plain = directed[1] if directed else name
    generic = _GENERIC.fullmatch(plain)
    return f"{generic[1]}Of{generic[2]}" if generic else plain


def _tidy(part: Any, names: Mapping[str, str]) -> None:
    if isinstance(part, list):
        for each in part:
            _tidy(each, names)
    if not isinstance(part, dict):
        return
    if isinstance(part.get("title"), str):
        del part["title"]
    _redirect(part, ("$ref",), names)
    mapping = part.get("mapping")
    if isinstance(mapping, dict):
        _redirect(mapping, tuple(mapping), names)
    for key, each in part.items():
        if key not in _DATA or (isinstance(each, dict) and "type" in each):
            _tidy(each, names)


def _redirect(part: dict[str, Any], keys: Iterable[str], names: Mapping[str, str]) -> None:
    """Let what refers to schemas refer to them by their new names."""
    for key in keys:
        target = part.get(key)
        if isinstance(target, str) and target.startswith(_SCHEMAS):
            part[key] = _SCHEMAS + names[target.removeprefix(_SCHEMAS)]
