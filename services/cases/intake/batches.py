"""Use cases of much at once: batches, each item a transaction of its own, and nightly snapshots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.cases.classification.reasons import Reason
from services.cases.intake.change import Told
from services.cases.intake.errors import INCOMPLETE_SNAPSHOT, OUTDATED_SNAPSHOT, SUSPICIOUS_SNAPSHOT
from services.cases.intake.repository import (
    Source,
    close_snapshot,
    count_snapshot,
    end_registration,
    hold_case,
    lock,
    place_of,
    read_registration,
    read_unseen,
)
from services.cases.intake.schemas import (
    BatchedRegistration,
    BatchItem,
    CloseSnapshot,
    PutRegistration,
    RegistrationView,
    SnapshotView,
)
from services.cases.intake.service import take_in
from services.cases.register.pseudonyms import CitizenKeys
from services.cases.register.service import settle
from shared.access.principal import Principal
from shared.app.batches import batch_problem, each_by_itself
from shared.database.connection import Database, Transaction
from shared.errors import NOT_FOUND, Problem
from shared.wire import Language

_ENDED_AT_ONCE = 100
_EXAMPLES = 100
_FEW = 10
_MOST_OF_TEN = 3


@dataclass(frozen=True, slots=True)
class Intake:
    """What taking in takes: the database, whom for, and the keys of pseudonyms."""

    database: Database
    caller: Principal
    keys: CitizenKeys

    @property
    def tenant(self) -> UUID:
        """The tenant everything belongs to."""
        if self.caller.tenant is None:
            raise LookupError("a caller of this route has a tenant")
        return self.caller.tenant


async def put_registration(
    transaction: Transaction, keys: CitizenKeys, source: Source, wanted: PutRegistration
) -> tuple[RegistrationView, int]:
    """Take in one registration; return it with the status that says what happened."""
    told = Told(
        source=source,
        content=wanted,
        case_id=wanted.case_id,
        source_version=wanted.source_version,
        snapshot=wanted.snapshot,
    )
    taken = await take_in(transaction, keys, told)
    if taken.change is None:
        return await show_registration(transaction, source), 200
    shown = _view({**taken.change.file, "level": taken.change.judged.level})
    return shown, 201 if taken.new_file else 200


async def show_registration(transaction: Transaction, source: Source) -> RegistrationView:
    """Return a registration with its case's level."""
    row = await read_registration(transaction, source)
    if row is None:
        raise Problem(NOT_FOUND)
    return _view(row)


def _view(row: Mapping[str, Any]) -> RegistrationView:
    return RegistrationView(**{name: row[name] for name in RegistrationView.model_fields})


async def take_batch(
    intake: Intake, system: str, registrations: Sequence[BatchedRegistration], language: Language
) -> list[BatchItem]:
    """Take in each registration by itself, some at once; one refused leaves the others be."""

    async def take(wanted: BatchedRegistration) -> BatchItem:
        source = Source(system, wanted.reference)
        async with intake.database.transaction(intake.tenant, intake.caller) as transaction:
            view, status = await put_registration(transaction, intake.keys, source, wanted)
        return BatchItem(reference=wanted.reference, status=status, registration=view, problem=None)

    def refuse(wanted: BatchedRegistration, problem: Problem) -> BatchItem:
        shown = batch_problem(problem, language)
        return BatchItem(reference=wanted.reference, status=shown.status, registration=None, problem=shown)

    return await each_by_itself(registrations, take, refuse)


async def end_snapshot(intake: Intake, system: str, snapshot: int, wanted: CloseSnapshot) -> SnapshotView:
    """End all registrations of a system that a snapshot did not name, some at a time.

    Raises
    ------
    Problem
        409 for a snapshot older than the last, one that is not all there, or one that would end very much.
    """
    async with intake.database.transaction(intake.tenant, intake.caller) as transaction:
        count = await count_snapshot(transaction, system, snapshot, wanted.taken_at)
        if count["last"] is not None and snapshot < count["last"]:
            raise Problem(OUTDATED_SNAPSHOT)
        examples = await read_unseen(transaction, system, snapshot, wanted.taken_at, _EXAMPLES)
    unseen, received = count["unseen"], count["seen"]
    if not wanted.dry_run:
        if received < wanted.registrations:
            raise Problem(INCOMPLETE_SNAPSHOT)
        if (
            unseen > _FEW
            and 10 * unseen > _MOST_OF_TEN * (unseen + received)
            and not wanted.allow_mass_ending
        ):
            raise Problem(SUSPICIOUS_SNAPSHOT)
        while await _end_some(intake, system, snapshot, count["until"]):
            pass
        async with intake.database.transaction(intake.tenant, intake.caller) as transaction:
            await close_snapshot(transaction, system, snapshot)
    return SnapshotView(
        system=system,
        snapshot=snapshot,
        received=received,
        ended=unseen,
        examples=examples,
    )


async def _end_some(intake: Intake, system: str, snapshot: int, taken_at: datetime) -> bool:
    """End some registrations, each in a transaction of its own; tell whether there may be more."""
    async with intake.database.transaction(intake.tenant, intake.caller) as transaction:
        some = await read_unseen(transaction, system, snapshot, taken_at, _ENDED_AT_ONCE)
    for reference in some:
        async with intake.database.transaction(intake.tenant, intake.caller) as transaction:
            await _end(transaction, Source(system, reference), snapshot, taken_at)
    return len(some) == _ENDED_AT_ONCE


async def _end(transaction: Transaction, source: Source, snapshot: int, taken_at: datetime) -> None:
    """End one registration and its parts, unless the source has spoken of it since."""
    await lock(transaction, [place_of(transaction.tenant, "file", source.system, source.reference)])
    row = await read_registration(transaction, source)
    if row is None or row["ended_at"] is not None or row["updated_at"] >= taken_at:
        return
    if row["snapshot"] is not None and row["snapshot"] >= snapshot:
        return
    if await hold_case(transaction, row["case_id"]) is None:
        return
    await end_registration(transaction, row["id"])
    await settle(transaction, row["case_id"], Reason.REGISTRATION_ENDED)
