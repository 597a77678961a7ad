"""Entity tags: strong for a row, weak for a list, and nothing sent that is known already."""

from uuid import UUID, uuid4

import pytest
from fastapi import Request

from shared.representation import represent_bytes, represent_tagged
from shared.wire import WireModel
from tests.shared.conftest import Notes
from tests.support.services import CallerClient


@pytest.fixture
async def path(notes: Notes, tenant: UUID) -> str:
    """Write a note and return where."""
    path = f"/v1/notes/{uuid4()}"
    answer = await notes.caller(tenant).create(path, {"words": "w"})
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    return path


@pytest.fixture
def caller(notes: Notes, tenant: UUID) -> CallerClient:
    """Return a caller who may read it."""
    return notes.caller(tenant)


@pytest.mark.parametrize(
    ("known", "status"),
    [
        ('"1"', 304),
        ('W/"1"', 304),
        ('"7", "1"', 304),
        ("*", 304),
        ('"7",' * 2_048, 200),
        ('"2"', 200),
        ("1", 200),
        ("", 200),
        ('"11"', 200),
    ],
)
async def test_a_known_row(caller: CallerClient, path: str, known: str, status: int) -> None:
    answer = await caller.get(path, headers={"If-None-Match": known})
    assert answer.status_code == status
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "Authorization" in answer.headers["vary"]
    assert bool(answer.content) is (status == 200)


async def test_more_tags_than_anybody_needs_are_refused(caller: CallerClient, path: str) -> None:
    assert (await caller.get(path, headers={"If-None-Match": '"7",' * 2_048 + '"'})).status_code == 400


async def test_a_changed_row_has_another_tag(caller: CallerClient, path: str) -> None:
    changed = await caller.put(path, {"words": "changed"}, If_Match='"1"')
    assert changed.headers["etag"] == '"2"'
    assert (await caller.get(path, headers={"If-None-Match": '"1"'})).status_code == 200


async def test_a_list_has_a_weak_tag_of_what_it_holds(caller: CallerClient, path: str) -> None:
    first = await caller.get("/v1/notes")
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    assert (await caller.get("/v1/notes", headers={"If-None-Match": tag})).status_code == 304
    await caller.put(path, {"words": "changed"}, If_Match="*")
    second = await caller.get("/v1/notes", headers={"If-None-Match": tag})
    assert (second.status_code, second.headers["etag"] != tag) == (200, True)


async def test_only_reading_may_be_cached(caller: CallerClient, path: str) -> None:
    answer = await caller.put(path, {"words": "changed"}, If_Match="*")
    assert answer.headers["cache-control"] == "no-store"


async def test_head_says_what_get_says(caller: CallerClient, path: str) -> None:
    for known, status in (("", 200), ('"1"', 304)):
        get, head = [
            await caller.request(method, path, headers={"If-None-Match": known})
            for method in ("GET", "HEAD")
        ]
        assert (get.status_code, head.status_code) == (status, status)
        assert head.content == b""
        different = {"date", "x-request-id"}
        kept = [
            {name: value for name, value in each.headers.items() if name not in different}
            for each in (get, head)
        ]
        assert kept[0] == kept[1]


class TestRepresentBytes:
    @staticmethod
    def asking(known: str) -> Request:
        return Request({"type": "http", "method": "GET", "headers": [(b"if-none-match", known.encode())]})

    def test_sends_what_is_not_known_with_its_media_type(self) -> None:
        answer = represent_bytes(self.asking(""), b"<svg/>", "image/svg+xml", {"Content-Language": "da"})
        assert (answer.status_code, answer.body) == (200, b"<svg/>")
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.headers["content-language"] == "da"
        assert answer.headers["cache-control"] == "private, no-cache"
        assert answer.headers["etag"].startswith('W/"')

    def test_sends_nothing_that_is_known(self) -> None:
        tag = represent_bytes(self.asking(""), b"<svg/>", "image/svg+xml").headers["etag"]
        known = represent_bytes(self.asking(tag), b"<svg/>", "image/svg+xml")
        assert (known.status_code, known.body, known.headers["etag"]) == (304, b"", tag)
        assert not {"content-type", "content-length"} & set(known.headers)
        changed = represent_bytes(self.asking(tag), b"<svg />", "image/svg+xml")
        assert (changed.status_code, changed.headers["etag"] != tag) == (200, True)


class TestRepresentTagged:
    def test_sends_the_headers_given_with_and_without_a_body(self) -> None:
        for view in (WireModel(), None):
            answer = represent_tagged(view, 'W/"tag"', {"Content-Language": "da"})
            assert answer.status_code == (304 if view is None else 200)
            assert answer.headers["content-language"] == "da"
            assert (answer.headers["etag"], answer.headers["cache-control"]) == (
                'W/"tag"',
                "private, no-cache",
            )
