"""Owns one embedded PostgreSQL 18 server; refuses remote clients and personal data in its log.

It listens on 127.0.0.1 only, has no Unix socket, and asks everybody for a password (SCRAM); the
superuser's is made here and kept in a 0600 file. A cluster has UTF-8, the built-in `C.UTF-8`
locale (the same order on every machine) and data checksums.

The server is a child in a session of its own: Ctrl-C doesn't reach it before `stop` does. If the
runner is killed hard, a lifeline process shuts the server down; if that is killed too, the server
goes on, and the next `start` of the same folder stops it and starts its own. A second runner on a
folder in use is refused. After a crash PostgreSQL recovers by itself at the next `start`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

from deploy.local.cluster import (
    SUPERUSER,
    DatabaseInUseError,
    PostgresError,
    end_leftover_server,
    make_cluster,
    superuser_password,
    take_lock,
)
from deploy.local.installation import Installation, reachable_installation
from deploy.local.lifeline import Lifeline
from deploy.local.place import Place, find_place, private_opener
from deploy.local.ports import HOST, PortTakenError, free_port

__all__ = [
    "SETTINGS",
    "SUPERUSER",
    "DatabaseInUseError",
    "EmbeddedPostgres",
    "PostgresError",
    "ServerAddress",
]

START_SECONDS = 60.0
STOP_SECONDS = 30.0
_POLL_SECONDS = 0.02
_LOG_TAIL = 15

# Statements, parameters and even the texts of errors can hold answers or identifiers of people. An
# error goes to the client that caused it; this log keeps the server's own life only (the level
# `log` leaves errors out).
SETTINGS: Mapping[str, str] = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_line_prefix": "%m [%p] ",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


@dataclass(frozen=True)
class ServerAddress:
    """How the superuser reaches the server."""

    host: str
    port: int
    superuser: str
    password: str = field(repr=False)

    def dsn(self, database: str = "postgres") -> str:
        """Give the superuser's address of one database, as asyncpg and libpq read it."""
        secret = quote(self.password, safe="")
        return f"postgresql://{self.superuser}:{secret}@{self.host}:{self.port}/{database}"


class EmbeddedPostgres:
    """One server over one data folder; start, stop and start again as often as needed.

    `port` fixes the port; without it a free one is chosen and kept for later starts of this object.
    `options` are server settings laid over `SETTINGS` (tests: ``{"fsync": "off"}``).
    """

    def __init__(
        self, folder: Path, *, port: int | None = None, options: Mapping[str, str] | None = None
    ) -> None:
        self._folder = folder
        self._wanted_port = port
        self._settings = {**SETTINGS, **(options or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._lifeline: Lifeline | None = None
        self._lock: IO[bytes] | None = None
        self._address: ServerAddress | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def postmaster_pid(self) -> int | None:
        return self._process.pid if self._process is not None and self.running else None

    @property
    def address(self) -> ServerAddress:
        if self._address is None:
            raise PostgresError("The database server was not started")
        return self._address

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> ServerAddress:
        """Make the cluster if there is none, start the server, and return when it takes clients."""
        if self.running:
            return self.address
        self._let_go()
        place = find_place(self._folder)
        self._lock = take_lock(place)
        try:
            installation = reachable_installation(place.account, place.home)
            password = superuser_password(place)
            end_leftover_server(place, installation)
            durable = self._settings.get("fsync", "on") != "off"
            make_cluster(place, installation, password, durable=durable)
            port = self._launch(place, installation)
        except BaseException:
            self.stop()
            raise
        self._address = ServerAddress(HOST, port, SUPERUSER, password)
        return self._address

    def stop(self) -> None:
        """Shut down fast (open transactions end, data is flushed); harmless when not running."""
        self._end_process()
        self._let_go()

    def kill(self) -> None:
        """SIGKILL the postmaster, as a crash would; `start` recovers."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._let_go()

    def destroy(self) -> None:
        """Stop, then delete the database with everything that belongs to it."""
        self.stop()
        self._address = None
        if self._folder.exists():
            place = find_place(self._folder)
            with take_lock(place):
                end_leftover_server(place, reachable_installation(place.account, place.home))
                place.remove()

    def _launch(self, place: Place, installation: Installation) -> int:
        """Start the server; try again for what passes: a snatched port, dying old backends."""
        give_up_at = time.monotonic() + START_SECONDS
        port = self._preferred_port()
        while True:
            said = self._try_port(place, installation, port)
            if said is None:
                return port
            if "Address already in use" in said:
                if self._wanted_port is not None:
                    raise PortTakenError("PostgreSQL", port)
                port = free_port()
            elif "pre-existing shared memory block" not in said:
                raise PostgresError(f"PostgreSQL did not start. It said:\n{_tail(said)}")
            if time.monotonic() > give_up_at:
                raise PostgresError(f"PostgreSQL couldn't start. It said:\n{_tail(said)}")
            time.sleep(_POLL_SECONDS)

    def _preferred_port(self) -> int:
        if self._wanted_port is not None:
            return self._wanted_port
        return self._address.port if self._address is not None else free_port()

    def _try_port(self, place: Place, installation: Installation, port: int) -> str | None:
        """Start once; None when the server takes clients, else what it said."""
        settings = {**self._settings, "port": str(port)}
        words = [f"--{name}={value}" for name, value in settings.items()]
        program = str(installation.program("postgres"))
        command = [program, "-D", str(place.data), *words]
        with open(place.log_file, "ab", opener=private_opener) as log:
            begin = log.seek(0, os.SEEK_END)
            self._process = place.account.spawn(command, log)
        self._lifeline = Lifeline(self._process.pid, sends=signal.SIGINT, grace_seconds=20)
        if _becomes_ready(place.data / "postmaster.pid", self._process):
            return None
        self._end_process()
        with place.log_file.open("rb") as log:
            log.seek(begin)
            return log.read().decode(errors="replace")

    def _end_process(self) -> None:
        process = self._process
        if process is not None:
            for step, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0)):
                process.send_signal(step)  # does nothing when it has ended
                if _ended_within(process, seconds):
                    break
            else:
                process.kill()
                process.wait()
        self._process = None
        if self._lifeline is not None:
            self._lifeline.release()
            self._lifeline = None

    def _let_go(self) -> None:
        """Forget a process that has ended, and give the folder free."""
        self._end_process()
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _becomes_ready(pid_file: Path, process: subprocess.Popen[bytes]) -> bool:
    """Wait as pg_ctl does: the pid file names our process and its last line says `ready`."""
    give_up_at = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up_at and process.poll() is None:
        try:
            lines = pid_file.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            lines = []
        if len(lines) >= 8 and lines[0] == str(process.pid) and lines[7].strip() == "ready":
            return True
        time.sleep(_POLL_SECONDS)
    return False


def _ended_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _tail(text: str) -> str:
    return "\n".join(text.splitlines()[-_LOG_TAIL:])
