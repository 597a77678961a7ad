"""The way answers are taken, for a submission and a correction alike.

The database's function `take_answers` decides, holding the round: is this still the link, is the round
still open and asking the same people, is the form's number the one built upon. Then it writes everything.
"""

from collections.abc import Sequence
from uuid import UUID

from services.survey.answering.submission import GIVEN, Submission, Taken, Verdict, columns_of
from services.survey.answering.together import take_together
from shared.database.connection import Database, Transaction
from shared.idempotency import prune_is_due, prune_keys

_TAKE = """
SELECT outcome.verdict, outcome.since, outcome.moment
FROM unnest(
    $2::uuid[], $3::int[], $4::uuid[], $5::int[], $6::uuid[], $7::int[], $8::bytea[], $9::text[],
    $10::bool[], $11::text[], $12::text[], $13::text[], $14::text[], $15::bytea[]
) AS each (
    of_round, revision, invitation, generation, form, number, cells, texts,
    shares, language, given_by, operation, key, fingerprint
)
CROSS JOIN LATERAL take_answers(
    $1, of_round, revision, invitation, generation, form, number, cells, texts::jsonb,
    shares, language, given_by, operation, key, fingerprint, $16
) AS outcome
"""


async def take_answers(
    database: Database, tenant: UUID, submissions: Sequence[Submission], *, waits: bool
) -> list[Taken]:
    """Take answers, what is plain together; without waiting, a round that somebody holds is `busy`.

    Each outcome is committed before it is told; an error says nothing of what was taken, but its key does.
    """
    together = {} if waits else await take_together(database, tenant, submissions)
    rest = [place for place in range(len(submissions)) if place not in together]
    if rest or prune_is_due(tenant):
        async with database.transaction(tenant) as transaction:
            alone = await _take_each(transaction, [submissions[place] for place in rest], waits=waits)
            await prune_keys(transaction)
            transaction.has_changes |= any(each.verdict is Verdict.TAKEN for each in alone)
        together = {**together, **dict(zip(rest, alone, strict=True))}
    return [together[place] for place in range(len(submissions))]


async def _take_each(
    transaction: Transaction, submissions: Sequence[Submission], *, waits: bool
) -> list[Taken]:
    """Take answers one after the other."""
    if not submissions:
        return []
    # Below SQLAlchemy: this is the path that meets a rush.
    rows = await transaction.driver.fetch(_TAKE, transaction.tenant, *columns_of(submissions, GIVEN), waits)
    return [Taken(Verdict(verdict), since, moment) for verdict, since, moment in rows]
