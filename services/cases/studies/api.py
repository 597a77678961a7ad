"""Routes of studies: for analysts and administrators, hidden from teams."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query, Request
from sqlalchemy import select
from starlette.responses import Response

from services.cases.register.api import CaseId
from services.cases.studies import drawing, service
from services.cases.studies.repository import ENROLMENT_ROWS, STUDY_ROWS, select_enrolments
from services.cases.studies.schemas import (
    AllocateCases,
    AllocationView,
    EnrolmentView,
    PutEnrolment,
    PutStudy,
    PutWithdrawal,
    StudyView,
)
from services.cases.studies.tables import enrolment, study
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.database.connection import InTransaction
from shared.idempotency import Attempted, Made, once
from shared.paging import Page, Paging, read_page
from shared.representation import Conditional, represent
from shared.resources import read_row, view_of
from shared.wire import Code

router = strict_router("studies")

_RESEARCHERS = (Role.ANALYST, Role.ADMINISTRATOR)

StudyId = Annotated[UUID, Path(alias="studyId")]


async def _place(study_id: StudyId, case_id: CaseId) -> service.Place:
    return study_id, case_id


EnrolmentPlace = Annotated[service.Place, Depends(_place)]


@dataclass(frozen=True, slots=True)
class _Filter:
    arm: str | None
    withdrawn: bool | None


async def _filter(
    arm: Annotated[Code | None, Query(description="Only cases in this arm.")] = None,
    withdrawn: Annotated[
        bool | None, Query(description="Only cases that are, or are not, withdrawn.")
    ] = None,
) -> _Filter:
    return _Filter(arm, withdrawn)


@router.put(
    "/v1/studies/{studyId}",
    dependencies=[allow(*_RESEARCHERS)],
    response_model=StudyView,
    responses={201: {"model": StudyView, "description": "Created"}},
)
async def put_study(
    request: Request,
    study_id: StudyId,
    wanted: PutStudy,
    precondition: Conditional,
    transaction: InTransaction,
) -> Response:
    """Plan or change a study."""
    put = await service.put_study(transaction, study_id, wanted, precondition)
    view = view_of(StudyView, await read_row(transaction, STUDY_ROWS, study_id))
    return represent(request, view, version=put.version, status=put.status)


@router.get("/v1/studies/{studyId}", dependencies=[allow(*_RESEARCHERS)], response_model=StudyView)
async def get_study(request: Request, study_id: StudyId, transaction: InTransaction) -> Response:
    """Read a study."""
    view = view_of(StudyView, await read_row(transaction, STUDY_ROWS, study_id))
    return represent(request, view, version=view.version)


@router.get("/v1/studies", dependencies=[allow(*_RESEARCHERS)], response_model=Page[StudyView])
async def list_studies(request: Request, page: Paging, transaction: InTransaction) -> Response:
    """List studies."""
    return represent(
        request,
        await read_page(transaction, select(study), study, page, lambda row: view_of(StudyView, row)),
    )


@router.put(
    "/v1/studies/{studyId}/enrolments/{caseId}",
    dependencies=[allow(*_RESEARCHERS)],
    response_model=EnrolmentView,
    responses={201: {"model": EnrolmentView, "description": "Created"}},
)
async def put_enrolment(
    request: Request,
    place: EnrolmentPlace,
    wanted: PutEnrolment,
    precondition: Conditional,
    transaction: InTransaction,
) -> Response:
    """Enrol a case in an arm. Later only how it was chosen can be said better."""
    put = await service.put_enrolment(transaction, place, wanted, precondition)
    row = await read_row(transaction, ENROLMENT_ROWS, service.enrolment_id(*place))
    view = view_of(EnrolmentView, row)
    return represent(request, view, version=put.version, status=put.status)


@router.get(
    "/v1/studies/{studyId}/enrolments/{caseId}",
    dependencies=[allow(*_RESEARCHERS)],
    response_model=EnrolmentView,
)
async def get_enrolment(request: Request, place: EnrolmentPlace, transaction: InTransaction) -> Response:
    """Read a case's place in a study."""
    row = await read_row(transaction, ENROLMENT_ROWS, service.enrolment_id(*place))
    await service.note_access(transaction, "read", row.case_id)
    return represent(request, view_of(EnrolmentView, row), version=row.version)


@router.get(
    "/v1/studies/{studyId}/enrolments",
    dependencies=[allow(*_RESEARCHERS)],
    response_model=Page[EnrolmentView],
)
async def list_enrolments(
    request: Request,
    study_id: StudyId,
    chosen: Annotated[_Filter, Depends(_filter)],
    page: Paging,
    transaction: InTransaction,
) -> Response:
    """List the cases of a study with their arms."""
    await read_row(transaction, STUDY_ROWS, study_id)
    await service.note_list_access(transaction, study_id)
    return represent(
        request,
        await read_page(
            transaction,
            select_enrolments(study_id, chosen.arm, chosen.withdrawn),
            enrolment,
            page,
            lambda row: view_of(EnrolmentView, row),
        ),
    )


@router.put(
    "/v1/studies/{studyId}/enrolments/{caseId}/withdrawal",
    dependencies=[allow(*_RESEARCHERS)],
    response_model=EnrolmentView,
    responses={201: {"model": EnrolmentView, "description": "Withdrawn"}},
)
async def withdraw_case(
    request: Request,
    place: EnrolmentPlace,
    wanted: PutWithdrawal,
    precondition: Conditional,
    transaction: InTransaction,
) -> Response:
    """Withdraw a case, with `If-None-Match: *` or the enrolment's ETag; its arm stays what it was."""
    put = await service.withdraw_case(transaction, place, wanted, precondition)
    row = await read_row(transaction, ENROLMENT_ROWS, service.enrolment_id(*place))
    view = view_of(EnrolmentView, row)
    return represent(request, view, version=put.version, status=put.status)


@router.post(
    "/v1/studies/{studyId}/allocations",
    dependencies=[allow(*_RESEARCHERS)],
    status_code=201,
    response_model=AllocationView,
)
async def allocate_cases(
    request: Request,
    study_id: StudyId,
    wanted: AllocateCases,
    attempt: Attempted,
    transaction: InTransaction,
) -> Response:
    """Draw arms for cases at random, in permuted blocks, from a seed that is kept and shown."""

    async def make() -> Made:
        return Made(201, await drawing.allocate_cases(transaction, study_id, wanted))

    made = await once(transaction, attempt, make)
    view = await drawing.show_allocation(transaction, study_id, made.resource, wanted.case_ids)
    return represent(request, view, status=made.status)
