"""`python -m deploy.openapi_lint` lints docs/openapi, or the documents named; what can't be, fails."""

from __future__ import annotations

import sys
from pathlib import Path

from deploy.openapi_lint.installation import InstallationError, install, node

DOCUMENTS = Path(__file__).parents[2] / "docs/openapi"


def main(arguments: list[str]) -> int:
    """Lint documents; 0 only if there are some and nothing is found in them."""
    named = [Path(each).resolve() for each in arguments] or sorted(DOCUMENTS.glob("*.json"))
    try:
        program = install()
    except InstallationError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return node([str(program), *map(str, named)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
