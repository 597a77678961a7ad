"""Every statement on data versions: which data a tenant's figures are of, in one number per feed.

A version is raised in the transaction that writes what figures are worked out of, and by nothing else. It
is never given twice, not even after a restore: it is a time in microseconds, or one more than the last.
"""

from dataclasses import dataclass

from shared.database.connection import Transaction

SURVEY_FEED = "survey"
REGISTER_FEED = "cases"

_NEXT = (
    "SELECT greatest((extract(epoch FROM clock_timestamp()) * 1000000)::bigint, "
    "(SELECT version + 1 FROM data_version WHERE tenant_id = $1 AND feed = $2 AND generation = $3))"
)
_RAISE = (
    "INSERT INTO data_version (tenant_id, feed, generation, version, removed) VALUES ($1, $2, $3, $4, $5) "
    "ON CONFLICT (tenant_id, feed, generation) DO UPDATE SET version = excluded.version, "
    "removed = greatest(data_version.removed, excluded.removed)"
)
_FORGET = "DELETE FROM data_version WHERE tenant_id = $1 AND feed = $2 AND generation = $3"
_STAMP = (
    "SELECT place.consumer, place.generation, found.version, found.removed FROM feed_position AS place "
    "LEFT JOIN data_version AS found ON found.tenant_id = $1 AND found.feed = place.consumer "
    "AND found.generation = place.generation "
    "WHERE place.state = 'active' AND place.consumer IN ('survey', 'cases')"
)


@dataclass(frozen=True, slots=True)
class FeedVersion:
    """What is read of one feed: its generation, the last change, and the last that removed something."""

    generation: int = 0
    version: int = 0
    removed: int = 0

    def __str__(self) -> str:
        return f"{self.generation}.{self.version}"

    def after(self, held: "FeedVersion") -> int:
        """Return the version after which changes must be read to come here from what is held; -1 is all."""
        is_followed = held.generation == self.generation and self.removed <= held.version <= self.version
        return held.version if is_followed else -1


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which data a tenant has: equal stamps mean equal data, wherever they are read."""

    answers: FeedVersion = FeedVersion()
    register: FeedVersion = FeedVersion()

    def __str__(self) -> str:
        return f"{self.answers}-{self.register}"


async def next_version(transaction: Transaction, feed: str, generation: int) -> int:
    """Return the version that the transaction's changes to a tenant's data will have."""
    found = await transaction.driver.fetchval(_NEXT, transaction.tenant, feed, generation)
    return int(found)


async def raise_version(
    transaction: Transaction, place: tuple[str, int], version: int, *, removes: bool
) -> None:
    """Give a tenant's data in a feed's generation a version; `removes` if something is there no more."""
    removed = version if removes else 0
    await transaction.driver.execute(_RAISE, transaction.tenant, *place, version, removed)


async def forget_version(transaction: Transaction, feed: str, generation: int) -> None:
    """Forget a tenant's version in a generation of which nothing is left."""
    await transaction.driver.execute(_FORGET, transaction.tenant, feed, generation)


async def read_stamp(transaction: Transaction) -> Stamp:
    """Return which data of the transaction's tenant are read now."""
    rows = await transaction.driver.fetch(_STAMP, transaction.tenant)
    found = {
        row["consumer"]: FeedVersion(row["generation"], row["version"] or 0, row["removed"] or 0)
        for row in rows
    }
    return Stamp(found.get(SURVEY_FEED, FeedVersion()), found.get(REGISTER_FEED, FeedVersion()))
