"""Instruments over REST: what front ends build forms from, and a tenant's own from draft to retirement."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import yaml
from fastapi.routing import APIRoute

from services.survey.instruments.api import router
from shared.access.principal import Role
from tests.services.survey.instruments.drafted import Content, definition, drop, put
from tests.support.keys import service_token
from tests.support.municipality import Municipality, ok
from tests.support.refusals import refused, without_trace
from tests.support.services import CallerClient, Stack

PATH = "/v1/instruments/own-list/versions/2"
FIRST = "/v1/instruments/own-list/versions/1"


@pytest.fixture
def admin(municipality: Municipality) -> CallerClient:
    """Give the municipality's administrator."""
    return municipality.caller("survey", Role.ADMINISTRATOR)


@pytest.fixture
def analyst(municipality: Municipality) -> CallerClient:
    """Give somebody who reads instruments and writes none."""
    return municipality.caller("survey", Role.ANALYST)


def own(**more: Any) -> Content:
    """Return a definition that needs no other version."""
    return definition(**{"crosswalk": [], **more})


def first() -> Content:
    return own(version=1)


async def publish(admin: CallerClient, path: str, content: Content) -> httpx2.Response:
    made = await admin.create(path, content)
    ok(made)
    published = await admin.put(f"{path}/publication", {}, If_Match=made.headers["etag"])
    ok(published)
    return published


async def keys_of(client: CallerClient, query: str = "") -> list[tuple[str, int]]:
    items = ok(await client.get(f"/v1/instruments?{query}"))["items"]
    return [(each["code"], each["version"]) for each in items]


class TestListInstruments:
    async def test_names_the_built_in_ones_with_their_form_and_provenance(
        self, analyst: CallerClient
    ) -> None:
        page = ok(await analyst.get("/v1/instruments"))
        assert page["nextCursor"] is None
        assert [(each["code"], each["version"], each["form"]) for each in page["items"]] == [
            ("authority-function-structures", 1, "collaboration"),
            ("citizen-experienced-quality", 1, "citizen"),
            ("citizen-experienced-quality", 2, "citizen"),
            ("coherent-leadership", 1, "own-leader"),
            ("midway-form", 1, "collaboration"),
            ("quality-indicators", 1, "collaboration"),
            ("relational-capacity", 1, "network"),
            ("relational-capacity", 2, "network"),
            ("relational-capacity-among-leaders", 1, "network"),
            ("relational-coordination", 1, "network"),
        ]
        for each in page["items"]:
            assert (each["state"], each["builtIn"]) == ("published", True)
            assert all(each[text][tag] for text in ("title", "provenance") for tag in ("da", "en"))

    async def test_pages_hold_every_one_once_and_in_order(
        self, admin: CallerClient, analyst: CallerClient
    ) -> None:
        for code in ("a-list", "midway-form-of-ours", "z-list"):
            await publish(admin, f"/v1/instruments/{code}/versions/1", own(code=code, version=1))
        whole = await keys_of(analyst)
        assert whole == sorted(whole)
        assert len(whole) == 13
        found, cursor = [], ""
        while True:
            page = ok(await analyst.get(f"/v1/instruments?pageSize=2{cursor}"))
            found += [(each["code"], each["version"]) for each in page["items"]]
            if page["nextCursor"] is None:
                break
            cursor = f"&cursor={page['nextCursor']}"
        assert found == whole

    async def test_is_narrowed_by_state_and_code(self, admin: CallerClient) -> None:
        await publish(admin, FIRST, first())
        ok(await admin.create(PATH, own()))
        assert await keys_of(admin, "state=draft") == [("own-list", 2)]
        assert await keys_of(admin, "code=own-list") == [("own-list", 1), ("own-list", 2)]
        assert await keys_of(admin, "code=own-list&state=published") == [("own-list", 1)]
        assert await keys_of(admin, "code=coherent-leadership") == [("coherent-leadership", 1)]
        assert await keys_of(admin, "state=retired") == []

    async def test_drafts_are_seen_by_those_only_who_may_write_them(
        self, admin: CallerClient, analyst: CallerClient
    ) -> None:
        ok(await admin.create(PATH, own()))
        for query in ("code=own-list", "state=draft"):
            assert await keys_of(admin, query) == [("own-list", 2)]
            assert await keys_of(analyst, query) == []
        refused(await analyst.get(PATH), 404, "not-found")

    @pytest.mark.parametrize("cursor", ["x", "AAAA", "b3duLWxpc3Q", "b3duLWxpc3QuMA", "%C3%A6"])
    async def test_a_cursor_of_ones_own_making_is_refused(self, analyst: CallerClient, cursor: str) -> None:
        refused(await analyst.get(f"/v1/instruments?cursor={cursor}"), 400, "invalid-cursor")

    async def test_every_person_may_read_services_may_not(self, municipality: Municipality) -> None:
        for role in (Role.PROFESSIONAL, Role.LEADER, Role.ANALYST, Role.CASE_WORKER):
            ok(await municipality.caller("survey", role).get("/v1/instruments"))
        service = municipality.stack.bearer("survey", service_token("survey", "analytics"))
        refused(await service.get("/v1/instruments"), 403, "forbidden")

    async def test_is_not_fetched_again_while_it_is_the_same(self, analyst: CallerClient) -> None:
        tag = (await analyst.get("/v1/instruments")).headers["etag"]
        again = await analyst.get("/v1/instruments", headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")


class TestGetInstrument:
    @pytest.mark.parametrize(
        ("code", "items"),
        [("relational-capacity", 6), ("coherent-leadership", 7), ("citizen-experienced-quality", 5)],
    )
    async def test_has_items_scale_and_texts_in_both_languages(
        self, analyst: CallerClient, code: str, items: int
    ) -> None:
        found = ok(await analyst.get(f"/v1/instruments/{code}/versions/1"))
        assert len(found["items"]) == items
        assert found["scale"] == {"minimum": 1, "maximum": 5}
        assert all(set(each["wording"]) == {"da", "en"} for each in found["items"])

    async def test_an_unknown_one_or_version_is_not_found(self, analyst: CallerClient) -> None:
        for name in ("astrology/versions/1", "relational-capacity/versions/3"):
            refused(await analyst.get(f"/v1/instruments/{name}"), 404, "not-found")
        malformed = await analyst.get("/v1/instruments/relational-capacity/versions/0")
        refused(malformed, 400, "malformed-request")

    async def test_another_tenants_is_as_unknown_as_none(self, admin: CallerClient, stack: Stack) -> None:
        await publish(admin, FIRST, first())
        stranger = stack.caller("survey", uuid4(), Role.ADMINISTRATOR)
        strange = await stranger.get(FIRST)
        refused(strange, 404, "not-found")
        assert without_trace(strange) == without_trace(await stranger.get(PATH))
        assert ("own-list", 1) not in await keys_of(stranger)
        refused(await stranger.put(f"{FIRST}/retirement", {}, If_Match="*"), 404, "not-found")
        ok(await stranger.create(FIRST, own(version=1, items=5)))
        assert len(ok(await admin.get(FIRST))["items"]) == 3


class TestPutInstrument:
    async def test_is_created_read_and_changed(self, admin: CallerClient) -> None:
        made = await admin.create(PATH, own(form="network", more_languages=("pl",)))
        assert (made.status_code, made.headers["etag"]) == (201, '"1"')
        read = await admin.get(PATH)
        assert (ok(read), read.headers["etag"]) == (ok(made), '"1"')
        assert ok(read)["title"]["pl"] == "Titel (pl)"
        changed = await admin.put(PATH, own(items=4), If_Match='"1"')
        assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
        assert len(ok(await admin.get(PATH))["items"]) == 4

    async def test_what_is_read_can_be_sent_again(self, admin: CallerClient) -> None:
        read = ok(await admin.create(PATH, own()))
        again = await admin.create(PATH, read)
        assert (again.status_code, again.headers["etag"]) == (200, '"1"')

    async def test_yaml_says_the_same_as_json(self, admin: CallerClient) -> None:
        in_json = ok(await admin.create(PATH, own()))
        body = yaml.safe_dump(own(), allow_unicode=True).encode()
        headers = {"Content-Type": "application/yaml; charset=utf-8", "If-None-Match": "*"}
        in_yaml = await admin.request("PUT", PATH, content=body, headers=headers)
        assert (in_yaml.status_code, ok(in_yaml)) == (200, in_json)

    async def test_writing_takes_a_precondition_that_holds(self, admin: CallerClient) -> None:
        refused(await admin.put(PATH, own()), 428, "precondition-required")
        refused(await admin.put(PATH, own(), If_Match='"1"'), 412, "precondition-failed")
        ok(await admin.create(PATH, own()))
        refused(await admin.create(PATH, own(items=4)), 412, "precondition-failed")
        refused(await admin.put(PATH, own(items=4), If_Match='"7"'), 412, "precondition-failed")

    async def test_only_administrators_write(self, municipality: Municipality) -> None:
        for role in (Role.CASE_WORKER, Role.ANALYST, Role.DATA_STEWARD, Role.LEADER):
            client = municipality.caller("survey", role)
            refused(await client.create(PATH, own()), 403, "forbidden")
            refused(await client.put(f"{PATH}/publication", {}, If_Match="*"), 403, "forbidden")
            refused(await client.put(f"{PATH}/retirement", {}, If_Match="*"), 403, "forbidden")
            refused(await client.request("DELETE", PATH), 403, "forbidden")

    async def test_every_mistake_is_named_at_once(self, admin: CallerClient) -> None:
        content = own()
        put("items", 1, "id", value="item-0")(content)
        put("hemmeligt", value="hemmeligt")(content)
        drop("title", "en")(content)
        put("version", value=7)(content)
        answer = await admin.create(PATH, content)
        assert set(refused(answer, 422, "broken-rule")) == {
            ("/version", "other-name"),
            ("/title/en", "missing"),
            ("", "extra-forbidden"),
            ("/items/1/id", "id-twice"),
            ("/dimensions/1/items/0", "unknown-item"),
            ("/subScales/0/items/1", "unknown-item"),
        }
        assert "hemmeligt" not in answer.text
        refused(await admin.get(PATH), 404, "not-found")

    @pytest.mark.parametrize("content", [[], "x", True, 7, {}])
    async def test_what_is_no_definition_breaks_rules(self, admin: CallerClient, content: object) -> None:
        assert refused(await admin.create(PATH, content), 422, "broken-rule")

    async def test_the_example_in_the_documentation_is_taken(self, admin: CallerClient) -> None:
        (route,) = (
            each
            for each in router.routes
            if isinstance(each, APIRoute) and each.name == "put_instrument" and each.openapi_extra
        )
        shown = (route.openapi_extra or {})["requestBody"]["content"]
        assert list(shown) == ["application/json", "application/yaml"]
        for number, media in enumerate(shown.values(), start=1):
            wanted = {**media["example"], "version": number}
            ok(await admin.create(f"/v1/instruments/{wanted['code']}/versions/{number}", wanted))

    async def test_built_in_codes_are_reserved(self, admin: CallerClient) -> None:
        content = own(code="relational-capacity", version=9)
        answer = await admin.create("/v1/instruments/relational-capacity/versions/9", content)
        assert refused(answer, 422, "broken-rule") == [("/code", "reserved-code")]

    @pytest.mark.parametrize(
        ("body", "media_type"),
        [
            (b"{", "application/json"),
            (b'{"code": 1, "code": 2}', "application/json"),
            (b"[" * 50_000, "application/json"),
            (b"a: &a [*a]", "application/yaml"),
            (b"a: 1\na: 2", "application/yaml"),
            (b"\xff", "application/yaml"),
            (b"", "application/yaml"),
        ],
    )
    async def test_what_cannot_be_read_is_malformed(
        self, admin: CallerClient, body: bytes, media_type: str
    ) -> None:
        headers = {"Content-Type": media_type, "If-None-Match": "*"}
        answer = await admin.request("PUT", PATH, content=body, headers=headers)
        assert refused(answer, 400, "malformed-request") == [("", "unreadable")]

    @pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "text/yaml", ""])
    async def test_other_media_types_are_refused(self, admin: CallerClient, media_type: str) -> None:
        headers = {"Content-Type": media_type, "If-None-Match": "*"}
        answer = await admin.request("PUT", PATH, content=json.dumps(own()), headers=headers)
        refused(answer, 415, "unsupported-media-type")
        assert "application/yaml" in answer.json()["detail"]
        assert answer.headers["accept"] == "application/json, application/yaml"

    @pytest.mark.parametrize("media_type", ["application/json", "application/yaml"])
    async def test_a_body_too_large_is_refused_before_it_is_read(
        self, admin: CallerClient, media_type: str
    ) -> None:
        headers = {"Content-Type": media_type, "If-None-Match": "*"}
        answer = await admin.request("PUT", PATH, content=b" " * 2_000_000, headers=headers)
        refused(answer, 413, "body-too-large")

    async def test_of_many_who_create_at_once_one_does(self, admin: CallerClient) -> None:
        wanted = [own(items=items) for items in range(1, 7)]
        answers = await asyncio.gather(*(admin.create(PATH, each) for each in wanted))
        assert sorted(each.status_code for each in answers) == [201, 412, 412, 412, 412, 412]


class TestPublishInstrument:
    async def test_is_published_once_and_stays_so(self, admin: CallerClient, analyst: CallerClient) -> None:
        published = await publish(admin, FIRST, first())
        view = ok(published)
        assert (view["state"], view["builtIn"], view["retiredAt"]) == ("published", False, None)
        assert view["publishedAt"]
        again = await admin.put(f"{FIRST}/publication", {}, If_Match="*")
        assert (ok(again), again.headers["etag"]) == (view, published.headers["etag"])
        assert len(ok(await analyst.get(FIRST))["items"]) == 3

    async def test_never_changes_again(self, admin: CallerClient) -> None:
        published = await publish(admin, FIRST, first())
        tag = published.headers["etag"]
        refused(await admin.put(FIRST, own(version=1, items=4), If_Match=tag), 409, "instrument-published")
        refused(await admin.put(FIRST, own(version=1, items=4), If_Match="*"), 409, "instrument-published")
        refused(await admin.request("DELETE", FIRST), 409, "instrument-published")
        assert (await admin.put(FIRST, first(), If_Match=tag)).status_code == 200

    async def test_takes_the_draft_that_was_seen(self, admin: CallerClient) -> None:
        ok(await admin.create(FIRST, first()))
        ok(await admin.put(FIRST, own(version=1, items=4), If_Match='"1"'))
        refused(await admin.put(f"{FIRST}/publication", {}), 428, "precondition-required")
        refused(await admin.put(f"{FIRST}/publication", {}, If_Match='"1"'), 412, "precondition-failed")
        ok(await admin.put(f"{FIRST}/publication", {}, If_Match='"2"'))

    async def test_a_crosswalk_needs_the_earlier_version_published(self, admin: CallerClient) -> None:
        ok(await admin.create(FIRST, first()))
        ok(await admin.create(PATH, definition()))
        unfounded = await admin.put(f"{PATH}/publication", {}, If_Match="*")
        assert refused(unfounded, 422, "broken-rule") == [("/crosswalk/0/version", "unknown-version")]
        ok(await admin.put(f"{FIRST}/publication", {}, If_Match="*"))
        ok(await admin.put(f"{PATH}/publication", {}, If_Match="*"))

    async def test_what_is_not_there_or_built_in_is_not_found(self, admin: CallerClient) -> None:
        for path in (FIRST, "/v1/instruments/relational-capacity/versions/1"):
            refused(await admin.put(f"{path}/publication", {}, If_Match="*"), 404, "not-found")
            refused(await admin.put(f"{path}/retirement", {}, If_Match="*"), 404, "not-found")
            refused(await admin.request("DELETE", path), 404, "not-found")


class TestRetireInstrument:
    async def test_is_retired_for_good_and_can_still_be_read(
        self, admin: CallerClient, analyst: CallerClient
    ) -> None:
        await publish(admin, FIRST, first())
        refused(await admin.put(f"{FIRST}/retirement", {}, If_Match='"1"'), 412, "precondition-failed")
        retired = ok(await admin.put(f"{FIRST}/retirement", {}, If_Match='"2"'))
        assert (retired["state"], bool(retired["retiredAt"])) == ("retired", True)
        assert ok(await admin.put(f"{FIRST}/retirement", {}, If_Match='"2"')) == retired
        refused(await admin.put(f"{FIRST}/publication", {}, If_Match="*"), 409, "instrument-retired")
        refused(await admin.request("DELETE", FIRST), 409, "instrument-published")
        assert ok(await analyst.get(FIRST))["code"] == "own-list"
        assert await keys_of(analyst, "state=retired") == [("own-list", 1)]

    async def test_a_draft_is_deleted_instead(self, admin: CallerClient) -> None:
        ok(await admin.create(FIRST, first()))
        refused(await admin.put(f"{FIRST}/retirement", {}, If_Match="*"), 409, "instrument-not-published")
        gone = await admin.request("DELETE", FIRST)
        assert (gone.status_code, gone.content) == (204, b"")
        refused(await admin.get(FIRST), 404, "not-found")
        ok(await admin.create(FIRST, first()))


class TestCompareInstruments:
    async def test_tells_what_is_different_and_what_comparable(self, analyst: CallerClient) -> None:
        found = ok(await analyst.get("/v1/instruments/relational-capacity/differences?from=1&to=2"))
        assert [each["itemId"] for each in found["itemsAdded"]] == ["professional-contributions"]
        assert [each["itemId"] for each in found["itemsRemoved"]] == ["holistic-orientation"]
        assert len(found["comparableItems"]) == 5
        assert found["scaleChanged"] is None

    async def test_compares_a_tenants_own(self, admin: CallerClient, analyst: CallerClient) -> None:
        await publish(admin, FIRST, own(version=1, highest=3))
        ok(await admin.create(PATH, own()))
        path = "/v1/instruments/own-list/differences?from=1&to=2"
        refused(await analyst.get(path), 404, "not-found")  # the second is a draft
        ok(await admin.put(f"{PATH}/publication", {}, If_Match="*"))
        found = ok(await analyst.get(path))
        assert found["scaleChanged"]["before"] == {"minimum": 1, "maximum": 3}
        assert found["comparableItems"] == []

    @pytest.mark.parametrize(
        ("name", "query", "status", "code"),
        [
            ("relational-capacity", "from=2&to=1", 422, "broken-rule"),
            ("relational-capacity", "from=1&to=1", 422, "broken-rule"),
            ("relational-capacity", "from=1&to=3", 404, "not-found"),
            ("astrology", "from=1&to=2", 404, "not-found"),
            ("relational-capacity", "from=1", 400, "malformed-request"),
            ("relational-capacity", "from=0&to=1", 400, "malformed-request"),
            ("relational-capacity", "from=1&to=2&via=1", 400, "unknown-query-parameter"),
        ],
    )
    async def test_what_cannot_be_compared_is_refused(
        self, analyst: CallerClient, name: str, query: str, status: int, code: str
    ) -> None:
        refused(await analyst.get(f"/v1/instruments/{name}/differences?{query}"), status, code)
