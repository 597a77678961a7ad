"""The database's own functions, each version of each as it was created; an old one is never edited."""

from pathlib import Path

_FOLDER = Path(__file__).parent


def written(name: str, version: int) -> str:
    """Return the statement that creates a function."""
    return (_FOLDER / f"{name}_{version}.sql").read_text(encoding="utf-8")
