"""Owns the two programs of PostgreSQL that copy a database; refuses to put a password on a command line."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from deploy.local.account import ENVIRONMENT
from deploy.local.installation import InstallationError, shipped_installation


class ProgramFailedError(RuntimeError):
    """A program of PostgreSQL is missing, or ended with an error."""


def dump(dsn: str, file: Path, without: Sequence[str] = ()) -> None:
    """Write a database into a file, as it was at one moment; of tables in `without` only their shape."""
    left_out = [f"--exclude-table-data={table}" for table in without]
    _run("pg_dump", dsn, ["--format=custom", f"--file={file}", *left_out])


def load(dsn: str, file: Path) -> None:
    """Fill an empty database from a file, all or nothing."""
    database = unquote(urlsplit(dsn).path.removeprefix("/"))
    words = ["--exit-on-error", "--single-transaction", f"--dbname={database}", str(file)]
    _run("pg_restore", dsn, words)


def _run(name: str, dsn: str, words: Sequence[str]) -> None:
    parts = urlsplit(dsn)
    environment = {
        **ENVIRONMENT,
        "PGHOST": parts.hostname or "127.0.0.1",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.removeprefix("/")),
    }
    answer = subprocess.run(
        [_program(name), "--no-password", *words],
        check=False,
        capture_output=True,
        text=True,
        errors="replace",
        env=environment,
        stdin=subprocess.DEVNULL,
        umask=0o077,
    )
    if answer.returncode != 0:
        # Only the first line: what follows may repeat a row.
        said = (answer.stderr.strip().splitlines() or ["nothing"])[0]
        raise ProgramFailedError(f"{name} ended with {answer.returncode} and said: {said}")


def _program(name: str) -> str:
    """Choose the program: of the folder that is named, of the wheel, or of this machine."""
    folder = os.environ.get("SAMSPIL_POSTGRES_PROGRAMS")
    if folder:
        return str(Path(folder) / name)
    try:
        return str(shipped_installation().program(name))
    except InstallationError:
        found = shutil.which(name)
        if found is None:
            raise ProgramFailedError(f"There is no {name} on this machine") from None
        return found
