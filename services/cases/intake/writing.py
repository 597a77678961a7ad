"""Use case of writing a case by its own id, as people do, and systems that know no files."""

from uuid import UUID

from sqlalchemy import not_

from services.cases.intake.change import Told
from services.cases.intake.repository import Source
from services.cases.intake.service import Taken, take_in
from services.cases.intake.sources import source_of
from services.cases.register.pseudonyms import CitizenKeys
from services.cases.register.repository import read_case
from services.cases.register.schemas import RegisterCase
from services.cases.register.visibility import visible_to
from shared.database.connection import Transaction
from shared.errors import STALE, Problem
from shared.representation import Precondition


async def write_case(
    transaction: Transaction,
    keys: CitizenKeys,
    case_id: UUID,
    wanted: RegisterCase,
    precondition: Precondition,
) -> Taken:
    """Create a case, or make it what the caller's source says now.

    Raises
    ------
    Problem
        412 where the precondition does not hold, and for a case that the caller does not see: it may not
        be told that there is one.
    """
    system = source_of(transaction.caller, wanted.system)
    told = Told(Source(system, str(case_id)), wanted, case_id, precondition=precondition)
    if await read_case(transaction, case_id, not_(visible_to(transaction.caller, transaction.tenant))):
        raise Problem(STALE)
    return await take_in(transaction, keys, told)
