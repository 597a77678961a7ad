"""A register filled with random cases, in which a test does the background work step by step."""

from typing import Any
from uuid import UUID

from benchmarks.random_cases import RandomCases, store
from services.cases.classification.complexity import RuleSet
from services.cases.classification.reasons import Reason
from services.cases.classification.reclassifier import Reclassifier
from services.cases.classification.repository import active_rules, queue_reclassification
from services.cases.classification.rule_sets import activate_rule_set, put_rule_set
from services.cases.classification.schemas import NameRuleSet, PutRuleSet, level_rules
from shared.access.principal import Principal, Role
from shared.changes.bell import ChangeBell
from shared.database.connection import Database
from shared.representation import CREATION, Precondition
from tests.support.databases import TestDatabase
from tests.support.records import rows

_OVERWRITE = Precondition(absent=False, overwrite=True, versions=frozenset())


class Workshop:
    """A register's two logins, and what a test looks at."""

    def __init__(self, logins: TestDatabase) -> None:
        self.logins = logins
        self.database = Database(logins.app, 6)
        self.feed = Database(logins.feed, 2)

    async def close(self) -> None:
        """Close the connections."""
        await self.database.close()
        await self.feed.close()

    def worker(self, batch: int = 500) -> Reclassifier:
        """Return a worker as another process would run it."""
        return Reclassifier(self.database, self.feed, ChangeBell(self.logins.app), batch)

    async def fill(self, sample: RandomCases) -> None:
        """Store a sample."""
        await store(self.logins.superuser, sample)

    async def queue(self, tenant: UUID, unit: UUID | None = None) -> UUID:
        """Ask for a reclassification of a unit's cases, or of all; return the job."""
        reason = Reason.UNIT_CHANGED if unit else Reason.RULE_SET_CHANGED
        async with self.database.transaction(tenant, administrator(tenant)) as transaction:
            await queue_reclassification(transaction, reason, unit)
        found: UUID = (await self.jobs(tenant))[-1]["id"]
        return found

    async def work(self, worker: Reclassifier | None = None) -> None:
        """Work until nothing is left."""
        worker = worker or self.worker()
        while await worker.work_round():
            pass

    async def activate(self, tenant: UUID, rules: RuleSet) -> None:
        """Write a rule set and put it to use."""
        name = NameRuleSet(code=rules.code, revision=rules.version)
        wanted = PutRuleSet(levels=level_rules(rules), external_units_count=rules.external_units_count)
        async with self.database.transaction(tenant, administrator(tenant)) as transaction:
            await put_rule_set(transaction, name, wanted, CREATION)
            await activate_rule_set(transaction, name, _OVERWRITE)

    async def active(self, tenant: UUID) -> RuleSet:
        """Return the rules a tenant goes by."""
        async with self.database.transaction(tenant) as transaction:
            return await active_rules(transaction)

    async def jobs(self, tenant: UUID) -> list[dict[str, Any]]:
        """Return a tenant's jobs."""
        return await self._rows("SELECT * FROM reclassification WHERE tenant_id = $1 ORDER BY id", tenant)

    async def cases(self, tenant: UUID) -> dict[UUID, dict[str, Any]]:
        """Return a tenant's cases by id."""
        found = await self._rows("SELECT * FROM citizen_case WHERE tenant_id = $1", tenant)
        return {row["id"]: row for row in found}

    async def history(self, tenant: UUID) -> list[dict[str, Any]]:
        """Return a tenant's classifications, the oldest first."""
        return await self._rows("SELECT * FROM classification WHERE tenant_id = $1 ORDER BY at, id", tenant)

    async def changes(self, tenant: UUID) -> list[dict[str, Any]]:
        """Return a tenant's change log."""
        return await self._rows("SELECT * FROM change_log WHERE tenant_id = $1 ORDER BY xid, id", tenant)

    async def toggle(self, unit: UUID) -> None:
        """Make a unit of the municipality an external one, or the other way round."""
        await self._rows("UPDATE unit SET external = NOT external WHERE id = $1", unit)

    async def _rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        return await rows(self.logins, statement, *values)


def administrator(tenant: UUID) -> Principal:
    """Return somebody who may do everything."""
    return Principal("admin", "gateway", frozenset({Role.ADMINISTRATOR}), tenant=tenant)


def kept(row: dict[str, Any]) -> tuple[Any, ...]:
    """Return what a case's row says of its complexity."""
    return (
        row["level"],
        row["rule_set"],
        row["units_within"],
        row["units_external"],
        row["authorities_within"],
        row["authorities_external"],
    )
