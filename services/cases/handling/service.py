"""Use cases of handling cases by hand. Whoever writes a file waits, and looks again where it is."""

from uuid import UUID

from uuid_utils.compat import uuid7

from services.cases.classification.reasons import Reason
from services.cases.handling.errors import IN_A_STUDY
from services.cases.handling.repository import (
    add_case,
    add_handover,
    hold_professional,
    is_enrolled,
    lead_by,
    mark_joined,
    merge_by_hand,
    move_files,
    name_by_case,
    read_files,
    take_over,
)
from services.cases.handling.schemas import HandOver, HandoverView, JoinCase, SplitCase
from services.cases.intake.repository import lock, place_of
from services.cases.register.repository import hold_cases
from services.cases.register.service import require_case_for_caller, settle
from services.cases.register.tables import CASE_TEAM, handover
from shared.contracts.register import CASE_CHANGED, CASE_JOINED, CASE_REGISTERED
from shared.database.connection import Transaction
from shared.errors import NOT_FOUND, Problem, broken_rule
from shared.resources import Resource, read_row, view_of

_HANDOVERS = Resource(handover, "handover")


async def hand_over(transaction: Transaction, case_id: UUID, wanted: HandOver) -> UUID:
    """Let one professional take another's place in a case, from now on.

    Raises
    ------
    Problem
        422 for a newcomer who isn't known, and for somebody who takes no part.
    """
    await require_case_for_caller(transaction, case_id)
    if wanted.from_professional_id == wanted.to_professional_id:
        raise broken_rule("/toProfessionalId", "same-professional", "That is the same professional.")
    await hold_cases(transaction, [case_id])
    if not await hold_professional(transaction, wanted.to_professional_id):
        raise broken_rule("/toProfessionalId", "unknown-professional", "There is no such professional.")
    leaves, comes = wanted.from_professional_id, wanted.to_professional_id
    if not await take_over(transaction, case_id, leaves, comes):
        raise broken_rule("/fromProfessionalId", "no-participant", "That professional takes no part.")
    handover_id = uuid7()
    await add_handover(transaction, handover_id, case_id, wanted)
    await settle(transaction, case_id, Reason.HANDOVER)
    return handover_id


async def show_handover(transaction: Transaction, handover_id: UUID) -> HandoverView:
    """Return one handover."""
    return view_of(HandoverView, await read_row(transaction, _HANDOVERS, handover_id))


async def join_case(transaction: Transaction, case_id: UUID, wanted: JoinCase) -> None:
    """Let another case go up in this one: its files and all they say go on here.

    Raises
    ------
    Problem
        404 for a case the caller doesn't see; 409 if the other is in a study; 422 for the case itself.
    """
    other = wanted.case_id
    if other == case_id:
        raise broken_rule("/caseId", "same-case", "That is the case itself.")
    for each in (case_id, other):
        await require_case_for_caller(transaction, each)
    files = await read_files(transaction, other)
    by_hand = (CASE_TEAM, str(case_id))
    await _lock_files(transaction, [by_hand, *((file.system, file.reference) for file in files)])
    held = await hold_cases(transaction, [case_id, other])
    if len(held) < 2 or any(row.joined_into_id for row in held):
        raise Problem(NOT_FOUND)
    if await is_enrolled(transaction, other):
        raise Problem(IN_A_STUDY)
    await move_files(transaction, [file.id for file in await read_files(transaction, other)], case_id)
    await name_by_case(transaction, other, case_id)
    await merge_by_hand(transaction, other, case_id)
    await mark_joined(transaction, other, case_id)
    await settle(transaction, other, Reason.JOINED, CASE_JOINED)
    await settle(transaction, case_id, Reason.JOINED, CASE_JOINED)


async def split_case(transaction: Transaction, case_id: UUID, wanted: SplitCase) -> UUID:
    """Let some files of a case be a case of their own; return which.

    Raises
    ------
    Problem
        422 for files that aren't the case's, all of them, and where none would be left.
    """
    await require_case_for_caller(transaction, case_id)
    names = [(each.system, each.reference) for each in wanted.registrations]
    await _lock_files(transaction, names)
    held = await hold_cases(transaction, [case_id])
    if not held or held[0].joined_into_id:
        raise Problem(NOT_FOUND)
    files = {(file.system, file.reference): file for file in await read_files(transaction, case_id)}
    for index, name in enumerate(names):
        if name not in files:
            raise broken_rule(
                f"/registrations/{index}", "not-in-case", "The case has no such registration."
            )
    if set(names) == files.keys():
        raise broken_rule("/registrations", "nothing-left", "At least one registration has to stay.")
    new_id = uuid7()
    await add_case(transaction, new_id, held[0], wanted.respondent_label)
    moved = [files[name].id for name in names]
    await move_files(transaction, moved, new_id)
    await name_by_case(transaction, case_id, new_id)
    await lead_by(transaction, moved[0])
    staying = [file for name, file in files.items() if name not in names]
    if all(file.joined for file in staying):
        await lead_by(transaction, staying[0].id)
    await settle(transaction, case_id, Reason.SPLIT, CASE_CHANGED)
    await settle(transaction, new_id, Reason.SPLIT, CASE_REGISTERED)
    return new_id


async def _lock_files(transaction: Transaction, names: list[tuple[str, str]]) -> None:
    """Keep sources from writing files until the transaction ends."""
    await lock(transaction, [place_of(transaction.tenant, "file", *name) for name in names])
