"""The desk: who waits hears of what is committed, is refused for nobody else, and is never forgotten."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from services.survey.answering.desk import MOST_TOGETHER, SubmissionDesk
from services.survey.answering.submission import Submission, Taken, Verdict
from shared.errors import Problem

TENANT = uuid4()
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def submission(key: str = "key") -> Submission:
    return Submission(
        round=uuid4(),
        revision=1,
        invitation=uuid4(),
        generation=1,
        form=uuid4(),
        measurement=uuid4(),
        number=0,
        cells=b"\x04",
        texts=None,
        share_with_team=False,
        language=None,
        answered_by="self",
        operation="submit",
        key=key,
        fingerprint=b"",
    )


class Book:
    """Stands for the database: writes when it is let, and notes who was written together."""

    def __init__(self) -> None:
        self.may_write = asyncio.Event()
        self.may_write.set()
        self.batches: list[tuple[UUID, list[str], bool]] = []

    async def write(self, tenant: UUID, submissions: Sequence[Submission], waits: bool) -> list[Taken]:
        await self.may_write.wait()
        keys = [each.key for each in submissions]
        self.batches.append((tenant, keys, waits))
        if "impossible" in keys:
            raise ValueError("impossible")
        if "lost" in keys:
            raise ConnectionResetError
        return [
            Taken(Verdict.BUSY) if each.key == "busy" and not waits else Taken(Verdict.TAKEN, NOW, NOW)
            for each in submissions
        ]


async def test_each_is_told_once_it_is_written() -> None:
    book = Book()
    book.may_write.clear()
    desk = SubmissionDesk(book.write)
    async with desk.open():
        waiting = asyncio.create_task(desk.take(TENANT, submission()))
        await asyncio.sleep(0)
        assert not waiting.done()
        book.may_write.set()
        assert await waiting == Taken(Verdict.TAKEN, NOW, NOW)


async def test_those_who_wait_are_taken_together_each_tenant_by_itself() -> None:
    book = Book()
    book.may_write.clear()
    desk, other = SubmissionDesk(book.write), uuid4()
    async with desk.open():
        tasks = [
            asyncio.create_task(desk.take(tenant, submission()))
            for tenant in [TENANT, other] * (MOST_TOGETHER + 20)
        ]
        await asyncio.sleep(0)
        book.may_write.set()
        await asyncio.gather(*tasks)
    assert len(book.batches) < len(tasks) / 10
    assert max(len(keys) for _, keys, _ in book.batches) == MOST_TOGETHER
    for tenant in (TENANT, other):
        assert sum(len(keys) for of, keys, _ in book.batches if of == tenant) == MOST_TOGETHER + 20


async def test_what_cant_be_written_is_refused_alone() -> None:
    book = Book()
    book.may_write.clear()
    desk = SubmissionDesk(book.write)
    async with desk.open():
        keys = ["one", "impossible", "two"]
        tasks = [asyncio.create_task(desk.take(TENANT, submission(key))) for key in keys]
        await asyncio.sleep(0)
        book.may_write.set()
        told = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(each, ValueError) for each in told] == [False, True, False]


async def test_a_lost_database_is_told_at_once_to_all() -> None:
    """Tried alone, each would wait for it again; their callers send the same key again instead."""
    book = Book()
    book.may_write.clear()
    desk = SubmissionDesk(book.write)
    async with desk.open():
        tasks = [asyncio.create_task(desk.take(TENANT, submission(key))) for key in ("one", "lost")]
        await asyncio.sleep(0)
        book.may_write.set()
        told = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in told] == [ConnectionResetError] * 2
    assert [waits for _, _, waits in book.batches] == [False]


async def test_only_those_of_a_busy_round_wait_for_it() -> None:
    book = Book()
    desk = SubmissionDesk(book.write)
    async with desk.open():
        told = await asyncio.gather(*(desk.take(TENANT, submission(key)) for key in ("busy", "free")))
    assert [each.verdict for each in told] == [Verdict.TAKEN, Verdict.TAKEN]
    assert [keys for _, keys, waits in book.batches if waits] == [["busy"]]


async def test_with_too_many_waiting_more_are_refused_for_a_moment() -> None:
    book = Book()
    book.may_write.clear()
    desk = SubmissionDesk(book.write, most_waiting=3)
    tasks = [asyncio.create_task(desk.take(TENANT, submission())) for _ in range(4)]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    (refused,) = [task for task in tasks if task.done()]
    problem = refused.exception()
    assert isinstance(problem, Problem)
    assert (problem.fault.status, problem.headers) == (503, {"Retry-After": "1"})
    book.may_write.set()
    async with desk.open():
        taken = await asyncio.gather(*(task for task in tasks if task is not refused))
        assert [each.verdict for each in taken] == [Verdict.TAKEN] * 3
        assert (await desk.take(TENANT, submission())).verdict is Verdict.TAKEN


async def test_at_its_end_all_that_wait_are_taken_and_no_more() -> None:
    book = Book()
    book.may_write.clear()
    desk = SubmissionDesk(book.write)
    async with desk.open():
        keys = ["busy", *(str(number) for number in range(MOST_TOGETHER * 3))]
        tasks = [asyncio.create_task(desk.take(TENANT, submission(key))) for key in keys]
        await asyncio.sleep(0)
        book.may_write.set()
    assert all(task.done() for task in tasks)
    assert {task.result().verdict for task in tasks} == {Verdict.TAKEN}
    with pytest.raises(Problem) as late:
        await desk.take(TENANT, submission())
    assert late.value.fault.status == 503
