"""Where a consumer stands: the generation that is read, the one being built, how far each has come.

The only way of rebuilding begins and ends here: `begin` asks for a generation from nothing, and
`swap` lets readers have it in one transaction; a place that somebody else moved is never written.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import text

from shared.database.connection import Database, Transaction


class GenerationState(StrEnum):
    """What a generation is for."""

    ACTIVE = "active"
    BUILDING = "building"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Place:
    """How far one generation has come in a feed."""

    generation: int
    state: GenerationState
    position: str


@dataclass(frozen=True, slots=True)
class Places:
    """The generation that is read, and the one that is being built beside it, if any."""

    active: Place
    building: Place | None = None


class FenceMoved(Exception):
    """Somebody else moved the position: this page must not be committed."""


class Generations:
    """The generations of one consumer's projection."""

    def __init__(self, consumer: str, database: Database) -> None:
        self.consumer = consumer
        self._database = database

    async def places(self) -> Places:
        """Return where the consumer stands; the first generation is read from its beginning."""
        async with self._database.transaction() as transaction:
            await transaction.execute(_FIRST, {"consumer": self.consumer})
            rows = (await transaction.execute(_CURRENT, {"consumer": self.consumer})).all()
        found = {row.state: Place(row.generation, GenerationState(row.state), row.position) for row in rows}
        return Places(found[GenerationState.ACTIVE], found.get(GenerationState.BUILDING))

    async def begin(self) -> int:
        """Ask for a generation from nothing and return its number; one that is being built will do."""
        async with self._database.transaction() as transaction:
            await transaction.execute(_FIRST, {"consumer": self.consumer})
            return await self._begin(transaction)

    async def begin_again(self, building: Place) -> int:
        """Give up a generation that can't be finished, and ask for another."""
        async with self._database.transaction() as transaction:
            await transaction.execute(_RETIRE, self._fence(building))
            return await self._begin(transaction)

    async def _begin(self, transaction: Transaction) -> int:
        await transaction.execute(_BEGIN, {"consumer": self.consumer})
        newest = await transaction.execute(_NEWEST, {"consumer": self.consumer})
        return int(newest.scalar_one())

    async def move(self, transaction: Transaction, place: Place, position: str) -> bool:
        """Move a place within the page's transaction; tell whether a generation is being built.

        Raises
        ------
        FenceMoved
            The place is not what it was.
        """
        moved = (await transaction.execute(_MOVE, {**self._fence(place), "new": position})).first()
        if moved is None:
            raise FenceMoved
        return bool(moved.building)

    async def swap(self, active: Place, built: Place) -> None:
        """Let readers have what was built, if both places are as they were seen.

        What is built was read after what is read now, so nobody is ever shown an older state again.

        Raises
        ------
        FenceMoved
            One of the places is not what it was.
        """
        async with self._database.transaction() as transaction:
            for statement, place in ((_RETIRE, active), (_ACTIVATE, built)):
                if (await transaction.execute(statement, self._fence(place))).rowcount != 1:
                    raise FenceMoved

    async def retired(self) -> list[int]:
        """Return the generations that nobody reads any more."""
        async with self._database.transaction() as transaction:
            rows = await transaction.execute(_RETIRED, {"consumer": self.consumer})
            return [row.generation for row in rows]

    async def forget(self, generation: int) -> None:
        """Forget a retired generation that has been cleared."""
        async with self._database.transaction() as transaction:
            await transaction.execute(_FORGET, {"consumer": self.consumer, "generation": generation})

    def _fence(self, place: Place) -> dict[str, object]:
        return {
            "consumer": self.consumer,
            "generation": place.generation,
            "state": place.state.value,
            "old": place.position,
        }


_FIRST = text(
    "INSERT INTO feed_position (consumer, generation, state, position) "
    "SELECT :consumer, 1, 'active', '' "
    "WHERE NOT EXISTS (SELECT FROM feed_position WHERE consumer = :consumer) ON CONFLICT DO NOTHING"
)
_CURRENT = text(
    "SELECT generation, state, position FROM feed_position "
    "WHERE consumer = :consumer AND state <> 'retired' ORDER BY generation"
)
# Two who ask at once work out the same number, and only one of them adds it.
_BEGIN = text(
    "INSERT INTO feed_position (consumer, generation, state, position) "
    "SELECT :consumer, max(generation) + 1, 'building', '' FROM feed_position WHERE consumer = :consumer "
    "HAVING count(*) FILTER (WHERE state = 'building') = 0 ON CONFLICT DO NOTHING"
)
_NEWEST = text("SELECT max(generation) FROM feed_position WHERE consumer = :consumer")
# The state is part of the fence: what is written into a retired generation after it was cleared would stay.
_MOVE = text(
    "UPDATE feed_position SET position = :new "
    "WHERE consumer = :consumer AND generation = :generation AND state = :state AND position = :old "
    "RETURNING EXISTS (SELECT FROM feed_position AS other "
    "WHERE other.consumer = :consumer AND other.state = 'building') AS building"
)
_RETIRE = text(
    "UPDATE feed_position SET state = 'retired' "
    "WHERE consumer = :consumer AND generation = :generation AND state = :state AND position = :old"
)
_ACTIVATE = text(
    "UPDATE feed_position SET state = 'active' "
    "WHERE consumer = :consumer AND generation = :generation AND state = :state AND position = :old"
)
_RETIRED = text("SELECT generation FROM feed_position WHERE consumer = :consumer AND state = 'retired'")
_FORGET = text(
    "DELETE FROM feed_position "
    "WHERE consumer = :consumer AND generation = :generation AND state = 'retired'"
)
