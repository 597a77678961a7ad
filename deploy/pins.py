"""Owns the compiled pins; refuses a file that names a registry, and services that disagree.

`python -m deploy.pins` compiles all `*.in`; `--check` only says whether the `*.txt` are in order
(needs no network). The largest set is compiled first and constrains the smaller ones, so every
service and the development environment run the same version of everything they share.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

FOLDER = Path(__file__).parent / "requirements"
EVERYTHING = "bench"
SETS = (EVERYTHING, "dev", "run", "shared", "cases", "survey", "analytics", "gateway")
_OPTIONS = (
    "--universal",
    "--generate-hashes",
    "--no-annotate",
    "--no-header",
    "--python-version=3.11",
    "--quiet",
)
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)")
_LINE = re.compile(r"[A-Za-z0-9._-]+==[^\s;\\]+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|")
# A marker may hold version numbers and platform names, never an address.
_ADDRESS = re.compile(r"://|--(extra-)?index-url|--find-links|\bfile:|\s@\s")


class PinsError(RuntimeError):
    """The compiled pins are not in order."""


def compile_all(folder: Path = FOLDER, *, upgrade: bool = False) -> None:
    """Compile the largest set, then the others bound to its versions."""
    for name in SETS:
        command = [sys.executable, "-m", "uv", "pip", "compile", *_OPTIONS, f"{name}.in"]
        if name != EVERYTHING:
            command.append(f"--constraints={EVERYTHING}.txt")
        elif upgrade:
            command.append("--upgrade")
        subprocess.run([*command, f"--output-file={name}.txt"], cwd=folder, check=True)


def check_all(folder: Path = FOLDER) -> None:
    """Raise for a missing file, a line that is no pin or hash, or a version of its own."""
    versions: dict[str, tuple[str, str]] = {}
    for name in SETS:
        file = folder / f"{name}.txt"
        if not file.exists():
            raise PinsError(f"{file.name} is missing; run `make pins`")
        _refuse_foreign_lines(file)
        for package, version in pinned(file).items():
            owner, known = versions.setdefault(package, (name, version))
            if known != version:
                raise PinsError(f"{package} is {known} in {owner}.txt but {version} in {name}.txt")


def pinned(file: Path) -> Mapping[str, str]:
    """Read package names and versions; one package may have several, by marker."""
    found: dict[str, set[str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        match = _PIN.match(line)
        if match:
            found.setdefault(match["name"].lower(), set()).add(match["version"])
    return {name: ", ".join(sorted(versions)) for name, versions in found.items()}


def _refuse_foreign_lines(file: Path) -> None:
    for number, line in _lines(file):
        if _ADDRESS.search(line) or not _LINE.fullmatch(line):
            raise PinsError(f"{file.name}:{number} holds something other than pins and hashes")


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    yield from enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.pins", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compile nothing, only check")
    parser.add_argument("--upgrade", action="store_true", help="take newer versions than pinned")
    options = parser.parse_args(arguments)
    if not options.check:
        compile_all(upgrade=options.upgrade)
    try:
        check_all()
    except PinsError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
