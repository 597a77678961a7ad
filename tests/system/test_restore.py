"""The drill: back up, delete and change things, lose every database, restore; what was deleted stays so.

The last test restores the same backup without doing the deletions again, and shows what would come back.
"""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from deploy.backup.journal import NAME as JOURNAL
from deploy.backup.manifest import BackupRefusedError
from deploy.backup.restoring import Wanted, restore_backup
from deploy.backup.taking import keep_journal, take_backup
from deploy.local.postgres import ServerAddress
from deploy.migrate import ROLES, Plan
from shared.access.principal import Role
from shared.database.provision import ServiceDatabase
from tests.support.databases import TestDatabase, make_database, password_of
from tests.support.keys import service_token
from tests.support.municipality import Employee, Municipality, OpenedRound, ok
from tests.support.records import rows
from tests.support.services import Stack, running_stack
from tests.support.traces import traces
from tests.system.test_erasure import eventually

SERVICES = ("cases", "survey", "analytics")
_ANSWERS = "SELECT count(*) AS n FROM answer_set"
_ERASED_AS = "SELECT subject_id, systems FROM erasure WHERE tenant_id = $1"


@dataclass(frozen=True, slots=True)
class Drill:
    """A municipality whose backup was taken before Anne was erased and Bo took his answers back."""

    plan: Plan
    databases: dict[str, TestDatabase]
    tenant: UUID
    anne: Employee
    others: list[Employee]
    first: OpenedRound
    later: Employee
    position: str
    backup: Path
    journal: Path

    async def left_of(self, employee: Employee) -> set[str]:
        """Return the tables that hold anything of somebody; that an id was erased is kept on purpose."""
        wanted = (employee.person, employee.id)
        found = [await traces(self.databases[name], *wanted) for name in SERVICES]
        return {table for tables in found for table in tables} - {"erasure"}

    async def answers(self) -> int:
        """Count the answers the survey holds."""
        return int((await rows(self.databases["survey"], _ANSWERS))[0]["n"])

    async def restore(self, *, replace: bool = False, delete_again: bool = True) -> int:
        """Restore as the command does."""
        wanted = Wanted(self.backup, self.journal, replace)
        return await asyncio.to_thread(restore_backup, self.plan, wanted, delete_again=delete_again)

    async def lose_everything(self) -> None:
        """Drop the databases, as a machine that burns does."""
        connection = await asyncpg.connect(self.plan.server)
        for each in self.plan.databases:
            await connection.execute(f'DROP DATABASE IF EXISTS "{each.name}" WITH (FORCE)')
        await connection.close()


def plan_for(server: ServerAddress) -> Plan:
    """Plan for databases of this module's own."""
    return Plan(server.dsn(), tuple(database_for(name) for name in SERVICES))


def database_for(service: str) -> ServiceDatabase:
    """Return a service's database of this module."""
    owner, app, feed = (password_of(service, role) for role in ROLES)
    return ServiceDatabase(service, owner, app, feed, database=f"samspil_{service}_drill")


@pytest.fixture(scope="module")
def databases_to_lose(postgres: ServerAddress) -> dict[str, TestDatabase]:
    """Give databases of this module's own."""
    return {name: make_database(postgres, name, name=f"samspil_{name}_drill") for name in SERVICES}


@pytest.fixture(scope="module")
async def drill(
    postgres: ServerAddress,
    databases_to_lose: dict[str, TestDatabase],
    tmp_path_factory: pytest.TempPathFactory,
) -> Drill:
    """Back up, and then delete, change and write the journal; the services are ended."""
    databases = databases_to_lose
    plan, below, tenant = plan_for(postgres), tmp_path_factory.mktemp("backups"), uuid4()
    async with running_stack(databases) as stack:
        municipality = Municipality(stack, tenant)
        unit = await municipality.unit()
        anne, *others = [await municipality.employee(unit) for _ in range(4)]
        first = await municipality.open_round(await municipality.case([anne, *others]))
        await first.answer_all()
        second = await municipality.open_round(await municipality.case(others))
        await second.answer_all()
        await first.close()
        drill = Drill(plan, databases, tenant, anne, others, first, anne, "", below, below / JOURNAL)
        await eventually(lambda: scored(stack, drill), True)
        backup = await asyncio.to_thread(take_backup, plan, below)
        later = await municipality.employee(unit)
        position = str((await feed(stack, "survey"))["next"])
        steward = municipality.caller("cases", Role.DATA_STEWARD)
        gone = await steward.request("DELETE", f"/v1/persons/{anne.person}?reason=employee-request")
        assert gone.status_code == 204
        drill = replace(drill, later=later, position=position, backup=backup)
        await eventually(lambda: drill.left_of(anne), set())
        bo = await second.respondent(others[0].person)
        ok(await bo.put("/v1/response/withdrawal", {}))
    await asyncio.to_thread(keep_journal, plan, below)
    return drill


async def feed(stack: Stack, service: str, after: str = "") -> dict[str, Any]:
    """Read a feed as analytics does."""
    reader = stack.bearer(service, service_token(service, "analytics"))
    page: dict[str, Any] = ok(await reader.get(f"/internal/changes?after={after}&limit=1000"))
    return page


async def scored(stack: Stack, drill: Drill) -> bool:
    """Tell whether analytics has the first round's scores."""
    member = stack.caller("analytics", drill.tenant, Role.PROFESSIONAL, person=drill.others[0].person)
    found = ok(await member.get(f"/v1/cases/{drill.first.case}/matrix?wave=baseline"))
    return bool(found["status"] == "available")


async def test_nothing_that_was_deleted_comes_back(drill: Drill) -> None:
    kept = await drill.answers()
    await drill.lose_everything()
    assert await drill.restore() >= 2
    # Before anything is served.
    assert await drill.left_of(drill.anne) == set()
    assert await drill.left_of(drill.later) == set()  # came after the backup
    assert await drill.left_of(drill.others[1])
    assert await drill.answers() == kept
    (erased,) = await rows(drill.databases["cases"], _ERASED_AS, drill.tenant)
    assert erased["subject_id"] == drill.anne.person
    async with running_stack(drill.databases) as stack:
        reader = stack.bearer("survey", service_token("survey", "analytics"))
        refused = await reader.get(f"/internal/changes?after={drill.position}")
        assert refused.status_code == 410  # whoever followed must begin again
        await eventually(lambda: scored(stack, drill), True)
        assert await drill.left_of(drill.anne) == set()


async def test_a_backup_goes_over_nothing_unasked(drill: Drill) -> None:
    with pytest.raises(BackupRefusedError, match="--replace"):
        await drill.restore()


async def test_without_deleting_again_they_come_back(drill: Drill) -> None:
    kept = await drill.answers()
    await drill.restore(replace=True, delete_again=False)
    assert {"person", "measurement"} <= await drill.left_of(drill.anne)
    assert await drill.answers() > kept
