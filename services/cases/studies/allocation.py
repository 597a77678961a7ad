"""Draws arms for cases: in permuted blocks, from a seed, and so that anybody can draw the same again.

The draw of a text is HMAC-SHA256 of it, with the seed's decimal digits as the key: no generator of any
language or version is involved. Cases go in the order of their draws. In each stratum they fill blocks with
one place per arm; the arms of a block are in the order of the arms' draws for that block.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

LARGEST_SEED = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly."""


@dataclass(frozen=True, slots=True)
class Lottery:
    """The drawing of one study's arms from one seed."""

    study: UUID
    seed: int
    arms: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(set(self.arms)) != len(self.arms) or len(self.arms) < 2:
            raise ValueError("a lottery takes two or more distinct arms")

    def ordered(self, cases: Iterable[UUID]) -> list[UUID]:
        """Return the cases in the order of their draws, however they were given."""
        return sorted(cases, key=lambda case: self._draw(f"case/{case}"))

    def block(self, stratum: str, number: int) -> list[str]:
        """Return the arms of one block of a stratum, counted from 0, in the order they are given out."""
        return sorted(self.arms, key=lambda arm: self._draw(f"arm/{stratum}/{number}/{arm}"))

    def allocate(self, cases: Iterable[UUID], stratum: str = "", taken: int = 0) -> dict[UUID, str]:
        """Give each case of a stratum its arm.

        Parameters
        ----------
        taken : int
            How many places of the stratum this seed has given out before: the blocks go on from there.
        """
        return {
            case: self._arm(stratum, place) for place, case in enumerate(self.ordered(cases), start=taken)
        }

    def _arm(self, stratum: str, place: int) -> str:
        number, within = divmod(place, len(self.arms))
        return self.block(stratum, number)[within]

    def _draw(self, text: str) -> bytes:
        return hmac.digest(str(self.seed).encode(), f"{self.study}/{text}".encode(), hashlib.sha256)
