"""Writes what a source changes, all of it or nothing, and leaves everything of others alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.cases.classification.reasons import Reason
from services.cases.classification.repository import queue_reclassification
from services.cases.organisation.repository import note_changes
from services.cases.organisation.service import CLASSIFYING
from services.cases.synchronisation.difference import Difference, Kind
from services.cases.synchronisation.plan import Plan, Stored
from services.cases.synchronisation.repository import (
    RESOURCES,
    add_rows,
    change_rows,
    end_references,
    end_rows,
    keep_references,
    places,
)
from shared.audit import Access, record_accesses
from shared.database.connection import Transaction

_MOST_ONE_BY_ONE = 20


@dataclass(frozen=True, slots=True)
class Writing:
    """One source's words at one moment."""

    system: str
    source_version: int
    at: datetime


async def write_plan(transaction: Transaction, plan: Plan, stored: Stored, by: Writing) -> None:
    """Write a plan, each kind of thing in a handful of statements."""
    units: set[UUID] = set()
    for kind in Kind:
        found = plan.differences.get(kind)
        if found is None:
            continue
        await _write_rows(transaction, kind, plan, stored, by)
        ended = await _end(transaction, kind, plan, by)
        written = {reference: fields for reference, fields in found.written.items() if fields}
        touched = {plan.ids[kind, reference] for reference in (*found.new, *written)}
        await note_changes(transaction, RESOURCES[kind], touched | ended)
        if kind is Kind.UNIT:
            units = ended | {
                plan.ids[kind, reference]
                for reference, fields in written.items()
                if not fields.keys().isdisjoint(CLASSIFYING)
            }
    await _queue(transaction, units)
    await _record(transaction, plan, stored)


async def _write_rows(
    transaction: Transaction, kind: Kind, plan: Plan, stored: Stored, by: Writing
) -> None:
    found, held = plan.differences[kind], stored.holding(kind)
    begun = {"valid_from": by.at} if kind is Kind.PROFESSIONAL else {}
    await add_rows(
        transaction,
        kind,
        [{**begun, **values, "id": plan.ids[kind, reference]} for reference, values in found.new.items()],
    )
    await change_rows(
        transaction,
        kind,
        [
            {**held[reference].values, **fields, "id": plan.ids[kind, reference]}
            for reference, fields in found.written.items()
            if fields
        ],
    )
    await keep_references(transaction, by.system, kind, _said(kind, found, plan), by.source_version)


def _said(kind: Kind, found: Difference, plan: Plan) -> dict[str, UUID]:
    """Return what the source said something of that it had not said before."""
    claimed = {reference for of, reference in plan.claimed if of is kind}
    return {reference: plan.ids[kind, reference] for reference in {*found.new, *found.written, *claimed}}


async def _end(transaction: Transaction, kind: Kind, plan: Plan, by: Writing) -> set[UUID]:
    """End what is no longer sent; return whose rows that changed."""
    gone = plan.differences[kind].ended
    if not gone:
        return set()
    await end_references(transaction, places(transaction, by.system, kind, gone), by.source_version, by.at)
    ids = [plan.ids[kind, reference] for reference in gone]
    return set(await end_rows(transaction, RESOURCES[kind], ids, by.at))


async def _queue(transaction: Transaction, units: set[UUID]) -> None:
    """Have the cases of changed units classified anew; of all units, where it is many."""
    if len(units) > _MOST_ONE_BY_ONE:
        await queue_reclassification(transaction, Reason.UNIT_CHANGED, None)
        return
    for unit_id in sorted(units):
        await queue_reclassification(transaction, Reason.UNIT_CHANGED, unit_id)


async def _record(transaction: Transaction, plan: Plan, stored: Stored) -> None:
    """Tell the audit whose data was written: each person once."""
    persons = {plan.ids[Kind.PERSON, each] for each in _written(plan, Kind.PERSON)}
    for reference in _written(plan, Kind.PROFESSIONAL):
        held = stored.holding(Kind.PROFESSIONAL).get(reference)
        known: Mapping[str, Any] = {} if held is None else held.values
        found = plan.differences[Kind.PROFESSIONAL]
        sent = found.new.get(reference) or found.written.get(reference) or {}
        persons.add({**known, **sent}["person_id"])
    await record_accesses(
        transaction,
        (Access("write", "employee", each, "organisation-register") for each in sorted(persons)),
    )


def _written(plan: Plan, kind: Kind) -> set[str]:
    found = plan.differences.get(kind, Difference())
    return {*found.new, *found.written, *found.ended}
