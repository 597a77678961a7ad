"""What is due is sent once, to those still missing, whatever dies meanwhile."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import false

from services.survey.answering.tokens import RespondentToken, RespondentTokens
from services.survey.invitations import outbox, sender
from services.survey.invitations.letters import Letter
from services.survey.invitations.messages import MessageState
from services.survey.invitations.sender import Post
from services.survey.rounds.tables import measurement, message
from tests.services.survey.invitations.conftest import FROM, KEY, PAGE, MakeSender
from tests.services.survey.invitations.post_office import PostOffice
from tests.services.survey.invitations.scene import Scene, ago, ahead
from tests.support.databases import TestDatabase
from tests.support.records import audited, rows


async def invited(scene: Scene, **more: Any) -> tuple[UUID, str]:
    """Return somebody whose invitation is due, and the address."""
    round_id = await scene.round(reminders=more.pop("reminders", []))
    one = await scene.invite(round_id, **more)
    await scene.plan(round_id, one)
    return one, str((await scene.invitation(one)).contact)


class TestInvitation:
    async def test_is_sent_once_with_the_link(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender
    ) -> None:
        one, address = await invited(scene)
        await make_sender().work_round()
        await make_sender().work_round()
        (mail,) = office.to(address)
        token = RespondentTokens(KEY).write(RespondentToken(scene.tenant, one, 1))
        assert f"{PAGE}#{token}" in mail.get_content().splitlines()
        assert "cirka 2 minutter" in mail.get_content()
        assert mail["From"].addresses[0].addr_spec == FROM
        (row,) = await scene.messages(one)
        assert (row.state, row.attempts, row.claimed_until) == ("sent", 1, None)
        assert row.sent_at is not None
        assert mail["Message-ID"] == f"<{row.id}@hedensted.example>"

    async def test_a_revoked_link_is_never_sent(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender
    ) -> None:
        one, address = await invited(scene)
        await scene.set(one, generation=3)
        await make_sender().work_round()
        (mail,) = office.to(address)
        token = RespondentTokens(KEY).write(RespondentToken(scene.tenant, one, 3))
        assert f"{PAGE}#{token}" in mail.get_content().splitlines()

    async def test_is_written_in_the_language_of_the_invited(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender
    ) -> None:
        _, address = await invited(scene, language="en")
        await make_sender().work_round()
        assert office.to(address)[0]["Subject"] == "Questionnaire: Forløb 27"

    async def test_sending_is_audited(
        self, scene: Scene, make_sender: MakeSender, databases: dict[str, TestDatabase]
    ) -> None:
        one, _ = await invited(scene)
        await make_sender().work_round()
        assert await audited(databases["survey"], one) == [("send", "invitation", "invitation", "survey")]

    async def test_what_is_not_due_waits(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender
    ) -> None:
        one, address = await invited(scene, reminders=[3])
        await make_sender().work_round()
        assert len(office.to(address)) == 1
        assert await scene.states(one) == ["sent", "due"]


GONE: list[dict[str, Any]] = [
    {"declined_at": ago()},
    {"left_at": ago()},
    {"withdrawn_at": ago()},
    {"bounced_at": ago()},
    {"answer_until": ago()},
    {"contact": None},
    {"channel": "none", "contact": None},
]


class TestWhoIsNotMissing:
    async def test_who_answered_between_planning_and_sending_gets_nothing(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender
    ) -> None:
        one, address = await invited(scene, reminders=[3, 7])
        await scene.answer(one)
        await scene.make_due(one)
        await make_sender().work_round()
        assert office.to(address) == []
        assert await scene.states(one) == ["needless"] * 3

    async def test_who_answers_while_the_round_works_gets_nothing(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one, address = await invited(scene)
        look = outbox.read_due

        async def then_answer(*given: Any, **more: Any) -> Any:
            due = await look(*given, **more)
            await scene.answer(one)
            return due

        monkeypatch.setattr(sender, "read_due", then_answer)
        await make_sender().work_round()
        assert office.to(address) == []
        assert await scene.states(one) == ["needless"]

    async def test_without_the_second_look_they_would(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def some(*_given: Any) -> int:
            return 1

        one, address = await invited(scene)
        monkeypatch.setattr(outbox, "state_of_invitation", _Always)
        monkeypatch.setattr(sender, "count_judgements", some)
        await scene.answer(one)
        await make_sender().work_round()
        assert len(office.to(address)) == 1

    @pytest.mark.parametrize("values", GONE)
    async def test_who_is_gone_gets_nothing(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender, values: dict[str, Any]
    ) -> None:
        one, address = await invited(scene)
        await scene.set(one, **values)
        await make_sender().work_round()
        assert office.to(address) == []
        assert await scene.states(one) == ["needless"]

    async def test_who_has_nobody_left_to_rate_gets_nothing(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender
    ) -> None:
        one, address = await invited(scene)
        round_id = (await scene.invitation(one)).round_id
        of_round = measurement.c.round_id == round_id
        await scene.change(measurement, of_round, asked=bytes(30))
        await make_sender().work_round()
        assert office.to(address) == []
        assert await scene.states(one) == ["needless"]

    @pytest.mark.parametrize("values", [{"state": "closed", "closed_at": ago()}, {"closes_at": ago()}])
    async def test_after_the_round_nobody_gets_anything(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender, values: dict[str, Any]
    ) -> None:
        one, address = await invited(scene)
        await scene.set_round((await scene.invitation(one)).round_id, **values)
        await make_sender().work_round()
        assert office.to(address) == []
        assert await scene.states(one) == ["needless"]

    async def test_who_may_answer_longer_is_reminded(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender
    ) -> None:
        one, address = await invited(scene)
        await scene.set_round((await scene.invitation(one)).round_id, closes_at=ago())
        await scene.set(one, answer_until=ahead(days=1))
        await make_sender().work_round()
        assert len(office.to(address)) == 1

    async def test_only_the_missing_are_reminded(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender
    ) -> None:
        round_id = await scene.round(reminders=[3])
        people = [await scene.invite(round_id) for _ in range(3)]
        await scene.plan(round_id, *people)
        await make_sender().work_round()
        await scene.answer(people[1])
        for each in people:
            await scene.make_due(each)
        await make_sender().work_round()
        found = [await scene.states(each) for each in people]
        assert found == [["sent", "sent"], ["sent", "needless"], ["sent", "sent"]]
        subjects = [
            [mail["Subject"] for mail in office.to((await scene.invitation(each)).contact)]
            for each in people
        ]
        both = ["Spørgeskema: Forløb 27", "Påmindelse om spørgeskema: Forløb 27"]
        assert subjects == [both, both[:1], both]


class _Always:
    """Stands for a state that is never looked at."""

    def in_(self, _states: object) -> Any:
        return ~false()


class TestOtherChannels:
    @pytest.mark.parametrize("channel", ["sms", "digital-post"])
    async def test_the_feed_names_the_invitation(
        self, scene: Scene, make_sender: MakeSender, databases: dict[str, TestDatabase], channel: str
    ) -> None:
        one, _ = await invited(scene, channel=channel, reminders=[3])
        await make_sender().work_round()
        await scene.make_due(one)
        await make_sender().work_round()
        assert await scene.states(one) == ["told", "told"]
        found = await rows(
            databases["survey"], "SELECT type, version FROM change_log WHERE subject = $1 ORDER BY id", one
        )
        assert [(row["type"], row["version"]) for row in found] == [
            ("invitation.due", 2),
            ("invitation.due", 3),
        ]
        assert (await scene.invitation(one)).version == 3

    async def test_who_answered_is_not_named(
        self, scene: Scene, make_sender: MakeSender, databases: dict[str, TestDatabase]
    ) -> None:
        one, _ = await invited(scene, channel="digital-post")
        await scene.answer(one)
        await make_sender().work_round()
        assert await scene.states(one) == ["needless"]
        assert await rows(databases["survey"], "SELECT FROM change_log WHERE subject = $1", one) == []


class TestSideBySide:
    async def test_two_processes_send_once(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender
    ) -> None:
        round_id = await scene.round()
        people = [await scene.invite(round_id) for _ in range(12)]
        await scene.plan(round_id, *people)
        await asyncio.gather(*(make_sender().work_round() for _ in range(2)))
        sent = [len(office.to((await scene.invitation(each)).contact)) for each in people]
        assert sent == [1] * 12

    async def test_without_taking_they_would_send_twice(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one, address = await invited(scene)
        due = message.c.invitation_id == one
        monkeypatch.setattr(outbox, "_is_due", lambda: due)
        workers = [make_sender() for _ in range(2)]
        (row,) = await scene.messages(one)
        await asyncio.gather(*(worker.step(scene.tenant, row.id) for worker in workers))
        assert len(office.to(address)) == 2

    async def test_a_taken_message_is_left_alone(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender
    ) -> None:
        one, address = await invited(scene)
        (row,) = await scene.messages(one)
        async with scene.database.transaction(scene.tenant) as transaction:
            assert await outbox.take(transaction, row.id) is not None
        await make_sender().work_round()
        assert office.to(address) == []
        assert await scene.states(one) == ["sending"]


class _Dying(Post):
    """A process that ends right after the mail server has taken the mail."""

    async def send(self, letter: Letter) -> None:
        await super().send(letter)
        raise asyncio.CancelledError


class TestDeath:
    async def test_the_next_sends_once_more_under_the_same_id(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender
    ) -> None:
        one, address = await invited(scene)
        (row,) = await scene.messages(one)
        dying = make_sender()
        dying._post.__class__ = _Dying
        with pytest.raises(asyncio.CancelledError):
            await dying.step(scene.tenant, row.id)
        await dying._post.close()
        assert await scene.states(one) == ["sending"]
        await make_sender().work_round()
        assert len(office.to(address)) == 1
        await scene.make_due(one)
        await make_sender().work_round()
        await make_sender().work_round()
        first, second = office.to(address)
        assert first["Message-ID"] == second["Message-ID"]
        (row,) = await scene.messages(one)
        assert (row.state, row.attempts) == ("sent", 2)

    async def test_who_was_too_late_says_nothing(self, scene: Scene) -> None:
        one, _ = await invited(scene)
        (row,) = await scene.messages(one)
        async with scene.database.transaction(scene.tenant) as transaction:
            late = await outbox.take(transaction, row.id)
        await scene.make_due(one)
        async with scene.database.transaction(scene.tenant) as transaction:
            again = await outbox.take(transaction, row.id)
            assert late is not None
            assert again is not None
            assert not await outbox.note_unsent(transaction, late, MessageState.BOUNCED)
        assert await scene.states(one) == ["sending"]

    async def test_what_kills_every_process_is_given_up(
        self, scene: Scene, office: PostOffice, make_sender: MakeSender
    ) -> None:
        one, address = await invited(scene)
        (row,) = await scene.messages(one)
        await scene.mark(row.id, attempts=outbox.MOST_ATTEMPTS)
        await make_sender().work_round()
        (row,) = await scene.messages(one)
        assert (row.state, row.failure) == ("failed", "given-up")
        assert office.to(address) == []
