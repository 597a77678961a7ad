"""Progress over REST: counts for who handles a round, a rate for leaders, and never anybody's name."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.survey.rounds.tables import form, invitation
from shared.access.principal import Role
from tests.services.survey.made_rounds import (
    CITIZEN,
    LEADERSHIP,
    NETWORK,
    OPENED,
    MadeRound,
    RoundMaker,
    cells,
    colleagues,
)
from tests.support.municipality import ok
from tests.support.refusals import refused, without_trace
from tests.support.services import CallerClient, Stack

ALL = "/v1/survey-progress"


def caller(stack: Stack, tenant: UUID, *roles: Role, **claims: Any) -> CallerClient:
    return stack.caller("survey", tenant, *roles, **claims)


def path(made: MadeRound) -> str:
    return f"/v1/rounds/{made.id}/progress"


async def submit_first(maker: RoundMaker, made: MadeRound, count: int) -> None:
    """Let the first respondents submit the network form."""
    width = len(made.seats)
    for one in made.forms["relational-capacity"][:count]:
        await maker.answer(one, cells(width, 6, 4, own=one.seat))


class TestReadRoundProgress:
    async def test_counts_each_invitation_in_one_state(self, stack: Stack, maker: RoundMaker) -> None:
        made = await maker.round(colleagues(8), instruments=[NETWORK, LEADERSHIP])
        network, leadership = made.forms["relational-capacity"], made.forms["coherent-leadership"]
        for place, values in enumerate(
            (
                {"withdrawn_at": OPENED, "declined_at": OPENED},
                {},
                {"declined_at": OPENED, "left_at": OPENED},
                {"left_at": OPENED},
                {"answer_until": OPENED + timedelta(days=1)},
                {"opened_at": OPENED},
                {"opened_at": OPENED},
            )
        ):
            if values:
                await maker.change(invitation, made.invitations[place], **values)
        for one in (network[1], leadership[1], network[5]):
            await maker.answer(one, cells(8, 6, 4))
        await maker.change(form, network[7].id, draft=[])
        found = ok(await caller(stack, maker.tenant, Role.CASE_SYSTEM).get(path(made)))
        assert found["invitations"] == {
            "total": 8,
            "withdrawn": 1,
            "submitted": 1,
            "declined": 1,
            "left": 1,
            "expired": 1,
            "started": 2,
            "opened": 1,
            "invited": 0,
        }
        assert found["response"] == {"rate": 0.125, "tier": "low"}
        assert [
            (each["instrument"], each["asked"], each["started"], each["submitted"])
            for each in found["measurements"]
        ] == [("relational-capacity", 8, 3, 2), ("coherent-leadership", 8, 1, 1)]

    async def test_one_form_of_two_is_not_submitted(self, stack: Stack, maker: RoundMaker) -> None:
        made = await maker.round(colleagues(2), instruments=[NETWORK, LEADERSHIP])
        await submit_first(maker, made, 2)
        found = ok(await caller(stack, maker.tenant, Role.ADMINISTRATOR).get(path(made)))
        assert (found["invitations"]["submitted"], found["invitations"]["started"]) == (0, 2)
        assert [each["response"]["tier"] for each in found["measurements"]] == ["high", "low"]

    async def test_who_has_nobody_to_rate_is_not_missing(self, stack: Stack, maker: RoundMaker) -> None:
        made = await maker.round(colleagues(1), instruments=[NETWORK, CITIZEN])
        found = ok(await caller(stack, maker.tenant, Role.ADMINISTRATOR).get(path(made)))
        assert [each["instrument"] for each in found["measurements"]] == ["citizen-experienced-quality"]

    async def test_names_nobody_and_tells_no_answer(self, stack: Stack, maker: RoundMaker) -> None:
        made = await maker.round(colleagues(3))
        await submit_first(maker, made, 2)
        text = (await caller(stack, maker.tenant, Role.ADMINISTRATOR).get(path(made))).text
        held = [str(each) for seat in made.seats for each in (seat.id, seat.person_id, seat.label)]
        assert not [each for each in held + [str(each) for each in made.invitations] if each in text]

    async def test_foreign_rounds_are_like_unknown_ones(self, stack: Stack, maker: RoundMaker) -> None:
        made = await maker.round(colleagues(2))
        unknown = await caller(stack, maker.tenant, Role.CASE_SYSTEM).get(f"/v1/rounds/{uuid4()}/progress")
        refused(unknown, 404, "not-found")
        for stranger in (
            caller(stack, uuid4(), Role.ADMINISTRATOR),
            caller(stack, maker.tenant, Role.CASE_SYSTEM, scopes=frozenset({"system:other"})),
            caller(stack, maker.tenant, Role.CASE_WORKER, person=uuid4()),
            caller(stack, maker.tenant, Role.LEADER, person=uuid4()),
        ):
            assert without_trace(await stranger.get(path(made))) == without_trace(unknown)


class TestWhatLeadersSee:
    @pytest.mark.parametrize(("people", "rate"), [(5, {"rate": 0.8, "tier": "high"}), (4, None)])
    async def test_the_rate_of_a_round_that_is_large_enough(
        self, stack: Stack, maker: RoundMaker, people: int, rate: object
    ) -> None:
        leader = uuid4()
        made = await maker.round(colleagues(people, leader))
        await submit_first(maker, made, 4)
        found = ok(await caller(stack, maker.tenant, Role.LEADER, person=leader).get(path(made)))
        assert found == {
            "roundId": str(made.id),
            "state": "open",
            "response": rate,
            "invitations": None,
            "measurements": None,
        }

    async def test_together_only_the_rounds_seen_one_by_one(self, stack: Stack, maker: RoundMaker) -> None:
        """Else the rate of a small round were the difference."""
        leader = uuid4()
        large = await maker.round(colleagues(6, leader))
        small = await maker.round(colleagues(2, leader))
        await maker.round(colleagues(9))
        await submit_first(maker, large, 3)
        await submit_first(maker, small, 2)
        found = ok(await caller(stack, maker.tenant, Role.LEADER, person=leader).get(ALL))
        assert found == {
            "rounds": 1,
            "response": {"rate": 0.5, "tier": "low"},
            "invitations": None,
            "measurements": None,
        }

    async def test_a_case_worker_who_leads_elsewhere_sees_counts_only_of_own_cases(
        self, stack: Stack, maker: RoundMaker
    ) -> None:
        person, unit = uuid4(), uuid4()
        handled = await maker.round(colleagues(6), stands={"unitIds": [str(unit)]})
        led = await maker.round(colleagues(7, person))
        both = caller(
            stack, maker.tenant, Role.CASE_WORKER, Role.LEADER, person=person, units=frozenset({unit})
        )
        assert ok(await both.get(path(handled)))["invitations"]["total"] == 6
        assert ok(await both.get(path(led)))["invitations"] is None
        assert ok(await both.get(ALL))["invitations"]["total"] == 6


class TestReadSurveyProgress:
    async def test_sums_what_a_filter_leaves(self, stack: Stack, maker: RoundMaker) -> None:
        first = await maker.round(colleagues(4))
        await submit_first(maker, first, 4)
        await maker.round(colleagues(2), wave="follow-up", wave_ordinal=2)
        await maker.round(colleagues(3), state="closed")
        await maker.round(colleagues(3), stands={"systems": ["other"]})
        system = caller(stack, maker.tenant, Role.CASE_SYSTEM)
        found = ok(await system.get(ALL))
        assert (found["rounds"], found["invitations"]["total"]) == (3, 9)
        assert found["invitations"]["expired"] == 3
        assert [(each["asked"], each["submitted"]) for each in found["measurements"]] == [(9, 4)]
        followed = ok(await system.get(f"{ALL}?wave=follow-up"))
        assert (followed["rounds"], followed["invitations"]["total"]) == (1, 2)
        closed = ok(await system.get(f"{ALL}?state=closed"))
        assert (closed["rounds"], closed["response"]) == (1, {"rate": 0.0, "tier": "low"})
        assert ok(await caller(stack, maker.tenant, Role.ADMINISTRATOR).get(ALL))["rounds"] == 4

    async def test_of_nothing_there_is_no_rate(self, stack: Stack, tenant: UUID) -> None:
        found = ok(await caller(stack, tenant, Role.ADMINISTRATOR).get(ALL))
        assert (found["rounds"], found["response"], found["measurements"]) == (0, None, [])
        assert ok(await caller(stack, tenant, Role.LEADER, person=uuid4()).get(ALL))["response"] is None

    @pytest.mark.parametrize("role", [Role.PROFESSIONAL, Role.ANALYST])
    async def test_others_may_not(self, stack: Stack, tenant: UUID, role: Role) -> None:
        client = caller(stack, tenant, role, person=uuid4())
        refused(await client.get(ALL), 403, "forbidden")
        refused(await client.get(f"/v1/rounds/{uuid4()}/progress"), 403, "forbidden")
