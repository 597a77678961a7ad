"""How fast cases are classified anew, and whether the rule's two formulations agree on random cases.

Run: `python -m benchmarks.classification [CASES]` (100,000 by default).
"""

import asyncio
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.random_cases import RandomCases, disagreements, random_cases, store
from deploy.local.house import postgres_of
from deploy.local.postgres import ServerAddress
from services.cases.classification.complexity import (
    COMPLEX,
    DEFAULT_RULE_SET,
    ORDINARY,
    Level,
    RuleSet,
)
from services.cases.classification.reasons import Reason
from services.cases.classification.reclassifier import Reclassifier
from services.cases.classification.repository import queue_reclassification
from services.cases.classification.statements import read_transitions
from shared.access.principal import Principal, Role
from shared.changes.bell import ChangeBell
from shared.database.connection import Database
from shared.database.migrate import upgrade
from shared.database.provision import ServiceDatabase, provision_now

OTHER = RuleSet("other", 1, (ORDINARY, COMPLEX, Level("very-complex", 7, 3)), external_units_count=False)
_SEED = 20261122


def main() -> None:
    """Measure, and print the figures."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        postgres = postgres_of(Path(name))
        try:
            target = ServiceDatabase("cases", "owner-pw", "app-pw", "feed-pw")
            server = postgres.start()
            provision_now(server.dsn(), target)
            upgrade("cases", target.dsn(server.dsn(), "owner"))
            asyncio.run(_measure(server, target, cases))
        finally:
            postgres.destroy()


async def _measure(server: ServerAddress, target: ServiceDatabase, cases: int) -> None:
    begun = time.perf_counter()
    sample = random_cases(cases, _SEED)
    await store(server.dsn(target.name), sample)
    _say("made and stored", cases, begun)
    database = Database(target.dsn(server.dsn(), "app"), 2)
    feed = Database(target.dsn(server.dsn(), "feed"), 1)
    try:
        for rules in (DEFAULT_RULE_SET, OTHER):
            await _compare(database, sample, rules)
        await _reclassify(database, feed, sample)
        await _preview(database, sample)
    finally:
        await database.close()
        await feed.close()


async def _compare(database: Database, sample: RandomCases, rules: RuleSet) -> None:
    begun = time.perf_counter()
    async with database.transaction(sample.tenant) as transaction:
        differing = await disagreements(transaction, sample, rules)
    _say(f"both ways by {rules.name}: {len(differing)} disagreements", len(sample.cases), begun)
    begun = time.perf_counter()
    now = datetime.now(UTC)
    levels = Counter(sample.classified(case_id, rules, now).level for case_id in sample.cases)
    _say(f"pure rule alone, {dict(levels)}", len(sample.cases), begun)


async def _reclassify(database: Database, feed: Database, sample: RandomCases) -> None:
    """Every case's row still has its defaults, so nearly all of them change."""
    caller = Principal("benchmark", "benchmark", frozenset({Role.SERVICE}), tenant=sample.tenant)
    worker = Reclassifier(database, feed, ChangeBell(""))
    for what in ("most change", "nothing changes"):
        async with database.transaction(sample.tenant, caller) as transaction:
            await queue_reclassification(transaction, Reason.RULE_SET_CHANGED, None)
        begun = time.perf_counter()
        left = await worker.work_round()
        _say(f"in the background, {what}{', unfinished' if left else ''}", len(sample.cases), begun)


async def _preview(database: Database, sample: RandomCases) -> None:
    begun = time.perf_counter()
    async with database.transaction(sample.tenant) as transaction:
        found = await read_transitions(transaction, OTHER, 50)
    moved = sum(row["cases"] for row in found if row["from_level"] != row["to_level"])
    _say(f"preview of {OTHER.name}: {moved} would change", len(sample.cases), begun)


def _say(what: str, cases: int, begun: float) -> None:
    taken = time.perf_counter() - begun
    print(f"{what}: {cases} cases in {taken:.2f} s, {cases / taken:,.0f} cases/s", flush=True)


if __name__ == "__main__":
    main()
