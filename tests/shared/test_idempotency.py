"""One key, one effect: replays answer the same, and nothing is ever made twice."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from shared import idempotency
from shared.database.connection import Database, Transaction
from shared.database.tables import idempotency_key
from shared.errors import Problem
from shared.idempotency import Attempt, Made, once
from tests.shared.conftest import Notes, Superuser
from tests.shared.notes import add_note, note
from tests.support.databases import TestDatabase

PARALLEL = 12


async def count_notes(superuser: Superuser, tenant: UUID) -> int:
    """Count a tenant's notes."""
    found: int = await superuser.fetchval("SELECT count(*) FROM note WHERE tenant_id = $1", tenant)
    return found


def attempt(key: str = "a-key-of-mine") -> Attempt:
    """Try to create a note."""
    return Attempt("create_note", "tester", key, b"fingerprint")


async def make_note(transaction: Transaction) -> Made:
    """Make a note and say so."""
    note_id = uuid4()
    await add_note(transaction, note_id)
    return Made(201, note_id)


@pytest.fixture
async def wide(notes_database: TestDatabase) -> AsyncIterator[Database]:
    """Open a pool for many at once."""
    database = Database(notes_database.app, pool_size=PARALLEL)
    yield database
    await database.close()


class TestReplay:
    """What a repeated request is answered with."""

    async def test_the_same_request_is_answered_the_same(
        self, notes: Notes, tenant: UUID, superuser: Superuser
    ) -> None:
        caller = notes.caller(tenant)
        first = await caller.post("/v1/notes", {"words": "once"}, key="first-key")
        again = await caller.post("/v1/notes", {"words": "once"}, key="first-key")
        assert (first.status_code, again.status_code) == (201, 201)
        assert (again.json(), again.headers["etag"]) == (first.json(), first.headers["etag"])
        assert await count_notes(superuser, tenant) == 1

    async def test_another_body_is_refused(self, notes: Notes, tenant: UUID, superuser: Superuser) -> None:
        caller = notes.caller(tenant)
        await caller.post("/v1/notes", {"words": "once"}, key="first-key")
        other = await caller.post("/v1/notes", {"words": "twice"}, key="first-key")
        assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
        assert await count_notes(superuser, tenant) == 1

    async def test_another_path_is_refused(self, notes: Notes, tenant: UUID) -> None:
        caller = notes.caller(tenant)
        parents = [
            (await caller.post("/v1/notes", {"words": "p"}, key=f"parent-{n}")).json()["id"] for n in "ab"
        ]
        first, other = [
            await caller.post(f"/v1/notes/{parent}/answers", {"words": "yes"}, key="first-key")
            for parent in parents
        ]
        assert (first.status_code, first.json()["parentId"]) == (201, parents[0])
        assert other.status_code == 422

    @pytest.mark.parametrize("differs", ["tenant", "caller", "operation", "key"])
    async def test_a_key_is_one_callers_for_one_operation(
        self, notes: Notes, tenant: UUID, differs: str
    ) -> None:
        parent = (await notes.caller(tenant).post("/v1/notes", {"words": "w"}, key="first-key")).json()[
            "id"
        ]
        caller = notes.caller(
            uuid4() if differs == "tenant" else tenant, subject="other" if differs == "caller" else "tester"
        )
        path = f"/v1/notes/{parent}/answers" if differs == "operation" else "/v1/notes"
        key = "other-key" if differs == "key" else "first-key"
        other = await caller.post(path, {"words": "w"}, key=key)
        assert other.status_code == 201
        assert other.json()["id"] != parent

    async def test_a_failed_first_try_keeps_nothing(self, notes: Notes, tenant: UUID) -> None:
        caller = notes.caller(tenant)
        orphan = {"words": "orphan", "parentId": str(uuid4())}
        for _ in range(2):
            assert (await caller.post("/v1/notes", orphan, key="first-key")).status_code == 500
        assert (await caller.post("/v1/notes", {"words": "fine"}, key="first-key")).status_code == 201

    @pytest.mark.parametrize("key", ["", "short", "x" * 129, "with space", "æøåæøåæøå".encode()])
    async def test_malformed_keys(self, notes: Notes, tenant: UUID, key: str | bytes) -> None:
        answer = await notes.caller(tenant).request(
            "POST", "/v1/notes", json={"words": "w"}, headers={"Idempotency-Key": key}
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed-request")

    async def test_a_missing_key(self, notes: Notes, tenant: UUID) -> None:
        answer = await notes.caller(tenant).post("/v1/notes", {"words": "w"})
        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-required")

    async def test_a_kept_fingerprint_can_not_be_guessed(
        self, notes: Notes, tenant: UUID, superuser: Superuser
    ) -> None:
        answer = await notes.caller(tenant).post("/v1/notes", {"words": "0101901234"}, key="first-key")
        kept = await superuser.fetchval(
            "SELECT fingerprint FROM idempotency_key WHERE tenant_id = $1", tenant
        )
        body = answer.request.content
        guesses = [body, b"/v1/notes\n" + body]
        assert len(kept) == 32
        assert kept not in [hashlib.sha256(guess).digest() for guess in guesses]


class TestInFlight:
    """While the first try is under way, others are told to come back."""

    async def test_it_is_refused_for_a_moment(self, wide: Database, tenant: UUID) -> None:
        async with wide.transaction(tenant) as first:
            made = await once(first, attempt(), lambda: make_note(first))
            with pytest.raises(Problem) as refused:
                async with wide.transaction(tenant) as second:
                    await once(second, attempt(), lambda: make_note(second))
            assert refused.value.fault.code == "idempotency-in-flight"
            assert (refused.value.fault.status, refused.value.headers) == (409, {"Retry-After": "1"})
        async with wide.transaction(tenant) as third:
            replay = await once(third, attempt(), lambda: make_note(third))
        assert replay.resource == made.resource

    async def test_fifty_at_once_make_one(self, notes: Notes, tenant: UUID, superuser: Superuser) -> None:
        caller = notes.caller(tenant)
        answers = await asyncio.gather(
            *(caller.post("/v1/notes", {"words": "once"}, key="first-key") for _ in range(50))
        )
        statuses = Counter(answer.status_code for answer in answers)
        assert set(statuses) <= {201, 409}
        assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
        assert all(answer.headers["retry-after"] == "1" for answer in answers if answer.status_code == 409)
        assert await count_notes(superuser, tenant) == 1


class TestPrimaryKey:
    """The last word is the key's: it holds even where everybody looked before anybody wrote."""

    @pytest.fixture(autouse=True)
    def looks_without_the_lock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        together = asyncio.Barrier(PARALLEL)

        async def look(transaction: Transaction, tried: Attempt) -> Made | None:
            row = await transaction.first(
                select(idempotency_key.c.status).where(
                    idempotency_key.c.tenant_id == transaction.tenant, idempotency_key.c.key == tried.key
                )
            )
            assert row is None
            await together.wait()
            return None

        monkeypatch.setattr(idempotency, "_find_made", look)

    async def try_at_once(self, wide: Database, tenant: UUID) -> list[object]:
        """Try in parallel; return what was made, or the refusal."""

        async def try_it() -> Made:
            async with wide.transaction(tenant) as transaction:
                return await once(transaction, attempt(), lambda: make_note(transaction))

        return await asyncio.gather(*(try_it() for _ in range(PARALLEL)), return_exceptions=True)

    async def test_one_is_made(self, wide: Database, tenant: UUID, superuser: Superuser) -> None:
        outcomes = await self.try_at_once(wide, tenant)
        assert sum(isinstance(outcome, Made) for outcome in outcomes) == 1
        refusals = [outcome for outcome in outcomes if not isinstance(outcome, Made)]
        assert {str(refusal) for refusal in refusals} == {"idempotency-in-flight"}
        assert await count_notes(superuser, tenant) == 1

    async def test_control_without_it_each_makes_one(
        self, wide: Database, tenant: UUID, superuser: Superuser
    ) -> None:
        await superuser.execute("ALTER TABLE idempotency_key DROP CONSTRAINT idempotency_key_pkey")
        try:
            outcomes = await self.try_at_once(wide, tenant)
            assert all(isinstance(outcome, Made) for outcome in outcomes)
            assert await count_notes(superuser, tenant) == PARALLEL
        finally:
            await superuser.execute("DELETE FROM idempotency_key WHERE tenant_id = $1", tenant)
            await superuser.execute(
                "ALTER TABLE idempotency_key ADD PRIMARY KEY (tenant_id, operation, caller, key)"
            )


class TestPruning:
    """Keys live for a day."""

    @pytest.mark.parametrize(("pruned_before", "left"), [(False, 2), (True, 3)])
    async def test_old_keys_go_now_and_then(
        self, database: Database, tenant: UUID, superuser: Superuser, pruned_before: bool, left: int
    ) -> None:
        async with database.transaction(tenant) as transaction:
            await once(transaction, attempt("old-enough"), lambda: make_note(transaction))
            await once(transaction, attempt("too-young"), lambda: make_note(transaction))
        for key, age in (("old-enough", "25 hours"), ("too-young", "23 hours")):
            await superuser.execute(
                "UPDATE idempotency_key SET created_at = now() - $3::text::interval "
                "WHERE tenant_id = $1 AND key = $2",
                tenant,
                key,
                age,
            )
        if not pruned_before:
            idempotency._pruned_at.pop(tenant)
        async with database.transaction(tenant) as transaction:
            await once(transaction, attempt("brand-new"), lambda: make_note(transaction))
            found = await transaction.rows(select(idempotency_key.c.key))
            assert len(await transaction.rows(select(note.c.id))) == 3
        assert len(found) == left
