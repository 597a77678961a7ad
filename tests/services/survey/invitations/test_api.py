"""Who is told what of invitations, and what may be changed."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from tests.services.survey.invitations.scene import Scene, ago, ahead, new_address
from tests.support.databases import TestDatabase
from tests.support.municipality import ok
from tests.support.records import audited
from tests.support.refusals import refused, without_trace
from tests.support.services import CallerClient, Stack


@pytest.fixture
def worker(stack: Stack, tenant: UUID) -> CallerClient:
    """Give the test the case worker who opened the scene's rounds."""
    return stack.caller("survey", tenant, Role.CASE_WORKER)


def changes_of(invitation_id: UUID) -> list[tuple[str, str, dict[str, Any]]]:
    """Return every call that takes an invitation's id."""
    path = f"/v1/invitations/{invitation_id}"
    return [
        ("POST", f"{path}/link", {}),
        ("POST", f"{path}/revocation", {}),
        ("PUT", f"{path}/contact", {"channel": "none", "language": "da"}),
        ("PUT", f"{path}/extension", {"answerUntil": None}),
        ("PUT", f"{path}/bounce", {"reason": "refused"}),
    ]


class TestWhoMay:
    async def test_foreign_invisible_and_unknown_are_alike(
        self, scene: Scene, stack: Stack, tenant: UUID
    ) -> None:
        round_id = await scene.round(opened_by="somebody else")
        one = await scene.invite(round_id)
        neighbour = stack.caller("survey", uuid4(), Role.ADMINISTRATOR)
        blind = stack.caller("survey", tenant, Role.CASE_WORKER)
        other_system = stack.caller("survey", tenant, Role.CASE_SYSTEM, scopes=frozenset({"system:health"}))
        known = stack.caller("survey", tenant, Role.ADMINISTRATOR)
        unknown = [
            without_trace(await known.request(method, path, json=body))
            for method, path, body in changes_of(uuid4())
        ]
        assert {status for status, _, _ in unknown} == {404}
        for caller in (neighbour, blind, other_system):
            refused(await caller.get(f"/v1/rounds/{round_id}/invitations"), 404, "not-found")
            answers = [
                without_trace(await caller.request(method, path, json=body))
                for method, path, body in changes_of(one)
            ]
            assert [answer[0] for answer in answers] == [404] * 5
            assert [_without_path(each) for each in answers] == [_without_path(each) for each in unknown]
        assert (await scene.invitation(one)).version == 1

    async def test_those_who_handle_the_round_may(self, scene: Scene, stack: Stack, tenant: UUID) -> None:
        round_id = await scene.round()
        one = await scene.invite(round_id)
        for role in (Role.ADMINISTRATOR, Role.CASE_WORKER, Role.CASE_SYSTEM):
            caller = stack.caller("survey", tenant, role)
            assert len(ok(await caller.get(f"/v1/rounds/{round_id}/invitations"))["items"]) == 1
            for method, path, body in changes_of(one):
                ok(await caller.request(method, path, json=body))

    async def test_nobody_else_hears_who_is_missing(self, scene: Scene, stack: Stack, tenant: UUID) -> None:
        round_id = await scene.round()
        one = await scene.invite(round_id)
        for role in (Role.LEADER, Role.PROFESSIONAL, Role.ANALYST, Role.DATA_STEWARD):
            caller = stack.caller("survey", tenant, role, person=uuid4())
            refused(await caller.get(f"/v1/rounds/{round_id}/invitations"), 403, "forbidden")
            for method, path, body in changes_of(one):
                refused(await caller.request(method, path, json=body), 403, "forbidden")


def _without_path(answer: tuple[int, dict[str, Any], str | None]) -> dict[str, Any]:
    return {key: value for key, value in answer[1].items() if key != "instance"}


class TestList:
    async def test_tells_how_far_each_is_and_neither_answers_nor_addresses(
        self, scene: Scene, worker: CallerClient
    ) -> None:
        round_id = await scene.round(closes_at=ahead(days=3))
        one = await scene.invite(round_id, opened_at=ago(), language="en")
        (item,) = ok(await worker.get(f"/v1/rounds/{round_id}/invitations"))["items"]
        row = await scene.invitation(one)
        assert item.pop("answerUntil")
        assert item.pop("openedAt")
        assert item == {
            "id": str(one),
            "version": 1,
            "roundId": str(round_id),
            "kind": "professional",
            "respondentId": str(row.respondent_id),
            "label": "Anne Holm",
            "state": "opened",
            "language": "en",
            "channel": "e-mail",
            "forms": 1,
            "submitted": 0,
            "declinedAt": None,
            "leftAt": None,
            "bouncedAt": None,
            "lastSentAt": None,
        }

    async def test_by_state_page_by_page(self, scene: Scene, worker: CallerClient) -> None:
        round_id = await scene.round()
        done = {str(await scene.invite(round_id, number=1)) for _ in range(3)}
        await scene.invite(round_id, declined_at=ago())
        missing = {str(await scene.invite(round_id)) for _ in range(2)}
        path = f"/v1/rounds/{round_id}/invitations?pageSize=2"
        first = ok(await worker.get(f"{path}&state=submitted"))
        second = ok(await worker.get(f"{path}&state=submitted&cursor={first['nextCursor']}"))
        assert second["nextCursor"] is None
        assert {each["id"] for each in first["items"] + second["items"]} == done
        waiting = ok(await worker.get(f"{path}&state=invited"))["items"]
        assert {each["id"] for each in waiting} == missing
        refused(await worker.get(f"{path}&state=asleep"), 400, "malformed-request")

    async def test_tells_when_something_was_last_sent(self, scene: Scene, worker: CallerClient) -> None:
        round_id = await scene.round()
        one = await scene.invite(round_id)
        await scene.plan(round_id, one)
        (row,) = await scene.messages(one)
        await scene.mark(row.id, state="sent", sent_at=ago())
        (item,) = ok(await worker.get(f"/v1/rounds/{round_id}/invitations"))["items"]
        assert item["lastSentAt"] is not None


class TestLinks:
    async def test_a_revoked_link_is_worthless_and_a_new_one_is_not(
        self, scene: Scene, worker: CallerClient, stack: Stack, databases: dict[str, TestDatabase]
    ) -> None:
        one = await scene.invite(await scene.round())
        path = f"/v1/invitations/{one}"
        links = [ok(await worker.post(f"{path}/link", {"purpose": "reminder"}))["link"] for _ in range(2)]
        assert links[0] == links[1]
        view = ok(await worker.post(f"{path}/revocation", {}))
        assert (view["id"], view["version"]) == (str(one), 2)
        new = ok(await worker.post(f"{path}/link", {}))["link"]
        assert new != links[0]
        token = links[0].partition("#")[2]
        refused(await stack.bearer("survey", token).get("/v1/response"), 401, "unauthenticated")
        ok(await stack.bearer("survey", new.partition("#")[2]).get("/v1/response"))
        assert await audited(databases["survey"], one) == [
            ("link", "invitation", "reminder", "tester"),
            ("link", "invitation", "reminder", "tester"),
            ("revoke", "invitation", "revocation", "tester"),
            ("link", "invitation", "invitation", "tester"),
        ]

    async def test_comes_with_all_that_sending_it_takes_and_no_list_tells_the_number(
        self, scene: Scene, worker: CallerClient
    ) -> None:
        round_id = await scene.round()
        one = await scene.invite(round_id)
        path = f"/v1/invitations/{one}"
        to = {"channel": "sms", "mobile": "+4520123456", "language": "en"}
        ok(await worker.put(f"{path}/contact", to))
        sent = ok(await worker.post(f"{path}/link", {}))
        assert (sent["channel"], sent["contact"], sent["language"]) == ("sms", "+4520123456", "en")
        assert sent["kind"] == "professional"
        listed = await worker.get(f"/v1/rounds/{round_id}/invitations")
        assert "20123456" not in listed.text


class TestContact:
    async def test_who_had_no_channel_gets_the_invitation(self, scene: Scene, worker: CallerClient) -> None:
        one = await scene.invite(await scene.round(reminders=[3]), channel="none")
        body = {"channel": "e-mail", "email": "Anne@Hedensted.example", "language": "en"}
        answer = await worker.put(f"/v1/invitations/{one}/contact", body)
        view = ok(answer)
        assert (view["channel"], view["language"], view["version"]) == ("e-mail", "en", 2)
        assert answer.headers["etag"] == '"2"'
        assert "hedensted" not in answer.text.lower()
        assert (await scene.invitation(one)).contact == "Anne@hedensted.example"
        assert await scene.states(one) == ["due", "due"]

    async def test_asked_again_nothing_changes(self, scene: Scene, worker: CallerClient) -> None:
        one = await scene.invite(await scene.round(), channel="none")
        body = {"channel": "sms", "mobile": "20 12 34 56", "language": "da"}
        first = ok(await worker.put(f"/v1/invitations/{one}/contact", body))
        assert ok(await worker.put(f"/v1/invitations/{one}/contact", body)) == first
        assert (await scene.invitation(one)).contact == "+4520123456"
        assert len(await scene.messages(one)) == 1

    async def test_a_new_contact_ends_a_bounce_and_is_invited_anew(
        self, scene: Scene, worker: CallerClient
    ) -> None:
        round_id = await scene.round()
        one = await scene.invite(round_id)
        await scene.plan(round_id, one)
        (row,) = await scene.messages(one)
        await scene.mark(row.id, state="sent", sent_at=ago())
        path = f"/v1/invitations/{one}"
        assert ok(await worker.put(f"{path}/bounce", {"reason": "unknown-recipient"}))["bouncedAt"]
        body = {"channel": "digital-post", "language": "da"}
        view = ok(await worker.put(f"{path}/contact", body))
        assert view["bouncedAt"] is None
        kinds = [(row.kind, row.number) for row in await scene.messages(one)]
        assert kinds == [("invitation", 1), ("invitation", 2)]

    async def test_another_language_alone_sends_nothing_more(
        self, scene: Scene, worker: CallerClient
    ) -> None:
        one = await scene.invite(await scene.round(), contact="anne@hedensted.example")
        body = {"channel": "e-mail", "email": "anne@hedensted.example", "language": "en"}
        assert ok(await worker.put(f"/v1/invitations/{one}/contact", body))["language"] == "en"
        assert await scene.messages(one) == []

    @pytest.mark.parametrize(
        ("body", "places"),
        [
            ({"channel": "e-mail"}, [("/email", "no-email")]),
            ({"channel": "e-mail", "email": "anne"}, [("/email", "no-email")]),
            ({"channel": "e-mail", "email": "a@b.dk\r\nBcc: c@d.dk"}, [("/email", "no-email")]),
            ({"channel": "sms", "mobile": "+45 12"}, [("/mobile", "no-mobile")]),
            (
                {"channel": "sms", "email": "anne@hedensted.example"},
                [("/email", "not-of-this-channel"), ("/mobile", "no-mobile")],
            ),
            ({"channel": "digital-post", "mobile": "20123456"}, [("/mobile", "not-of-this-channel")]),
            ({"channel": "none", "email": "anne@hedensted.example"}, [("/email", "not-of-this-channel")]),
        ],
    )
    async def test_refuses_what_leads_nowhere(
        self, scene: Scene, worker: CallerClient, body: dict[str, str], places: list[tuple[str, str]]
    ) -> None:
        one = await scene.invite(await scene.round())
        answer = await worker.put(f"/v1/invitations/{one}/contact", {**body, "language": "da"})
        assert refused(answer, 422, "broken-rule") == places
        told = str(without_trace(answer)[1])
        assert not any(given in told for key, given in body.items() if key != "channel")
        assert (await scene.invitation(one)).version == 1

    async def test_not_after_the_round(self, scene: Scene, worker: CallerClient) -> None:
        one = await scene.invite(await scene.round(state="closed", closed_at=ago()))
        body = {"channel": "e-mail", "email": new_address(), "language": "da"}
        refused(await worker.put(f"/v1/invitations/{one}/contact", body), 409, "round-over")
        body = {"answerUntil": "2999-01-01T00:00:00Z"}
        refused(await worker.put(f"/v1/invitations/{one}/extension", body), 409, "round-over")


class TestExtension:
    async def test_goes_past_the_end_and_can_be_taken_away(
        self, scene: Scene, worker: CallerClient
    ) -> None:
        one = await scene.invite(await scene.round(closes_at=ago()))
        path = f"/v1/invitations/{one}/extension"
        view = ok(await worker.put(path, {"answerUntil": "2999-01-01T00:00:00Z"}))
        assert (view["state"], view["answerUntil"]) == ("invited", "2999-01-01T00:00:00Z")
        assert ok(await worker.put(path, {"answerUntil": "2999-01-01T00:00:00Z"})) == view
        view = ok(await worker.put(path, {"answerUntil": None}))
        assert (view["state"], view["version"]) == ("expired", 3)

    @pytest.mark.parametrize(
        ("closes_at", "until", "code"),
        [
            (ahead(days=1), ago(days=1), "passed"),
            (ahead(days=3), ahead(days=2), "no-extension"),
            (None, ahead(days=2), "no-deadline"),
        ],
    )
    async def test_refuses_what_is_none(
        self, scene: Scene, worker: CallerClient, closes_at: Any, until: Any, code: str
    ) -> None:
        one = await scene.invite(await scene.round(closes_at=closes_at))
        answer = await worker.put(f"/v1/invitations/{one}/extension", {"answerUntil": until.isoformat()})
        assert refused(answer, 422, "broken-rule") == [("/answerUntil", code)]


class TestBounce:
    async def test_is_noted_once_with_its_reason(self, scene: Scene, worker: CallerClient) -> None:
        round_id = await scene.round(reminders=[3])
        one = await scene.invite(round_id)
        await scene.plan(round_id, one)
        await scene.mark((await scene.messages(one))[0].id, state="told", sent_at=ago())
        path = f"/v1/invitations/{one}/bounce"
        view = ok(await worker.put(path, {"reason": "not-registered"}))
        assert ok(await worker.put(path, {"reason": "refused"})) == view
        found = [(row.state, row.failure) for row in await scene.messages(one)]
        assert found == [("bounced", "not-registered"), ("due", None)]

    async def test_of_a_link_the_municipality_sent_by_itself(
        self, scene: Scene, worker: CallerClient
    ) -> None:
        one = await scene.invite(await scene.round(), channel="none")
        assert ok(await worker.put(f"/v1/invitations/{one}/bounce", {"reason": "undeliverable"}))[
            "bouncedAt"
        ]
