"""Owns the checks of the deployment files: Dockerfile, compose file, YAML; needs no Docker.

A missing file is a failure, not a pass. The Dockerfile linter has programs for Linux only; where it
is missing, that is said and the other checks still count.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = "docker-compose.yml"
DOCKERFILE = "deploy/Dockerfile"
_YAML_RULES = "{extends: default, rules: {line-length: {max: 120}, document-start: disable}}"


def commands(root: Path) -> Iterator[Sequence[str]]:
    """Give each check as a command to run in the root folder."""
    hadolint = Path(sys.executable).parent / "hadolint"
    if hadolint.exists():
        yield [str(hadolint), DOCKERFILE]
    else:
        sys.stderr.write("No hadolint for this platform: the Dockerfile was not checked.\n")
    python = sys.executable
    schema = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    yield [python, *schema, COMPOSE]
    yaml_files = [COMPOSE, *_yaml_files(root)]
    yield [python, "-m", "yamllint", "--strict", "-d", _YAML_RULES, *yaml_files]


def _yaml_files(root: Path) -> list[str]:
    found = [*root.glob("deploy/**/*.yml"), *root.glob("deploy/**/*.yaml")]
    return sorted(str(path.relative_to(root)) for path in found)


def check(root: Path) -> int:
    """Run every check, also after one failed, and count the failures."""
    missing = [name for name in (DOCKERFILE, COMPOSE) if not (root / name).exists()]
    for name in missing:
        sys.stderr.write(f"{name} is missing\n")
    if missing:
        return len(missing)
    return sum(subprocess.run(command, cwd=root, check=False).returncode != 0 for command in commands(root))


if __name__ == "__main__":
    sys.exit(1 if check(ROOT) else 0)
