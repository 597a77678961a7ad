"""Owns which account the database server runs as and what it may reach; never changes a permission.

PostgreSQL refuses to run as root. An ordinary user runs it as themselves; root lends it an
existing unprivileged account: the owner of the database files if there are any, else `postgres`,
else `nobody`. Whether that account can read a path is found by trying it as that account, which is
right also under access lists, mount options and security modules, where mode bits are not.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypedDict

CANDIDATES = ("postgres", "nobody")
# Nothing of the caller's environment (PGHOST, LD_PRELOAD, a locale) may steer the server.
ENVIRONMENT: Mapping[str, str] = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


class Identity(TypedDict, total=False):
    """The part of `subprocess.Popen`'s arguments that changes who runs the process."""

    user: int
    group: int
    extra_groups: list[int]


class NoAccountError(RuntimeError):
    """Root has no unprivileged account to lend the database server."""


@dataclass(frozen=True)
class Account:
    """Who the database server runs as; `borrowed` when root runs it as somebody else."""

    uid: int
    gid: int
    borrowed: bool

    def identity(self) -> Identity:
        if not self.borrowed:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        """Run to the end as this account, with a bare environment, and capture what it prints."""
        return subprocess.run(
            [str(part) for part in command],
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            cwd="/",
            env=dict(ENVIRONMENT),
            stdin=subprocess.DEVNULL,
            umask=0o077,
            **self.identity(),
        )

    def spawn(self, command: Sequence[str | Path], log: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start as this account in a session of its own, so that a terminal's Ctrl-C misses it."""
        return subprocess.Popen(
            [str(part) for part in command],
            cwd="/",
            env=dict(ENVIRONMENT),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            umask=0o077,
            start_new_session=True,
            **self.identity(),
        )

    def may_use(self, *, enter: Sequence[Path] = (), read: Sequence[Path] = ()) -> bool:
        """Say whether the account can enter (or execute) and read these paths, by trying."""
        checks = [("-x", path) for path in enter] + [("-r", path) for path in read]
        script = 'while [ $# -gt 1 ]; do test "$1" "$2" || exit 1; shift 2; done'
        words = [str(word) for check in checks for word in check]
        shell = shutil.which("sh") or "/bin/sh"
        return self.run([shell, "-c", script, "sh", *words]).returncode == 0

    def own(self, path: Path) -> None:
        """Give the account a file or folder that the runner has just made."""
        if self.borrowed:
            os.chown(path, self.uid, self.gid)


def server_account(database_files: Path) -> Account:
    """Choose the account for the server whose files are, or will be, in this folder."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), borrowed=False)
    if database_files.exists() and database_files.stat().st_uid != 0:
        owner = database_files.stat()
        return Account(owner.st_uid, owner.st_gid, borrowed=True)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid, borrowed=True)
    raise NoAccountError(
        f"Running as root, and none of the accounts {', '.join(CANDIDATES)} exists. "
        "Make one of them, or run as an ordinary user."
    )
