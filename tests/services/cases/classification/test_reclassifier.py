"""The background: batches, what a killed worker leaves, workers side by side, and what stays as it was."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from benchmarks.random_cases import RandomCases, random_cases
from services.cases.classification import reclassifier
from services.cases.classification.complexity import (
    DEFAULT_RULE_SET,
    ORDINARY,
    Level,
    RuleSet,
)
from services.cases.classification.jobs import advance_job, hold_job
from services.cases.classification.reasons import Reason
from services.cases.classification.reclassifier import OPEN_JOBS, Reclassifier
from services.cases.classification.repository import queue_reclassification
from shared.database.connection import Database, Transaction
from tests.services.cases.classification.workshop import Workshop, administrator, kept
from tests.support.records import rows

OTHER = RuleSet("hedensted", 1, (ORDINARY, Level("complex", 3, 1)), external_units_count=False)


async def filled(workshop: Workshop, seed: int, cases: int = 60) -> RandomCases:
    """Store cases whose rows still say what a new case's row says."""
    sample = random_cases(cases, seed, units=40)
    await workshop.fill(sample)
    return sample


def expected(sample: RandomCases, rules: RuleSet = DEFAULT_RULE_SET) -> dict[UUID, tuple[Any, ...]]:
    """Return what the cases' rows must say, by the pure rule."""
    now = datetime.now(UTC)
    found = {case_id: sample.classified(case_id, rules, now) for case_id in sample.cases}
    return {
        case_id: (
            *(each.level, each.rule_set, each.units_within, each.units_external),
            *(each.authorities_within, each.authorities_external),
        )
        for case_id, each in found.items()
    }


async def stored(workshop: Workshop, sample: RandomCases) -> dict[UUID, tuple[Any, ...]]:
    return {case_id: kept(row) for case_id, row in (await workshop.cases(sample.tenant)).items()}


async def versions(workshop: Workshop, sample: RandomCases) -> dict[UUID, int]:
    return {case_id: row["version"] for case_id, row in (await workshop.cases(sample.tenant)).items()}


NEW = ("ordinary", "default/1", 0, 0, 0, 0)


class TestReclassifier:
    async def test_keeps_case_history_audit_and_change_log_together(self, workshop: Workshop) -> None:
        sample = await filled(workshop, seed=11)
        await workshop.queue(sample.tenant)
        await workshop.work()
        right = expected(sample)
        assert await stored(workshop, sample) == right
        changed = {case_id for case_id, says in right.items() if says != NEW}
        relevelled = {case_id for case_id, says in right.items() if says[0] != "ordinary"}
        assert relevelled
        assert changed > relevelled
        assert len(changed) < len(sample.cases)
        assert {case_id for case_id, at in (await versions(workshop, sample)).items() if at == 2} == changed
        history = await workshop.history(sample.tenant)
        assert {row["case_id"]: kept(row) for row in history} == {each: right[each] for each in changed}
        assert {row["reason"] for row in history} == {"rule-set-changed"}
        told = Counter(
            (row["subject"], row["type"], row["version"]) for row in await workshop.changes(sample.tenant)
        )
        assert told == Counter(
            [(each, "case.changed", 2) for each in changed]
            + [(each, "case.classified", 2) for each in relevelled]
        )
        audited = await rows(
            workshop.logins, "SELECT actor, subject_id FROM audit_event WHERE tenant_id = $1", sample.tenant
        )
        assert {(row["actor"], row["subject_id"]) for row in audited} == {
            ("cases", each) for each in changed
        }
        [job] = await workshop.jobs(sample.tenant)
        assert job["cases"] == len(sample.cases)
        assert job["done_at"] is not None

    async def test_the_explanation_kept_is_the_one_shown(self, workshop: Workshop) -> None:
        sample = await filled(workshop, seed=12, cases=20)
        await workshop.activate(sample.tenant, OTHER)
        await workshop.work()
        now = datetime.now(UTC)
        history = await workshop.history(sample.tenant)
        assert history
        for row in history:
            pure = sample.classified(row["case_id"], OTHER, now)
            for part in (f'"level": "{pure.level}"', '"ruleSet": "hedensted/1"', f'"units": {pure.units}'):
                assert part in row["explanation"]
            assert all(law in row["explanation"] for law in pure.laws)
            assert (row["units"], row["authority_functions"]) == (pure.units, pure.authority_functions)

    async def test_another_rule_set_judges_every_case_anew(self, workshop: Workshop) -> None:
        sample = await filled(workshop, seed=13)
        await workshop.queue(sample.tenant)
        await workshop.work()
        assert await workshop.active(sample.tenant) == DEFAULT_RULE_SET
        await workshop.activate(sample.tenant, OTHER)
        assert await stored(workshop, sample) == expected(sample)
        await workshop.work()
        assert await workshop.active(sample.tenant) == OTHER
        assert await stored(workshop, sample) == expected(sample, OTHER)

    async def test_done_twice_it_changes_nothing_more(self, workshop: Workshop) -> None:
        sample = await filled(workshop, seed=14)
        await workshop.queue(sample.tenant)
        await workshop.work()
        before = await versions(workshop, sample)
        log = await workshop.changes(sample.tenant)
        await workshop.queue(sample.tenant)
        await workshop.work()
        assert await versions(workshop, sample) == before
        assert await workshop.changes(sample.tenant) == log

    async def test_other_tenants_are_untouched(self, workshop: Workshop) -> None:
        ours, theirs = await filled(workshop, seed=15), await filled(workshop, seed=16)
        await workshop.queue(ours.tenant)
        await workshop.work()
        assert await stored(workshop, ours) == expected(ours)
        assert set((await stored(workshop, theirs)).values()) == {NEW}
        assert await workshop.history(theirs.tenant) == []
        assert await workshop.changes(theirs.tenant) == []

    async def test_counts_open_jobs(self, workshop: Workshop) -> None:
        sample = await filled(workshop, seed=17, cases=5)
        for _ in range(3):
            await workshop.queue(sample.tenant)
        seen: list[float] = []

        class Watching(Reclassifier):
            async def step(self, tenant: UUID, job_id: UUID) -> bool:
                seen.append(OPEN_JOBS._value.get())
                return await super().step(tenant, job_id)

        await workshop.work(Watching(workshop.database, workshop.feed, workshop.worker()._bell))
        assert max(seen) == 3
        assert OPEN_JOBS._value.get() == 0


class TestKilledWorker:
    async def test_another_goes_on_where_the_last_batch_had_come_to(self, workshop: Workshop) -> None:
        sample = await filled(workshop, seed=21, cases=25)
        job = await workshop.queue(sample.tenant)
        killed = workshop.worker(batch=10)
        for _ in range(2):
            assert await killed.step(sample.tenant, job)
        [left] = await workshop.jobs(sample.tenant)
        reached = sorted(sample.cases)[19]
        assert (left["cases"], left["after_case_id"], left["done_at"]) == (20, reached, None)
        done = await versions(workshop, sample)
        assert {done[each] for each in sorted(sample.cases)[20:]} == {1}
        await workshop.work()
        assert await stored(workshop, sample) == expected(sample)
        assert max((await versions(workshop, sample)).values()) == 2
        assert (await workshop.jobs(sample.tenant))[0]["cases"] == 25

    async def test_a_batch_broken_off_leaves_nothing(
        self, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sample = await filled(workshop, seed=22, cases=25)
        job = await workshop.queue(sample.tenant)

        async def killed(*_: Any, **__: Any) -> None:
            raise asyncio.CancelledError

        with monkeypatch.context() as patched, suppress(asyncio.CancelledError):
            patched.setattr(reclassifier, "advance_job", killed)
            await workshop.worker().step(sample.tenant, job)
        assert set((await stored(workshop, sample)).values()) == {NEW}
        assert await workshop.changes(sample.tenant) == []
        await workshop.work()
        assert await stored(workshop, sample) == expected(sample)

    async def test_an_error_is_no_end(self, workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
        sample = await filled(workshop, seed=23, cases=12)
        await workshop.queue(sample.tenant)
        failures = iter([OSError(), LookupError()])
        advance = advance_job

        async def failing(*given: Any, **more: Any) -> None:
            for failure in failures:
                raise failure
            await advance(*given, **more)

        monkeypatch.setattr(reclassifier, "advance_job", failing)
        async with working(workshop.worker()):
            while (await workshop.jobs(sample.tenant))[0]["done_at"] is None:
                await asyncio.sleep(0.05)
        assert next(failures, None) is None
        assert await stored(workshop, sample) == expected(sample)


class TestWorkersSideBySide:
    async def test_do_every_batch_once(self, workshop: Workshop) -> None:
        sample = await filled(workshop, seed=31, cases=120)
        await workshop.queue(sample.tenant)
        await asyncio.gather(*(workshop.work(workshop.worker(batch=7)) for _ in range(2)))
        [job] = await workshop.jobs(sample.tenant)
        assert job["cases"] == 120
        assert await stored(workshop, sample) == expected(sample)
        twice = Counter(row["case_id"] for row in await workshop.history(sample.tenant))
        assert set(twice.values()) == {1}

    async def test_leave_a_job_alone_that_another_holds(self, workshop: Workshop) -> None:
        sample = await filled(workshop, seed=32, cases=5)
        job = await workshop.queue(sample.tenant)
        async with workshop.database.transaction(sample.tenant) as other:
            assert await hold_job(other, job) is not None
            assert not await workshop.worker().step(sample.tenant, job)
        assert await workshop.worker().step(sample.tenant, job)
        assert not await workshop.worker().step(sample.tenant, job)

    async def test_without_holding_the_job_work_would_be_done_twice(
        self, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sample = await filled(workshop, seed=33, cases=20)
        job = await workshop.queue(sample.tenant)
        async with workshop.database.transaction(sample.tenant) as other:
            found = await hold_job(other, job)

        async def careless(_transaction: Transaction, _job: UUID) -> Any:
            return found

        monkeypatch.setattr(reclassifier, "hold_job", careless)
        await asyncio.gather(*(workshop.worker().step(sample.tenant, job) for _ in range(2)))
        assert (await workshop.jobs(sample.tenant))[0]["cases"] == 40


class TestUnitsCases:
    async def test_a_changed_flag_touches_the_units_cases_and_no_other(self, workshop: Workshop) -> None:
        sample = await filled(workshop, seed=41, cases=150)
        await workshop.queue(sample.tenant)
        await workshop.work()
        unit, involved = self.one_with_units_below(sample)
        before = await versions(workshop, sample)
        units = dict(sample.units)
        units[unit] = replace(units[unit], external=not units[unit].external)
        turned = replace(sample, units=units)
        await workshop.toggle(unit)
        await workshop.queue(sample.tenant, unit)
        await workshop.work(workshop.worker(batch=9))
        right = expected(turned)
        assert await stored(workshop, sample) == right
        after = await versions(workshop, sample)
        changed = {case_id for case_id in sample.cases if after[case_id] != before[case_id]}
        assert changed == {each for each in sample.cases if right[each] != expected(sample)[each]}
        assert changed
        assert changed <= involved < set(sample.cases)
        job = (await workshop.jobs(sample.tenant))[-1]
        assert (job["cases"], job["reason"]) == (len(involved), "unit-changed")

    async def test_without_a_job_nothing_would_happen(self, workshop: Workshop) -> None:
        sample = await filled(workshop, seed=42, cases=30)
        await workshop.queue(sample.tenant)
        await workshop.work()
        before = await stored(workshop, sample)
        for unit in sample.units:
            await workshop.toggle(unit)
        await workshop.work()
        assert await stored(workshop, sample) == before

    def one_with_units_below(self, sample: RandomCases) -> tuple[UUID, set[UUID]]:
        """Return a counting unit that others count as, and the cases it or they are in now."""
        now = datetime.now(UTC)

        def above(unit: UUID | None) -> set[UUID]:
            return set() if unit is None else {unit, *above(sample.units[unit].parent)}

        chosen = next(
            unit.id
            for unit in sample.units.values()
            if unit.counts
            and any(each.parent == unit.id and not each.counts for each in sample.units.values())
        )
        involved = {
            case_id
            for case_id, parts in sample.cases.items()
            if any(part.is_active(now) and chosen in above(part.unit) for part in parts)
        }
        return chosen, involved


class TestSettling:
    async def test_waits_for_who_may_have_read_the_old_state(self, workshop: Workshop) -> None:
        sample = await filled(workshop, seed=51, cases=8)
        worker = workshop.worker()
        async with workshop.database.transaction(sample.tenant):
            await workshop.queue(sample.tenant)
            assert await worker.work_round()
            assert set((await stored(workshop, sample)).values()) == {NEW}
        assert not await worker.work_round()
        assert await stored(workshop, sample) == expected(sample)

    async def test_does_not_wait_for_who_began_later(self, workshop: Workshop) -> None:
        sample = await filled(workshop, seed=52, cases=8)
        worker = workshop.worker()
        await workshop.queue(sample.tenant)
        await worker._open_jobs()
        async with workshop.database.transaction(sample.tenant):
            assert not await worker.work_round()
        assert await stored(workshop, sample) == expected(sample)

    async def test_gives_way_to_a_request_that_holds_a_case(self, workshop: Workshop) -> None:
        sample = await filled(workshop, seed=53, cases=8)
        job = await workshop.queue(sample.tenant)
        worker = workshop.worker()
        held = sorted(sample.cases)[3]
        async with workshop.database.transaction(sample.tenant) as request:
            await request.driver.fetch("SELECT FROM citizen_case WHERE id = $1 FOR UPDATE", held)
            assert not await worker._attempt(sample.tenant, job)
        await workshop.work(worker)
        assert await stored(workshop, sample) == expected(sample)


class TestWaking:
    async def test_a_commit_wakes_the_worker_at_once(
        self, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reclassifier, "_LOOK_ANYWAY_SECONDS", 3600.0)
        sample = await filled(workshop, seed=61, cases=8)
        worker = workshop.worker()
        bell = worker._bell
        database = Database(workshop.logins.app, 2, on_change=bell.ring)
        heard = asyncio.create_task(bell.run())
        async with working(worker):
            await asyncio.sleep(0.5)
            async with database.transaction(sample.tenant, administrator(sample.tenant)) as transaction:
                await queue_reclassification(transaction, Reason.RULE_SET_CHANGED, None)
            async with asyncio.timeout(60):
                while not all(job["done_at"] for job in await workshop.jobs(sample.tenant)):
                    await asyncio.sleep(0.02)
        heard.cancel()
        await asyncio.gather(heard, return_exceptions=True)
        await database.close()
        assert await stored(workshop, sample) == expected(sample)


@asynccontextmanager
async def working(worker: Reclassifier) -> AsyncIterator[None]:
    """Let a worker work beside the body."""
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
