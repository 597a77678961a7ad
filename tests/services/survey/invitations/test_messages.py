"""Which messages are planned, for whom, and when."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.survey.invitations.messages import plan_again
from tests.services.survey.invitations.scene import Scene, ago, ahead


async def planned(scene: Scene, invitation_id: UUID) -> list[tuple[str, int, str]]:
    return [(row.kind, row.number, row.state) for row in await scene.messages(invitation_id)]


def is_about(moment: datetime, expected: datetime) -> bool:
    return abs(moment - expected) < timedelta(minutes=5)


INVITATION = ("invitation", 1, "due")
REMINDERS = [("reminder", 1, "due"), ("reminder", 2, "due")]


class TestPlanMessages:
    async def test_the_invitation_now_and_reminders_counted_from_the_opening(self, scene: Scene) -> None:
        round_id = await scene.round(reminders=[3, 7])
        one = await scene.invite(round_id)
        await scene.plan(round_id, one)
        assert await planned(scene, one) == [INVITATION, *REMINDERS]
        due = [row.due_at for row in await scene.messages(one)]
        assert is_about(due[0], ago())
        assert is_about(due[1], ahead(days=3))
        assert is_about(due[2], ahead(days=7))

    async def test_without_reminders_there_is_the_invitation_only(self, scene: Scene) -> None:
        round_id = await scene.round()
        one = await scene.invite(round_id)
        await scene.plan(round_id, one)
        assert await planned(scene, one) == [INVITATION]

    async def test_planned_again_nothing_is_added(self, scene: Scene) -> None:
        round_id = await scene.round(reminders=[3, 7])
        one, other = await scene.invite(round_id), await scene.invite(round_id)
        await scene.plan(round_id, one)
        before = await scene.messages(one)
        await scene.plan(round_id, one, other)
        assert await scene.messages(one) == before
        assert await planned(scene, other) == [INVITATION, *REMINDERS]

    async def test_only_for_those_named(self, scene: Scene) -> None:
        round_id = await scene.round()
        one, other = await scene.invite(round_id), await scene.invite(round_id)
        await scene.plan(round_id, one)
        await scene.plan(round_id)
        assert await planned(scene, other) == []

    async def test_who_joins_late_gets_only_the_reminders_to_come(self, scene: Scene) -> None:
        round_id = await scene.round(reminders=[3, 4, 7], opened_at=ago(days=3, hours=20))
        one = await scene.invite(round_id)
        await scene.plan(round_id, one)
        assert await planned(scene, one) == [INVITATION, ("reminder", 3, "due")]

    @pytest.mark.parametrize(
        "values",
        [
            {"channel": "none", "contact": None},
            {"left_at": ago()},
            {"declined_at": ago()},
            {"withdrawn_at": ago()},
            {"bounced_at": ago()},
        ],
    )
    async def test_nothing_for_whom_nothing_is_sent(self, scene: Scene, values: dict[str, Any]) -> None:
        round_id = await scene.round(reminders=[3])
        one = await scene.invite(round_id, **values)
        await scene.plan(round_id, one)
        assert await planned(scene, one) == []

    @pytest.mark.parametrize("state", ["planned", "closed", "cancelled"])
    async def test_nothing_unless_the_round_is_open(self, scene: Scene, state: str) -> None:
        round_id = await scene.round(reminders=[3], state=state)
        one = await scene.invite(round_id)
        await scene.plan(round_id, one)
        assert await planned(scene, one) == []

    @pytest.mark.parametrize("channel", ["sms", "digital-post"])
    async def test_for_the_channels_others_send_too(self, scene: Scene, channel: str) -> None:
        round_id = await scene.round()
        one = await scene.invite(round_id, channel=channel)
        await scene.plan(round_id, one)
        assert await planned(scene, one) == [INVITATION]


class TestPlanAgain:
    async def again(self, scene: Scene, round_id: UUID, invitation_id: UUID) -> None:
        async with scene.database.transaction(scene.tenant) as transaction:
            await plan_again(transaction, round_id, invitation_id)

    async def test_what_was_sent_stays_and_another_invitation_is_due(self, scene: Scene) -> None:
        round_id = await scene.round(reminders=[3, 7])
        one = await scene.invite(round_id)
        await scene.plan(round_id, one)
        first = (await scene.messages(one))[0]
        await scene.mark(first.id, state="bounced")
        await self.again(scene, round_id, one)
        assert await planned(scene, one) == [
            ("invitation", 1, "bounced"),
            ("invitation", 2, "due"),
            *REMINDERS,
        ]

    async def test_what_was_not_yet_sent_is_not_sent_twice(self, scene: Scene) -> None:
        round_id = await scene.round(reminders=[3, 7])
        one = await scene.invite(round_id)
        await scene.plan(round_id, one)
        await self.again(scene, round_id, one)
        assert await planned(scene, one) == [INVITATION, *REMINDERS]

    async def test_who_had_no_channel_is_planned_for_as_if_joining(self, scene: Scene) -> None:
        round_id = await scene.round(reminders=[1, 7], opened_at=ago(days=2))
        one = await scene.invite(round_id)
        await self.again(scene, round_id, one)
        assert await planned(scene, one) == [INVITATION, ("reminder", 2, "due")]
