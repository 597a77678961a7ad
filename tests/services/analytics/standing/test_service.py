"""What the tag of an answer is of: who leads a case now decides what is seen, as the data do."""

from base64 import b64encode
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest

from services.analytics.projection.measurement import Measurement
from services.analytics.resident.asked import Asked, Figured
from services.analytics.resident.service import Resident
from services.analytics.standing.attention import AttentionQuestion
from services.analytics.standing.case_standing import StandingQuestion
from services.analytics.standing.schemas import AttentionTerms, CaseStandingView
from services.analytics.standing.service import Standing, _knowing
from shared.access.principal import Principal, Role
from shared.changes.events import ChangeEvent
from shared.contracts.register import CASE, CaseParticipant, CaseState, ParticipantRole
from shared.paging import PageRequest
from tests.services.analytics.installation import Installation
from tests.services.analytics.made_measurements import event, told
from tests.services.analytics.standing.made_up_cases import K, case_id, like, rated

FIRST, SECOND = (CaseState(version=1, id=UUID(int=number), participants=[]) for number in (1, 2))


def asked(subject: str = "somebody") -> Asked:
    return Asked(Principal(subject, "gateway", frozenset({Role.CASE_WORKER})), "/v1/x?", "da", frozenset())


class TestTag:
    def test_is_the_same_of_the_same_cases_and_caller(self) -> None:
        assert _knowing(asked(), [FIRST, SECOND]).tag("1") == _knowing(asked(), [FIRST, SECOND]).tag("1")

    @pytest.mark.parametrize(
        ("subject", "cases"),
        [
            ("somebody", [FIRST]),
            ("somebody", [FIRST, SECOND.model_copy(update={"version": 2})]),
            ("somebody-else", [FIRST, SECOND]),
        ],
    )
    def test_is_another_of_other_cases_versions_or_callers(
        self, subject: str, cases: list[CaseState]
    ) -> None:
        assert _knowing(asked(subject), cases).tag("1") != _knowing(asked(), [FIRST, SECOND]).tag("1")


LEADER = UUID(int=77)


class Town:
    """Seven complex cases in a database of their own, and one who looks at the first."""

    def __init__(self, installation: Installation, tenant: UUID, thread: ThreadPoolExecutor) -> None:
        self.installation, self.tenant = installation, tenant
        resident = Resident(installation.database, installation.replica(), K, thread)
        self.standing = Standing(installation.database, resident)
        self.analyst = Principal("an", "gateway", frozenset({Role.ANALYST}), tenant)
        self.leader = replace(self.analyst, subject="le", roles=frozenset({Role.LEADER}), person=LEADER)

    async def answers(self, *networks: Measurement) -> None:
        await self.installation.tell(*(told_as(self.tenant, each) for each in networks))

    async def leads(self, case: int, version: int) -> None:
        part = CaseParticipant(professional_id=LEADER, person_id=LEADER, role=ParticipantRole.FACILITATOR)
        state = CaseState(version=version, id=case_id(case), participants=[part])
        data = state.model_dump(mode="json", by_alias=True)
        await self.installation.tell_register(event(self.tenant, CASE, state.id, version, data))

    async def of_first(self, who: Principal, *known: str) -> Figured[CaseStandingView]:
        tags = frozenset(each.removeprefix("W/") for each in known)
        question = StandingQuestion(case_id(0), "baseline", who, None, "da")
        return await self.standing.of_case(Asked(who, "/v1/x?", "da", tags), question)

    async def list_tag(self, who: Principal) -> str:
        asked = Asked(who, "/v1/list?", "da", frozenset())
        page = PageRequest(50, None)
        question = AttentionQuestion(who, "baseline", AttentionTerms(), page, "da")
        return (await self.standing.attention(asked, question)).tag


def told_as(tenant: UUID, network: Measurement) -> ChangeEvent:
    """Tell of a measurement with its answers."""
    cube = network.cube
    cells, asked = (b64encode(each.tobytes()).decode() for each in (cube.cells, cube.asked.astype("uint8")))
    state = network.state.model_copy(update={"cells": cells, "asked": asked, "round_id": network.state.id})
    return told(tenant, state)


@pytest.fixture
async def town(installation: Installation, tenant: UUID) -> AsyncIterator[Town]:
    with ThreadPoolExecutor(1) as thread:
        found = Town(installation, tenant, thread)
        await found.answers(*like(7))
        yield found


class TestOfTheSameData:
    async def test_nothing_is_sent_again(self, town: Town) -> None:
        first = await town.of_first(town.analyst)
        again = await town.of_first(town.analyst, first.tag)
        assert first.view is not None
        assert first.view.result is not None
        assert (again.tag, again.view) == (first.tag, None)
        assert await town.list_tag(town.analyst) == await town.list_tag(town.analyst)

    async def test_control_of_new_data_it_is(self, town: Town) -> None:
        """Another case's answers move where this one stands, too."""
        first, list_before = await town.of_first(town.analyst), await town.list_tag(town.analyst)
        await town.answers(rated(7, 1))
        again = await town.of_first(town.analyst, first.tag)
        assert again.tag != first.tag
        assert again.view is not None
        assert first.view is not None
        assert again.view.result != first.view.result
        assert await town.list_tag(town.analyst) != list_before


class TestOfTheRegister:
    async def test_who_leads_the_case_now_is_another_answer_for_that_one(self, town: Town) -> None:
        before = await town.of_first(town.leader)
        await town.leads(0, version=1)
        assert (await town.of_first(town.leader)).tag != before.tag

    async def test_to_others_it_tells_nothing(self, town: Town) -> None:
        """Neither that somebody leads the case, nor that the register knows of another."""
        before = [(await town.of_first(who)).tag for who in (town.analyst, town.leader)]
        await town.leads(1, version=1)
        assert [(await town.of_first(who)).tag for who in (town.analyst, town.leader)] == before
        await town.leads(0, version=1)
        assert (await town.of_first(town.analyst)).tag == before[0]

    async def test_the_list_is_of_all_that_the_register_knows(self, town: Town) -> None:
        before = await town.list_tag(town.leader)
        await town.leads(1, version=1)
        assert await town.list_tag(town.leader) != before
