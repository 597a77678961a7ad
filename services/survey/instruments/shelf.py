"""Owns where instruments are found: built in, or a tenant's own that is no draft; never another tenant's.

Published definitions never change, so they are remembered in the process; as many as are bound to be used.
"""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from uuid import UUID

from services.survey.instruments.definition import Instrument, load_catalogue
from services.survey.instruments.repository import PUBLISHED, read_definitions, read_version
from shared.database.connection import Transaction

Key = tuple[UUID, str, int]

MOST_REMEMBERED = 1000


class Memory:
    """The definitions used last, at most so many."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._found: OrderedDict[Key, Instrument] = OrderedDict()

    def __len__(self) -> int:
        return len(self._found)

    def recall(self, key: Key) -> Instrument | None:
        """Return a definition that was used before."""
        found = self._found.get(key)
        if found is not None:
            self._found.move_to_end(key)
        return found

    def keep(self, key: Key, instrument: Instrument) -> None:
        """Remember a definition; the one not used for longest makes room."""
        self._found[key] = instrument
        self._found.move_to_end(key)
        if len(self._found) > self._most:
            self._found.popitem(last=False)


_memory = Memory()


async def find_instrument(transaction: Transaction, code: str, number: int) -> Instrument | None:
    """Return an instrument: built in, or the tenant's own, published or retired; None for others."""
    key = (transaction.tenant, code, number)
    return (await instruments_among(transaction, [key])).get(key)


async def find_offered(transaction: Transaction, code: str, number: int) -> Instrument | None:
    """Return an instrument that a new round may ask: one that is not retired."""
    built_in = load_catalogue().get((code, number))
    if built_in is not None:
        return built_in
    row = await read_version(transaction, code, number)
    if row is None or row.state != PUBLISHED:
        return None
    return await find_instrument(transaction, code, number)


async def instrument_of(transaction: Transaction, code: str, number: int) -> Instrument:
    """Return the instrument of a stored measurement.

    Raises
    ------
    LookupError
        It is not there, although it must be.
    """
    found = await find_instrument(transaction, code, number)
    if found is None:
        raise LookupError("a stored measurement's instrument is gone")
    return found


async def instruments_among(transaction: Transaction, keys: Collection[Key]) -> Mapping[Key, Instrument]:
    """Return those instruments that there are, by tenant, code and number; also over many tenants."""
    catalogue = load_catalogue()
    found: dict[Key, Instrument] = {}
    missing: set[Key] = set()
    for key in keys:
        instrument = catalogue.get(key[1:]) or _memory.recall(key)
        if instrument is None:
            missing.add(key)
        else:
            found[key] = instrument
    for row in await read_definitions(transaction, missing) if missing else ():
        key = (row.tenant_id, row.code, row.number)
        found[key] = Instrument.model_validate(row.definition)
        _memory.keep(key, found[key])
    return found
