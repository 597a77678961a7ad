"""`python -m services.survey.deleting_again` deletes once more what a restored backup has brought back.

It reads lines of JSON (`kind`, `tenant`, `subject`): what the register erased, and answers that were
withdrawn. It is run on a database that nobody is served from yet; what is not there is passed over.
"""

from collections.abc import Iterable
from uuid import UUID

import orjson

from services.survey.answering.service import withdraw_for
from services.survey.erasure.service import Erased, Eraser
from shared.access.principal import Principal, Role
from shared.contracts.register import CASE, CITIZEN, PERSON
from shared.database.connection import Database
from shared.errors import NOT_FOUND, Problem
from shared.restored import work_on_restored

WITHDRAWAL = "withdrawal"
_KINDS = {"case": CASE, "citizen": CITIZEN, "employee": PERSON}
_PURPOSE = "withdrawn-before-restore"


async def delete_again(database: Database, lines: Iterable[str]) -> None:
    """Delete what the lines name, one after the other, and any of them any number of times."""
    eraser = Eraser(database)
    for line in lines:
        read = orjson.loads(line)
        tenant, subject = UUID(read["tenant"]), UUID(read["subject"])
        if read["kind"] == WITHDRAWAL:
            await _withdraw(database, tenant, subject)
        elif read["kind"] in _KINDS:
            for clearance in await eraser.find(tenant, [Erased(_KINDS[read["kind"]], subject)]):
                await eraser.clear(clearance)


async def _withdraw(database: Database, tenant: UUID, invitation: UUID) -> None:
    steward = frozenset({Role.DATA_STEWARD})  # sees every round, as withdrawing for somebody asks for
    caller = Principal(subject="restore", issuer="survey", roles=steward, tenant=tenant)
    try:
        async with database.transaction(tenant, caller) as transaction:
            await withdraw_for(transaction, invitation, _PURPOSE)
    except Problem as problem:
        if problem.fault is not NOT_FOUND:
            raise


if __name__ == "__main__":
    work_on_restored("survey", delete_again)
