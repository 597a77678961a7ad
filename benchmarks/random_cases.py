"""Random cases of random municipalities: stored in the register, and classified by the pure rule.

For the benchmark of classification and for the tests that hold its two formulations against each other.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from services.cases.classification.complexity import Classification, RuleSet, UnitPart, classify
from services.cases.classification.statements import counts_of, read_complexities
from shared.contracts.register import InvolvementRole
from shared.database.connection import Transaction

LAWS = ("Barnets lov", "Serviceloven", "Lov om aktiv beskæftigelsesindsats", "Sundhedsloven")
_LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
_FAR_OFF = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RandomUnit:
    """A unit somewhere in a random tree."""

    id: UUID
    parent: UUID | None
    counts: bool
    external: bool


@dataclass(frozen=True, slots=True)
class RandomPart:
    """A unit's part in a case, of some registration, at some time."""

    unit: UUID
    role: InvolvementRole
    laws: tuple[str, ...]
    valid_from: datetime
    valid_to: datetime | None
    registration: int

    def is_active(self, now: datetime) -> bool:
        """Tell whether the part counts at a moment: from its beginning until before its end."""
        return self.valid_from <= now and (self.valid_to is None or now < self.valid_to)


@dataclass(frozen=True, slots=True)
class RandomCases:
    """A tenant's units and cases."""

    tenant: UUID
    units: dict[UUID, RandomUnit]
    cases: dict[UUID, list[RandomPart]]

    def counting(self, unit: UUID | None) -> RandomUnit | None:
        """Return a unit's nearest ancestor that counts, itself if it does."""
        while unit is not None:
            found = self.units[unit]
            if found.counts:
                return found
            unit = found.parent
        return None

    def classified(self, case_id: UUID, rules: RuleSet, now: datetime) -> Classification:
        """Classify a case by the pure rule."""
        parts = []
        for part in self.cases[case_id]:
            counting = self.counting(part.unit)
            if counting is not None and part.is_active(now):
                parts.append(UnitPart(counting.id, part.role, counting.external, frozenset(part.laws)))
        return classify(parts, rules)


def random_cases(cases: int, seed: int, units: int = 300) -> RandomCases:
    """Make cases of zero to twelve parts, many of them ended, in trees of units that count or not."""
    draw = random.Random(seed)
    known: list[RandomUnit] = []
    for _ in range(units):
        parent = draw.choice(known).id if known and draw.random() < 0.7 else None
        known.append(RandomUnit(_uuid(draw), parent, draw.random() < 0.7, draw.random() < 0.25))
    return RandomCases(
        tenant=_uuid(draw),
        units={unit.id: unit for unit in known},
        cases={_uuid(draw): _parts(draw, known) for _ in range(cases)},
    )


def _parts(draw: random.Random, units: Sequence[RandomUnit]) -> list[RandomPart]:
    nearby = draw.sample(units, k=min(len(units), 10))  # so that units come twice
    return [
        RandomPart(
            draw.choice(nearby).id,
            draw.choice(tuple(InvolvementRole)),
            tuple(draw.sample(LAWS, k=draw.randrange(3))),
            *_period(draw),
            draw.randrange(3),
        )
        for _ in range(draw.randrange(13))
    ]


def _period(draw: random.Random) -> tuple[datetime, datetime | None]:
    begin = _LONG_AGO + timedelta(hours=draw.randrange(10_000))
    kind = draw.random()
    if kind < 0.6:
        return begin, None
    if kind < 0.85:
        return begin, begin + timedelta(hours=draw.randrange(1000))
    return (begin, _FAR_OFF) if kind < 0.95 else (_FAR_OFF, None)


def _uuid(draw: random.Random) -> UUID:
    return UUID(int=draw.getrandbits(128), version=4)


async def store(superuser_dsn: str, sample: RandomCases) -> None:
    """Copy a sample into the register, past row-level security and foreign keys, in one transaction."""
    connection = await asyncpg.connect(superuser_dsn)
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL session_replication_role = replica")
            for table, rows in _records(sample):
                columns, records = rows[0], rows[1:]
                await connection.copy_records_to_table(table, columns=columns, records=records)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


def _records(sample: RandomCases) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    tenant = sample.tenant
    yield (
        "unit",
        [
            (
                *("tenant_id", "id", "version", "name", "area_id", "parent_id", "municipality_code"),
                *("counts_as_unit", "authority_function", "external", "laws"),
            ),
            *(
                (
                    tenant,
                    unit.id,
                    1,
                    "Enhed",
                    tenant,
                    unit.parent,
                    "0766",
                    unit.counts,
                    False,
                    unit.external,
                    [],
                )
                for unit in sample.units.values()
            ),
        ],
    )
    yield (
        "citizen_case",
        [
            ("tenant_id", "id", "version", "respondent_label"),
            *((tenant, case_id, 1, "Forløb 27") for case_id in sample.cases),
        ],
    )
    yield "registration", [_REGISTRATION, *_registrations(sample)]
    yield "involvement", [_INVOLVEMENT, *_involvements(sample)]


_REGISTRATION = ("tenant_id", "id", "version", "system", "reference", "case_id", "source_version")
_INVOLVEMENT = (
    *("tenant_id", "id", "case_id", "registration_id", "unit_id", "role", "laws"),
    *("valid_from", "valid_to"),
)


def _registrations(sample: RandomCases) -> Iterator[tuple[Any, ...]]:
    for case_id, parts in sample.cases.items():
        for number in {part.registration for part in parts}:
            reference = _registration_id(case_id, number)
            yield sample.tenant, reference, 1, f"system-{number}", str(reference), case_id, 1


def _involvements(sample: RandomCases) -> Iterator[tuple[Any, ...]]:
    number = 0
    for case_id, parts in sample.cases.items():
        for part in parts:
            number += 1
            registration = _registration_id(case_id, part.registration)
            yield (
                *(sample.tenant, UUID(int=number), case_id, registration, part.unit, part.role),
                *(list(part.laws), part.valid_from, part.valid_to),
            )


def _registration_id(case_id: UUID, number: int) -> UUID:
    return UUID(int=case_id.int ^ (number + 1))


async def disagreements(
    transaction: Transaction, sample: RandomCases, rules: RuleSet, batch: int = 500
) -> list[UUID]:
    """Classify all cases both ways; return those of which the two say something else."""
    now = datetime.now(UTC)
    ids = sorted(sample.cases)
    differing = []
    for start in range(0, len(ids), batch):
        rows = await read_complexities(transaction, ids[start : start + batch], rules, changed_only=False)
        found = {row["id"]: (row["level"], counts_of(row), sorted(row["laws"])) for row in rows}
        for case_id in ids[start : start + batch]:
            pure = sample.classified(case_id, rules, now)
            if found.get(case_id) != (pure.level, pure.counts, list(pure.laws)):
                differing.append(case_id)
    return differing
