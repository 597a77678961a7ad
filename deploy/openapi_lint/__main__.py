"""`python -m deploy.openapi_lint` lints docs/openapi, or the documents named; what can't be, fails."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from deploy.node_packages import InstallationError, install, node

HERE = Path(__file__).parent
DOCUMENTS = HERE.parents[1] / "docs/openapi"
_FOLDER = Path(sys.prefix) / "openapi-lint"
_PROGRAM = "lint.mjs"


def main(arguments: list[str]) -> int:
    """Lint documents; 0 only if there are some and nothing is found in them."""
    named = [Path(each).resolve() for each in arguments] or sorted(DOCUMENTS.glob("*.json"))
    try:
        install(HERE, _FOLDER)
    except InstallationError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    for name in (_PROGRAM, "ruleset.mjs"):
        shutil.copyfile(HERE / name, _FOLDER / name)
    return node([_PROGRAM, *map(str, named)], _FOLDER)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
