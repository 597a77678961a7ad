"""Takes what is plain of a batch in one round trip; what isn't is left to `take_answers`.

The database's function `take_plain_answers` holds the rounds first, so that what is read afterwards stays
as it is: closing, erasure and withdrawal hold them, too. Then the measurements, in one order, so that no
two batches wait for each other. Only then is anything written. A round that somebody else holds is not
waited for. It is a transaction of its own, committed before it answers.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.survey.answering.submission import GIVEN, Submission, Taken, Verdict, columns_of
from shared.database.connection import Database

_TAKE = """
SELECT place, since, moment
FROM take_plain_answers($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""
_GIVEN = (*(name for name in GIVEN if name != "texts"), "measurement")
"""What is plain has no texts."""


async def take_together(
    database: Database, tenant: UUID, submissions: Sequence[Submission]
) -> Mapping[int, Taken]:
    """Take what is plain; return what became of each, by its place, and nothing of the others."""
    plain = [
        place
        for place, each in enumerate(submissions)
        if each.measurement is not None and each.cells is not None and each.texts is None
    ]
    if not plain:
        return {}
    columns = columns_of([submissions[place] for place in plain], _GIVEN)
    rows = await database.change_at_once(_TAKE, tenant, *columns)
    return {plain[place - 1]: Taken(Verdict.TAKEN, since, moment) for place, since, moment in rows}
