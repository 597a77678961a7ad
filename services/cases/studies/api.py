"""Routes of studies: for analysts and administrators, hidden from teams."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Request
from sqlalchemy import select
from starlette.responses import Response

from services.cases.register.api import CaseId
from services.cases.studies import service
from services.cases.studies.repository import ENROLMENT_ROWS, STUDY_ROWS
from services.cases.studies.schemas import EnrolmentView, PutEnrolment, PutStudy, StudyView
from services.cases.studies.tables import enrolment
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.database.connection import InTransaction
from shared.paging import Page, Paging, read_page
from shared.representation import Conditional, represent
from shared.resources import read_row, view_of

router = strict_router("studies")

_RESEARCHERS = (Role.ANALYST, Role.ADMINISTRATOR)

StudyId = Annotated[UUID, Path(alias="studyId")]


async def _place(study_id: StudyId, case_id: CaseId) -> tuple[UUID, UUID]:
    return study_id, case_id


EnrolmentPlace = Annotated[tuple[UUID, UUID], Depends(_place)]


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
    """Enrol a case in an arm."""
    put = await service.put_enrolment(transaction, place, wanted, precondition)
    row = await read_row(transaction, ENROLMENT_ROWS, service.enrolment_id(*place))
    view = view_of(EnrolmentView, row)
    return represent(request, view, version=put.version, status=put.status)


@router.get(
    "/v1/studies/{studyId}/enrolments",
    dependencies=[allow(*_RESEARCHERS)],
    response_model=Page[EnrolmentView],
)
async def list_enrolments(
    request: Request, study_id: StudyId, page: Paging, transaction: InTransaction
) -> Response:
    """List the cases of a study with their arms."""
    await read_row(transaction, STUDY_ROWS, study_id)
    return represent(
        request,
        await read_page(
            transaction,
            select(enrolment).where(enrolment.c.study_id == study_id),
            enrolment,
            page,
            lambda row: view_of(EnrolmentView, row),
        ),
    )
