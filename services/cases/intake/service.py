"""Use cases of intake: take in what one source says of a case, all of it, each time.

A write touches only rows of its own source. Files of one citizen, of one name and for one case wait for
each other, so whatever arrives at once, there is one case and no row twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from services.cases.classification.complexity import classify
from services.cases.classification.repository import active_rules
from services.cases.intake.change import Change, Differences, Found, Told, file_after
from services.cases.intake.errors import ERASED_CASE, MOVED_CASE
from services.cases.intake.naming import resolve
from services.cases.intake.parts import Citizen, compare, unique
from services.cases.intake.repository import (
    hold_case,
    lock,
    mark_seen,
    place_of,
    read_parts,
    read_target,
    save,
)
from services.cases.intake.state import CaseParts, parts_from
from services.cases.register.citizens import pseudonym_of
from services.cases.register.progress import CaseStatus, may_follow
from services.cases.register.pseudonyms import CitizenKeys
from services.cases.register.schemas import CaseContent
from services.cases.register.visibility import may_add_to
from shared.audit import Access, record_access
from shared.changes.log import log_events
from shared.database.connection import Transaction
from shared.errors import OUTDATED_SOURCE_VERSION, Problem, broken_rule, unavailable

_TRIES = 3
_WHOM_IT_IS_ABOUT = "citizen"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of what a source said: the case and its version, and what is new."""

    case_id: UUID
    version: int
    new_file: bool = False
    new_case: bool = False
    change: Change | None = None
    """What was written; None if the source said the same as before."""


async def take_in(transaction: Transaction, keys: CitizenKeys, told: Told) -> Taken:
    """Make a case what one source says of it.

    Raises
    ------
    Problem
        409 for an older source version or an erased case; 412 for a stale precondition; 422 for units and
        professionals that aren't known, all of them, and for a step the file can't take.
    """
    citizens = await _hold_places(transaction, keys, told)
    about = [each.citizen_id for each in citizens if each.relation == _WHOM_IT_IS_ABOUT]
    for _ in range(_TRIES):
        file = await read_target(transaction, told.source, told.case_id, about)
        if file["target"] is None:
            return await _open(transaction, told, citizens, file)
        case = await hold_case(transaction, file["target"])
        # Joined into another case, or erased, while we waited for it: look again.
        if case is not None and case["joined_into_id"] is None:
            if told.precondition is None and file["id"] is None and told.case_id is not None:
                await _require_own(transaction, case["id"], about)
            return await _change(transaction, told, citizens, Found(file, case))
    raise unavailable()


async def _hold_places(transaction: Transaction, keys: CitizenKeys, told: Told) -> list[Citizen]:
    """Keep others from writing the file, the case named, and other files about its citizens.

    Whoever is erased while we wait is somebody new afterwards, so look who it is once more.
    """
    tenant = transaction.tenant
    own = [place_of(tenant, "file", told.source.system, told.source.reference)]
    if told.case_id is not None:
        own.append(place_of(tenant, "case", told.case_id))
    citizens = await _identify(transaction, keys, told.content)
    for _ in range(_TRIES):
        await lock(
            transaction, [*own, *(place_of(tenant, "citizen", each.citizen_id) for each in citizens)]
        )
        if all(part.cpr is None for part in told.content.citizens):
            return citizens
        before, citizens = citizens, await _identify(transaction, keys, told.content)
        if citizens == before:
            return citizens
    raise unavailable()


async def _require_own(transaction: Transaction, case_id: UUID, about: Sequence[UUID]) -> None:
    """Refuse a new file for a case that its writer neither sees nor shares the citizen with."""
    if not await may_add_to(transaction, case_id, about):
        raise broken_rule("/caseId", "other-case", "The registration belongs to another case.")


async def _identify(transaction: Transaction, keys: CitizenKeys, content: CaseContent) -> list[Citizen]:
    """Return the citizens by pseudonym; a CPR number goes no further."""
    numbers = [part.cpr for part in content.citizens if part.cpr is not None]
    # In one order: another file may name the same new citizens the other way round.
    numbers.sort(key=lambda cpr: keys.digests(transaction.tenant, cpr)[0])
    pseudonyms = {cpr: await pseudonym_of(transaction, keys, cpr) for cpr in numbers}
    ids = (part.citizen_id or (pseudonyms[part.cpr] if part.cpr else None) for part in content.citizens)
    known = [
        Citizen(each, part.relation)
        for each, part in zip(ids, content.citizens, strict=True)
        if each is not None
    ]
    return unique(known, lambda citizen: citizen.citizen_id)


async def _open(
    transaction: Transaction, told: Told, citizens: Sequence[Citizen], file: Mapping[str, Any]
) -> Taken:
    """Open a case."""
    if file["erased"]:
        raise Problem(ERASED_CASE)
    if told.precondition is not None:
        told.precondition.check_creation()
    case = {"id": told.case_id or uuid7(), "version": 0, "now": file["now"]}
    return await _write(transaction, told, citizens, Found(file, case), CaseParts())


async def _change(transaction: Transaction, told: Told, citizens: Sequence[Citizen], found: Found) -> Taken:
    """Change a case, unless it says the same already."""
    file, case = found.file, found.case
    if told.precondition is not None and case["id"] != told.case_id:
        raise Problem(MOVED_CASE)
    if not found.new_file:
        _require_in_order(told, file)
        if told.source_version == file["source_version"] and file["ended_at"] is None:
            if told.snapshot is not None and told.snapshot != file["snapshot"]:
                await mark_seen(transaction, file["id"], told.snapshot)
            return Taken(case["id"], case["version"])
    # A new file has no parts of its own yet: no row has the id None.
    rows = await read_parts(transaction, case["id"], file["id"])
    return await _write(transaction, told, citizens, found, parts_from(rows, file["id"]))


def _require_in_order(told: Told, file: Mapping[str, Any]) -> None:
    """Refuse what is older than what is known, about another case, or a step back."""
    if told.case_id not in {None, file["case_id"], file["first_case_id"]}:
        raise broken_rule("/caseId", "other-case", "The registration belongs to another case.")
    if told.source_version is not None and told.source_version < file["source_version"]:
        raise Problem(OUTDATED_SOURCE_VERSION)
    if not may_follow(CaseStatus(file["status"]), told.content.status):
        raise broken_rule("/status", "impossible-step", "The file can't go back to this status.")


async def _write(
    transaction: Transaction, told: Told, citizens: Sequence[Citizen], found: Found, parts: CaseParts
) -> Taken:
    wanted = await resolve(transaction, told.source.system, told.content, parts.others)
    by_hand = told.precondition is not None
    change = Change(
        told,
        found,
        parts.header(
            found.file["id"],
            told.content,
            found.case,
            leads=by_hand or not (found.joined or parts.led_by_hand),
        ),
        Differences(
            compare(parts.involvements, wanted.involvements),
            compare(parts.participants, wanted.participants),
            compare(parts.citizens, citizens),
        ),
        classify(
            wanted.known.counted([*wanted.involvements, *parts.others]), await active_rules(transaction)
        ),
        transaction.caller.recorded_as,
        file_after(told, found),
    )
    case_id, version = found.case["id"], found.case["version"]
    if told.precondition is not None and not found.new_case:
        if not (found.new_file or change.is_rename or change.is_restatement or change.differences):
            return Taken(case_id, version)
        told.precondition.check_change(version)
    await save(transaction, change.values())
    await log_events(transaction, change.events(), case_id, change.version)
    await record_access(transaction, Access("write", "case", case_id, "case-registration"))
    return Taken(case_id, change.version, found.new_file, found.new_case, change)
