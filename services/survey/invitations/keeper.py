"""Forgets where people are reached, some days after their round; any number of processes may do so."""

from services.survey.invitations.outbox import forget_contacts, read_contacts_to_forget
from services.survey.invitations.sender import acting_survey
from shared.background import Rhythm, keep_at
from shared.database.connection import Database

_LOOK_EVERY_SECONDS = 600.0


class ContactKeeper:
    """Keeps contacts no longer than they are needed, for every tenant."""

    def __init__(self, database: Database, feed_database: Database, days: int) -> None:
        self._database = database
        self._feed_database = feed_database
        self._days = days

    async def run(self) -> None:
        """Work until cancelled."""
        await keep_at("contact-forgetting", self.work_round, Rhythm(_LOOK_EVERY_SECONDS))

    async def work_round(self) -> int:
        """Forget all contacts whose time has come, round by round; return how many there were."""
        forgotten = 0
        while True:
            async with self._feed_database.transaction() as transaction:
                rounds = await read_contacts_to_forget(transaction, self._days)
            if not rounds:
                return forgotten
            for tenant, round_id in rounds:
                async with self._database.transaction(tenant, acting_survey(tenant)) as transaction:
                    forgotten += await forget_contacts(transaction, round_id)
