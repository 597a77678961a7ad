"""A request for figures: who has them gets no more than their tag; nothing is worked out for it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel

from services.analytics.projection.holdings import Holdings
from services.analytics.release.decisions import GroupSize
from services.analytics.resident.asked import Asked
from services.analytics.resident.service import Resident
from shared.access.principal import Principal, Role
from shared.audit import Access
from shared.contracts.survey import Form
from tests.services.analytics.installation import Installation
from tests.services.analytics.made_measurements import made, told
from tests.support.records import rows


class Figure(BaseModel):
    """Something worked out."""

    cases: int


def cases(held: Holdings, _size: GroupSize) -> Figure:
    return Figure(cases=len(held.wave("baseline").closed_of(Form.NETWORK)))


def entered(held: Holdings, _size: GroupSize) -> Figure:
    return Figure(cases=len(held.wave("baseline").of(Form.NETWORK)))


def never(_held: Holdings, _size: GroupSize) -> Figure:
    raise RuntimeError("worked out")


def asked(tenant: UUID, *known: str) -> Asked:
    caller = Principal(subject="tester", issuer="gateway", roles=frozenset({Role.ANALYST}), tenant=tenant)
    return Asked(caller, "/v1/figures", "da", frozenset(each.removeprefix("W/") for each in known))


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as made_executor:
        yield made_executor


@pytest.fixture
def replicas(installation: Installation, executor: ThreadPoolExecutor) -> list[Resident]:
    """Give two processes that answer of one database."""
    return [
        Resident(installation.database, installation.replica(), GroupSize(5), executor) for _ in range(2)
    ]


class TestRelease:
    async def test_what_is_known_is_neither_worked_out_nor_loaded(
        self, installation: Installation, replicas: list[Resident], tenant: UUID
    ) -> None:
        await installation.tell(told(tenant, made()))
        first, second = replicas
        figured = await first.release(asked(tenant), cases)
        assert figured.view is not None
        assert figured.view.result == Figure(cases=1)
        for replica in replicas:
            again = await replica.release(asked(tenant, figured.tag), never)
            assert (again.tag, again.view) == (figured.tag, None)
        with pytest.raises(RuntimeError, match="worked out"):  # the control
            await second.release(asked(tenant), never)

    async def test_what_has_changed_is_told_by_every_replica(
        self, installation: Installation, replicas: list[Resident], tenant: UUID
    ) -> None:
        tags: list[str] = []
        for number in range(1, 4):
            await installation.tell(told(tenant, made()))
            found = [await each.release(asked(tenant, *tags), cases) for each in replicas]
            assert len({each.tag for each in found}) == 1
            assert [each.view and each.view.result for each in found] == [Figure(cases=number)] * 2
            tags.append(found[0].tag)
        assert len(set(tags)) == 3

    async def test_what_closes_enters_figures_in_steps_of_the_group_size(
        self, installation: Installation, replicas: list[Resident], tenant: UUID
    ) -> None:
        numbers = []
        for _ in range(3):
            await installation.tell(told(tenant, made()))
            figured = await replicas[0].release(asked(tenant), entered)
            numbers.append(figured.view and figured.view.result)
        assert numbers == [Figure(cases=0), Figure(cases=0), Figure(cases=3)]

    async def test_another_group_size_is_another_answer(
        self, installation: Installation, executor: ThreadPoolExecutor, tenant: UUID
    ) -> None:
        await installation.tell(told(tenant, made()))
        small, large = (
            Resident(installation.database, installation.replica(), GroupSize(size), executor)
            for size in (3, 5)
        )
        figured = await small.release(asked(tenant), cases)
        assert (await small.release(asked(tenant, figured.tag), never)).view is None
        assert (await large.release(asked(tenant, figured.tag), cases)).view is not None

    async def test_others_changes_leave_it_known(
        self, installation: Installation, replicas: list[Resident], tenant: UUID
    ) -> None:
        figured = await replicas[0].release(asked(tenant), cases)
        await installation.tell(told(uuid4(), made()))
        assert (await replicas[1].release(asked(tenant, figured.tag), never)).view is None

    async def test_use_of_personal_data_is_recorded_also_when_it_is_known(
        self, installation: Installation, replicas: list[Resident], tenant: UUID
    ) -> None:
        access = Access("read", "figures", uuid4(), "testing")
        figured = await replicas[0].release(asked(tenant), cases, access)
        await replicas[0].release(asked(tenant, figured.tag), never, access)
        found = await rows(
            installation.logins, "SELECT subject_id FROM audit_event WHERE tenant_id = $1", tenant
        )
        assert [each["subject_id"] for each in found] == [access.subject] * 2


class TestHoldings:
    async def test_what_is_derived_is_worked_out_once_for_each_data_version(
        self, installation: Installation, replicas: list[Resident], tenant: UUID
    ) -> None:
        caller, calls = asked(tenant).caller, []

        def work_out() -> int:
            calls.append(1)
            return len(calls)

        for wanted in (1, 2):
            await installation.tell(told(tenant, made()))
            for _ in range(3):
                held = await replicas[0].holdings(caller)
                assert held.derived("calls", work_out) == wanted
        assert held.derived("another", lambda: "text") == "text"
