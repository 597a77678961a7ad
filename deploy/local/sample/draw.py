"""Owns chance: draws that are the same on every platform and Python; unfit for secrets."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_MASK = (1 << 64) - 1


class Draw:
    """SplitMix64 (Steele, Lea and Flood 2014): whole numbers only, so no platform rounds otherwise.

    `random.Random` promises the same sequence for `random()` alone, and its normal draws go through
    the platform's mathematical library.
    """

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK

    def uniform(self) -> float:
        """From 0 up to, but without, 1."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return ((mixed ^ (mixed >> 31)) >> 11) / (1 << 53)

    def normal(self, spread: float) -> float:
        """Nearly normal around 0: twelve uniform draws less six, which needs additions only."""
        total = -6.0
        for _ in range(12):
            total += self.uniform()
        return spread * total

    def chance(self, probability: float) -> bool:
        """True this often."""
        return self.uniform() < probability

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """The same things in another order."""
        rest = list(things)
        return [rest.pop(int(self.uniform() * len(rest))) for _ in things]
