"""What is in the checkout: the files git tracks or would track, and their text."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LISTING = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A text file by its path in the repository."""

    path: str
    text: str

    @property
    def is_python(self) -> bool:
        """Tell whether it is a module."""
        return self.path.endswith(".py")

    @property
    def is_test(self) -> bool:
        """Tell whether it belongs to the tests or the benchmarks."""
        return self.path.startswith(("tests/", "benchmarks/"))


@cache
def files() -> tuple[SourceFile, ...]:
    """Read every text file of the checkout, new ones that git does not ignore included."""
    listed = subprocess.run(_LISTING, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(_read(sorted(path for path in set(listed.split("\0")) if path)))


def _read(paths: list[str]) -> Iterator[SourceFile]:
    for path in paths:
        try:
            yield SourceFile(path, (ROOT / path).read_text(encoding="utf-8"))
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # not a text, or deleted but not yet committed so


def modules() -> tuple[SourceFile, ...]:
    """Return the Python files."""
    return tuple(file for file in files() if file.is_python)
