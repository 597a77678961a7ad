"""Use case of drawing arms for many cases at once; what it writes anybody can draw again."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.cases.studies.allocation import LARGEST_SEED, Lottery
from services.cases.studies.repository import (
    STUDY_ROWS,
    add_enrolments,
    count_taken,
    lock_row,
    read_allocation,
    read_cases,
    read_clock,
    read_enrolments,
)
from services.cases.studies.schemas import AllocateCases, AllocationView, EnrolmentView, Stratum
from services.cases.studies.service import enrolment_id, study_access
from shared.audit import record_accesses
from shared.changes.log import log_changes
from shared.contracts.register import ENROLMENT
from shared.database.connection import Transaction
from shared.errors import BROKEN_RULE, NOT_FOUND, FieldError, Problem, broken_rule
from shared.resources import view_of


async def allocate_cases(transaction: Transaction, study_id: UUID, wanted: AllocateCases) -> UUID:
    """Draw arms for the cases not enrolled yet; return a new enrolment's id, or the study's if none is new.

    Raises
    ------
    Problem
        404 without the study; 422 for a study with one arm, for unknown cases and for cases that
        have no municipality to be divided by, all of them.
    """
    study = await lock_row(transaction, STUDY_ROWS, study_id)
    if study is None:
        raise Problem(NOT_FOUND)
    if len(study.arms) < 2:
        raise broken_rule("", "one-arm", "A study with one arm has nothing to draw.")
    strata = await _strata(transaction, wanted)
    ids = {enrolment_id(study_id, case_id): case_id for case_id in wanted.case_ids}
    enrolled = {row.case_id for row in await read_enrolments(transaction, list(ids))}
    seed = secrets.randbelow(LARGEST_SEED + 1) if wanted.seed is None else wanted.seed
    lottery = Lottery(study_id, seed, tuple(arm["code"] for arm in study.arms))
    taken = await count_taken(transaction, study_id, seed)
    drawn: dict[UUID, str] = {}
    for stratum in sorted(set(strata.values())):
        cases = [each for each, own in strata.items() if own == stratum and each not in enrolled]
        drawn |= lottery.allocate(cases, stratum, taken.get(stratum, 0))
    if not drawn:
        return study_id
    rows = _rows(lottery, drawn, strata, wanted, await read_clock(transaction))
    await _add(transaction, rows)
    first: UUID = rows[0]["id"]
    return first


async def _strata(transaction: Transaction, wanted: AllocateCases) -> dict[UUID, str]:
    """Return each case's stratum, empty where they are not divided."""
    known = await read_cases(transaction, wanted.case_ids)
    strata: dict[UUID, str] = {}
    wrong: list[FieldError] = []
    for index, case_id in enumerate(wanted.case_ids):
        stratum = _stratum(known[case_id], wanted.stratum_by) if case_id in known else None
        if case_id not in known:
            wrong.append(FieldError(f"/caseIds/{index}", "unknown-case", "There is no such case."))
        elif stratum is None:
            wrong.append(
                FieldError(f"/caseIds/{index}", "no-municipality", "The case has no municipality.")
            )
        else:
            strata[case_id] = stratum
    if wrong:
        raise Problem(BROKEN_RULE, wrong)
    return strata


def _stratum(case: Row[Any], divided_by: Stratum) -> str | None:
    stratum: str | None = ""
    if divided_by is Stratum.MUNICIPALITY:
        stratum = case.municipality_code
    elif divided_by is Stratum.LEVEL:
        stratum = case.level
    return stratum


def _rows(
    lottery: Lottery,
    drawn: Mapping[UUID, str],
    strata: Mapping[UUID, str],
    wanted: AllocateCases,
    moment: datetime,
) -> list[dict[str, Any]]:
    method = "random" if wanted.stratum_by is Stratum.NONE else "stratified-random"
    return [
        {
            "id": enrolment_id(lottery.study, case_id),
            "study_id": lottery.study,
            "case_id": case_id,
            "arm": arm,
            "stratum": strata[case_id] or None,
            "method": method,
            "seed": lottery.seed,
            "allocated_at": moment,
            "selected_by": wanted.selected_by,
            "selection_reason": wanted.selection_reason,
        }
        for case_id, arm in drawn.items()
    ]


async def _add(transaction: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    await add_enrolments(transaction, rows)
    await log_changes(transaction, ENROLMENT, {row["id"]: 1 for row in rows})
    await record_accesses(transaction, [study_access("write", row["case_id"]) for row in rows])


async def show_allocation(
    transaction: Transaction, study_id: UUID, made: UUID, case_ids: Sequence[UUID]
) -> AllocationView:
    """Return what was drawn together with the enrolment that was made, as it is now."""
    first = await read_enrolments(transaction, [made])
    rows = await read_allocation(transaction, first[0]) if first else []
    drawn = {row.case_id for row in rows}
    return AllocationView(
        study_id=study_id,
        seed=rows[0].seed if rows else None,
        allocated_at=rows[0].allocated_at if rows else None,
        enrolments=[view_of(EnrolmentView, row) for row in rows],
        already_enrolled=[case_id for case_id in case_ids if case_id not in drawn],
    )
