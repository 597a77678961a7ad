"""Keeps what was worked out of something that does not change, as long as that thing itself is kept."""

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class WorkedOut:
    """What was worked out of one thing, by key; only the first who asks works it out."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: dict[object, Any] = {}

    def __contains__(self, key: object) -> bool:
        """Tell whether somebody has worked it out already."""
        return key in self._found

    def once(self, key: object, work_out: Callable[[], T]) -> T:
        """Return what is kept by a key, worked out now if nothing is."""
        if key not in self._found:
            self._found[key] = work_out()
        found: T = self._found[key]
        return found
