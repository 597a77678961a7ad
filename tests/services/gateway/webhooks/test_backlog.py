"""What waits and what was given up is measured, without any tenant's name."""

from datetime import timedelta

from prometheus_client import REGISTRY

from services.gateway.webhooks.backlog import Backlog
from tests.services.gateway.webhooks.conftest import Outbox

_DUE_IN = "UPDATE webhook_delivery SET next_at = now() + $2 WHERE tenant_id = $1"
URL = "http://127.0.0.1:9/"


async def measured(outbox: Outbox) -> tuple[float, float, float]:
    """Measure, and return what waits, what was given up, and for how long something has been due."""
    await Backlog(outbox.feed_database).measure()
    waiting, dead = [
        REGISTRY.get_sample_value("samspil_webhook_deliveries", {"state": state}) or 0.0
        for state in ("waiting", "dead")
    ]
    return waiting, dead, REGISTRY.get_sample_value("samspil_webhook_oldest_due_seconds") or 0.0


async def test_what_waits_and_what_was_given_up(outbox: Outbox) -> None:
    waiting, dead, _ = await measured(outbox)
    await outbox.subscribe(URL, "round.closed")
    await outbox.happen("round.closed", "scores.changed")
    assert (await measured(outbox))[:2] == (waiting + 1, dead)
    await outbox.rows(
        "UPDATE webhook_delivery SET state = 'dead', finished_at = now() WHERE tenant_id = $1"
    )
    assert (await measured(outbox))[:2] == (waiting, dead + 1)


async def test_how_long_something_has_been_due(outbox: Outbox) -> None:
    await outbox.subscribe(URL)
    await outbox.happen()
    await outbox.rows(_DUE_IN, timedelta(days=1))
    assert (await measured(outbox))[2] < 3000  # a pause is no delay
    await outbox.rows(
        "UPDATE webhook_delivery SET next_at = now() - interval '1 hour' WHERE tenant_id = $1"
    )
    assert (await measured(outbox))[2] >= 3600


async def test_what_waits_for_a_paused_subscription_is_not_late(outbox: Outbox) -> None:
    waiting, _, _ = await measured(outbox)
    await outbox.subscribe(URL)
    await outbox.happen()
    await outbox.rows("UPDATE webhook_subscription SET state = 'paused' WHERE tenant_id = $1")
    await outbox.rows(
        "UPDATE webhook_delivery SET next_at = now() - interval '1 hour' WHERE tenant_id = $1"
    )
    found = await measured(outbox)
    assert found[0] == waiting
    assert found[2] < 3000
