"""Whatever is done to a few cases, in whatever order, the register's rows say one thing and not two."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.register_invariants import Connection, broken_rules
from benchmarks.register_world import DEEDS, Deed
from tests.services.cases.intake.storming import storm
from tests.support.databases import TestDatabase
from tests.support.services import Stack

_NUMBERS = st.integers(min_value=0, max_value=63)
_DEEDS = st.builds(
    Deed, st.sampled_from([*DEEDS, *["register"] * 6]), _NUMBERS, _NUMBERS, _NUMBERS, _NUMBERS
)


@pytest.fixture
async def connection(databases: dict[str, TestDatabase]) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(databases["cases"].superuser)
    yield connection
    await connection.close()


class TestInvariants:
    @given(deeds=st.lists(_DEEDS, min_size=10, max_size=22))
    @settings(
        max_examples=16,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    async def test_hold_after_each_deed_and_the_past_stays(
        self, stack: Stack, connection: Connection, deeds: list[Deed]
    ) -> None:
        world = await storm(stack, connection)
        for deed in deeds:
            answer = await world.do(deed)
            assert answer is None or answer.status < 500, (deed, answer)
            await world.remember()
            found = await broken_rules(connection, world.tenant, excused=world.excused)
            assert found == {}, (deed, answer)
        assert await world.misremembered() == []
