"""Lists built-in instruments and a tenant's own together, in the order of code and version, in pages."""

import base64
import binascii
import re
from dataclasses import dataclass

from services.survey.instruments.definition import LONGEST_CODE, load_catalogue
from services.survey.instruments.repository import Wanted, list_versions
from services.survey.instruments.schemas import InstrumentState, InstrumentSummary
from services.survey.instruments.service import states_seen, summary_of, summary_of_built_in
from shared.database.connection import Transaction
from shared.errors import INVALID_CURSOR, Problem
from shared.paging import Page, PageRequest

_PLACE = re.compile(rf"([a-z0-9-]{{1,{LONGEST_CODE}}})\.([1-9][0-9]{{0,3}})")
_BEFORE_ALL = ("", 0)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which instruments to list."""

    state: InstrumentState | None = None
    code: str | None = None


async def list_instruments(
    transaction: Transaction, chosen: Filter, page: PageRequest
) -> Page[InstrumentSummary]:
    """Return one page of all instruments that the caller sees."""
    states = states_seen(transaction.caller)
    if chosen.state is not None:
        states &= {chosen.state}
    after = _BEFORE_ALL if page.cursor is None else _place_of(page.cursor)
    found = {
        key: summary_of_built_in(instrument)
        for key, instrument in load_catalogue().items()
        if InstrumentState.PUBLISHED in states and chosen.code in {None, key[0]} and key > after
    }
    rows = await list_versions(transaction, Wanted(states, chosen.code, after, page.size + 1))
    found |= {(row.code, row.number): summary_of(row) for row in rows}
    keys = sorted(found)[: page.size]
    return Page(
        items=[found[key] for key in keys],
        next_cursor=_cursor_at(keys[-1]) if len(found) > len(keys) else None,
    )


def _cursor_at(place: tuple[str, int]) -> str:
    return base64.urlsafe_b64encode(f"{place[0]}.{place[1]}".encode()).decode().rstrip("=")


def _place_of(cursor: str) -> tuple[str, int]:
    try:
        written = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        found = _PLACE.fullmatch(written.decode("ascii"))
    except (ValueError, binascii.Error):
        found = None
    if found is None:
        raise Problem(INVALID_CURSOR)
    return found[1], int(found[2])
