"""Remembers the bytes of answers within a bound; what they depend on is all in the key they are kept by.

A key names the versions of the rows that were read, so nothing is ever taken back: an answer of older
rows is not asked for again, and goes when there is no room for it.
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from prometheus_client import Counter, Gauge

SIZE = Gauge("samspil_remembered_bytes", "What is kept of answers to give again, about.")
ASKED = Counter(
    "samspil_remembered_asked_total", "Times an answer was looked for: there already, or not.", ["found"]
)

_ENTRY_BYTES = 500
"""What an entry takes beside what is kept by it: the key, and its places."""

Kept = TypeVar("Kept")


class Memo(Generic[Kept]):
    """What was worked out, by all it depends on; the least recently used goes first."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[Hashable, tuple[Kept, int]] = OrderedDict()
        self._size = 0

    def get(self, key: Hashable) -> Kept | None:
        """Return what is kept by a key, or None."""
        found = self._kept.get(key)
        ASKED.labels("known" if found else "new").inc()
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def keep(self, key: Hashable, what: Kept, size: int) -> None:
        """Keep something of so many bytes; what alone is too much is not kept."""
        if size + _ENTRY_BYTES > self._most:
            return
        self._drop(key)
        self._kept[key] = what, size + _ENTRY_BYTES
        self._size += size + _ENTRY_BYTES
        while self._size > self._most:
            self._drop(next(iter(self._kept)))
        SIZE.set(self._size)

    def _drop(self, key: Hashable) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._size -= gone[1]
