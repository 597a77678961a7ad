"""A bounded memory of values that are true for a while; forgets the oldest first."""

import time
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """Values by key, each until its own moment; at most `most` of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Key, tuple[float, Value]] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """Return the value if it is still true."""
        found = self._values.get(key)
        if found is None or found[0] <= time.time():
            return None
        return found[1]

    def put(self, key: Key, value: Value, until: float) -> None:
        """Remember a value until a moment (seconds of the epoch)."""
        self._values[key] = (until, value)
        self._values.move_to_end(key)
        if len(self._values) > self._most:
            self._values.popitem(last=False)

    def forget(self) -> None:
        """Forget all of it."""
        self._values.clear()
