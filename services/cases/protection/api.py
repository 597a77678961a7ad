"""Routes of data protection: information, objections, retention, erasure, access."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Request
from sqlalchemy import select
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.cases.protection import erasing, service
from services.cases.protection.export_views import DataExport, ExportData
from services.cases.protection.exporting import export_data as gather
from services.cases.protection.repository import RECORD_ROWS, RULE_ROWS, read_due
from services.cases.protection.schemas import (
    DueCase,
    ErasureReason,
    ErasureView,
    InformationView,
    ObjectionView,
    PutObjection,
    PutRetentionRule,
    RecordInformation,
    RetentionRuleView,
    RetentionRunView,
    RunRetention,
    SubjectType,
)
from services.cases.protection.tables import erasure, information, objection, retention_rule
from services.cases.protection.visibility import EMPLOYEES, RECORDERS, STEWARDS, records_visible_to
from shared.access.policy import allow
from shared.app.routing import strict_router
from shared.database.connection import InTransaction
from shared.idempotency import Attempted, Made, once
from shared.paging import Page, Paging, read_page
from shared.representation import Conditional, represent
from shared.resources import read_row, view_of

router = strict_router("data-protection")

CaseId = Annotated[UUID, Path(alias="caseId")]
CitizenId = Annotated[UUID, Path(alias="citizenId")]
PersonId = Annotated[UUID, Path(alias="personId")]
ObjectionId = Annotated[UUID, Path(alias="objectionId")]
RuleId = Annotated[UUID, Path(alias="ruleId")]
AboutType = Annotated[SubjectType, Query(alias="subjectType", description="Whose.")]
AboutId = Annotated[UUID, Query(alias="subjectId", description="`citizenId` or `personId`.")]
Why = Annotated[ErasureReason, Query(description="Why; kept with the record of the erasure.")]

_STEWARDS = [allow(*STEWARDS)]
_RECORDERS = [allow(*RECORDERS)]
_CONCERNED = [allow(*dict.fromkeys((*RECORDERS, *EMPLOYEES)))]
_ERASED: dict[int | str, dict[str, Any]] = {204: {"description": "Erased, now or before"}}


@router.post(
    "/v1/information-records", dependencies=_RECORDERS, status_code=201, response_model=InformationView
)
async def record_information(
    request: Request, wanted: RecordInformation, attempt: Attempted, transaction: InTransaction
) -> Response:
    """Record that a citizen or an employee was told how their data are used."""

    async def make() -> Made:
        return Made(201, await service.record_information(transaction, wanted))

    made = await once(transaction, attempt, make)
    view = view_of(InformationView, await read_row(transaction, RECORD_ROWS, made.resource))
    return represent(request, view, status=made.status)


@router.get("/v1/information-records", dependencies=_CONCERNED, response_model=Page[InformationView])
async def list_information_records(
    request: Request, subject_type: AboutType, subject_id: AboutId, page: Paging, transaction: InTransaction
) -> Response:
    """List what a citizen or an employee was told; employees see their own."""
    statement = select(information).where(
        information.c.subject_type == subject_type,
        information.c.subject_id == subject_id,
        records_visible_to(information, transaction, employees=True),
    )
    found = await read_page(
        transaction, statement, information, page, lambda row: view_of(InformationView, row)
    )
    await service.note_list_access(transaction, found.items, service.INFORMATION)
    return represent(request, found)


@router.put(
    "/v1/objections/{objectionId}",
    dependencies=_CONCERNED,
    response_model=ObjectionView,
    responses={201: {"model": ObjectionView, "description": "Created"}},
)
async def put_objection(
    request: Request,
    objection_id: ObjectionId,
    wanted: PutObjection,
    precondition: Conditional,
    transaction: InTransaction,
) -> Response:
    """Record an objection or its withdrawal; employees may record their own."""
    put = await service.put_objection(transaction, objection_id, wanted, precondition)
    view = await service.show_objection(transaction, objection_id)
    return represent(request, view, version=put.version, status=put.status)


@router.get("/v1/objections/{objectionId}", dependencies=_CONCERNED, response_model=ObjectionView)
async def get_objection(
    request: Request, objection_id: ObjectionId, transaction: InTransaction
) -> Response:
    """Read an objection; employees read their own."""
    view = await service.show_objection(transaction, objection_id)
    return represent(request, view, version=view.version)


@router.get("/v1/objections", dependencies=_CONCERNED, response_model=Page[ObjectionView])
async def list_objections(
    request: Request, subject_type: AboutType, subject_id: AboutId, page: Paging, transaction: InTransaction
) -> Response:
    """List a citizen's or an employee's objections; employees see their own."""
    statement = select(objection).where(
        objection.c.subject_type == subject_type,
        objection.c.subject_id == subject_id,
        records_visible_to(objection, transaction, employees=False),
    )
    found = await read_page(
        transaction, statement, objection, page, lambda row: view_of(ObjectionView, row)
    )
    await service.note_list_access(transaction, found.items, service.OBJECTION)
    return represent(request, found)


@router.put(
    "/v1/retention-rules/{ruleId}",
    dependencies=_STEWARDS,
    response_model=RetentionRuleView,
    responses={201: {"model": RetentionRuleView, "description": "Created"}},
)
async def put_retention_rule(
    request: Request,
    rule_id: RuleId,
    wanted: PutRetentionRule,
    precondition: Conditional,
    transaction: InTransaction,
) -> Response:
    """Say how long closed cases are kept: those of a target group, or all others."""
    put = await service.put_retention_rule(transaction, rule_id, wanted, precondition)
    view = view_of(RetentionRuleView, await read_row(transaction, RULE_ROWS, rule_id))
    return represent(request, view, version=put.version, status=put.status)


@router.get("/v1/retention-rules/{ruleId}", dependencies=_STEWARDS, response_model=RetentionRuleView)
async def get_retention_rule(request: Request, rule_id: RuleId, transaction: InTransaction) -> Response:
    """Read a retention rule."""
    view = view_of(RetentionRuleView, await read_row(transaction, RULE_ROWS, rule_id))
    return represent(request, view, version=view.version)


@router.get("/v1/retention-rules", dependencies=_STEWARDS, response_model=Page[RetentionRuleView])
async def list_retention_rules(request: Request, page: Paging, transaction: InTransaction) -> Response:
    """List the retention rules."""
    found = await read_page(
        transaction,
        select(retention_rule),
        retention_rule,
        page,
        lambda row: view_of(RetentionRuleView, row),
    )
    return represent(request, found)


@router.get("/v1/retention-due", dependencies=_STEWARDS, response_model=Page[DueCase])
async def list_due_cases(request: Request, page: Paging, transaction: InTransaction) -> Response:
    """List the closed cases kept as long as their rule says. Nothing erases them by itself."""
    return represent(request, await read_due(transaction, page))


@router.post("/v1/retention-runs", dependencies=_STEWARDS, status_code=207, response_model=RetentionRunView)
async def run_retention(
    request: Request, wanted: RunRetention, attempt: Attempted, transaction: InTransaction
) -> Response:
    """Erase up to 200 cases that are due; others are left as they are."""

    async def make() -> Made:
        await erasing.run_retention(transaction, wanted.case_ids)
        return Made(207, uuid7())

    made = await once(transaction, attempt, make)
    view = await erasing.retention_outcomes(transaction, wanted.case_ids)
    return represent(request, view, status=made.status)


@router.delete(
    "/v1/cases/{caseId}",
    dependencies=_STEWARDS,
    status_code=204,
    response_class=Response,
    responses=_ERASED,
)
async def erase_case(case_id: CaseId, reason: Why, transaction: InTransaction) -> Response:
    """Erase a case for good, here and in every service; erased before, it stays so."""
    await erasing.erase_case(transaction, case_id, reason)
    return Response(status_code=204)


@router.delete(
    "/v1/citizens/{citizenId}",
    dependencies=_STEWARDS,
    status_code=204,
    response_class=Response,
    responses=_ERASED,
)
async def erase_citizen(citizen_id: CitizenId, reason: Why, transaction: InTransaction) -> Response:
    """Erase a citizen from every case; cases about nobody else are erased as a whole."""
    await erasing.erase_citizen(transaction, citizen_id, reason)
    return Response(status_code=204)


@router.delete(
    "/v1/persons/{personId}",
    dependencies=_STEWARDS,
    status_code=204,
    response_class=Response,
    responses=_ERASED,
)
async def erase_person(person_id: PersonId, reason: Why, transaction: InTransaction) -> Response:
    """Erase an employee: name, employments, and every part in cases and groups."""
    await erasing.erase_person(transaction, person_id, reason)
    return Response(status_code=204)


@router.get("/v1/erasures", dependencies=_STEWARDS, response_model=Page[ErasureView])
async def list_erasures(request: Request, page: Paging, transaction: InTransaction) -> Response:
    """List what was erased, when, why and by whom: ids only."""
    found = await read_page(
        transaction, select(erasure), erasure, page, lambda row: view_of(ErasureView, row)
    )
    return represent(request, found)


@router.post(
    "/v1/data-exports",
    dependencies=_CONCERNED,
    response_model=DataExport,
    responses={404: {"description": "Nobody is known by it, or not to you"}},
)
async def export_data(request: Request, wanted: ExportData, transaction: InTransaction) -> Response:
    """Read all that is held about a citizen or an employee; employees may ask about themselves."""
    keys = request.app.state.citizen_keys
    return represent(request, await gather(transaction, keys, wanted))
