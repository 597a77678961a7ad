"""Indicators over REST: a group's for who works in the tenant, all cases' for researchers."""

from uuid import uuid4

import pytest

from shared.access.principal import Role
from tests.services.analytics.collaboration.rounds_of_groups import (
    AnsweredGroup,
    answered_group,
    answered_wave,
)
from tests.services.analytics.rounds_with_answers import nothing, something
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality
from tests.support.records import audited
from tests.support.refusals import refused
from tests.support.services import Stack

WAVES = "/v1/indicators?from=baseline&to=follow-up"


@pytest.fixture(scope="module")
async def judged(stack: Stack, databases: dict[str, TestDatabase]) -> AnsweredGroup:
    """Give a group of five who judged the service twice: 1 to 5, then one better or the same."""
    municipality = Municipality(stack, uuid4())
    unit = await municipality.unit()
    members = [await municipality.employee(unit) for _ in range(5)]
    held = AnsweredGroup(municipality, await municipality.group(members), members)
    only = [{"code": "quality-indicators", "version": 1}]
    for ordinal, code, values in ((1, "baseline", (1, 2, 3, 4, 5)), (2, "follow-up", (2, 3, 4, 5, 5))):
        await answered_wave(
            held,
            databases,
            values,
            wave={"code": code, "ordinal": ordinal, "label": code},
            instruments=only,
            networkSubjects="participants",
        )
    return held


@pytest.fixture(scope="module")
async def three(stack: Stack, databases: dict[str, TestDatabase]) -> AnsweredGroup:
    """Give a group of three people who judged the service twice."""
    return await answered_group(Municipality(stack, uuid4()), databases, (1, 2))


class TestGetIndicators:
    async def test_shows_a_groups_eight_statements(self, judged: AnsweredGroup) -> None:
        for client in (judged.member(), judged.analyst(), judged.person(uuid4(), Role.LEADER)):
            found = something(await client.get(f"{WAVES}&groupId={judged.group}"))
            assert len(found["indicators"]) == 8
            first = found["indicators"][0]
            assert (first["before"], first["after"]["value"]) == (
                {"value": 3.0, "reason": None, "people": 5},
                3.8,
            )
            assert first["percentChange"]["value"] == pytest.approx(80 / 3)
            assert first["samePeople"]["stayed"] == 5
            assert found["average"]["percentOfAverages"]["value"] == pytest.approx(80 / 3)

    async def test_what_is_not_there_answers_alike(
        self, judged: AnsweredGroup, three: AnsweredGroup
    ) -> None:
        for client, query in (
            (judged.analyst(), f"{WAVES}&groupId={uuid4()}"),
            (judged.analyst(), f"{WAVES}&groupId={three.group}"),
            (judged.analyst(), f"{WAVES}&groupId={judged.group}&instrument=midway-form"),
            (judged.analyst(), f"/v1/indicators?from=baseline&to=never&groupId={judged.group}"),
            (judged.analyst(), WAVES),
            (judged.member(), WAVES),
            (three.member(), f"{WAVES}&groupId={three.group}"),
            (three.analyst(), f"{WAVES}&groupId={three.group}"),
        ):
            nothing(await client.get(query))

    async def test_is_for_persons_and_researchers(self, judged: AnsweredGroup) -> None:
        for role in (Role.CASE_SYSTEM, Role.CASE_WORKER):
            client = judged.person(judged.members[0].person, role)
            refused(await client.get(f"{WAVES}&groupId={judged.group}"), 403, "forbidden")

    async def test_reading_a_groups_is_recorded(
        self, three: AnsweredGroup, databases: dict[str, TestDatabase]
    ) -> None:
        await three.analyst().get(f"{WAVES}&groupId={three.group}")
        found = await audited(databases["analytics"], three.group)
        assert ("read", "indicators", "group-results") in [each[:3] for each in found]

    async def test_asks_for_both_waves(self, judged: AnsweredGroup) -> None:
        refused(await judged.analyst().get("/v1/indicators?from=baseline"), 400, "malformed-request")
