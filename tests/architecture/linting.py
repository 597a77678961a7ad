"""Lints a folder's packages again and again in one process, once for each import that is added to a file.

Run in the folder, with a JSON object on its standard input: for each contract a file and the line to add.
It answers with what was said of all contracts as they are, and of each with its line: `[code, text]`.
"""

import json
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from importlinter.cli import lint_imports

Said = tuple[int, str]
EVERYTHING = "everything"


def linted(*contracts: str) -> Said:
    """Check contracts, or all, on the packages in the folder as they are now."""
    with redirect_stdout(StringIO()) as told:
        code = lint_imports(limit_to_contracts=contracts, cache_dir="cache", no_logo=True)
    return code, told.getvalue()


def linted_with(contract: str, file: Path, line: str) -> Said:
    """Check a contract while a line is added to a file."""
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}\n{line}\n", encoding="utf-8")
    try:
        return linted(contract)
    finally:
        file.write_text(text, encoding="utf-8")


def main() -> None:
    """Read what to add, and tell what was said."""
    added: dict[str, tuple[str, str]] = json.load(sys.stdin)
    said = {EVERYTHING: linted()}
    said |= {contract: linted_with(contract, Path(file), line) for contract, (file, line) in added.items()}
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
