"""Pages: every row once, in the order of ids, whatever happens between two pages."""

import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Row, Table, delete, insert, select

from shared.database.connection import Database, Transaction
from shared.database.tables import key, moment, tenant_key
from shared.errors import Problem
from shared.paging import FigureOrder, MomentOrder, PageRequest, _decode_id, _encode, read_page_by_moment
from tests.shared.conftest import Notes
from tests.support.databases import TestDatabase
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
    cursor = _encode(row_id.bytes)
    assert _decode_id(cursor) == row_id
    assert len(cursor) <= 64


@given(
    st.text(max_size=64) | st.binary(max_size=48).map(lambda raw: base64.urlsafe_b64encode(raw).decode())
)
def test_any_text_is_a_row_or_refused(text: str) -> None:
    outcome: UUID | str
    try:
        outcome = _decode_id(text)
    except Problem as problem:
        outcome = problem.fault.code
    assert isinstance(outcome, UUID) or outcome == "invalid-cursor"


event = Table("paged_event", MetaData(), tenant_key(), key("id"), moment("at"), moment("seen_at"))
_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
_MOMENTS = st.integers(0, 4).map(lambda microseconds: _NOON + timedelta(microseconds=microseconds))
_PLACES = st.tuples(_MOMENTS, st.uuids())
Place = tuple[datetime, UUID]


@pytest.fixture(scope="session")
async def events(notes_database: TestDatabase) -> AsyncIterator[Database]:
    """Open a database with a table of events."""
    database = Database(notes_database.superuser, pool_size=1)
    async with database.transaction() as transaction:
        await transaction.driver.execute(
            "CREATE TABLE paged_event (tenant_id uuid, id uuid, at timestamptz NOT NULL, "
            "seen_at timestamptz NOT NULL, PRIMARY KEY (tenant_id, id))"
        )
    yield database
    await database.close()


async def put_events(transaction: Transaction, places: set[Place]) -> None:
    """Write events of the transaction's tenant."""
    if places:
        rows = [
            {"tenant_id": transaction.tenant, "id": each, "at": at, "seen_at": _NOON} for at, each in places
        ]
        await transaction.execute(insert(event), rows)


def place_of(row: Row[Any]) -> Place:
    """Say where an event is."""
    return row.at, row.id


class TestByMoment:
    """In the order of a time: each row once and in order, whatever comes and goes between two pages."""

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        drawn=st.tuples(*(st.sets(_PLACES, max_size=most) for most in (12, 6, 6))),
        size=st.integers(1, 8),
        descending=st.booleans(),
    )
    async def test_who_is_there_throughout_is_met_once_and_in_order(
        self,
        events: Database,
        drawn: tuple[set[Place], set[Place], set[Place]],
        size: int,
        descending: bool,
    ) -> None:
        stays, goes, comes = drawn
        order = MomentOrder(event, "at", descending)
        cursor: str | None = None
        met: list[Place] = []
        waiting = sorted(comes, key=lambda place: place[1])
        leaving = sorted(goes, key=lambda place: place[1])
        async with events.transaction(uuid4()) as transaction:
            await put_events(transaction, stays | goes)
            while True:
                wanted = PageRequest(size, cursor)
                page = await read_page_by_moment(transaction, select(event), order, wanted, place_of)
                assert len(page.items) <= size
                met.extend(page.items)
                cursor = page.next_cursor
                if cursor is None:
                    break
                await put_events(transaction, {waiting.pop()} if waiting else set())
                if leaving:
                    gone = leaving.pop()[1]
                    await transaction.execute(delete(event).where(event.c.id == gone))
        assert met == sorted(set(met), reverse=descending)
        assert [place for place in met if place in stays] == sorted(stays, reverse=descending)
        assert set(met) <= stays | goes | comes

    @given(at=st.datetimes(timezones=st.just(UTC)), row_id=st.uuids(), descending=st.booleans())
    def test_a_cursor_is_exact(self, at: datetime, row_id: UUID, descending: bool) -> None:
        order = MomentOrder(event, "at", descending, {"level": "complex"})
        cursor = order.cursor_at(at, row_id)
        assert order.place_of(cursor) == (at, row_id)
        assert len(cursor) <= 64

    @pytest.mark.parametrize(
        "other",
        [
            MomentOrder(event, "at"),
            MomentOrder(event, "at", descending=True, filters={"level": "complex"}),
            MomentOrder(event, "seen_at", filters={"level": "complex"}),
            MomentOrder(event, "at", filters={"level": "ordinary"}),
            MomentOrder(event, "at", filters={"status": "complex"}),
            MomentOrder(
                Table("other_event", MetaData(), Column("at"), Column("id")),
                "at",
                filters={"level": "complex"},
            ),
        ],
    )
    def test_a_cursor_is_for_one_list(self, other: MomentOrder) -> None:
        cursor = MomentOrder(event, "at", filters={"level": "complex"}).cursor_at(_NOON, uuid4())
        with pytest.raises(Problem, match="invalid-cursor"):
            other.place_of(cursor)

    @given(st.binary(max_size=48))
    def test_any_bytes_are_a_place_or_refused(self, raw: bytes) -> None:
        order = MomentOrder(event, "at")
        for cursor in (_encode(raw), _encode(order.digest + raw)):
            outcome: datetime | str
            try:
                outcome = order.place_of(cursor)[0]
            except Problem as problem:
                outcome = problem.fault.code
            assert isinstance(outcome, datetime) or outcome == "invalid-cursor"

    async def test_a_cursor_of_another_kind_of_list_is_refused(self, notes: Notes, tenant: UUID) -> None:
        cursor = MomentOrder(event, "at").cursor_at(_NOON, uuid4())
        answer = await notes.caller(tenant).get(f"/v1/notes?cursor={cursor}")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid-cursor")


class TestByFigure:
    LIST = FigureOrder("list", {"of": "this"})

    @given(
        figures=st.dictionaries(st.uuids(), st.sampled_from([0.0, 0.1, 1 / 3, 0.5, 1.0]), max_size=12),
        size=st.integers(1, 5),
    )
    def test_pages_hold_everything_once_the_highest_first(
        self, figures: dict[UUID, float], size: int
    ) -> None:
        found: list[UUID] = []
        cursor = None
        while True:
            page, cursor = self.LIST.page(figures, PageRequest(size, cursor))
            found += page
            if cursor is None:
                break
            assert len(page) == size
        assert found == sorted(figures, key=lambda each: (-figures[each], each))

    def test_what_is_gone_or_new_moves_no_other(self) -> None:
        first, second, third, new = (UUID(int=number) for number in (1, 2, 3, 4))
        _, cursor = self.LIST.page({first: 0.9, second: 0.8, third: 0.7}, PageRequest(2, None))
        rest, last = self.LIST.page({first: 0.9, third: 0.7, new: 0.75}, PageRequest(2, cursor))
        assert (rest, last) == ([new, third], None)

    def test_a_cursor_of_another_list_is_refused(self) -> None:
        _, cursor = self.LIST.page({UUID(int=1): 0.9, UUID(int=2): 0.8}, PageRequest(1, None))
        for other in (FigureOrder("list", {"of": "that"}), FigureOrder("other", {"of": "this"})):
            with pytest.raises(Problem):
                other.page({}, PageRequest(1, cursor))
        for wrong in ("bm9uZQ", "!", _encode(self.LIST.digest)):
            with pytest.raises(Problem):
                self.LIST.page({}, PageRequest(1, wrong))
