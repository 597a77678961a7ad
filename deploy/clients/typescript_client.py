"""Generates the TypeScript client and compiles it; refuses what a strict compiler would."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from deploy.clients.building import CLIENTS, DOCUMENT, BuildError, read_document
from deploy.node_packages import install, node

HERE = CLIENTS / "typescript"
BUILD = HERE / "build"
_GENERATOR = "node_modules/openapi-typescript/bin/cli.js"
_COMPILER = "node_modules/typescript/bin/tsc"
# A member with a default may be left out of what is sent.
_OPTIONS = ("--root-types", "--root-types-no-schema-prefix", "--default-non-nullable=false")


def generate(build: Path = BUILD) -> None:
    """Generate the types from today's document, beside what is written by hand.

    Raises
    ------
    BuildError
        The generator failed.
    InstallationError
        The generator could not be installed.
    """
    install(HERE, build)
    for name in ("src", "example", "dist"):
        shutil.rmtree(build / name, ignore_errors=True)
    for name in ("src", "example"):
        shutil.copytree(HERE / name, build / name)
    shutil.copyfile(HERE / "tsconfig.json", build / "tsconfig.json")
    package = json.loads((HERE / "package.json").read_text(encoding="utf-8"))
    package["version"] = read_document()["info"]["version"]
    (build / "package.json").write_text(json.dumps(package, indent=2) + "\n", encoding="utf-8")
    if node([_GENERATOR, str(DOCUMENT), "--output", "src/schema.ts", *_OPTIONS], build) != 0:
        raise BuildError("openapi-typescript failed")


def compile_all(build: Path = BUILD) -> None:
    """Compile the client and the programs that use it.

    Raises
    ------
    BuildError
        The compiler found something.
    """
    if node([_COMPILER, "--project", "tsconfig.json"], build) != 0:
        raise BuildError("tsc failed")
