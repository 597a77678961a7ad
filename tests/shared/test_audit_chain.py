"""Every kind of meddling with a sealed audit is found, and an untouched one is not accused."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from joserfc.jwk import ECKey, KeySet

from deploy.audit.checking import check_audit, heads_in, heads_to_vouch_for
from shared import audit_chain
from shared.access.principal import Principal, Role
from shared.audit import Access, record_access
from shared.audit_chain import Head
from shared.audit_heads import append_heads, head_file
from shared.audit_sealing import AuditChain
from shared.database.connection import Database
from tests.shared.conftest import Superuser
from tests.support.databases import TestDatabase
from tests.support.keys import private_key

SERVICE = "notes"
OWNER = "gateway"
_FORMS = "SELECT form FROM audit_seal WHERE tenant_id = $1 ORDER BY sequence"
_AS_BEFORE = (
    "INSERT INTO audit_seal (tenant_id, sequence, rows, total, digest, previous, hash, sealed_at) "
    "VALUES ($1, 1, 0, 0, '', '', '', now())"
)
KEYS = KeySet([ECKey.import_key(json.loads(private_key(OWNER)))])


class Sealed:
    """A tenant's audit of two links, with a signed head for each."""

    def __init__(self, database: Database, dsns: TestDatabase, tenant: UUID, folder: Path) -> None:
        self._database = database
        self._feed = Database(dsns.feed, 1)
        self._dsns, self.tenant, self.folder = dsns, tenant, folder
        self.chain = AuditChain(SERVICE, database, self._feed)

    async def use(self, times: int = 3, program: str | None = "vendor") -> None:
        """Use personal data, perhaps through a program, and seal the trace of it."""
        roles = frozenset({Role.CASE_WORKER})
        caller = Principal("anna", "gateway", roles, self.tenant, program=program)
        async with self._database.transaction(self.tenant, caller) as transaction:
            for _ in range(times):
                await record_access(transaction, Access("read", "case", uuid4(), "work"))
        await self.chain.seal_all()

    async def sign(self) -> None:
        """Sign the heads, as the gateway does now and then."""
        append_heads(self.file, private_key(OWNER), await self.heads())

    async def heads(self) -> list[Head]:
        """Return this tenant's head only: other tests' tenants are none of this one's."""
        return [head for head in await heads_in(self._dsns.superuser) if head.tenant == self.tenant]

    @property
    def file(self) -> Path:
        """Return where the heads are."""
        return head_file(self.folder, SERVICE)

    async def findings(self) -> list[str]:
        """Check, and return what is found about this tenant or the file."""
        checked = await check_audit(self._dsns.superuser, SERVICE, self.folder, KEYS)
        # Other tests meddle with other tenants of this database.
        own = (str(self.tenant), "line", "there are no")
        return [each.removeprefix(f"{self.tenant} ") for each in checked.findings if each.startswith(own)]

    async def vouch(self) -> None:
        """Vouch for the chain as it is, as an operator does after a restore."""
        heads = await heads_to_vouch_for(self._dsns.superuser, SERVICE, self.folder, KEYS)
        own = [head for head in heads if head.tenant == self.tenant]
        append_heads(self.file, private_key(OWNER), own, "restored")

    async def close(self) -> None:
        """Let go of the connection."""
        await self._feed.close()


@pytest.fixture
async def sealed(
    database: Database, notes_database: TestDatabase, tenant: UUID, tmp_path: Path
) -> AsyncIterator[Sealed]:
    """Seal and sign twice."""
    made = Sealed(database, notes_database, tenant, tmp_path)
    for _ in range(2):
        await made.use()
        await made.sign()
    yield made
    await made.close()


MEDDLING = {
    "a value": "UPDATE audit_event SET actor = 'nobody' WHERE tenant_id = $1 AND seal = 1",
    "a time": "UPDATE audit_event SET at = at - interval '1 microsecond' WHERE tenant_id = $1 AND seal = 2",
    "a row": "DELETE FROM audit_event WHERE id = (SELECT id FROM audit_event WHERE tenant_id = $1 LIMIT 1)",
    "hidden": "UPDATE audit_event SET seal = NULL WHERE tenant_id = $1 AND seal = 1",
    "elsewhere": "UPDATE audit_event SET seal = 7 WHERE tenant_id = $1 AND seal = 1",
    "added": (
        "INSERT INTO audit_event (tenant_id, actor, action, purpose, subject_type, subject_id, request_id, "
        "seal) VALUES ($1, 'anna', 'read', 'work', 'case', uuidv7(), 'r', 1)"
    ),
    "first link": "DELETE FROM audit_seal WHERE tenant_id = $1 AND sequence = 1",
    "a link": "UPDATE audit_seal SET rows = 4, total = 4 WHERE tenant_id = $1 AND sequence = 1",
    "a program": "UPDATE audit_event SET program = 'another' WHERE tenant_id = $1 AND seal = 1",
    "the form": "UPDATE audit_seal SET form = 1 WHERE tenant_id = $1 AND sequence = 2",
    "a form nobody knows": "UPDATE audit_seal SET form = 9 WHERE tenant_id = $1 AND sequence = 2",
    "the link's hash": "UPDATE audit_seal SET hash = sha256('') WHERE tenant_id = $1 AND sequence = 1",
}


async def test_an_untouched_audit(sealed: Sealed) -> None:
    assert await sealed.findings() == []
    await sealed.use()  # what came after the newest signed head is no finding either
    assert await sealed.findings() == []


@pytest.mark.parametrize("statement", MEDDLING.values(), ids=MEDDLING)
async def test_meddling(sealed: Sealed, superuser: Superuser, statement: str) -> None:
    assert await superuser.execute(statement, sealed.tenant) != "UPDATE 0"
    assert await sealed.findings()


class TestFormsOfSeals:
    """Links from before programs were recorded verify, and say nothing of programs."""

    @pytest.fixture
    async def grown(self, sealed: Sealed, superuser: Superuser, monkeypatch: pytest.MonkeyPatch) -> Sealed:
        """Have a chain whose first two links are of the first form, and a third one of today's."""
        await cut(superuser, sealed.tenant, after=0)
        sealed.file.unlink()
        with monkeypatch.context() as before:
            before.setattr(audit_chain, "FORM", 1)
            for _ in range(2):
                await sealed.use(program=None)
                await sealed.sign()
        await sealed.use()
        await sealed.sign()
        return sealed

    async def test_old_links_verify(self, grown: Sealed, superuser: Superuser) -> None:
        forms = await superuser.fetch(_FORMS, grown.tenant)
        assert [row["form"] for row in forms] == [1, 1, 2]
        assert await grown.findings() == []

    @pytest.mark.parametrize("seal", [1, 3])
    async def test_a_program_put_in_is_found(self, grown: Sealed, superuser: Superuser, seal: int) -> None:
        put_in = "UPDATE audit_event SET program = 'x' WHERE tenant_id = $1 AND seal = $2"
        await superuser.execute(put_in, grown.tenant, seal)
        assert await grown.findings() == [f"link {seal}: a row was altered"]

    async def test_a_sealer_of_the_version_before_is_refused(
        self, database: Database, tenant: UUID
    ) -> None:
        async def seal() -> None:
            async with database.transaction(tenant) as transaction:
                await transaction.driver.execute(_AS_BEFORE, tenant)

        with pytest.raises(asyncpg.NotNullViolationError):
            await seal()


async def test_the_end_cut_off_with_its_link(sealed: Sealed, superuser: Superuser) -> None:
    await cut(superuser, sealed.tenant, after=1)
    assert await sealed.findings() == ["link 2: the end of the chain is missing"]


async def test_the_whole_chain_deleted(sealed: Sealed, superuser: Superuser) -> None:
    await cut(superuser, sealed.tenant, after=0)
    assert await sealed.findings() == ["link 2: the whole chain is missing"]


async def test_a_chain_made_anew_after_a_row_was_taken(sealed: Sealed, superuser: Superuser) -> None:
    row = "DELETE FROM audit_event WHERE id = (SELECT id FROM audit_event WHERE tenant_id = $1 LIMIT 1)"
    await superuser.execute(row, sealed.tenant)
    await superuser.execute("UPDATE audit_event SET seal = NULL WHERE tenant_id = $1", sealed.tenant)
    await superuser.execute("DELETE FROM audit_seal WHERE tenant_id = $1", sealed.tenant)
    for _ in range(2):
        await sealed.use(1)
    assert "the chain was made anew" in "".join(await sealed.findings())


async def test_without_signed_heads_a_chain_made_anew_would_pass(
    sealed: Sealed, superuser: Superuser
) -> None:
    await cut(superuser, sealed.tenant, after=0)
    sealed.file.unlink()
    await sealed.use()
    await sealed.sign()
    assert await sealed.findings() == []


async def test_the_file_of_heads(sealed: Sealed) -> None:
    first, second = whole = sealed.file.read_text().splitlines()
    for lines in ([second], [first, first, second], [first.replace(first[-8:], "A" * 8), second]):
        sealed.file.write_text("\n".join(lines) + "\n")
        assert any("line" in each for each in await sealed.findings())
    sealed.file.write_text("\n".join(whole) + "\n")
    assert await sealed.findings() == []
    sealed.file.unlink()
    assert await sealed.findings() == ["there are no signed heads"]


@pytest.mark.parametrize("after", [0, 1])
async def test_a_restored_chain_is_vouched_for(sealed: Sealed, superuser: Superuser, after: int) -> None:
    await cut(superuser, sealed.tenant, after)
    assert await sealed.findings()
    await sealed.vouch()
    assert await sealed.findings() == []
    await sealed.use()
    await sealed.sign()
    assert await sealed.findings() == []


async def cut(superuser: Superuser, tenant: UUID, after: int) -> None:
    """Delete rows and links beyond a link, as an administrator of the database can."""
    await superuser.execute("DELETE FROM audit_event WHERE tenant_id = $1 AND seal > $2", tenant, after)
    await superuser.execute("DELETE FROM audit_seal WHERE tenant_id = $1 AND sequence > $2", tenant, after)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event", "UPDATE audit_seal SET rows = 1"],
)
async def test_a_service_can_only_add(database: Database, tenant: UUID, statement: str) -> None:
    async def work() -> Any:
        async with database.transaction(tenant) as transaction:
            return await transaction.driver.execute(statement)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await work()
