"""A tenant's administrators, and nobody else, see to their own webhooks over REST."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.gateway.webhooks import service
from tests.services.gateway.conftest import Front
from tests.services.gateway.webhooks.receiver import Receiver, answer, receiving

ROUTES = [
    ("GET", "/v1/webhooks", None),
    ("PUT", "/v1/webhooks/{id}", {"url": "https://receiver.example/", "description": "x"}),
    ("GET", "/v1/webhooks/{id}", None),
    ("DELETE", "/v1/webhooks/{id}", None),
    ("POST", "/v1/webhooks/{id}/secrets", {}),
    ("POST", "/v1/webhooks/{id}/pings", None),
    ("POST", "/v1/webhooks/{id}/replays", {"since": "2026-01-01T00:00:00Z"}),
    ("GET", "/v1/webhooks/{id}/deliveries", None),
    ("GET", "/v1/webhooks/{id}/deliveries/{id}", None),
]
_CREATE = {"If-None-Match": "*"}


class Administrator:
    """Calls the gateway as a tenant's administrator."""

    def __init__(self, front: Front, tenant: UUID) -> None:
        self.front = front
        self.headers = front.caller(tenant, "administrator")

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a request and return the answer."""
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return await self.front.http.request(method, path, json=body, headers=sent)

    async def subscribe(self, url: str, **more: Any) -> dict[str, Any]:
        """Subscribe and return what was answered."""
        body = {"url": url, "description": "Fagsystem", **more}
        made = await self.ask("PUT", f"/v1/webhooks/{uuid4()}", body, If_None_Match="*")
        assert made.status_code == 201, made.text
        found: dict[str, Any] = made.json()
        return found

    async def deliveries(
        self, webhook: dict[str, Any], count: int, query: str = ""
    ) -> list[dict[str, Any]]:
        """Return the deliveries once so many are over."""
        path = f"/v1/webhooks/{webhook['id']}/deliveries{query}"
        for _ in range(400):
            items: list[dict[str, Any]] = (await self.ask("GET", path)).json()["items"]
            if len([each for each in items if each["attempts"]]) >= count:
                return items
            await asyncio.sleep(0.05)
        raise AssertionError("nothing is delivered")


@pytest.fixture
def administrator(front: Front, tenant: UUID) -> Administrator:
    """Give the test an administrator of a tenant of its own."""
    return Administrator(front, tenant)


class TestWhoMay:
    @pytest.mark.parametrize(("method", "path", "body"), ROUTES)
    async def test_only_administrators(
        self, front: Front, tenant: UUID, method: str, path: str, body: Any
    ) -> None:
        path = path.format(id=uuid4())
        statuses = []
        for headers in (
            {},
            front.operator(),
            front.caller(tenant, "case-system", "analyst", "leader", "data-steward"),
            front.caller(tenant, "administrator"),
        ):
            answered = await front.http.request(method, path, json=body, headers={**headers, **_CREATE})
            statuses.append(answered.status_code)
        assert statuses[:3] == [401, 403, 403]
        assert statuses[3] in {200, 201, 204, 304, 404}

    async def test_anothers_is_like_none(self, front: Front, administrator: Administrator) -> None:
        webhook = await administrator.subscribe("https://receiver.example/")
        stranger = Administrator(front, uuid4())
        for method, path, body in ROUTES[2:]:
            theirs = await stranger.ask(method, path.format(id=webhook["id"]), body)
            nobodys = await stranger.ask(method, path.format(id=uuid4()), body)
            assert theirs.status_code == nobodys.status_code
            assert theirs.status_code in {404, 204}
        assert (await stranger.ask("GET", "/v1/webhooks")).json()["items"] == []
        assert (await administrator.ask("GET", f"/v1/webhooks/{webhook['id']}")).status_code == 200


class TestSubscribing:
    async def test_create_read_change_delete(self, administrator: Administrator) -> None:
        made = await administrator.subscribe("https://receiver.example/", types=["round.closed"])
        path = f"/v1/webhooks/{made['id']}"
        assert made.pop("secret").startswith("whsec_")
        read = await administrator.ask("GET", path)
        assert read.json() == made
        assert read.headers["etag"] == '"1"'
        assert (await administrator.ask("GET", "/v1/webhooks")).json()["items"] == [made]
        wanted = {"url": made["url"], "description": "Andet", "state": "paused"}
        changed = await administrator.ask("PUT", path, wanted, If_Match=read.headers["etag"])
        assert changed.status_code == 200
        assert changed.json() == {
            **made,
            "version": 2,
            "description": "Andet",
            "state": "paused",
            "types": [],
        }
        stale = await administrator.ask("PUT", path, {**wanted, "description": "x"}, If_Match='"1"')
        assert stale.status_code == 412
        assert (await administrator.ask("DELETE", path)).status_code == 204
        assert (await administrator.ask("GET", path)).status_code == 404

    @pytest.mark.parametrize(
        "body",
        [
            {"url": "https://169.254.169.254/"},
            {"url": "https://[::ffff:10.0.0.1]/"},
            {"url": "https://user@receiver.example/"},
            {"url": "ftp://receiver.example/"},
            {"url": "https://receiver.example/", "types": ["webhook.ping"]},
            {"url": "https://receiver.example/", "types": ["person.changed"]},
            {"url": "https://receiver.example/", "state": "disabled"},
        ],
    )
    async def test_what_may_not_be_is_refused(self, administrator: Administrator, body: Any) -> None:
        path = f"/v1/webhooks/{uuid4()}"
        refused = await administrator.ask("PUT", path, {"description": "x", **body}, If_None_Match="*")
        assert refused.status_code in {400, 422}
        assert refused.json()["errors"]
        assert body["url"] not in refused.text

    async def test_a_tenant_has_only_so_many(
        self, administrator: Administrator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(service, "MOST_WEBHOOKS", 3)
        for _ in range(3):
            await administrator.subscribe("https://receiver.example/")
        body = {"url": "https://receiver.example/", "description": "x"}
        one_more = await administrator.ask("PUT", f"/v1/webhooks/{uuid4()}", body, If_None_Match="*")
        assert one_more.status_code == 422


class TestTelling:
    """Through the running gateway's own dispatcher."""

    async def test_a_ping_arrives_and_is_in_the_log(self, administrator: Administrator) -> None:
        async with receiving() as receiver, receiving() as other:
            webhook = await administrator.subscribe(receiver.url, types=["round.closed"])
            await administrator.subscribe(other.url)
            path = f"/v1/webhooks/{webhook['id']}"
            queued = await administrator.ask("POST", f"{path}/pings")
            assert queued.status_code == 202
            (delivery,) = await administrator.deliveries(webhook, 1)
        (told,) = receiver.verified(webhook["secret"])
        assert told["type"] == delivery["type"] == "webhook.ping"
        assert told["subject"] == webhook["id"]
        assert delivery["eventId"] == told["id"] == queued.json()["eventId"]
        assert (delivery["state"], delivery["lastStatus"]) == ("delivered", 204)
        detail = (await administrator.ask("GET", f"{path}/deliveries/{delivery['id']}")).json()
        assert [each["status"] for each in detail["log"]] == [204]
        assert other.messages == []
        assert (await administrator.ask("GET", "/v1/changes")).json()["items"] == []

    async def test_disabled_and_begun_again(self, administrator: Administrator) -> None:
        async with receiving() as receiver:
            receiver.answers = [answer(410), answer(204)]
            webhook = await administrator.subscribe(receiver.url)
            path = f"/v1/webhooks/{webhook['id']}"
            await administrator.ask("POST", f"{path}/pings")
            await administrator.deliveries(webhook, 1)
            disabled = await administrator.ask("GET", path)
            assert (disabled.json()["state"], disabled.json()["disabledReason"]) == ("disabled", "gone")
            body = {"url": receiver.url, "description": "Fagsystem"}
            again = await administrator.ask("PUT", path, body, If_Match=disabled.headers["etag"])
            assert (again.json()["state"], again.json()["disabledReason"]) == ("active", None)
            (first,) = await administrator.deliveries(webhook, 1)
            replay = await administrator.ask("POST", f"{path}/replays", {"eventIds": [first["eventId"]]})
            assert replay.json() == {"queued": 1}
            await administrator.deliveries(webhook, 1, "?state=delivered")
        assert receiver.ids() == [first["eventId"]] * 2

    async def test_a_rotated_secret_and_the_one_before(self, administrator: Administrator) -> None:
        async with receiving() as receiver:
            webhook = await administrator.subscribe(receiver.url)
            path = f"/v1/webhooks/{webhook['id']}"
            rotated = await administrator.ask("POST", f"{path}/secrets", {"previousValidHours": 1})
            assert rotated.status_code == 201
            await self._pinged(administrator, webhook, path)
        secrets = {webhook["secret"], rotated.json()["secret"]}
        assert len(secrets) == 2
        assert all(receiver.verified(each) for each in secrets)

    async def _pinged(self, administrator: Administrator, webhook: dict[str, Any], path: str) -> None:
        await administrator.ask("POST", f"{path}/pings")
        await administrator.deliveries(webhook, 1)

    async def test_the_log_in_pages_newest_first(self, administrator: Administrator) -> None:
        async with receiving() as receiver:
            webhook = await administrator.subscribe(receiver.url)
            path = f"/v1/webhooks/{webhook['id']}"
            pinged = [(await administrator.ask("POST", f"{path}/pings")).json()["id"] for _ in range(3)]
            await administrator.deliveries(webhook, 3)
            first = (await administrator.ask("GET", f"{path}/deliveries?pageSize=2")).json()
            second = f"{path}/deliveries?pageSize=2&cursor={first['nextCursor']}"
            rest = (await administrator.ask("GET", second)).json()
        assert [each["id"] for each in first["items"] + rest["items"]] == pinged[::-1]
        assert rest["nextCursor"] is None
        assert (await administrator.ask("GET", f"{path}/deliveries?state=dead")).json()["items"] == []

    @pytest.mark.parametrize(
        "body", [{}, {"since": "2026-01-01T00:00:00Z", "eventIds": [str(UUID(int=1))]}]
    )
    async def test_a_replay_names_one_thing(self, administrator: Administrator, body: Any) -> None:
        webhook = await administrator.subscribe("https://receiver.example/")
        refused = await administrator.ask("POST", f"/v1/webhooks/{webhook['id']}/replays", body)
        assert refused.status_code == 400


def test_the_receiver_is_a_negative_control() -> None:
    """A receiver that was sent nothing verifies nothing."""
    assert Receiver().verified("whsec_" + "A" * 43 + "=") == []
