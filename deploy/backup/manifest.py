"""Owns what tells a whole backup from a part of one: names, sizes and hashes; refuses what differs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from deploy.local.place import private_opener

FORMAT = "samspil-backup/1"
NAME = "manifest.json"
_PIECE = 1 << 20


class BackupRefusedError(ValueError):
    """A folder is no whole backup, or something in it is not what it was."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One database's file."""

    file: str
    size: int
    sha256: str
    revision: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup consists of, and between which two times it was taken."""

    began_at: datetime
    ended_at: datetime
    copies: Mapping[str, Copy]


def digest_of(file: Path) -> str:
    """Return a file's SHA-256."""
    found = hashlib.sha256()
    with file.open("rb") as opened:
        while piece := opened.read(_PIECE):
            found.update(piece)
    return found.hexdigest()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest last, in one step: a folder without one is no backup."""
    text = json.dumps(
        {
            "format": FORMAT,
            "beganAt": manifest.began_at.isoformat(),
            "endedAt": manifest.ended_at.isoformat(),
            "databases": {service: asdict(copy) for service, copy in manifest.copies.items()},
        },
        indent=2,
    )
    draft = folder / f"{NAME}.new"
    with open(draft, "w", encoding="utf-8", opener=private_opener) as out:
        out.write(text + "\n")
    draft.replace(folder / NAME)


def read_manifest(folder: Path) -> Manifest:
    """Read a backup's manifest and hold every file against it.

    Raises
    ------
    BackupRefusedError
        There is none, it is of another format, or a file is missing or changed.
    """
    try:
        read = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if read["format"] != FORMAT:
            raise BackupRefusedError(f"{folder} is a backup of another format")
        copies = {service: Copy(**copy) for service, copy in read["databases"].items()}
        manifest = Manifest(
            datetime.fromisoformat(read["beganAt"]), datetime.fromisoformat(read["endedAt"]), copies
        )
    except (OSError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise BackupRefusedError(f"{folder} holds no whole backup") from error
    for service, copy in copies.items():
        _require_unchanged(folder, service, copy)
    return manifest


def _require_unchanged(folder: Path, service: str, copy: Copy) -> None:
    file = folder / copy.file
    if Path(copy.file).name != copy.file or not file.is_file():
        raise BackupRefusedError(f"The file of {service} is missing")
    if file.stat().st_size != copy.size or digest_of(file) != copy.sha256:
        raise BackupRefusedError(f"The file of {service} is not what was backed up")
