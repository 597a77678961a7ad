"""Pages: every row once, in the order of ids, whatever happens between two pages."""

import base64
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Problem
from shared.paging import _decode, _encode
from tests.shared.conftest import Notes
from tests.support.services import CallerClient


async def write_notes(caller: CallerClient, count: int) -> list[str]:
    """Write notes and return their ids in order."""
    ids = sorted(uuid4() for _ in range(count))
    for each in ids:
        assert (await caller.create(f"/v1/notes/{each}", {"words": "w"})).status_code == 201
    return [str(each) for each in ids]


async def walk(caller: CallerClient, size: int) -> list[list[str]]:
    """Follow the cursors, and check that the links say the same."""
    pages: list[list[str]] = []
    query = f"pageSize={size}"
    while True:
        answer = await caller.get(f"/v1/notes?{query}")
        page: dict[str, Any] = answer.json()
        pages.append([item["id"] for item in page["items"]])
        if page["nextCursor"] is None:
            assert "link" not in answer.headers
            return pages
        query = f"pageSize={size}&cursor={page['nextCursor']}"
        assert answer.headers["link"] == f'<?{query}>; rel="next"'


@pytest.mark.parametrize(
    ("size", "sizes"), [(1, [1] * 6), (2, [2, 2, 2]), (4, [4, 2]), (6, [6]), (200, [6])]
)
async def test_all_pages_hold_every_row_once(
    notes: Notes, tenant: UUID, size: int, sizes: list[int]
) -> None:
    caller = notes.caller(tenant)
    ids = await write_notes(caller, 6)
    await write_notes(notes.caller(uuid4()), 1)  # another tenant's
    pages = await walk(caller, size)
    assert [len(page) for page in pages] == sizes
    assert [each for page in pages for each in page] == ids


async def test_an_empty_list_is_one_page(notes: Notes, tenant: UUID) -> None:
    assert (await notes.caller(tenant).get("/v1/notes")).json() == {"items": [], "nextCursor": None}


async def test_rows_that_come_between_move_nothing(notes: Notes, tenant: UUID) -> None:
    caller = notes.caller(tenant)
    ids = await write_notes(caller, 4)
    first = (await caller.get("/v1/notes?pageSize=2")).json()
    for early in (UUID(int=1), UUID(int=2), UUID(int=3)):
        await caller.create(f"/v1/notes/{early}", {"words": "early"})
    second = (await caller.get(f"/v1/notes?pageSize=2&cursor={first['nextCursor']}")).json()
    assert [item["id"] for item in second["items"]] == ids[2:]
    # The control: by offset, the second page would show again what the first has shown.
    by_offset = [item["id"] for item in (await caller.get("/v1/notes")).json()["items"]][2:4]
    assert set(by_offset) & {item["id"] for item in first["items"]}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("cursor=", "invalid-cursor"),
        ("cursor=x", "invalid-cursor"),
        ("cursor=AAAA", "invalid-cursor"),
        ("cursor=AAAAAAAAAAAAAAAAAAAAAAA", "invalid-cursor"),
        ("cursor=AAAAAAAAAAAAAAAAAAAA%20A", "invalid-cursor"),
        ("cursor=%C3%A6%C3%B8%C3%A5", "invalid-cursor"),
        ("cursor=%00", "invalid-cursor"),
        ("cursor=%FF%FE", "invalid-cursor"),
        ("cursor=" + "A" * 65, "malformed-request"),
        ("pageSize=0", "malformed-request"),
        ("pageSize=201", "malformed-request"),
        ("pageSize=-1", "malformed-request"),
        ("pageSize=1.5", "malformed-request"),
        ("pageSize=", "malformed-request"),
        ("pageSize=" + "9" * 400, "malformed-request"),
        ("page_size=5", "unknown-query-parameter"),
        ("offset=5", "unknown-query-parameter"),
    ],
)
async def test_what_is_refused(notes: Notes, tenant: UUID, query: str, code: str) -> None:
    answer = await notes.caller(tenant).get(f"/v1/notes?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@given(st.uuids())
def test_a_cursor_is_read_as_written(row_id: UUID) -> None:
    cursor = _encode(row_id)
    assert _decode(cursor) == row_id
    assert len(cursor) <= 64


@given(
    st.text(max_size=64) | st.binary(max_size=48).map(lambda raw: base64.urlsafe_b64encode(raw).decode())
)
def test_any_text_is_a_row_or_refused(text: str) -> None:
    outcome: UUID | str
    try:
        outcome = _decode(text)
    except Problem as problem:
        outcome = problem.fault.code
    assert isinstance(outcome, UUID) or outcome == "invalid-cursor"
