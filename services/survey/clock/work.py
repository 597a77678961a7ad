"""Does what is due: opens planned rounds, closes those that are over, and follows the rules.

Any number of processes may run it: each deed is one conditional write, and done twice it does nothing.
It looks often enough that a round opens and closes within seconds of its time; who answers too late is
refused by the clock of the database, whenever this has looked.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

from services.survey.clock import repository
from services.survey.clock.repository import Due
from services.survey.rounds.schemas import ClosingReason
from services.survey.rounds.service import RoundOpener, cancel, close
from services.survey.rules.repository import read_cases_for, read_rules
from services.survey.rules.service import RuleKeeper
from shared.access.principal import Principal, Role
from shared.background import Rhythm, going_on, keep_at
from shared.changes.bell import ChangeBell
from shared.contracts.survey import RoundState
from shared.database.connection import Database, Transaction

_LOOK_ANYWAY_SECONDS = 5.0
_PAUSE_SECONDS = 1.0
_WORK = "round-clock"

Deed = Callable[[UUID, UUID], Awaitable[None]]


class RoundClock:
    """Works off what is due, tenant by tenant and round by round."""

    def __init__(
        self, database: Database, feed_database: Database, opener: RoundOpener, rules: RuleKeeper
    ) -> None:
        self._database = database
        self._feed_database = feed_database
        self._opener = opener
        self._rules = rules

    async def run(self, bell: ChangeBell) -> None:
        """Work until cancelled; look when something changed, and every few seconds anyway."""
        await keep_at(_WORK, self.work_round, Rhythm(_LOOK_ANYWAY_SECONDS, bell, _PAUSE_SECONDS))

    async def work_round(self) -> None:
        """Do all that is due at the moment; one round's trouble is not the others', and comes up again."""
        async with self._feed_database.transaction() as transaction:
            opening = await repository.to_open(transaction)
            closing = await repository.to_close(transaction)
            ended = await repository.of_closed_cases(transaction, RoundState.OPEN)
            pointless = await repository.of_closed_cases(transaction, RoundState.PLANNED)
        # What opens comes last, as it waits for the register.
        await self._each(closing, self._close_over)
        await self._each(ended, self._close_ended)
        await self._each(pointless, self._cancel)
        await self._each(opening, self._opener.open_planned)
        await self._follow_rules()

    async def _follow_rules(self) -> None:
        async with self._feed_database.transaction() as transaction:
            found = [
                (rule, await read_cases_for(transaction, rule)) for rule in await read_rules(transaction)
            ]
        for rule, cases in found:
            for case_id in cases:
                with going_on(_WORK, subject=str(case_id)):
                    await self._rules.apply(_clock(rule.tenant), rule, case_id)

    async def _each(self, due: Due, deed: Deed) -> None:
        for tenant, round_id in due:
            with going_on(_WORK, subject=str(round_id)):
                await deed(tenant, round_id)

    async def _close_over(self, tenant: UUID, round_id: UUID) -> None:
        async with self._transaction(tenant) as transaction:
            await close(transaction, round_id, ClosingReason.TIME)

    async def _close_ended(self, tenant: UUID, round_id: UUID) -> None:
        async with self._transaction(tenant) as transaction:
            await close(transaction, round_id, ClosingReason.CASE_CLOSED)

    async def _cancel(self, tenant: UUID, round_id: UUID) -> None:
        async with self._transaction(tenant) as transaction:
            await cancel(transaction, round_id, ClosingReason.CASE_CLOSED)

    @asynccontextmanager
    async def _transaction(self, tenant: UUID) -> AsyncIterator[Transaction]:
        async with self._database.transaction(tenant, _clock(tenant)) as transaction:
            yield transaction


def _clock(tenant: UUID) -> Principal:
    return Principal("survey", "survey", frozenset({Role.SERVICE}), tenant=tenant)
