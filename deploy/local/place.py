"""Owns the folders of the embedded database; creates its own, changes no other's permissions.

As an ordinary user everything lies in the given folder. Root lends the server another account,
which may not be able to reach that folder (a 0700 home). Then the database files lie in a
folder of our own that it can reach, and the given folder keeps a pointer file with its path:

    <folder>/postgres.password      superuser password, 0600, stays with the runner
    <folder>/postgres.log           what the server says
    <folder>/postgres.elsewhere     the pointer file, only when needed
    <home>/postgres.lock            held while a runner uses this database
    <home>/server/data              the database files, 0700, owned by the server's account
    <home>/postgres-<version>/      a copy of the programs, only when the wheel can't be read

where <home> is <folder>/postgres or, elsewhere, a randomly named `samspil-...` in /var/lib (in the
temporary folder for a folder that is itself temporary, or where /var/lib can't be used).
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.local.account import Account, server_account

POINTER = "postgres.elsewhere"
_PASS_THROUGH = 0o711
_LASTING = Path("/var/lib")


def private_opener(path: str, flags: int) -> int:
    """Open for `open`: a new file is ours alone, and a link is refused."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


class PlaceError(RuntimeError):
    """The folder of the database is unsafe or can't be reached."""


@dataclass(frozen=True)
class Place:
    """Where one embedded database lies, and the account that owns its files."""

    folder: Path
    home: Path
    account: Account

    @property
    def server(self) -> Path:
        return self.home / "server"

    @property
    def data(self) -> Path:
        return self.server / "data"

    @property
    def password_file(self) -> Path:
        return self.folder / "postgres.password"

    @property
    def log_file(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def lock_file(self) -> Path:
        return self.home / "postgres.lock"

    def remove(self) -> None:
        """Delete the database and everything of it, and nothing else in the folder."""
        shutil.rmtree(self.home, ignore_errors=True)
        for path in (self.password_file, self.log_file, self.folder / POINTER):
            path.unlink(missing_ok=True)


def find_place(folder: Path) -> Place:
    """Find where the database of this folder lies, making the folders of a new one."""
    folder = folder.absolute()
    _make_folder(folder)
    folder = folder.resolve()
    pointer = folder / POINTER
    home = _read_pointer(pointer) if pointer.is_symlink() or pointer.exists() else None
    home = home or folder / "postgres"
    place = Place(folder, home, server_account(home / "server"))
    if not home.exists():
        place = _new_place(place)
    if not place.server.exists():
        place.server.mkdir(mode=0o700)
        place.account.own(place.server)
    if place.server.stat().st_uid != place.account.uid:
        raise PlaceError(f"{place.server} belongs to another account; use another data folder")
    if not place.account.may_use(enter=[place.server], read=[place.server]):
        raise PlaceError(
            f"The account with uid {place.account.uid} can't reach {place.server} any more: "
            "a folder above it was closed. Open it again, or use another data folder."
        )
    return place


def _make_folder(folder: Path) -> None:
    """Make the data folder; one that exists keeps the permissions it has."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return
    if os.geteuid() == 0:
        folder.chmod(_PASS_THROUGH)  # ours and new: the server's account may pass, not look


def _new_place(place: Place) -> Place:
    place.home.mkdir(mode=0o700)
    if not place.account.borrowed:
        return place
    place.home.chmod(_PASS_THROUGH)
    if place.account.may_use(enter=[place.home]):
        return place
    place.home.rmdir()
    elsewhere = Path(tempfile.mkdtemp(prefix="samspil-", dir=_reachable_parent(place)))
    elsewhere.chmod(_PASS_THROUGH)
    with open(place.folder / POINTER, "x", encoding="utf-8", opener=private_opener) as pointer:
        pointer.write(f"{elsewhere}\n")
    return Place(place.folder, elsewhere, place.account)


def _reachable_parent(place: Place) -> Path:
    temporary = Path(tempfile.gettempdir()).resolve()
    choices = [temporary] if place.folder.is_relative_to(temporary) else [_LASTING, temporary]
    for choice in choices:
        if os.access(choice, os.W_OK | os.X_OK) and place.account.may_use(enter=[choice]):
            return choice
    listed = " or ".join(str(choice) for choice in choices)
    raise PlaceError(
        f"The account with uid {place.account.uid} can reach neither the data folder nor {listed}"
    )


def _read_pointer(pointer: Path) -> Path:
    """Follow the pointer file only where nobody else can have laid the trail."""
    _refuse_unsafe(pointer, stat.S_ISREG)
    home = Path(pointer.read_text(encoding="utf-8").strip())
    if not home.exists():
        raise PlaceError(
            f"The database files of {pointer.parent} lay in {home}, which is gone. "
            f"Delete {pointer} to begin anew."
        )
    _refuse_unsafe(home, stat.S_ISDIR)
    return home


def _refuse_unsafe(path: Path, is_kind: Callable[[int], bool]) -> None:
    found = path.lstat()
    writable_by_others = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if not is_kind(found.st_mode) or found.st_uid != os.geteuid() or writable_by_others:
        raise PlaceError(f"{path} isn't safe: it must be ours alone, and no link")
