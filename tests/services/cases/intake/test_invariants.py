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
        max_examples=5,
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


class TestBrokenRules:
    @pytest.mark.parametrize(
        ("harm", "rule"),
        [
            ("UPDATE citizen_case SET units_within = 9", "a case counts otherwise than its parts"),
            ("UPDATE citizen_case SET status = 'closed'", "a case stands otherwise than its files"),
            ("UPDATE registration SET ended_at = now()", "a case stands otherwise than its files"),
            ("UPDATE registration SET status = 'closed'", "a closed file has units or people"),
            ("DELETE FROM case_history", "a case's history ends otherwise than the case"),
            ("DELETE FROM classification", "a case's last classification is another than the case's"),
            ("UPDATE citizen_case SET version = 7", "the feed's last word of a case is of another version"),
            ("UPDATE unit SET merged_into_id = id", "a unit that was merged goes on in a case"),
            (
                "INSERT INTO involvement SELECT tenant_id, uuidv7(), case_id, registration_id, valid_from, "
                "valid_to, unit_id, role, laws FROM involvement",
                "involvement: twice at once",
            ),
        ],
    )
    async def test_sees_what_is_broken(
        self, stack: Stack, connection: Connection, harm: str, rule: str
    ) -> None:
        world = await storm(stack, connection)
        await world.do(Deed("register", 0, 0, 1, 0))
        assert await broken_rules(connection, world.tenant) == {}
        change = connection.transaction()
        await change.start()
        await connection.execute(f"{harm} WHERE tenant_id = '{world.tenant}'")
        assert rule in await broken_rules(connection, world.tenant)
        await change.rollback()
