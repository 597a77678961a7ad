"""Each event reaches each subscription that wants it, signed, whatever fails in between, and no other."""

import asyncio
from collections import Counter
from uuid import UUID, uuid4

import pytest

from services.gateway.webhooks.dispatcher import MOST_AT_ONCE
from services.gateway.webhooks.outbox import Lane, conclude, take
from services.gateway.webhooks.repository import replay_events, replay_since, rotate_secret
from services.gateway.webhooks.schedule import MOST_ATTEMPTS
from services.gateway.webhooks.sending import Outcome
from services.gateway.webhooks.states import Failure
from tests.services.gateway.webhooks.conftest import SOURCE, Outbox
from tests.services.gateway.webhooks.receiver import answer, receiving


async def subscription_of(outbox: Outbox, webhook_id: UUID) -> tuple[str, str | None, bool]:
    """Return a subscription's state, why it is disabled, and whether it is failing."""
    statement = (
        "SELECT state, disabled_reason, failing_since IS NOT NULL AS failing FROM webhook_subscription "
        "WHERE tenant_id = $1 AND id = $2"
    )
    (row,) = await outbox.rows(statement, webhook_id)
    return row["state"], row["disabled_reason"], row["failing"]


class TestDelivering:
    async def test_a_thin_cloud_event_that_receivers_verify(self, outbox: Outbox) -> None:
        async with receiving() as receiver:
            webhook_id = await outbox.subscribe(receiver.url)
            (event_id,) = await outbox.happen("round.closed")
            await outbox.deliver()
            (told,) = receiver.verified(outbox.secret(webhook_id))
        assert receiver.ids() == [str(event_id)]
        assert told.pop("time").endswith("Z")
        assert told == {
            "specversion": "1.0",
            "id": str(event_id),
            "source": SOURCE,
            "type": "round.closed",
            "subject": told["data"]["id"],
            "datacontenttype": "application/json",
            "tenantid": str(outbox.tenant),
            "data": {"id": told["subject"], "version": 3},
        }
        assert await outbox.states() == [("delivered", 1)]

    async def test_only_who_wants_it_is_told(self, outbox: Outbox) -> None:
        async with receiving() as some, receiving() as every, receiving() as paused:
            await outbox.subscribe(some.url, "scores.changed")
            await outbox.subscribe(every.url)
            await outbox.subscribe(paused.url, state="paused")
            _, scores = await outbox.happen("round.closed", "scores.changed")
            await outbox.deliver()
        assert some.ids() == [str(scores)]
        assert len(every.ids()) == 2
        assert paused.ids() == []

    async def test_another_tenants_event_is_not_told(self, outbox: Outbox) -> None:
        async with receiving() as receiver:
            await outbox.subscribe(receiver.url)
            await Outbox(**{**vars(outbox), "tenant": uuid4()}).happen()
            await outbox.deliver()
        assert receiver.messages == []


class TestTryingAgain:
    async def test_a_receiver_that_was_down(self, outbox: Outbox) -> None:
        async with receiving() as receiver:
            port = int(receiver.url.split(":")[2].split("/")[0])
        webhook_id = await outbox.subscribe(receiver.url)
        (event_id,) = await outbox.happen()
        await outbox.deliver()
        await outbox.deliver()  # it waits its time
        assert await outbox.states() == [("pending", 1)]
        assert await subscription_of(outbox, webhook_id) == ("active", None, True)
        async with receiving(port) as up:
            await outbox.hurry()
            await outbox.deliver()
        assert up.ids() == [str(event_id)]
        assert await outbox.states() == [("delivered", 2)]
        assert await subscription_of(outbox, webhook_id) == ("active", None, False)
        log = await outbox.rows(
            "SELECT status, failure FROM webhook_attempt WHERE tenant_id = $1 ORDER BY id"
        )
        assert [tuple(row) for row in log] == [(None, "not-connected"), (204, None)]

    async def test_it_is_given_up_in_the_end(self, outbox: Outbox) -> None:
        async with receiving() as receiver:
            receiver.answers = [answer(500)]
            await outbox.subscribe(receiver.url)
            await outbox.happen()
            for _ in range(MOST_ATTEMPTS + 1):
                await outbox.hurry()
                await outbox.deliver()
        assert await outbox.states() == [("dead", MOST_ATTEMPTS)]
        assert len(receiver.messages) == MOST_ATTEMPTS
        assert len(set(receiver.ids())) == 1

    async def test_who_is_gone_is_told_no_more(self, outbox: Outbox) -> None:
        async with receiving() as receiver:
            receiver.answers = [answer(410)]
            webhook_id = await outbox.subscribe(receiver.url)
            await outbox.happen()
            await outbox.deliver()
            await outbox.happen()
            await outbox.hurry()
            await outbox.deliver()
        assert len(receiver.messages) == 1
        assert await subscription_of(outbox, webhook_id) == ("disabled", "gone", False)

    @pytest.mark.parametrize(("days", "state"), [(4, "active"), (6, "disabled")])
    async def test_who_fails_for_days_is_told_no_more(self, outbox: Outbox, days: int, state: str) -> None:
        async with receiving() as receiver:
            receiver.answers = [answer(500)]
            webhook_id = await outbox.subscribe(receiver.url)
            await outbox.happen()
            since = "UPDATE webhook_subscription SET failing_since = now() - make_interval(days => $2) "
            await outbox.rows(since + "WHERE tenant_id = $1", days)
            await outbox.deliver()
        assert (await subscription_of(outbox, webhook_id))[0] == state


class TestSecrets:
    async def test_for_a_while_both_sign(self, outbox: Outbox) -> None:
        async with receiving() as receiver:
            webhook_id = await outbox.subscribe(receiver.url)
            async with outbox.database.transaction(outbox.tenant) as transaction:
                await rotate_secret(transaction, webhook_id, 24)
            await outbox.happen()
            await outbox.deliver()
            for generation in (1, 2):
                assert receiver.verified(outbox.secret(webhook_id, generation))
            await outbox.rows(
                "UPDATE webhook_subscription SET previous_secret_until = now() WHERE tenant_id = $1"
            )
            await outbox.happen()
            await outbox.deliver()
        signatures = [len(headers["webhook-signature"].split()) for headers, _ in receiver.messages]
        assert signatures == [2, 1]
        assert receiver.verified(outbox.secret(webhook_id, 2))


class TestReplicas:
    async def test_two_at_once_tell_each_event_once(self, outbox: Outbox) -> None:
        async with receiving() as receiver:
            await outbox.subscribe(receiver.url)
            events = await outbox.happen(*["round.closed"] * 30)
            replicas = [outbox.dispatcher(), outbox.dispatcher()]
            await asyncio.gather(*(each.look() for each in replicas))
            await asyncio.gather(*(each.settle() for each in replicas))
        assert Counter(receiver.ids()) == Counter(map(str, events))
        assert receiver.most_at_once <= 2 * MOST_AT_ONCE

    async def test_what_a_dead_one_had_taken_is_sent_by_another(self, outbox: Outbox) -> None:
        async with receiving() as receiver:
            webhook_id = await outbox.subscribe(receiver.url)
            (event_id,) = await outbox.happen()
            async with outbox.database.transaction(outbox.tenant) as transaction:
                assert await take(transaction, Lane(outbox.tenant, webhook_id)) is not None
            await outbox.deliver()
            assert receiver.messages == []  # it may still be at work
            await outbox.hurry()  # the lease ends
            await outbox.deliver()
        assert receiver.ids() == [str(event_id)]

    async def test_who_is_late_spoils_nothing(self, outbox: Outbox) -> None:
        """A failure noted after the lease has ended would make another's success a retry."""
        async with receiving() as receiver:
            webhook_id = await outbox.subscribe(receiver.url)
            await outbox.happen()
            async with outbox.database.transaction(outbox.tenant) as transaction:
                late = await take(transaction, Lane(outbox.tenant, webhook_id))
            assert late is not None
            await outbox.hurry()
            async with outbox.database.transaction(outbox.tenant) as transaction:
                await conclude(transaction, late, Outcome(None, Failure.TIMED_OUT, 15_000))
            assert await outbox.states() == [("pending", 0)]
            await outbox.deliver()
            assert await outbox.states() == [("delivered", 1)]

    async def test_a_slow_receiver_delays_no_other(self, outbox: Outbox) -> None:
        async with receiving() as slow, receiving() as quick:
            slow.held = asyncio.Event()
            await outbox.subscribe(slow.url)
            await outbox.subscribe(quick.url)
            await outbox.happen(*["round.closed"] * 12)
            dispatcher = outbox.dispatcher()
            await dispatcher.look()
            while len(quick.messages) < 12 or len(slow.messages) < MOST_AT_ONCE:
                await asyncio.sleep(0.01)
            assert slow.at_once == slow.most_at_once == MOST_AT_ONCE
            slow.held.set()
            await dispatcher.settle()
            assert len(slow.messages) == 12
            assert slow.most_at_once == MOST_AT_ONCE

    async def test_a_subscription_ended_while_it_is_told(self, outbox: Outbox) -> None:
        async with receiving() as receiver:
            receiver.held = asyncio.Event()
            await outbox.subscribe(receiver.url)
            await outbox.happen()
            dispatcher = outbox.dispatcher()
            await dispatcher.look()
            while not receiver.messages:
                await asyncio.sleep(0.01)
            await outbox.rows("DELETE FROM webhook_subscription WHERE tenant_id = $1")
            receiver.held.set()
            await dispatcher.settle()
        assert await outbox.states() == []


class TestReplaying:
    async def test_since_a_time_what_is_wanted_is_told_again(self, outbox: Outbox) -> None:
        before = await outbox.happen("round.closed", "scores.changed")
        async with receiving() as receiver:
            webhook_id = await outbox.subscribe(receiver.url, "round.closed")
            (row,) = await outbox.rows("SELECT now() - interval '1 hour' AS at, $1::uuid")
            for _ in range(2):
                async with outbox.database.transaction(outbox.tenant) as transaction:
                    assert await replay_since(transaction, webhook_id, row["at"]) == 1
                await outbox.deliver()
            assert receiver.ids() == [str(before[0])] * 2
            async with outbox.database.transaction(outbox.tenant) as transaction:
                assert await replay_events(transaction, webhook_id, [before[1], uuid4()]) == 1
            await outbox.deliver()
        assert receiver.ids()[2:] == [str(before[1])]


class TestNothingOfAnybody:
    async def test_no_canary_is_kept_or_logged(
        self, outbox: Outbox, capsys: pytest.CaptureFixture[str]
    ) -> None:
        canary = "010190-4321"
        async with receiving() as receiver:
            receiver.answers = [answer(500, f"X-Person: {canary}", body=canary.encode())]
            webhook_id = await outbox.subscribe(receiver.url + "?" + canary)
            await outbox.happen()
            await outbox.deliver()
            receiver.answers = [f"HTTP/1.1 {canary}\r\n\r\n".encode()]
            await outbox.hurry()
            await outbox.deliver()
        body = receiver.messages[0][1].decode()
        assert canary not in body
        tables = "SELECT to_jsonb(d)::text || to_jsonb(a)::text AS all FROM webhook_delivery AS d "
        joined = "JOIN webhook_attempt AS a ON a.delivery_id = d.id WHERE d.tenant_id = $1"
        kept = await outbox.rows(tables + joined)
        assert len(kept) == 2
        assert canary not in "".join(row["all"] for row in kept)
        said = capsys.readouterr()
        assert canary not in said.out + said.err
        assert str(webhook_id) not in body
