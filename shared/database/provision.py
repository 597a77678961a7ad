"""Creates a service's database and its three roles; needs a superuser, and runs before migrations.

`owner` migrates, `app` works for one tenant at a time, `feed` reads the change log and its subjects.
"""

import asyncio
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

_PRIVILEGES = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"


@dataclass(frozen=True, slots=True)
class ServiceDatabase:
    """Where a service's data lives and who may log in to it.

    Passwords are for the roles ``samspil_<service>_<owner|app|feed>``.
    """

    service: str
    owner_password: str
    app_password: str
    feed_password: str
    database: str = ""

    @property
    def name(self) -> str:
        """The database's name."""
        return self.database or f"samspil_{self.service}"

    def dsn(self, server: str, role: str) -> str:
        """Return the address for logging in as `owner`, `app` or `feed`."""
        parts = urlsplit(server)
        password = quote(getattr(self, f"{role}_password"), safe="")
        place = f"{parts.hostname}:{parts.port or 5432}"
        user = f"samspil_{self.service}_{role}"
        return urlunsplit(("postgresql", f"{user}:{password}@{place}", f"/{self.name}", "", ""))


async def provision(server: str, target: ServiceDatabase) -> None:
    """Create roles and database if they don't exist; set the passwords in any case.

    Parameters
    ----------
    server : str
        A superuser's DSN.
    """
    connection = await asyncpg.connect(server)
    try:
        for role in ("owner", "app", "feed"):
            await _put_role(
                connection, f"samspil_{target.service}_{role}", getattr(target, f"{role}_password")
            )
        await connection.execute(f"GRANT pg_read_all_stats TO samspil_{target.service}_feed")
        exists = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", target.name)
        if not exists:
            owner = f"samspil_{target.service}_owner"
            await connection.execute(f'CREATE DATABASE "{target.name}" OWNER {owner}')
        await connection.execute(f'REVOKE ALL ON DATABASE "{target.name}" FROM PUBLIC')
        await connection.execute(
            f'GRANT CONNECT ON DATABASE "{target.name}" TO '
            f"samspil_{target.service}_app, samspil_{target.service}_feed"
        )
    finally:
        await connection.close()


async def _put_role(connection: "asyncpg.Connection[asyncpg.Record]", role: str, password: str) -> None:
    exists = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    verb = "ALTER" if exists else "CREATE"
    # Role statements take no parameters; format() with %L quotes on the server's own terms.
    statement = await connection.fetchval(
        f"SELECT format('{verb} ROLE {role} {_PRIVILEGES} PASSWORD %L', $1::text)", password
    )
    await connection.execute(statement)


def provision_now(server: str, target: ServiceDatabase) -> None:
    """Provision from a program without a loop."""
    asyncio.run(provision(server, target))
