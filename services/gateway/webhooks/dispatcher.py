"""Delivers what is due: each subscription in a lane of its own, few at once; a slow one delays no other.

Any number of replicas may run it. Nothing is sent inside a transaction; what a process that died had
taken, another takes when the lease ends, and sends under the same id.
"""

import asyncio
import time

import structlog
from prometheus_client import Counter

from services.gateway.feed.schemas import view_event
from services.gateway.webhooks.outbox import Lane, Taken, conclude, read_due, take
from services.gateway.webhooks.sending import Outcome, WebhookSender
from services.gateway.webhooks.signing import WebhookSecrets, signature_headers
from shared.background import Rhythm, going_on, keep_at
from shared.changes.bell import ChangeBell
from shared.database.connection import Database

_log = structlog.get_logger()

_LOOK_ANYWAY_SECONDS = 1.0
_REST_SECONDS = 0.05
MOST_AT_ONCE = 4
"""So many requests of one subscription are under way at most, from one replica."""

ATTEMPTS = Counter("samspil_webhook_attempts_total", "Webhook messages sent, by outcome.", ["outcome"])
DISABLED = Counter("samspil_webhooks_disabled_total", "Subscriptions disabled by themselves.", ["reason"])


class Courier:
    """Writes, signs and sends one message."""

    def __init__(self, sender: WebhookSender, secrets: WebhookSecrets, source: str) -> None:
        self._sender = sender
        self._secrets = secrets
        self._source = source

    async def carry(self, taken: Taken) -> Outcome:
        """Send the event of a delivery, signed now."""
        body = view_event(taken, self._source).model_dump_json(by_alias=True).encode()
        generations = [taken.secret_generation]
        if taken.has_previous_secret:
            generations.append(taken.secret_generation - 1)
        secrets = [
            self._secrets.secret(taken.tenant_id, taken.subscription_id, each) for each in generations
        ]
        headers = signature_headers(str(taken.id), int(time.time()), body, secrets)
        return await self._sender.send(taken.url, headers, body)


class Dispatcher:
    """Works off every tenant's deliveries."""

    def __init__(self, database: Database, feed_database: Database, courier: Courier) -> None:
        self._database = database
        self._feed_database = feed_database
        self._courier = courier
        self._workers: dict[Lane, set[asyncio.Task[None]]] = {}

    async def run(self, bell: ChangeBell) -> None:
        """Work until cancelled; look when the bell rings, and every second."""
        try:
            await keep_at("webhooks", self.look, Rhythm(_LOOK_ANYWAY_SECONDS, bell, _REST_SECONDS))
        finally:
            await self._stop()

    async def look(self) -> None:
        """Begin a lane for each subscription that something is due for and has none."""
        async with self._feed_database.transaction() as transaction:
            due = await read_due(transaction)
        for lane in due:
            if lane not in self._workers:
                self._begin(lane)

    async def settle(self) -> None:
        """Wait until no lane is at work."""
        while self._workers:
            await asyncio.wait([task for tasks in self._workers.values() for task in tasks])

    def _begin(self, lane: Lane) -> None:
        task = asyncio.create_task(self._work(lane))
        self._workers.setdefault(lane, set()).add(task)
        task.add_done_callback(lambda done: self._end(lane, done))

    def _end(self, lane: Lane, task: asyncio.Task[None]) -> None:
        self._workers[lane].discard(task)
        if not self._workers[lane]:
            del self._workers[lane]

    async def _work(self, lane: Lane) -> None:
        """Attempt one delivery after the other until none is due; the first call a second to their side."""
        # One subscription's trouble is not the others'.
        with going_on("webhook-lane", subscription=str(lane.subscription)):
            while True:
                async with self._database.transaction(lane.tenant) as transaction:
                    taken = await take(transaction, lane)
                if taken is None:
                    return
                if len(self._workers[lane]) < MOST_AT_ONCE:
                    self._begin(lane)
                await self._attempt(lane, taken)

    async def _attempt(self, lane: Lane, taken: Taken) -> None:
        outcome = await self._courier.carry(taken)
        ATTEMPTS.labels(outcome.failure or "delivered").inc()
        async with self._database.transaction(lane.tenant) as transaction:
            disabled = await conclude(transaction, taken, outcome)
        if disabled is not None:
            DISABLED.labels(disabled).inc()
            _log.warning("webhook_disabled", subscription=str(lane.subscription), reason=disabled.value)

    async def _stop(self) -> None:
        tasks = [task for own in self._workers.values() for task in own]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
