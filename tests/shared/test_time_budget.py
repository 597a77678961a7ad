"""A request's time: kept where work would wait, told to the next one, never lengthened by anybody."""

from dataclasses import replace
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.app.builder import build_app
from shared.database.connection import Database
from shared.database.failures import passes
from shared.errors import Problem
from shared.time_budget import (
    HEADER,
    read_budget,
    require_time,
    seconds_left,
    told_budget,
    within,
)
from tests.shared.conftest import Notes
from tests.shared.notes import NotesSettings, description
from tests.support.budgets import budget
from tests.support.serving import serving

SHOW = text("SELECT current_setting('statement_timeout')")
SLEEP = text("SELECT pg_sleep(20)")


class TestBudget:
    def test_without_one_nothing_is_bounded(self) -> None:
        require_time()
        assert (seconds_left(), within(7.0), told_budget()) == (None, 7.0, {})

    def test_the_shorter_bound_counts(self) -> None:
        with budget(1000.0):
            assert within(7.0) == 7.0
            assert 999 < within(2000.0) <= 1000
            assert 999_000 <= int(told_budget()[HEADER]) <= 1_000_000

    def test_nothing_is_begun_when_it_is_over(self) -> None:
        with budget(-1.0):
            assert (seconds_left(), within(7.0), told_budget()) == (0.0, 0.0, {HEADER: "0"})
            with pytest.raises(Problem) as refused:
                require_time()
        assert (refused.value.fault.status, refused.value.headers) == (503, {"Retry-After": "1"})

    @pytest.mark.parametrize("value", [b"", b"-5", b"1.5", b"1e3", b"12345678", "\u0661".encode(), b"x"])
    def test_what_is_no_number_of_milliseconds_is_none(self, value: bytes) -> None:
        assert read_budget(value) is None


class TestTransactions:
    async def test_no_statement_outlasts_it(self, database: Database, tenant: UUID) -> None:
        with budget(0.2), pytest.raises(DBAPIError) as cancelled:
            async with database.transaction(tenant) as transaction:
                await transaction.execute(SLEEP)
        assert passes(cancelled.value)
        # And the next one on the same connection has its usual time.
        assert await shown(database, tenant) == "30s"

    async def test_control_without_one_or_with_plenty_the_usual_counts(
        self, database: Database, tenant: UUID
    ) -> None:
        for seconds in (None, 1000.0):
            with budget(seconds):
                assert await shown(database, tenant) == "30s"
        with budget(20.0):
            assert await shown(database, tenant) != "30s"

    async def test_none_is_begun_when_it_is_over_nor_waited_for_longer(
        self, database: Database, tenant: UUID
    ) -> None:
        async with database.transaction(tenant):  # the pool's only connection
            for seconds in (0.0, 0.05):
                with budget(seconds), pytest.raises(Problem) as refused:
                    await shown(database, tenant)
                assert refused.value.fault.status == 503
        assert await shown(database, tenant) == "30s"  # its place was given back


async def shown(database: Database, tenant: UUID) -> str:
    """Return how long a statement may take in a transaction begun now."""
    async with database.transaction(tenant) as transaction:
        return str((await transaction.execute(SHOW)).scalar())


class TestService:
    async def test_refuses_what_has_no_time_left_and_does_nothing(self, notes: Notes, tenant: UUID) -> None:
        caller, note = notes.caller(tenant), f"/v1/notes/{uuid4()}"
        headers = {"If-None-Match": "*", HEADER: "0"}
        answer = await caller.request("PUT", note, json={"words": "late"}, headers=headers)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert (await caller.get(note)).status_code == 404

    @pytest.mark.parametrize("told", ["30000", "nonsense"])
    async def test_control_with_time_left_it_is_done(self, notes: Notes, tenant: UUID, told: str) -> None:
        headers = {"If-None-Match": "*", HEADER: told}
        note = f"/v1/notes/{uuid4()}"
        answer = await notes.caller(tenant).request("PUT", note, json={"words": "now"}, headers=headers)
        assert answer.status_code == 201

    async def test_who_is_not_behind_the_gateway_heeds_nobody(
        self, notes_settings: NotesSettings, notes: Notes, tenant: UUID
    ) -> None:
        app = build_app(replace(description(), behind_gateway=False), notes_settings)
        async with serving(app) as url, httpx2.AsyncClient(base_url=url, trust_env=False) as http:
            headers = {"Authorization": f"Bearer {notes.caller(tenant).token}", HEADER: "0"}
            assert (await http.get("/v1/notes", headers=headers)).status_code == 200
