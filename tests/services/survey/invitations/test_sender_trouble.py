"""What happens when mails are refused, the server is gone, or a message is broken."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from services.survey.answering.tokens import RespondentTokens
from services.survey.invitations import outbox, sender
from services.survey.invitations.sender import WAITING_MAIL, MessageSender, Post
from shared.database.connection import Database
from tests.services.survey.invitations.conftest import KEY, PAGE, MakeSender
from tests.services.survey.invitations.post_office import PostOffice, post_office
from tests.services.survey.invitations.scene import Scene, ago


async def invited(scene: Scene, **more: Any) -> tuple[UUID, str]:
    """Return somebody whose invitation is due, and the address."""
    round_id = await scene.round(reminders=more.pop("reminders", []))
    one = await scene.invite(round_id, **more)
    await scene.plan(round_id, one)
    return one, str((await scene.invitation(one)).contact)


class TestRefusals:
    async def test_for_now_is_tried_again_later(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender
    ) -> None:
        one, address = await invited(scene)
        office.refusals[address] = ["451 4.7.1 greylisted", "452 4.2.2 mailbox full"]
        await make_sender().work_round()
        (row,) = await scene.messages(one)
        assert (row.state, row.attempts, row.failure) == ("due", 1, "smtp-451")
        assert row.due_at > ago()
        await make_sender().work_round()
        assert (await scene.messages(one))[0].attempts == 1
        for _ in range(2):
            await scene.make_due(one)
            await make_sender().work_round()
        assert len(office.to(address)) == 1
        (row,) = await scene.messages(one)
        assert (row.state, row.attempts, row.failure) == ("sent", 3, None)
        assert (await scene.invitation(one)).bounced_at is None

    async def test_for_now_too_often_has_failed(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender
    ) -> None:
        one, address = await invited(scene)
        office.refusals[address] = ["451 4.7.1 greylisted"]
        (row,) = await scene.messages(one)
        await scene.mark(row.id, attempts=outbox.MOST_ATTEMPTS - 1)
        await make_sender().work_round()
        (row,) = await scene.messages(one)
        assert (row.state, row.failure) == ("failed", "smtp-451")

    async def test_for_good_is_a_bounce_and_ends_the_messages(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender
    ) -> None:
        one, address = await invited(scene, reminders=[3])
        office.refusals[address] = ["550 5.1.1 no such user"]
        await make_sender().work_round()
        row = (await scene.messages(one))[0]
        assert (row.state, row.failure, row.sent_at) == ("bounced", "smtp-550", None)
        assert (await scene.invitation(one)).bounced_at is not None
        await scene.make_due(one)
        await make_sender().work_round()
        assert await scene.states(one) == ["bounced", "needless"]
        assert office.to(address) == []

    async def test_a_refused_mail_is_like_a_refused_recipient(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender
    ) -> None:
        one, _ = await invited(scene)
        office.replies = ["554 5.6.0 not this"]
        await make_sender().step(scene.tenant, (await scene.messages(one))[0].id)
        assert await scene.states(one) == ["bounced"]

    async def test_another_contact_by_now_has_not_bounced(self, scene: Scene) -> None:
        one, address = await invited(scene)
        await scene.set(one, contact="another@hedensted.example")
        async with scene.database.transaction(scene.tenant) as transaction:
            await outbox.mark_bounced(transaction, one, address)
        assert (await scene.invitation(one)).bounced_at is None

    async def test_one_refused_does_not_keep_the_others_waiting(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender
    ) -> None:
        round_id = await scene.round()
        people = [await scene.invite(round_id) for _ in range(3)]
        addresses = [str((await scene.invitation(each)).contact) for each in people]
        office.refusals[addresses[0]] = ["550 5.1.1 no such user"]
        await scene.plan(round_id, *people)
        await make_sender().work_round()
        assert [len(office.to(each)) for each in addresses] == [0, 1, 1]


@pytest.fixture
async def nobody() -> int:
    """Give a port on which nobody answers any more."""
    async with post_office() as closed:
        return closed.port


class TestTrouble:
    async def test_a_server_that_is_gone_costs_no_attempt(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender, nobody: int
    ) -> None:
        round_id = await scene.round()
        mailed = [await scene.invite(round_id) for _ in range(3)]
        told = await scene.invite(round_id, channel="digital-post")
        await scene.plan(round_id, *mailed, told)
        sending = make_sender(nobody)
        await sending.work_round()
        await sending.work_round()
        found = [(row.state, row.attempts) for each in mailed for row in await scene.messages(each)]
        assert found == [("due", 0)] * 3
        assert await scene.states(told) == ["told"]
        for each in mailed:
            await scene.make_due(each)
        await make_sender().work_round()
        assert [await scene.states(each) for each in mailed] == [["sent"]] * 3

    async def test_one_broken_message_does_not_stop_the_others(
        self, scene: Scene, make_sender: MakeSender
    ) -> None:
        round_id = await scene.round()
        broken, whole = await scene.invite(round_id), await scene.invite(round_id)
        await scene.set(broken, contact="no address at all")
        await scene.plan(round_id, broken, whole)
        await make_sender().work_round()
        assert [await scene.states(each) for each in (broken, whole)] == [["sending"], ["sent"]]

    async def test_without_a_mail_server_mails_wait_and_are_counted(
        self, scene: Scene, database: Database, feed: Database
    ) -> None:
        round_id = await scene.round()
        mailed, told = await scene.invite(round_id), await scene.invite(round_id, channel="sms")
        await scene.plan(round_id, mailed, told)
        sending = MessageSender(database, feed, Post(RespondentTokens(KEY), PAGE, None, None))
        await sending.work_round()
        assert await scene.states(mailed) == ["due"]
        assert await scene.states(told) == ["told"]
        assert WAITING_MAIL._value.get() >= 1
        assert sending._has_told

    async def test_errors_are_no_end(
        self, scene: Scene, make_sender: MakeSender, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one, _ = await invited(scene)
        failures = iter([OSError(), LookupError()])
        look = outbox.read_due

        async def failing(*given: Any, **more: Any) -> Any:
            for failure in failures:
                raise failure
            return await look(*given, **more)

        monkeypatch.setattr(sender, "read_due", failing)
        monkeypatch.setattr(sender, "_LOOK_EVERY_SECONDS", 0.01)
        task = asyncio.create_task(make_sender().run())
        while await scene.states(one) != ["sent"]:
            await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
