"""Classifies cases anew in the background: small batches, each committed on its own.

Any number of processes may run it. A batch holds the job's row, so nobody else does the same batch; a
process that dies leaves the job where its last batch had come to. Requests come first: a batch that
has to wait for a case gives up before PostgreSQL would call it a deadlock, and tries again.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from prometheus_client import Gauge
from sqlalchemy import text

from services.cases.classification.jobs import Job, advance_job, hold_job, read_open_jobs
from services.cases.classification.repository import active_rules
from services.cases.classification.statements import (
    keep_changed_cases,
    lock_next_cases,
    read_changed_cases,
)
from shared.access.principal import Principal, Role
from shared.background import Rhythm, keep_at, note_failure
from shared.changes.bell import ChangeBell
from shared.database.connection import Database, Transaction
from shared.lifecycle import running

BATCH = 500
_WORK = "reclassification"
_LOOK_ANYWAY_SECONDS = 5.0
_PAUSE_SECONDS = 0.1
_LOCK_PATIENCE = text("SET LOCAL lock_timeout = '500ms'")
OPEN_JOBS = Gauge("samspil_reclassification_jobs_open", "Reclassifications asked for and not yet done.")


class Reclassifier:
    """Works off every tenant's reclassifications."""

    def __init__(
        self, database: Database, feed_database: Database, bell: ChangeBell, batch: int = BATCH
    ) -> None:
        self._database = database
        self._feed_database = feed_database
        self._bell = bell
        self._batch = batch
        self._first_seen: dict[tuple[UUID, UUID], datetime] = {}

    async def run(self) -> None:
        """Work until cancelled; look when something changed, and every few seconds anyway."""
        # A busy register rings all the time; one look in a while is enough for it.
        rhythm = Rhythm(_LOOK_ANYWAY_SECONDS, self._bell, _PAUSE_SECONDS)
        await keep_at(_WORK, self.work_round, rhythm)

    async def work_round(self) -> bool:
        """Work until nothing can be done at the moment; tell whether something is left to do."""
        while True:
            jobs = await self._open_jobs()
            OPEN_JOBS.set(len(jobs))
            if not jobs:
                return False
            settled = await self._settled(jobs)
            # One batch of each in turn, so that a large tenant does not keep the others waiting.
            done = [await self._attempt(*job) for job in settled]
            if not any(done):
                return True

    async def _open_jobs(self) -> list[tuple[UUID, UUID]]:
        async with self._feed_database.transaction() as transaction:
            now, jobs = await read_open_jobs(transaction)
        self._first_seen = {job: self._first_seen.get(job, now) for job in jobs}
        return jobs

    async def _settled(self, jobs: list[tuple[UUID, UUID]]) -> list[tuple[UUID, UUID]]:
        """Return the jobs that nobody works against the old state of any more.

        Who began before the change was committed may have read the old rules or units, and may register a
        case that the job would not see yet.
        """
        async with self._database.transaction() as transaction:
            oldest: datetime | None = (await transaction.execute(_OLDEST_WRITER)).scalar_one()
        return [job for job in jobs if oldest is None or self._first_seen[job] <= oldest]

    async def _attempt(self, tenant: UUID, job_id: UUID) -> bool:
        try:
            return await self.step(tenant, job_id)
        except Exception as error:  # one job's trouble is not the others'
            note_failure(_WORK, error, job=str(job_id))
            return False

    async def step(self, tenant: UUID, job_id: UUID) -> bool:
        """Do one batch of a job; tell whether there was one to do, and nobody else at it."""
        caller = Principal("cases", "cases", frozenset({Role.SERVICE}), tenant=tenant)
        async with self._database.transaction(tenant, caller) as transaction:
            await transaction.execute(_LOCK_PATIENCE)
            job = await hold_job(transaction, job_id)
            if job is None:
                return False
            await _classify_next(transaction, job, self._batch)
        return True


@asynccontextmanager
async def reclassifying(database: Database, feed_dsn: str, bell: ChangeBell) -> AsyncIterator[None]:
    """Work off reclassifications beside the body."""
    feed_database = Database(feed_dsn, pool_size=1)
    try:
        async with running(Reclassifier(database, feed_database, bell).run()):
            yield
    finally:
        await feed_database.close()


async def _classify_next(transaction: Transaction, job: Job, batch: int) -> None:
    rules = await active_rules(transaction)
    case_ids = await lock_next_cases(transaction, job.after_case_id, job.unit_id, batch)
    changed = await read_changed_cases(transaction, case_ids, rules)
    await keep_changed_cases(transaction, changed, rules, job.reason)
    await advance_job(transaction, job, case_ids, done=len(case_ids) < batch)


_OLDEST_WRITER = text(
    "SELECT min(xact_start) FROM pg_stat_activity "
    "WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()"
)
