"""Routes of cases and registrations."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Request
from sqlalchemy import select
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.cases.register import service
from services.cases.register.schemas import (
    CaseSummary,
    CaseView,
    PutRegistration,
    RegisterCase,
    RegistrationView,
)
from services.cases.register.tables import citizen_case
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.contracts.register import Roster
from shared.database.connection import InTransaction
from shared.idempotency import Attempted, Made, once
from shared.paging import Page, Paging, read_page
from shared.representation import CREATION, Conditional, represent
from shared.resources import view_of
from shared.wire import Code, Reference

router = strict_router("cases")
internal_router = strict_router("internal", include_in_schema=False)

WRITERS = (Role.CASE_SYSTEM, Role.CASE_WORKER, Role.ADMINISTRATOR)
READERS = (*WRITERS, Role.PROFESSIONAL, Role.LEADER)

CaseId = Annotated[UUID, Path(alias="caseId")]


@router.post("/v1/cases", dependencies=[allow(*WRITERS)], status_code=201, response_model=CaseView)
async def register_case(
    request: Request, wanted: RegisterCase, attempt: Attempted, transaction: InTransaction
) -> Response:
    """Register a case under an id the server makes."""

    async def make() -> Made:
        case_id = uuid7()
        await service.put_case(transaction, case_id, wanted, CREATION)
        return Made(201, case_id)

    made = await once(transaction, attempt, make)
    view = await service.show_case(transaction, made.resource)
    location = {"Location": f"/v1/cases/{made.resource}"}
    return represent(request, view, version=view.version, status=made.status, headers=location)


@router.put(
    "/v1/cases/{caseId}",
    dependencies=[allow(*WRITERS)],
    response_model=CaseView,
    responses={201: {"model": CaseView, "description": "Created"}},
)
async def put_case(
    request: Request,
    case_id: CaseId,
    wanted: RegisterCase,
    precondition: Conditional,
    transaction: InTransaction,
) -> Response:
    """Register a case under your own id, or change what it is called."""
    put = await service.put_case(transaction, case_id, wanted, precondition)
    view = await service.show_case(transaction, case_id)
    return represent(request, view, version=put.version, status=put.status)


@router.get("/v1/cases/{caseId}", dependencies=[allow(*READERS)], response_model=CaseView)
async def get_case(request: Request, case_id: CaseId, transaction: InTransaction) -> Response:
    """Read a case with the units and professionals in it now."""
    view = await service.show_case(transaction, case_id)
    return represent(request, view, version=view.version)


@router.get("/v1/cases", dependencies=[allow(*WRITERS)], response_model=Page[CaseSummary])
async def list_cases(request: Request, page: Paging, transaction: InTransaction) -> Response:
    """List cases."""
    return represent(
        request,
        await read_page(
            transaction,
            select(citizen_case),
            citizen_case,
            page,
            lambda row: view_of(CaseSummary, row),
        ),
    )


@router.put(
    "/v1/registrations/{system}/{reference}",
    dependencies=[allow(*WRITERS)],
    response_model=RegistrationView,
    responses={201: {"model": RegistrationView, "description": "Created"}},
)
async def put_registration(
    request: Request,
    system: Code,
    reference: Reference,
    wanted: PutRegistration,
    transaction: InTransaction,
) -> Response:
    """Send all that one source system's file says of a case: units, professionals, citizens."""
    view, created = await service.put_registration(transaction, system, reference, wanted)
    return represent(request, view, version=view.version, status=201 if created else 200)


@internal_router.get(
    "/internal/cases/{caseId}/roster", dependencies=[allow(Role.SERVICE)], response_model=Roster
)
async def get_roster(request: Request, case_id: CaseId, transaction: InTransaction) -> Response:
    """Tell another service who is around a case now."""
    return represent(request, await service.read_case_roster(transaction, case_id))
