"""A request's time for a part of a test; nothing of it is left for the tests after it."""

from collections.abc import Iterator
from contextlib import contextmanager

from shared.time_budget import begin_budget


@contextmanager
def budget(seconds: float | None) -> Iterator[None]:
    """Give what is done inside so many seconds."""
    begin_budget(seconds)
    try:
        yield
    finally:
        begin_budget(None)
