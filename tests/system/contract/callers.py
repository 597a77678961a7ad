"""Makes the tokens of those who call.

They are made where the house is, and kept in a file: requests are drawn in a process of their own, as
drawing them decides what is random in the process.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.system.authorisation.installation import Installation, tokens_of
from tests.system.contract.tokens import Callers

RENEWED_AFTER = 240.0


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
