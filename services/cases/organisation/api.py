"""Routes of the organisation."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Request
from sqlalchemy import select
from starlette.responses import Response

from services.cases.organisation import service
from services.cases.organisation.repository import AREA_ROWS, PERSON_ROWS, PROFESSIONAL_ROWS, UNIT_ROWS
from services.cases.organisation.schemas import (
    AreaView,
    MergeUnit,
    PersonView,
    ProfessionalView,
    PutArea,
    PutPerson,
    PutProfessional,
    PutUnit,
    UnitView,
)
from services.cases.organisation.tables import area, professional, unit
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.database.connection import InTransaction
from shared.idempotency import Attempted, Made, once
from shared.paging import Page, Paging, read_page
from shared.representation import Conditional, represent
from shared.resources import read_row, view_of

router = strict_router("organisation")

_WRITERS = (Role.CASE_SYSTEM, Role.ADMINISTRATOR)
_READERS = (*_WRITERS, Role.CASE_WORKER, Role.ANALYST)

AreaId = Annotated[UUID, Path(alias="areaId")]
UnitId = Annotated[UUID, Path(alias="unitId")]
PersonId = Annotated[UUID, Path(alias="personId")]
ProfessionalId = Annotated[UUID, Path(alias="professionalId")]


@router.put(
    "/v1/areas/{areaId}",
    dependencies=[allow(*_WRITERS)],
    response_model=AreaView,
    responses={201: {"model": AreaView, "description": "Created"}},
)
async def put_area(
    request: Request,
    area_id: AreaId,
    wanted: PutArea,
    precondition: Conditional,
    transaction: InTransaction,
) -> Response:
    """Create or change an area."""
    put = await service.put_area(transaction, area_id, wanted, precondition)
    view = view_of(AreaView, await read_row(transaction, AREA_ROWS, area_id))
    return represent(request, view, version=put.version, status=put.status)


@router.get("/v1/areas/{areaId}", dependencies=[allow(*_READERS)], response_model=AreaView)
async def get_area(request: Request, area_id: AreaId, transaction: InTransaction) -> Response:
    """Read an area."""
    view = view_of(AreaView, await read_row(transaction, AREA_ROWS, area_id))
    return represent(request, view, version=view.version)


@router.get("/v1/areas", dependencies=[allow(*_READERS)], response_model=Page[AreaView])
async def list_areas(request: Request, page: Paging, transaction: InTransaction) -> Response:
    """List areas."""
    return represent(
        request,
        await read_page(transaction, select(area), area, page, lambda row: view_of(AreaView, row)),
    )


@router.put(
    "/v1/units/{unitId}",
    dependencies=[allow(*_WRITERS)],
    response_model=UnitView,
    responses={201: {"model": UnitView, "description": "Created"}},
)
async def put_unit(
    request: Request,
    unit_id: UnitId,
    wanted: PutUnit,
    precondition: Conditional,
    transaction: InTransaction,
) -> Response:
    """Create or change a unit."""
    put = await service.put_unit(transaction, unit_id, wanted, precondition)
    view = view_of(UnitView, await read_row(transaction, UNIT_ROWS, unit_id))
    return represent(request, view, version=put.version, status=put.status)


@router.get("/v1/units/{unitId}", dependencies=[allow(*_READERS)], response_model=UnitView)
async def get_unit(request: Request, unit_id: UnitId, transaction: InTransaction) -> Response:
    """Read a unit."""
    view = view_of(UnitView, await read_row(transaction, UNIT_ROWS, unit_id))
    return represent(request, view, version=view.version)


@router.get("/v1/units", dependencies=[allow(*_READERS)], response_model=Page[UnitView])
async def list_units(request: Request, page: Paging, transaction: InTransaction) -> Response:
    """List units."""
    return represent(
        request,
        await read_page(transaction, select(unit), unit, page, lambda row: view_of(UnitView, row)),
    )


@router.post("/v1/units/{unitId}/merge", dependencies=[allow(Role.ADMINISTRATOR)], response_model=UnitView)
async def merge_unit(
    request: Request,
    unit_id: UnitId,
    wanted: MergeUnit,
    attempt: Attempted,
    transaction: InTransaction,
) -> Response:
    """Merge a unit into another: it ends now, and all that is its goes on there.

    Its professionals, the units below it and its parts in cases move; the cases are classified anew. What
    was before stays as it was. Who names the old unit from now on is led to the other.
    """

    async def make() -> Made:
        await service.merge_unit(transaction, unit_id, wanted.into_unit_id)
        return Made(200, unit_id)

    made = await once(transaction, attempt, make)
    view = view_of(UnitView, await read_row(transaction, UNIT_ROWS, made.resource))
    return represent(request, view, version=view.version, status=made.status)


@router.put(
    "/v1/persons/{personId}",
    dependencies=[allow(*_WRITERS)],
    response_model=PersonView,
    responses={201: {"model": PersonView, "description": "Created"}},
)
async def put_person(
    request: Request,
    person_id: PersonId,
    wanted: PutPerson,
    precondition: Conditional,
    transaction: InTransaction,
) -> Response:
    """Create or change a person."""
    put = await service.put_person(transaction, person_id, wanted, precondition)
    await service.note_person_access(transaction, "write", person_id)
    view = view_of(PersonView, await read_row(transaction, PERSON_ROWS, person_id))
    return represent(request, view, version=put.version, status=put.status)


@router.get("/v1/persons/{personId}", dependencies=[allow(*_READERS)], response_model=PersonView)
async def get_person(request: Request, person_id: PersonId, transaction: InTransaction) -> Response:
    """Read a person."""
    view = view_of(PersonView, await read_row(transaction, PERSON_ROWS, person_id))
    await service.note_person_access(transaction, "read", person_id)
    return represent(request, view, version=view.version)


@router.put(
    "/v1/professionals/{professionalId}",
    dependencies=[allow(*_WRITERS)],
    response_model=ProfessionalView,
    responses={201: {"model": ProfessionalView, "description": "Created"}},
)
async def put_professional(
    request: Request,
    professional_id: ProfessionalId,
    wanted: PutProfessional,
    precondition: Conditional,
    transaction: InTransaction,
) -> Response:
    """Create or change a professional: a person's employment in a unit."""
    put = await service.put_professional(transaction, professional_id, wanted, precondition)
    await service.note_person_access(transaction, "write", wanted.person_id)
    view = view_of(ProfessionalView, await read_row(transaction, PROFESSIONAL_ROWS, professional_id))
    return represent(request, view, version=put.version, status=put.status)


@router.get(
    "/v1/professionals/{professionalId}",
    dependencies=[allow(*_READERS)],
    response_model=ProfessionalView,
)
async def get_professional(
    request: Request, professional_id: ProfessionalId, transaction: InTransaction
) -> Response:
    """Read a professional."""
    view = view_of(ProfessionalView, await read_row(transaction, PROFESSIONAL_ROWS, professional_id))
    await service.note_person_access(transaction, "read", view.person_id)
    return represent(request, view, version=view.version)


@router.get("/v1/professionals", dependencies=[allow(*_READERS)], response_model=Page[ProfessionalView])
async def list_professionals(request: Request, page: Paging, transaction: InTransaction) -> Response:
    """List professionals; the audit names each person shown."""
    found = await read_page(
        transaction,
        select(professional),
        professional,
        page,
        lambda row: view_of(ProfessionalView, row),
    )
    for each in found.items:
        await service.note_person_access(transaction, "read", each.person_id)
    return represent(request, found)
