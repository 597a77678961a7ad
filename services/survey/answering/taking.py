"""The one statement by which answers are taken, for a submission and a correction alike.

The database's function `take_answers` decides, holding the round: is this still the link, is the round
still open and asking the same people, is the form's number the one built upon. Then it writes everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.database.connection import Transaction
from shared.idempotency import prune_keys

_NOBODY = UUID(int=0)


class Verdict(StrEnum):
    """What became of answers handed in."""

    TAKEN = "taken"
    MADE = "made"
    KEY_REUSED = "key-reused"
    UNAUTHENTICATED = "unauthenticated"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    LEFT = "left"
    STALE = "stale"
    UNKNOWN_FORM = "unknown-form"
    OUTDATED = "outdated"
    UNFIT = "unfit"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Submission:
    """Answers as they are handed in; `number` is the version built upon, 0 for the first.

    Without cells nothing is taken: then the verdict says why it wouldn't be anyway, or `unfit`.
    """

    round: UUID
    revision: int
    invitation: UUID
    generation: int
    form: UUID
    measurement: UUID | None
    number: int
    cells: bytes | None
    texts: str | None
    share_with_team: bool
    language: str | None
    answered_by: str
    operation: str
    key: str
    fingerprint: bytes

    @property
    def order(self) -> tuple[UUID, UUID]:
        """By what is locked in taking it."""
        return (self.measurement or _NOBODY, self.form)


@dataclass(frozen=True, slots=True)
class Taken:
    """A verdict; answers that were taken have a time, and the first version of the form its own."""

    verdict: Verdict
    since: datetime | None = None
    moment: datetime | None = None


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


def _columns(submissions: Sequence[Submission]) -> tuple[Sequence[object], ...]:
    return tuple(
        zip(
            *(
                (
                    each.round,
                    each.revision,
                    each.invitation,
                    each.generation,
                    each.form,
                    each.number,
                    each.cells,
                    each.texts,
                    each.share_with_team,
                    each.language,
                    each.answered_by,
                    each.operation,
                    each.key,
                    each.fingerprint,
                )
                for each in submissions
            ),
            strict=True,
        )
    )


async def take_answers(
    transaction: Transaction, submissions: Sequence[Submission], *, waits: bool
) -> list[Taken]:
    """Take answers one after the other; without waiting, `busy` is said of a round that somebody holds."""
    # Below SQLAlchemy: this is the path that meets a rush.
    rows = await transaction.driver.fetch(_TAKE, transaction.tenant, *_columns(submissions), waits)
    taken = [Taken(Verdict(verdict), since, moment) for verdict, since, moment in rows]
    await prune_keys(transaction)
    transaction.has_changes |= any(each.verdict is Verdict.TAKEN for each in taken)
    return taken
