"""Who calls what: for each operation somebody whom the document lets call it.

Of a module of its own, as it is loaded where requests are drawn, which needs nothing of the house.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from time import monotonic

from tests.system.contract.campaign import Case, digest

_HELD_SECONDS = 20.0
"""How long tokens are used before their file is read again; it is written anew long before they end."""


@dataclass(frozen=True, slots=True)
class Callers:
    """The callers whose tokens a file holds."""

    tokens: Path

    def token(self, case: Case) -> str:
        """Return the token of one of those who may call; of the same one for the same request."""
        operation = case.operation.definition.raw
        ways = {name for way in operation["security"] for name in way}
        roles = operation.get("x-samspil-roles", ())
        who = next((each for each in ("respondent", "operator") if each in ways), None)
        if who is None and not roles:
            return ""
        return _held(self.tokens, monotonic() // _HELD_SECONDS)[who or _one_of(roles, case)]


def _one_of(roles: list[str], case: Case) -> str:
    return roles[digest(case) % len(roles)] if len(roles) > 1 else roles[0]


@lru_cache(maxsize=1)
def _held(tokens: Path, _period: float) -> dict[str, str]:
    read: dict[str, str] = json.loads(tokens.read_text(encoding="utf-8"))
    return read
