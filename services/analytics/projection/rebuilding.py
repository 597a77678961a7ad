"""Has the projection made again from nothing, and says how far it has come.

It only asks: whoever holds a feed's lease does the work, just as after a restore. So nothing is done
twice, however many ask, and readers keep what they have until all of the new is there.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.changes.events import Position, PositionUnknown
from shared.changes.generations import Generations, Places

_LOOK_AGAIN_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a feed's new generation has come.

    Attributes
    ----------
    read : int
        Number of the last change read; numbers grow by about one with each change.
    of : int
        Number of the last change in the generation that is read; 0 if that is not known.
    is_ready : bool
        Readers have the new generation, and nothing is left of older ones.
    """

    feed: str
    read: int
    of: int
    is_ready: bool

    @property
    def percent(self) -> int:
        """The part that is done; 100 only when all is."""
        if self.is_ready:
            return 100
        return min(99, 100 * self.read // self.of) if self.of else 0


async def rebuild(feeds: Sequence[Generations], show: Callable[[Sequence[Progress]], None]) -> None:
    """Ask for a new generation of each feed's projection, and wait until readers have them all."""
    wanted = [await each.begin() for each in feeds]
    while True:
        found = [await _progress(each, generation) for each, generation in zip(feeds, wanted, strict=True)]
        show(found)
        if all(each.is_ready for each in found):
            return
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)


async def _progress(feed: Generations, wanted: int) -> Progress:
    places = await feed.places()
    is_there = places.active.generation >= wanted and places.building is None
    is_ready = is_there and not await feed.retired()
    return Progress(feed.consumer, _number(_new(places, wanted)), _number(places.active.position), is_ready)


def _new(places: Places, wanted: int) -> str:
    if places.building is not None:
        return places.building.position
    return places.active.position if places.active.generation >= wanted else ""


def _number(position: str) -> int:
    try:
        return Position.parse(position).number
    except PositionUnknown:
        return 0  # at the very beginning
