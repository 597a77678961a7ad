"""`python -m deploy.openapi_lint` lints docs/openapi, or the documents named; what can't be, fails.

Spectral looks at every document, Redocly at those of the API itself, which are not of a service behind it.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.node_packages import InstallationError
from deploy.openapi_lint.linters import install, redocly, spectral

DOCUMENTS = Path(__file__).parents[2] / "docs/openapi"


def main(arguments: list[str]) -> int:
    """Lint documents; 0 only if there are some and nothing is found in them."""
    named = [Path(each).resolve() for each in arguments] or sorted(DOCUMENTS.glob("*.json"))
    if not named:
        sys.stderr.write("There is no document to lint.\n")
        return 2
    try:
        install()
    except InstallationError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    published = [each for each in named if _is_published(each)]
    behind = [each for each in named if each not in published]
    # The merged document takes as long as all others and Redocly together.
    runs = [(spectral, published), (spectral, behind), (redocly, published)]
    with ThreadPoolExecutor(max_workers=2) as executor:
        found = [executor.submit(lint, documents) for lint, documents in runs if documents]
    return max(each.result() for each in found)


def _is_published(file: Path) -> bool:
    document = json.loads(file.read_text(encoding="utf-8"))
    return not any(server.get("x-internal") for server in document["servers"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
