"""A tenant with an open round, whose forms are handed in below the service."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import asyncpg

from services.survey.answering.submission import Submission, Taken
from services.survey.answering.taking import take_answers
from shared.database.connection import Database
from tests.services.survey.made_rounds import NETWORK, MadeForm, MadeRound, RoundMaker, cells, colleagues
from tests.support.databases import TestDatabase
from tests.support.records import rows

AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Town:
    """A tenant with an open round in which three colleagues rate each other."""

    databases: TestDatabase
    database: Database
    maker: RoundMaker
    round: MadeRound

    @property
    def forms(self) -> list[MadeForm]:
        """Everybody's forms."""
        return self.round.forms[NETWORK[0]]

    def submission(self, form: MadeForm, value: int = 4, **more: Any) -> Submission:
        """Hand a form in with one value on everything."""
        handed_in = Submission(
            round=self.round.id,
            revision=1,
            invitation=form.invitation,
            generation=1,
            form=form.id,
            measurement=form.measurement,
            number=0,
            cells=cells(3, 6, value, own=form.seat),
            texts=None,
            share_with_team=False,
            language=None,
            answered_by="self",
            operation="submit_response",
            key=uuid4().hex,
            fingerprint=b"asked",
        )
        return handed_in._replace(**more)

    async def take(self, submission: Submission, *, waits: bool = True) -> Taken:
        """Take answers alone."""
        (taken,) = await take_answers(self.database, self.maker.tenant, [submission], waits=waits)
        return taken

    async def stored(self, form: MadeForm) -> list[tuple[int, bytes]]:
        """Return every version of a form's answers."""
        found = await rows(
            self.databases,
            "SELECT number, cells FROM answer_set WHERE form_id = $1 ORDER BY number",
            form.id,
        )
        return [(each["number"], each["cells"]) for each in found]


async def make_town(databases: TestDatabase, database: Database) -> Town:
    """Open a round in a tenant of its own."""
    maker = RoundMaker(database, uuid4())
    return Town(databases, database, maker, await maker.round(colleagues(3)))


async def weaken_function(databases: TestDatabase, name: str, weaker: Mapping[str, str]) -> None:
    """Replace parts of a function of the database, each of which must be there: for negative controls."""
    (found,) = await rows(databases, "SELECT pg_get_functiondef($1::regproc) AS source", name)
    source = found["source"]
    for part, instead in weaker.items():
        assert part in source
        source = source.replace(part, instead)
    await run_as_superuser(databases, source)


async def run_as_superuser(databases: TestDatabase, statement: str) -> None:
    """Run a statement that only the database's superuser may."""
    connection = await asyncpg.connect(databases.superuser)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
