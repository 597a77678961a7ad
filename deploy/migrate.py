"""Owns bringing the four databases up: roles, database, newest revision; refuses weak or missing passwords.

`python -m deploy.migrate` reads all it needs from the environment: `SAMSPIL_SUPERUSER_DSN`, and for each
service `<SERVICE>_OWNER_PASSWORD`, `<SERVICE>_APP_PASSWORD` and `<SERVICE>_FEED_PASSWORD`. Run again, it
changes nothing but passwords that are new. It imports no service: revisions are found by their folder.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from pydantic import TypeAdapter, ValidationError

from shared.database.migrate import upgrade
from shared.database.provision import ServiceDatabase, provision_now
from shared.settings import Secret

SERVICES = ("cases", "survey", "analytics", "gateway")
ROLES = ("owner", "app", "feed")
SUPERUSER_DSN = "SAMSPIL_SUPERUSER_DSN"
_SECRET: TypeAdapter[object] = TypeAdapter(Secret)


class EnvironmentRefusedError(ValueError):
    """The environment lacks something, or a password was not really chosen."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The server as its superuser reaches it, and the databases it is to have."""

    server: str = field(repr=False)
    databases: tuple[ServiceDatabase, ...] = field(repr=False)

    def server_for(self, database: ServiceDatabase) -> str:
        """Return the superuser's address of one of the databases."""
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{database.name}"))


def password_variable(service: str, role: str) -> str:
    """Name the variable that holds a role's password."""
    return f"{service.upper()}_{role.upper()}_PASSWORD"


def read_plan(environment: Mapping[str, str]) -> Plan:
    """Read what to do.

    Raises
    ------
    EnvironmentRefusedError
        Naming every variable that is missing or too weak, never a value.
    """
    refused = list(_refused(environment))
    if refused:
        raise EnvironmentRefusedError(f"missing, or no secret that was really chosen: {', '.join(refused)}")
    databases = tuple(
        ServiceDatabase(service, *(environment[password_variable(service, role)] for role in ROLES))
        for service in SERVICES
    )
    return Plan(environment[SUPERUSER_DSN], databases)


def _refused(environment: Mapping[str, str]) -> Iterator[str]:
    if not environment.get(SUPERUSER_DSN):
        yield SUPERUSER_DSN
    for service in SERVICES:
        for role in ROLES:
            name = password_variable(service, role)
            try:
                _SECRET.validate_python(environment.get(name, ""))
            except ValidationError:
                yield name


def prepare_database(server: str, database: ServiceDatabase) -> None:
    """Create a service's roles and database where missing, and migrate to the newest revision."""
    provision_now(server, database)
    upgrade(database.service, database.dsn(server, "owner"))


def main() -> int:
    """Prepare all databases; say which are done."""
    try:
        plan = read_plan(os.environ)
    except EnvironmentRefusedError as refusal:
        sys.stderr.write(f"deploy.migrate: {refusal}\n")
        return 2
    for database in plan.databases:
        prepare_database(plan.server, database)
        sys.stdout.write(f"{database.name}: at the newest revision\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
