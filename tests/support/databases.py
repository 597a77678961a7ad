"""A migrated database for each service, on the one PostgreSQL of the test run."""

from dataclasses import dataclass

from deploy.local.postgres import ServerAddress
from shared.database.migrate import upgrade
from shared.database.provision import ServiceDatabase, provision_now
from tests.support.keys import random_secret


@dataclass(frozen=True, slots=True)
class TestDatabase:
    """Logins to one service's database."""

    __test__ = False

    owner: str
    app: str
    feed: str
    superuser: str


def make_database(server: ServerAddress, service: str, name: str = "") -> TestDatabase:
    """Provision and migrate a service's database; another `name` gives one of its own."""
    owner, app, feed = (password_of(service, role) for role in _ROLES)
    target = ServiceDatabase(service, owner, app, feed, database=name)
    provision_now(server.dsn(), target)
    upgrade(service, target.dsn(server.dsn(), "owner"))
    logins = {role: target.dsn(server.dsn(), role) for role in _ROLES}
    return TestDatabase(**logins, superuser=server.dsn(target.name))


_ROLES = ("owner", "app", "feed")
_passwords: dict[tuple[str, str], str] = {}


def password_of(service: str, role: str) -> str:
    """Return a role's password, the same for the run: roles belong to the server, not to one database."""
    return _passwords.setdefault((service, role), random_secret())
