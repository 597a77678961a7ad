"""Row-level security alone keeps tenants apart, in every table of every service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.shared.conftest import Superuser
from tests.shared.database.conftest import FilledDatabase
from tests.shared.database.filling import SERVICES, words

WITHOUT_TENANT = {"alembic_version", "feed_epoch", "feed_position", "access_state"}
"""What belongs to the installation and holds nothing of any tenant."""

SEEN_BY_JOBS = {"known_tenant"}
"""A job must know which tenants there are before it can go tenant by tenant."""

SERVER_MADE_KEYS = {"change_log_pkey"}
"""Keys nobody can choose, so nobody can find out by them what another tenant has."""

_TABLES = """
SELECT c.relname AS name, c.relkind::text AS kind, c.relrowsecurity AS enabled,
       c.relforcerowsecurity AS forced, pg_get_userbyid(c.relowner) AS owner
FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
"""
_UNIQUE_KEYS = """
SELECT i.indexrelid::regclass::text AS name, a.attname AS first_column
FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace
JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE i.indisunique AND c.relname = ANY ($1)
"""
_REFERENCES = """
SELECT conname AS name, (SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1])
FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
"""
_ROLES = (
    "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles "
    "WHERE rolname = ANY ($1)"
)


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[Superuser]:
    """Connect for a moment."""
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def undone(connection: Superuser) -> AsyncIterator[None]:
    """Run statements that must not last."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


async def tenants_seen(connection: Superuser, table: str) -> set[UUID]:
    """Return whose rows a raw SELECT without any filter finds."""
    rows = await connection.fetch(words("TABLE", table))
    return {row["tenant_id"] for row in rows}


class TestCatalogue:
    """What the database itself says about its tables and roles."""

    async def test_every_table_with_a_tenant_is_protected(self, filled: FilledDatabase) -> None:
        async with connected(filled.logins.superuser) as connection:
            tables = {row["name"]: row for row in await connection.fetch(_TABLES)}
            policies = await connection.fetch(
                "SELECT tablename, unnest(roles)::text AS role, qual, with_check FROM pg_policies "
                "WHERE permissive = 'PERMISSIVE'"  # restrictive ones only take away
            )
        assert set(tables) - WITHOUT_TENANT == set(filled.tables)
        assert {row["kind"] for row in tables.values()} == {"r"}
        for name in set(filled.tables) - SEEN_BY_JOBS:
            assert tables[name]["enabled"], name
            assert tables[name]["forced"], name
            of_app = [
                row for row in policies if row["tablename"] == name and row["role"] == filled.role("app")
            ]
            assert len(of_app) == 1, name
            assert "app.tenant" in of_app[0]["qual"]
            assert of_app[0]["qual"] == of_app[0]["with_check"]
        assert {row["role"] for row in policies} <= {filled.role("app"), filled.role("feed")}

    async def test_runtime_roles_have_no_way_around(self, filled: FilledDatabase) -> None:
        runtime = [filled.role("app"), filled.role("feed")]
        async with connected(filled.logins.superuser) as connection:
            owners = {row["owner"] for row in await connection.fetch(_TABLES)}
            roles = await connection.fetch(_ROLES, [*runtime, filled.role("owner")])
            members = await connection.fetch(
                "SELECT roleid::regrole::text AS of FROM pg_auth_members "
                "WHERE member::regrole::text = ANY ($1)",
                runtime,
            )
        assert owners == {filled.role("owner")}
        assert len(roles) == 3
        for role in roles:
            assert list(role.values())[1:] == [False, False, False, False], role["rolname"]
        assert {row["of"] for row in members} <= {"pg_read_all_stats"}

    async def test_runtime_roles_have_few_rights(self, filled: FilledDatabase) -> None:
        async with connected(filled.logins.superuser) as connection:
            rights = await connection.fetch(
                "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants "
                "WHERE table_schema = 'public' AND grantee = ANY ($1)",
                [filled.role("app"), filled.role("feed"), "PUBLIC"],
            )
        by_role = {
            role: {row["privilege_type"] for row in rights if row["grantee"] == filled.role(role)}
            for role in ("app", "feed")
        }
        # TRUNCATE and REFERENCES would not ask the policies.
        assert by_role["app"] <= {"SELECT", "INSERT", "UPDATE", "DELETE"}
        assert by_role["feed"] == {"SELECT"}
        assert all(row["grantee"] != "PUBLIC" for row in rights)
        added_only = {
            row["privilege_type"] for row in rights if row["table_name"] in {"audit_event", "change_log"}
        }
        assert added_only == {"SELECT", "INSERT"}

    async def test_keys_begin_with_the_tenant(self, filled: FilledDatabase) -> None:
        async with connected(filled.logins.superuser) as connection:
            keys = await connection.fetch(_UNIQUE_KEYS, filled.tables)
            references = await connection.fetch(_REFERENCES)
        others = {row["name"] for row in keys if row["first_column"] != "tenant_id"}
        assert others == SERVER_MADE_KEYS
        assert {row["name"] for row in references if row["attname"] != "tenant_id"} == set()


class TestIsolation:
    """Raw statements without filters, as the roles the services log in as."""

    async def test_app_sees_its_tenants_rows_only(self, filled: FilledDatabase) -> None:
        async with connected(filled.logins.app) as connection:
            for tenant in (filled.first, filled.second):
                await connection.execute(f"SET app.tenant = '{tenant}'")
                seen = {
                    table: await tenants_seen(connection, table)
                    for table in set(filled.tables) - SEEN_BY_JOBS
                }
                assert seen == {table: {tenant} for table in seen}

    @pytest.mark.parametrize("setting", [None, "", "9d6b7e0c-5c4e-4f0a-8a51-0d9f4d1c2b3a"])
    async def test_without_a_known_tenant_it_sees_nothing(
        self, filled: FilledDatabase, setting: str | None
    ) -> None:
        async with connected(filled.logins.app) as connection:
            if setting is not None:
                await connection.execute(f"SET app.tenant = '{setting}'")
            for table in set(filled.tables) - SEEN_BY_JOBS:
                assert await tenants_seen(connection, table) == set(), table

    async def test_control_without_row_level_security_rows_leak(self, filled: FilledDatabase) -> None:
        async with connected(filled.logins.superuser) as connection:
            for table in set(filled.tables) - SEEN_BY_JOBS:
                async with undone(connection):
                    await connection.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
                    await connection.execute(f"SET LOCAL ROLE {filled.role('app')}")
                    await connection.execute(f"SET LOCAL app.tenant = '{filled.first}'")
                    assert {filled.first, filled.second} <= await tenants_seen(connection, table), table

    async def test_the_owner_sees_nothing(self, filled: FilledDatabase) -> None:
        async with connected(filled.logins.owner) as connection:
            for table in set(filled.tables) - SEEN_BY_JOBS:
                assert await tenants_seen(connection, table) == set(), table
                async with undone(connection):  # the control: protection that is not forced
                    await connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
                    assert len(await tenants_seen(connection, table)) == 2, table

    async def test_foreign_rows_are_neither_changed_nor_deleted(self, filled: FilledDatabase) -> None:
        async with connected(filled.logins.app) as connection:
            await connection.execute("SET app.tenant = ''")
            for table in set(filled.tables) - SEEN_BY_JOBS:
                for statement in (
                    words("DELETE FROM", table),
                    words("UPDATE", table, "SET tenant_id = tenant_id"),
                ):
                    async with undone(connection):
                        # Where rows are only ever added, not even the own ones.
                        with suppress(asyncpg.InsufficientPrivilegeError):
                            assert (await connection.execute(statement)).endswith(" 0"), statement

    async def test_a_row_can_not_be_given_to_another_tenant(self, filled: FilledDatabase) -> None:
        async with connected(filled.logins.app) as connection:
            await connection.execute(f"SET app.tenant = '{filled.first}'")
            for table in set(filled.tables) - SEEN_BY_JOBS:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(words("UPDATE", table, f"SET tenant_id = '{uuid4()}'"))

    async def test_services_do_not_get_into_each_others_databases(
        self, filled_databases: dict[str, FilledDatabase]
    ) -> None:
        for guest in SERVICES:
            for host in set(SERVICES) - {guest}:
                name = filled_databases[host].logins.app.rpartition("/")[2]
                address = filled_databases[guest].logins.app.rpartition("/")[0]
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await asyncpg.connect(f"{address}/{name}")
