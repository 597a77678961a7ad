"""Finds the databases to back up: those the environment names, else those of `make run` on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.backup.manifest import BackupRefusedError
from deploy.local.cluster import DatabaseInUseError
from deploy.local.house import Blueprint, postgres_of
from deploy.local.place import find_place
from deploy.local.ports import HOST
from deploy.local.postgres import SUPERUSER, ServerAddress
from deploy.migrate import SERVICES, SUPERUSER_DSN, Plan, read_plan


@contextmanager
def open_plan(environment: Mapping[str, str], folder: Path) -> Iterator[Plan]:
    """Give the plan; a local server that does not run is started for as long as it is needed.

    Raises
    ------
    BackupRefusedError
        There is neither: secrets are not in a backup, and without them nothing in it can be used.
    """
    if environment.get(SUPERUSER_DSN):
        yield read_plan(environment)
        return
    if not (folder / "secrets.json").exists():
        raise BackupRefusedError(f"{folder} holds no data of `make run`; or set {SUPERUSER_DSN}")
    server = postgres_of(folder)
    try:
        address = server.start()
    except DatabaseInUseError:
        address = _running(folder / "postgres")
    try:
        yield plan_of(folder, address)
    finally:
        server.stop()


def plan_of(folder: Path, address: ServerAddress) -> Plan:
    """Return the plan of the house that keeps its secrets in a folder."""
    blueprint = Blueprint(folder)
    return Plan(address.dsn(), tuple(blueprint.database(service) for service in SERVICES))


def _running(folder: Path) -> ServerAddress:
    """Find the server that another runner of this folder has started."""
    place = find_place(folder)
    lines = (place.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    return ServerAddress(HOST, int(lines[3]), SUPERUSER, place.password_file.read_text("ascii").strip())
