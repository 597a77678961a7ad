"""A data version is raised by what figures are worked out of, and by nothing else."""

from uuid import UUID, uuid4

import pytest

from services.analytics.projection.followers import SurveyProjection
from services.analytics.projection.versions import FeedVersion, Stamp
from shared.changes.events import ChangeEvent
from shared.contracts.register import CASE, PROFESSIONAL, UNIT
from shared.contracts.survey import MEASUREMENT, MeasurementState, RoundState
from tests.services.analytics.installation import Installation
from tests.services.analytics.made_measurements import event, made, told


def newer(state: MeasurementState, **said: object) -> MeasurementState:
    return state.model_copy(update={"version": state.version + 1, **said})


class TestDataVersion:
    async def test_of_whom_nothing_is_known(self, installation: Installation, tenant: UUID) -> None:
        assert await installation.stamp(tenant) == Stamp(FeedVersion(1), FeedVersion(1))

    async def test_each_write_of_what_is_closed_raises_it(
        self, installation: Installation, tenant: UUID
    ) -> None:
        first = made()
        seen = [await installation.stamp(tenant)]
        for page in ([first, made()], [made()], [newer(first)]):
            await installation.tell(*(told(tenant, state) for state in page))
            seen.append(await installation.stamp(tenant))
        versions = [each.answers.version for each in seen]
        assert versions == sorted(set(versions))
        assert {each.register for each in seen} == {FeedVersion(1)}

    async def test_what_is_told_again_does_not(self, installation: Installation, tenant: UUID) -> None:
        state = made(version=5)
        await installation.tell(told(tenant, state))
        before = await installation.stamp(tenant)
        older = state.model_copy(update={"version": 4})
        await installation.tell(told(tenant, state), told(tenant, state))
        await installation.tell(told(tenant, older))
        await installation.tell(event(tenant, MEASUREMENT, uuid4(), 2))
        assert await installation.stamp(tenant) == before

    async def test_an_open_round_does_not_until_it_is_closed(
        self, installation: Installation, tenant: UUID
    ) -> None:
        state = made(round_state=RoundState.OPEN)
        before = await installation.stamp(tenant)
        await installation.tell(told(tenant, state))
        await installation.tell(told(tenant, newer(state)))
        assert await installation.stamp(tenant) == before
        closed = state.model_copy(update={"version": 9, "round_state": RoundState.CLOSED})
        await installation.tell(told(tenant, closed))
        after = (await installation.stamp(tenant)).answers
        assert (after.version > 0, after.removed) == (True, 0)

    @pytest.mark.parametrize("way", ["erased", "opened again"])
    async def test_what_goes_is_removed(self, installation: Installation, tenant: UUID, way: str) -> None:
        state = made()
        await installation.tell(told(tenant, state))
        before = (await installation.stamp(tenant)).answers
        gone = newer(state, round_state=RoundState.OPEN)
        erased = event(tenant, MEASUREMENT, state.id, 2)
        await installation.tell(erased if way == "erased" else told(tenant, gone))
        after = (await installation.stamp(tenant)).answers
        assert after.version == after.removed > before.version
        assert after.after(before) == -1

    async def test_another_tenants_is_another(self, installation: Installation, tenant: UUID) -> None:
        before = await installation.stamp(tenant)
        await installation.tell(told(uuid4(), made()))
        assert await installation.stamp(tenant) == before

    async def test_of_the_register_only_what_is_held_raises_it(
        self, installation: Installation, tenant: UUID
    ) -> None:
        before = await installation.stamp(tenant)
        data = {"version": 1}
        others = [event(tenant, kind, uuid4(), 1, data) for kind in (CASE, PROFESSIONAL)]
        await installation.tell_register(*others)
        await installation.tell_register(*(event(tenant, each.kind, each.subject, 2) for each in others))
        assert await installation.stamp(tenant) == before
        unit = uuid4()
        await installation.tell_register(event(tenant, UNIT, unit, 1, data))
        told_of = (await installation.stamp(tenant)).register
        await installation.tell_register(event(tenant, UNIT, unit, 2))
        gone = (await installation.stamp(tenant)).register
        assert 0 < told_of.version < gone.version == gone.removed

    async def test_a_new_generation_is_another_version_also_of_the_same_data(
        self, installation: Installation, tenant: UUID
    ) -> None:
        state = told(tenant, made())
        await installation.tell(state)
        before = await installation.stamp(tenant)
        await installation.tell(state, generation=2)
        assert await installation.stamp(tenant) == before
        await installation.read(2)
        after = await installation.stamp(tenant)
        assert str(after) != str(before)
        assert after.answers.after(before.answers) == -1

    async def test_is_forgotten_with_its_generation(self, installation: Installation, tenant: UUID) -> None:
        await installation.tell(told(tenant, made()))
        done = False
        while not done:
            async with installation.database.transaction() as transaction:
                done = await SurveyProjection().clear(transaction, 1)
        assert await installation.stamp(tenant) == Stamp(FeedVersion(1), FeedVersion(1))

    async def test_nothing_is_raised_by_what_is_not_committed(
        self, installation: Installation, tenant: UUID
    ) -> None:
        before = await installation.stamp(tenant)
        with pytest.raises(RuntimeError):
            await self._fail_after_writing(installation, told(tenant, made()))
        assert await installation.stamp(tenant) == before

    async def _fail_after_writing(self, installation: Installation, event: ChangeEvent) -> None:
        async with installation.database.transaction() as transaction:
            await SurveyProjection().apply(transaction, 1, [event])
            raise RuntimeError


class TestFeedVersion:
    @pytest.mark.parametrize(
        ("held", "after"),
        [
            (FeedVersion(2, 7, 5), 7),
            (FeedVersion(2, 9, 5), 9),
            (FeedVersion(2, 5, 5), 5),
            (FeedVersion(2, 4, 4), -1),  # something was removed since
            (FeedVersion(2, 10, 5), -1),  # what is held is of a database that is no more
            (FeedVersion(1, 9, 5), -1),
            (FeedVersion(), -1),
        ],
    )
    def test_after(self, held: FeedVersion, after: int) -> None:
        assert FeedVersion(2, 9, 5).after(held) == after
