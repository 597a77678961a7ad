"""`python -m services.cases.erasing_again` erases once more what a restored backup has brought back.

It reads lines of JSON (`kind`, `tenant`, `subject`, `reason`, `systems`) and is run on a database that
nobody is served from yet. What the backup never knew is still noted as erased: no source brings it back.
"""

from collections.abc import Awaitable, Callable, Iterable
from uuid import UUID

import orjson

from services.cases.protection import erasing
from services.cases.protection.repository import add_erasures
from services.cases.protection.schemas import ErasedType, ErasureReason
from shared.access.principal import Principal, Role
from shared.database.connection import Database, Transaction
from shared.errors import NOT_FOUND, Problem
from shared.restored import work_on_restored

_ERASE: dict[ErasedType, Callable[[Transaction, UUID, ErasureReason], Awaitable[None]]] = {
    ErasedType.CASE: erasing.erase_case,
    ErasedType.CITIZEN: erasing.erase_citizen,
    ErasedType.EMPLOYEE: erasing.erase_person,
}


async def erase_again(database: Database, lines: Iterable[str]) -> None:
    """Erase what the lines name, each in a transaction of its own; kinds not ours are left alone."""
    for line in lines:
        read = orjson.loads(line)
        if read["kind"] in set(ErasedType):
            await _erase(database, read)


async def _erase(database: Database, read: dict[str, str]) -> None:
    tenant, subject = UUID(read["tenant"]), UUID(read["subject"])
    erased, reason = ErasedType(read["kind"]), ErasureReason(read["reason"])
    caller = Principal(subject="restore", issuer="cases", roles=frozenset({Role.SERVICE}), tenant=tenant)
    try:
        async with database.transaction(tenant, caller) as transaction:
            await _ERASE[erased](transaction, subject, reason)
    except Problem as problem:
        if problem.fault is not NOT_FOUND:
            raise
        async with database.transaction(tenant, caller) as transaction:
            await add_erasures(transaction, erased, {subject: read["systems"].split()}, reason)


if __name__ == "__main__":
    work_on_restored("cases", erase_again)
