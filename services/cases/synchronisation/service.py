"""Use cases of synchronisation: take over a whole organisation, or one thing of it, from its source."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from pydantic.alias_generators import to_camel
from sqlalchemy import Row
from uuid_utils.compat import uuid7

from services.cases.organisation.repository import await_turn, read_clock
from services.cases.organisation.service import note_person_access
from services.cases.register.visibility import speaks_for
from services.cases.synchronisation.difference import Difference, Held, Kind, difference
from services.cases.synchronisation.errors import SUSPICIOUS_SNAPSHOT
from services.cases.synchronisation.plan import (
    Place,
    Plan,
    Stored,
    claims,
    make_plan,
    parent_of,
    wanted_values,
)
from services.cases.synchronisation.references import (
    POINTING,
    circular,
    in_circles,
    named_by,
    own_errors,
    pointer_of,
    sent_by_kind,
    snapshot_errors,
    unknown_reference,
)
from services.cases.synchronisation.repository import (
    RESOURCES,
    columns_of,
    keep_source,
    read_by_id,
    read_owners,
    read_source,
    read_sourced,
    read_tree,
)
from services.cases.synchronisation.schemas import (
    SentAlone,
    SourceView,
    SynchronisationView,
    SynchroniseOrganisation,
)
from services.cases.synchronisation.views import show_plan
from services.cases.synchronisation.writing import Writing, write_plan
from shared.database.connection import Transaction
from shared.errors import (
    BROKEN_RULE,
    FORBIDDEN,
    NOT_FOUND,
    OUTDATED_SOURCE_VERSION,
    FieldError,
    Problem,
)
from shared.resources import read_row, view_of


@dataclass(frozen=True, slots=True)
class Terms:
    """How a snapshot is taken: for good or only to look, and whether it may end most of what there is."""

    dry_run: bool = False
    mass_ending: bool = False


def require_own(transaction: Transaction, system: str) -> None:
    """Refuse who neither administers the tenant nor speaks for the source.

    Raises
    ------
    Problem
        403.
    """
    if not speaks_for(transaction.caller, system):
        raise Problem(FORBIDDEN)


async def synchronise(
    transaction: Transaction, system: str, wanted: SynchroniseOrganisation, terms: Terms
) -> SynchronisationView:
    """Make a source's part of the organisation what it sends: all of it or nothing.

    Raises
    ------
    Problem
        409 for an older version, or one that would end suspiciously much; 422 with everything that
        contradicts itself.
    """
    require_own(transaction, system)
    await await_turn(transaction)
    source = await read_source(transaction, system)
    if source is not None and wanted.source_version < source.source_version:
        raise Problem(OUTDATED_SOURCE_VERSION)
    if source is not None and wanted.source_version == source.source_version:
        return show_plan(system, wanted.source_version, None, dry_run=terms.dry_run)
    stored, refused = await _stored_for(transaction, system, wanted)
    # In a thread: tens of thousands of things to compare would keep everybody else waiting.
    plan = await asyncio.to_thread(_plan, wanted, stored)
    plan = replace(plan, errors=[*plan.errors, *refused])
    if not terms.dry_run:
        _refuse(plan, terms)
        by = Writing(system, wanted.source_version, await read_clock(transaction))
        await write_plan(transaction, plan, stored, by)
        await keep_source(transaction, system, by.source_version, by.at)
    return show_plan(system, wanted.source_version, plan, dry_run=terms.dry_run)


def _plan(wanted: SynchroniseOrganisation, stored: Stored) -> Plan:
    errors = snapshot_errors(wanted)
    plan = make_plan(sent_by_kind(wanted), stored, uuid7)
    named = {error.pointer for error in errors}
    return replace(plan, errors=[*errors, *(each for each in plan.errors if each.pointer not in named)])


def _refuse(plan: Plan, terms: Terms) -> None:
    if plan.errors:
        raise Problem(BROKEN_RULE, plan.errors)
    if plan.suspicious and not terms.mass_ending:
        raise Problem(SUSPICIOUS_SNAPSHOT)


async def _stored_for(
    transaction: Transaction, system: str, wanted: SynchroniseOrganisation
) -> tuple[Stored, list[FieldError]]:
    """Return what is stored of a source, and what it may not take over."""
    stored = await _read_stored(transaction, system, dict.fromkeys(Kind), wanted.source_version)
    place_by_pointer = {
        (kind, each.reference): pointer_of(kind, index, "id")
        for kind, things in sent_by_kind(wanted).items()
        for index, each in enumerate(things)
    }
    given = {
        (kind, each.reference): each.id
        for kind, things in sent_by_kind(wanted).items()
        for each in things
        if each.id is not None
    }
    stored, refused = await _claim(transaction, stored, given)
    return stored, [replace(error, pointer=place_by_pointer[place]) for place, error in refused.items()]


async def _claim(
    transaction: Transaction, stored: Stored, given: Mapping[Place, UUID]
) -> tuple[Stored, dict[Place, FieldError]]:
    """Take over what a source names by its id."""
    claimed, refused = claims(given, stored.ids, await read_owners(transaction, set(given.values())))
    held = {kind: dict(things) for kind, things in stored.held.items()}
    for kind in {place[0] for place in claimed}:
        reference_by_id = {taken: place[1] for place, taken in claimed.items() if place[0] is kind}
        for row in await read_by_id(transaction, kind, list(reference_by_id)):
            held.setdefault(kind, {})[reference_by_id[row.id]] = Held(_values(kind, row))
    ids = {**stored.ids, **claimed}
    return replace(stored, ids=ids, held=held, claimed=frozenset(claimed)), refused


async def _read_stored(
    transaction: Transaction,
    system: str,
    references: Mapping[Kind, Collection[str] | None],
    source_version: int,
) -> Stored:
    """Read what is stored of a source: everything of each kind, or only what is named."""
    ids: dict[Place, UUID] = {}
    held: dict[Kind, dict[str, Held]] = {}
    for kind, named in references.items():
        rows = await read_sourced(transaction, system, kind, named)
        ids |= {(kind, row.reference): row.subject_id for row in rows}
        held[kind] = {
            row.reference: Held(
                _values(kind, row), row.ended_at is None, newer=row.source_version > source_version
            )
            for row in rows
        }
    tree = await read_tree(transaction)
    return Stored(
        ids,
        held,
        parents={row.id: row.parent_id for row in tree},
        successors={row.id: row.merged_into_id for row in tree},
    )


def _values(kind: Kind, row: Row[Any]) -> dict[str, object]:
    return {str(each.name): getattr(row, each.name) for each in columns_of(kind)}


async def put_one(transaction: Transaction, system: str, place: Place, wanted: SentAlone) -> bool:
    """Make one of a source's things what it sends; tell whether it is new.

    Raises
    ------
    Problem
        409 for an older version; 422 with every reference that leads nowhere.
    """
    require_own(transaction, system)
    await await_turn(transaction)
    kind, reference = place
    latest, known = await _latest(transaction, system, place)
    if wanted.source_version < latest:
        raise Problem(OUTDATED_SOURCE_VERSION)
    if wanted.source_version == latest and known:
        return False
    named: dict[Kind, set[str]] = {kind: {reference}}
    for field, target in named_by(wanted):
        named.setdefault(POINTING[field][1], set()).add(target)
    stored = await _read_stored(transaction, system, named, wanted.source_version)
    given = {} if wanted.id is None else {place: wanted.id}
    stored, refused = await _claim(transaction, stored, given)
    ids = {place: wanted.id or uuid7(), **stored.ids}
    values = wanted_values(wanted, place, ids, stored)
    parents = {**stored.parents, ids[place]: parent_of(values)} if kind is Kind.UNIT else {}
    errors = [*refused.values(), *_errors_of(wanted, place, ids, parents)]
    if errors:
        raise Problem(BROKEN_RULE, errors)
    only = {each: held for each, held in stored.holding(kind).items() if each == reference}
    found = difference(only, {reference: values})
    by = Writing(system, wanted.source_version, await read_clock(transaction))
    await write_plan(transaction, _plan_of(place, found, ids, stored), stored, by)
    return reference in found.new


def _plan_of(place: Place, found: Difference, ids: Mapping[Place, UUID], stored: Stored) -> Plan:
    """Make the plan for one thing; its version is noted also where nothing else changes."""
    kind, reference = place
    changed = found.changed if found.new or found.revived else {reference: {}, **found.changed}
    return Plan(ids, {kind: replace(found, changed=changed)}, stored.claimed)


async def _latest(transaction: Transaction, system: str, place: Place) -> tuple[int, bool]:
    """Return the newest version a source has sent of a thing, be it in a snapshot, and whether it has."""
    source = await read_source(transaction, system)
    rows = await read_sourced(transaction, system, place[0], [place[1]])
    versions = [row.source_version for row in rows]
    return max([0 if source is None else source.source_version, *versions]), bool(rows)


def _errors_of(
    wanted: SentAlone,
    place: Place,
    ids: Mapping[Place, UUID],
    parents: Mapping[UUID, UUID | None],
) -> list[FieldError]:
    errors = list(own_errors(wanted, place[1]))
    errors += [
        unknown_reference("/" + to_camel(field))
        for field, named in named_by(wanted)
        if (POINTING[field][1], named) not in ids
    ]
    if not errors and ids[place] in in_circles(parents):
        errors.append(circular("/parentReference"))
    return errors


async def find_one(transaction: Transaction, system: str, place: Place) -> tuple[Row[Any], Row[Any]]:
    """Return what a source's reference stands for, and the thing itself.

    Raises
    ------
    Problem
        404 if the source never sent it.
    """
    require_own(transaction, system)
    kind, reference = place
    found = await read_sourced(transaction, system, kind, [reference])
    if not found:
        raise Problem(NOT_FOUND)
    return found[0], await read_row(transaction, RESOURCES[kind], found[0].subject_id)


async def read_one(transaction: Transaction, system: str, place: Place) -> tuple[Row[Any], Row[Any]]:
    """Do the same for somebody to read; the audit tells whose data they were."""
    reference, row = await find_one(transaction, system, place)
    if place[0] in {Kind.PERSON, Kind.PROFESSIONAL}:
        await note_person_access(transaction, "read", row.id if place[0] is Kind.PERSON else row.person_id)
    return reference, row


async def show_source(transaction: Transaction, system: str) -> SourceView:
    """Return what a source last sent as a whole."""
    require_own(transaction, system)
    source = await read_source(transaction, system)
    if source is None:
        raise Problem(NOT_FOUND)
    return view_of(SourceView, source)
