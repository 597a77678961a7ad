"""Owns the linters of the OpenAPI documents, Spectral and Redocly; neither has a network while it lints."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy import node_packages

HERE = Path(__file__).parent
FOLDER = Path(sys.prefix) / "openapi-lint"
_PROGRAMS = ("ruleset.mjs", "api_design_rules.mjs", "lint.mjs", "offline.mjs", "redocly.yaml")
_REDOCLY = "node_modules/@redocly/cli/bin/cli.js"
_QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


def install() -> None:
    """Bring the linters and their rules up to date.

    Raises
    ------
    InstallationError
        npm refused, or could not reach its registry.
    """
    node_packages.install(HERE, FOLDER)
    for name in _PROGRAMS:
        shutil.copyfile(HERE / name, FOLDER / name)


def node(*arguments: str) -> int:
    """Run Node.js beside the linters."""
    return node_packages.node([*arguments], FOLDER, _QUIET)


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
    return node("--import", "./offline.mjs", *arguments)
