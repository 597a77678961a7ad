"""Who calls what: for each operation somebody whom the document lets call it.

Tokens are made where the house is, and kept in a file: requests are drawn in a process of their own, as
drawing them decides what is random in the process.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.system.authorisation.installation import Installation, tokens_of
from tests.system.contract.campaign import Case, digest

RENEWED_AFTER = 240.0


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
        tokens: dict[str, str] = json.loads(self.tokens.read_text(encoding="utf-8"))
        return tokens[who or roles[digest(case) % len(roles)]]


@asynccontextmanager
async def callers_of(house: Installation, file: Path) -> AsyncIterator[Callers]:
    """Keep tokens that are good in a file."""
    _write(house, file)
    renewing = asyncio.create_task(_renew(house, file))
    try:
        yield Callers(file)
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)


async def _renew(house: Installation, file: Path) -> None:
    while True:
        await asyncio.sleep(RENEWED_AFTER)
        _write(house, file)


def _write(house: Installation, file: Path) -> None:
    tokens = tokens_of(house.url, house.tenant, house.own)
    # Of the other tenant: nothing that is tried in this one closes their round or takes their link.
    tokens["respondent"] = house.foreign.respondent
    written = file.with_suffix(".new")
    written.write_text(json.dumps(tokens), encoding="utf-8")
    written.replace(file)
