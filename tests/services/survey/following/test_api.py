"""The survey's public feed: what happens to rounds one handles, in counts, and nothing of others."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.survey.rounds.tables import invitation, survey_round
from shared.access.principal import Role
from shared.changes.log import log_change
from shared.contracts.survey import (
    INVITATION_DUE,
    RESPONSE_CORRECTED,
    RESPONSE_SUBMITTED,
    RESPONSE_WITHDRAWN,
    ROUND_CANCELLED,
    ROUND_CHANGED,
    ROUND_CLOSED,
    ROUND_ERASED,
    ROUND_OPENED,
    ROUND_PLANNED,
)
from shared.database.connection import Database
from tests.services.survey.made_rounds import OPENED, MadeRound, RoundMaker, cells, colleagues
from tests.support.databases import TestDatabase
from tests.support.municipality import ok
from tests.support.records import feed_events
from tests.support.refusals import refused
from tests.support.services import CallerClient, Stack

CHANGES = "/v1/survey-changes"
OF_ROUNDS = (ROUND_PLANNED, ROUND_OPENED, ROUND_CHANGED, ROUND_CLOSED, ROUND_CANCELLED)


def caller(stack: Stack, tenant: UUID, *roles: Role, **claims: Any) -> CallerClient:
    return stack.caller("survey", tenant, *(roles or (Role.CASE_SYSTEM,)), **claims)


async def told(client: CallerClient) -> list[dict[str, Any]]:
    """Read the whole feed."""
    items: list[dict[str, Any]] = []
    after = ""
    while True:
        page = ok(await client.get(f"{CHANGES}?after={after}"))
        items, after = items + page["items"], page["next"]
        if page["caughtUp"]:
            return items


def types(items: list[dict[str, Any]]) -> list[str]:
    return [item["type"] for item in items]


async def half_answered(maker: RoundMaker) -> MadeRound:
    """Write a round of four; two have answered."""
    made = await maker.round(colleagues(4))
    for one in made.forms["relational-capacity"][:2]:
        await maker.answer(one, cells(4, 6, 4, own=one.seat))
    return made


class TestWhatIsTold:
    async def test_every_turn_of_a_round_with_the_round_as_it_is_now(
        self, stack: Stack, maker: RoundMaker
    ) -> None:
        made = await maker.round(colleagues(2), state="closed", closed_at=OPENED, version=5)
        for version, kind in enumerate(OF_ROUNDS, start=1):
            await maker.log(kind, made.id, version)
        items = await told(caller(stack, maker.tenant))
        assert types(items) == list(OF_ROUNDS)
        assert {item["roundId"] for item in items} == {str(made.id)}
        assert items[0]["round"] == {
            "id": str(made.id),
            "version": 5,
            "caseId": str(made.case_id),
            "groupId": None,
            "wave": "baseline",
            "waveOrdinal": 1,
            "visibility": "team-open",
            "state": "closed",
            "opensAt": None,
            "closesAt": None,
            "openedAt": "2026-03-02T08:30:00Z",
            "closedAt": "2026-03-02T08:30:00Z",
        }
        assert {(item["response"], item["invitationId"]) for item in items} == {(None, None)}

    async def test_responses_as_counts_and_never_a_person(self, stack: Stack, maker: RoundMaker) -> None:
        made = await half_answered(maker)
        kinds = (RESPONSE_SUBMITTED, RESPONSE_CORRECTED, RESPONSE_WITHDRAWN)
        for version, kind in enumerate(kinds, start=2):
            await maker.log(kind, made.measurements["relational-capacity"], version)
        answer = await caller(stack, maker.tenant).get(CHANGES)
        items = ok(answer)["items"]
        assert types(items) == ["response.submitted", "response.corrected", "response.withdrawn"]
        assert items[0]["response"] == {
            "instrument": "relational-capacity",
            "instrumentVersion": 1,
            "invited": 4,
            "started": 2,
            "submitted": 2,
        }
        held = [each for seat in made.seats for each in (seat.id, seat.person_id, seat.label)]
        held += [*made.invitations, *(one.id for one in made.forms["relational-capacity"])]
        assert not [each for each in held if str(each) in answer.text]

    async def test_several_answers_of_a_page_are_told_once(self, stack: Stack, maker: RoundMaker) -> None:
        made = await half_answered(maker)
        for version in (2, 3, 4):
            await maker.log(RESPONSE_SUBMITTED, made.measurements["relational-capacity"], version)
        assert types(await told(caller(stack, maker.tenant))) == ["response.submitted"]

    async def test_nothing_of_the_houses_own(self, stack: Stack, maker: RoundMaker) -> None:
        made = await half_answered(maker)
        await maker.log("measurement", made.measurements["relational-capacity"])
        await maker.log("invitation", made.invitations[0])
        assert await told(caller(stack, maker.tenant)) == []

    async def test_whose_link_is_to_be_sent(self, stack: Stack, maker: RoundMaker) -> None:
        made = await half_answered(maker)
        answered, _, waiting, left = made.invitations
        await maker.change(invitation, left, left_at=OPENED)
        for invited in (answered, waiting, left):
            await maker.log(INVITATION_DUE, invited)
        (due,) = await told(caller(stack, maker.tenant))
        assert (due["type"], due["roundId"], due["invitationId"]) == (
            "invitation.due",
            str(made.id),
            str(waiting),
        )
        assert [await told(caller(stack, maker.tenant, role)) for role in (Role.DATA_STEWARD,)] == [[]]

    async def test_no_link_of_a_round_that_is_over(self, stack: Stack, maker: RoundMaker) -> None:
        made = await maker.round(colleagues(2), state="closed")
        await maker.log(INVITATION_DUE, made.invitations[0])
        assert await told(caller(stack, maker.tenant)) == []


class TestWhoIsTold:
    async def test_of_rounds_one_handles_alone(self, stack: Stack, maker: RoundMaker) -> None:
        unit, person = uuid4(), uuid4()
        rounds = {
            "own": await maker.round(colleagues(2, person), stands={"unitIds": [str(unit)]}),
            "other": await maker.round(colleagues(2, person), stands={"systems": ["other"]}),
        }
        for made in rounds.values():
            await maker.log(ROUND_OPENED, made.id)
            await maker.log(RESPONSE_SUBMITTED, made.measurements["relational-capacity"])
            await maker.log(INVITATION_DUE, made.invitations[0])
        names = {str(made.id): name for name, made in rounds.items()}
        expected = {
            ("own",): [
                caller(stack, maker.tenant),
                caller(stack, maker.tenant, Role.CASE_WORKER, units=frozenset({unit})),
                # Named as a leader in both, which is not to handle them.
                caller(
                    stack,
                    maker.tenant,
                    Role.CASE_WORKER,
                    Role.LEADER,
                    Role.PROFESSIONAL,
                    units=frozenset({unit}),
                    person=person,
                ),
            ],
            ("other", "own"): [caller(stack, maker.tenant, Role.ADMINISTRATOR)],
            (): [caller(stack, uuid4(), Role.ADMINISTRATOR), caller(stack, maker.tenant, Role.CASE_WORKER)],
        }
        for heard, clients in expected.items():
            for client in clients:
                items = await told(client)
                assert tuple(sorted({names[item["roundId"]] for item in items})) == heard
                assert len(items) == 3 * len(heard)

    async def test_an_erased_round_is_told_to_who_sees_all(self, stack: Stack, maker: RoundMaker) -> None:
        gone = uuid4()
        await maker.log(ROUND_OPENED, gone, 1)
        await maker.log(ROUND_ERASED, gone, 2)
        await maker.log(RESPONSE_SUBMITTED, uuid4(), 2)
        await maker.log(INVITATION_DUE, uuid4(), 1)
        for role in (Role.ADMINISTRATOR, Role.DATA_STEWARD):
            items = await told(caller(stack, maker.tenant, role))
            assert types(items) == ["round.opened", "round.erased"]
            assert {(item["roundId"], item["round"]) for item in items} == {(str(gone), None)}
        for role in (Role.CASE_SYSTEM, Role.CASE_WORKER):
            assert await told(caller(stack, maker.tenant, role, person=uuid4())) == []

    @pytest.mark.parametrize("role", [Role.LEADER, Role.PROFESSIONAL, Role.ANALYST])
    async def test_others_may_not(self, stack: Stack, tenant: UUID, role: Role) -> None:
        client = caller(stack, tenant, role, person=uuid4())
        refused(await client.get(CHANGES), 403, "forbidden")


class TestFollowing:
    @pytest.mark.parametrize("after", ["x", "2.0.0.1", "0.1.1.1"])
    async def test_an_unknown_position_is_gone(self, stack: Stack, tenant: UUID, after: str) -> None:
        refused(await caller(stack, tenant).get(f"{CHANGES}?after={after}"), 410, "unknown-position")

    @pytest.mark.parametrize("query", ["limit=0", "limit=501", "wait=21", "wait=-1", "pageSize=5"])
    async def test_bounds(self, stack: Stack, tenant: UUID, query: str) -> None:
        assert (await caller(stack, tenant).get(f"{CHANGES}?{query}")).status_code == 400

    async def test_it_waits_and_reads_past_what_others_may_hear(
        self, stack: Stack, maker: RoundMaker
    ) -> None:
        client = caller(stack, maker.tenant)
        start = ok(await client.get(CHANGES))
        waiting = asyncio.create_task(client.get(f"{CHANGES}?after={start['next']}&wait=20&limit=2"))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        for _ in range(5):
            await maker.log(ROUND_CHANGED, uuid4())
        made = await maker.round(colleagues(2))
        await maker.log(ROUND_OPENED, made.id)
        page = ok(await waiting)
        assert [item["roundId"] for item in page["items"]] == [str(made.id)]
        again = await client.get(f"{CHANGES}?after={page['next']}")
        assert ok(again)["items"] == []

    async def test_many_writers_lose_nothing(
        self, stack: Stack, maker: RoundMaker, databases: dict[str, TestDatabase]
    ) -> None:
        """The last version of each round is told, however late its transaction ends."""
        rounds = [await maker.round(colleagues(2)) for _ in range(8)]
        writers = Database(databases["survey"].app, pool_size=8)

        async def write(place: int) -> None:
            for version in range(2, 6):
                async with writers.transaction(maker.tenant) as transaction:
                    await log_change(transaction, ROUND_CHANGED, rounds[place].id, version)
                    await asyncio.sleep(0.001 * ((place * 7 + version) % 5))
                    values = survey_round.update().where(
                        survey_round.c.tenant_id == maker.tenant, survey_round.c.id == rounds[place].id
                    )
                    await transaction.execute(values.values(version=version))

        writing = asyncio.gather(*(write(place) for place in range(8)))
        client, after, heard = caller(stack, maker.tenant), "", dict[str, int]()
        while True:
            was_done = writing.done()
            page = ok(await client.get(f"{CHANGES}?after={after}&limit=5"))
            heard.update((item["roundId"], item["round"]["version"]) for item in page["items"])
            after = page["next"]
            if was_done and page["caughtUp"]:
                break
        await writing
        await writers.close()
        assert heard == {str(made.id): 5 for made in rounds}


class TestInvitationsInTheHousesFeed:
    async def test_tell_that_a_link_is_due_and_nothing_of_whom(
        self, stack: Stack, maker: RoundMaker
    ) -> None:
        made = await maker.round(colleagues(2))
        await maker.change(invitation, made.invitations[0], contact="anne@example.dk", channel="e-mail")
        await maker.log(INVITATION_DUE, made.invitations[0], 1)
        (event,) = await feed_events(stack, "survey", maker.tenant)
        assert event.data == {
            "version": 1,
            "id": str(made.invitations[0]),
            "roundId": str(made.id),
        }

    async def test_tell_of_one_that_is_gone(self, stack: Stack, maker: RoundMaker) -> None:
        await maker.log(INVITATION_DUE, uuid4(), 1)
        (event,) = await feed_events(stack, "survey", maker.tenant)
        assert event.data is None
