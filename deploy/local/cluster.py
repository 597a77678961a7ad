"""Owns the database files: their making, their password, and what a dead runner left of them.

It refuses files of another major version, files whose password is lost, and a folder in use. It
never deletes `postmaster.pid`: PostgreSQL needs the shared memory named in it to see
whether orphaned backends still write to the files.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import IO

from deploy.local.installation import MAJOR, Installation
from deploy.local.place import Place, private_opener

SUPERUSER = "postgres"
_STOP_SECONDS = 30


class PostgresError(RuntimeError):
    """The database server could not be made, started or stopped."""


class DatabaseInUseError(PostgresError):
    """Another runner is using this data folder."""


def take_lock(place: Place) -> IO[bytes]:
    """Hold the database for this process; the kernel lets go when the process ends."""
    lock = os.fdopen(private_opener(str(place.lock_file), os.O_WRONLY | os.O_CREAT), "wb")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise DatabaseInUseError(
            f"Another runner is using {place.folder}. Stop it, or choose another data folder."
        ) from None
    return lock


def superuser_password(place: Place) -> str:
    """Read the password, making it for a new database."""
    if not place.password_file.exists():
        if place.data.exists():
            raise PostgresError(
                f"{place.password_file} is missing, so the database beside it can't be opened. "
                "Put it back, or drop the data with `make clean-data`."
            )
        _write_private(place.password_file, secrets.token_urlsafe(32))
    with open(place.password_file, encoding="ascii", opener=private_opener) as file:
        return file.read().strip()


def make_cluster(place: Place, installation: Installation, password: str, *, durable: bool) -> None:
    """Run initdb unless it was done; one that was interrupted is done anew."""
    if place.data.exists():
        _require_version(place)
        return
    unfinished = place.server / "data.new"
    password_copy = place.server / "initdb.password"
    shutil.rmtree(unfinished, ignore_errors=True)
    password_copy.unlink(missing_ok=True)
    _write_private(password_copy, password)
    try:
        place.account.own(password_copy)
        command: list[str | Path] = [
            installation.program("initdb"),
            f"--pgdata={unfinished}",
            f"--username={SUPERUSER}",
            f"--pwfile={password_copy}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--data-checksums",
            "--no-instructions",
            "--sync-method=fsync" if durable else "--no-sync",
        ]
        answer = place.account.run(command)
    finally:
        password_copy.unlink(missing_ok=True)
    if answer.returncode != 0:
        raise PostgresError(f"initdb failed. It said:\n{answer.stderr.strip()}")
    unfinished.rename(place.data)


def end_leftover_server(place: Place, installation: Installation) -> None:
    """Stop a server that outlived its runner; free the files of one that is gone."""
    try:
        with open(place.data / "postmaster.pid", "r+b", opener=private_opener) as file:
            lines = file.read().splitlines(keepends=True)
            pid = int(lines[0]) if lines and lines[0].strip().isdigit() else 0
            if _is_postmaster_of(place.data, pid):
                _stop_server(place, installation, pid)
            else:
                _name_our_process(file, lines)
    except FileNotFoundError:
        return


def _stop_server(place: Place, installation: Installation, pid: int) -> None:
    pg_ctl = str(installation.program("pg_ctl"))
    command = [pg_ctl, "stop", f"--pgdata={place.data}", f"--timeout={_STOP_SECONDS}"]
    for mode in ("fast", "immediate"):
        answer = place.account.run([*command, f"--mode={mode}"])
        if answer.returncode == 0 or not _is_postmaster_of(place.data, pid):
            return
    raise PostgresError(f"A server left in {place.data} didn't stop: {answer.stderr.strip()}")


def _name_our_process(file: IO[bytes], lines: list[bytes]) -> None:
    """Write the new server's parent as the old owner, which PostgreSQL takes as surely stale.

    Otherwise a pid that was given to another program meanwhile (usual after a restart of a
    container) would keep the database from starting for ever.
    """
    file.seek(0)
    file.write(b"".join([b"%d\n" % os.getpid(), *lines[1:]]))
    file.truncate()


def _is_postmaster_of(data: Path, pid: int) -> bool:
    if pid <= 1:
        return False
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        words = _command_line_without_proc(pid)
    return os.fsencode(data) in words


def _command_line_without_proc(pid: int) -> list[bytes]:
    """Ask `ps`, on systems without /proc (macOS); words are cut at blanks, as `ps` shows them."""
    if Path("/proc/self").exists():
        return []
    answer = subprocess.run(["/bin/ps", "-p", str(pid), "-o", "command="], check=False, capture_output=True)
    return answer.stdout.split()


def _require_version(place: Place) -> None:
    version = (place.data / "PG_VERSION").read_text(encoding="ascii").strip()
    if version != str(MAJOR):
        raise PostgresError(
            f"{place.data} holds a database of PostgreSQL {version}, not {MAJOR}. "
            "Use another data folder, or drop the data with `make clean-data`."
        )


def _write_private(path: Path, text: str) -> None:
    """Write a new 0600 file that is there whole or not at all."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    with open(unfinished, "x", encoding="ascii", opener=private_opener) as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
