"""Routes by which other systems keep their part of the organisation."""

from typing import Annotated, Any, TypeVar

from fastapi import Depends, Path, Query, Request
from sqlalchemy import Row
from starlette.responses import Response

from services.cases.organisation.schemas import AreaView, PersonView, ProfessionalView, UnitView
from services.cases.synchronisation import service
from services.cases.synchronisation.difference import Kind
from services.cases.synchronisation.schemas import (
    PutAreaFromSource,
    PutPersonFromSource,
    PutProfessionalFromSource,
    PutUnitFromSource,
    SourcedView,
    SourceView,
    SynchronisationView,
    SynchroniseOrganisation,
)
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.database.connection import InTransaction
from shared.representation import represent
from shared.resources import view_of
from shared.wire import Code, Reference, WireModel

router = strict_router("organisation")

_SOURCES = [allow(Role.CASE_SYSTEM, Role.ADMINISTRATOR)]

View = TypeVar("View", bound=WireModel)

System = Annotated[Code, Path(description="The source system's code, as in its scope `system:<code>`.")]
OwnReference = Annotated[Reference, Path(alias="reference", description="The source's own key.")]


async def _terms(
    *,
    dry_run: Annotated[
        bool, Query(alias="dryRun", description="Only show the difference; change nothing.")
    ] = False,
    allow_mass_ending: Annotated[
        bool,
        Query(
            alias="allowMassEnding",
            description="Take a snapshot all the same that ends more than 30 % of units or employments.",
        ),
    ] = False,
) -> service.Terms:
    return service.Terms(dry_run=dry_run, mass_ending=allow_mass_ending)


OnTerms = Annotated[service.Terms, Depends(_terms)]


def _show(model: type[View], system: str, found: tuple[Row[Any], Row[Any]]) -> SourcedView[View]:
    reference, row = found
    return SourcedView(
        system=system,
        reference=reference.reference,
        source_version=reference.source_version,
        ended_at=reference.ended_at,
        current=view_of(model, row),
    )


@router.put("/v1/organisations/{system}", dependencies=_SOURCES, response_model=SynchronisationView)
async def synchronise_organisation(
    request: Request,
    system: System,
    wanted: SynchroniseOrganisation,
    terms: OnTerms,
    transaction: InTransaction,
) -> Response:
    """Send a whole organisation as it is now; what is new, changed and ended is worked out.

    Everything goes by your own references. All of it is taken or nothing. What you no longer send ends, and
    stays readable; what comes back is the same as before. Nothing of another system is touched.
    """
    return represent(request, await service.synchronise(transaction, system, wanted, terms))


@router.get("/v1/organisations/{system}", dependencies=_SOURCES, response_model=SourceView)
async def get_organisation(request: Request, system: System, transaction: InTransaction) -> Response:
    """Read which version of the organisation a source last sent as a whole."""
    return represent(request, await service.show_source(transaction, system))


@router.put(
    "/v1/organisations/{system}/areas/{reference}",
    dependencies=_SOURCES,
    response_model=SourcedView[AreaView],
    responses={201: {"model": SourcedView[AreaView], "description": "Created"}},
)
async def put_area_from_source(
    request: Request,
    system: System,
    reference: OwnReference,
    wanted: PutAreaFromSource,
    transaction: InTransaction,
) -> Response:
    """Send one area by your own reference."""
    place = (Kind.AREA, reference)
    created = await service.put_one(transaction, system, place, wanted)
    view = _show(AreaView, system, await service.find_one(transaction, system, place))
    return represent(request, view, status=201 if created else 200)


@router.get(
    "/v1/organisations/{system}/areas/{reference}",
    dependencies=_SOURCES,
    response_model=SourcedView[AreaView],
)
async def get_area_from_source(
    request: Request, system: System, reference: OwnReference, transaction: InTransaction
) -> Response:
    """Read one area by your own reference."""
    found = await service.read_one(transaction, system, (Kind.AREA, reference))
    return represent(request, _show(AreaView, system, found))


@router.put(
    "/v1/organisations/{system}/units/{reference}",
    dependencies=_SOURCES,
    response_model=SourcedView[UnitView],
    responses={201: {"model": SourcedView[UnitView], "description": "Created"}},
)
async def put_unit_from_source(
    request: Request,
    system: System,
    reference: OwnReference,
    wanted: PutUnitFromSource,
    transaction: InTransaction,
) -> Response:
    """Send one unit by your own reference."""
    place = (Kind.UNIT, reference)
    created = await service.put_one(transaction, system, place, wanted)
    view = _show(UnitView, system, await service.find_one(transaction, system, place))
    return represent(request, view, status=201 if created else 200)


@router.get(
    "/v1/organisations/{system}/units/{reference}",
    dependencies=_SOURCES,
    response_model=SourcedView[UnitView],
)
async def get_unit_from_source(
    request: Request, system: System, reference: OwnReference, transaction: InTransaction
) -> Response:
    """Read one unit by your own reference."""
    found = await service.read_one(transaction, system, (Kind.UNIT, reference))
    return represent(request, _show(UnitView, system, found))


@router.put(
    "/v1/organisations/{system}/persons/{reference}",
    dependencies=_SOURCES,
    response_model=SourcedView[PersonView],
    responses={201: {"model": SourcedView[PersonView], "description": "Created"}},
)
async def put_person_from_source(
    request: Request,
    system: System,
    reference: OwnReference,
    wanted: PutPersonFromSource,
    transaction: InTransaction,
) -> Response:
    """Send one person by your own reference."""
    place = (Kind.PERSON, reference)
    created = await service.put_one(transaction, system, place, wanted)
    view = _show(PersonView, system, await service.find_one(transaction, system, place))
    return represent(request, view, status=201 if created else 200)


@router.get(
    "/v1/organisations/{system}/persons/{reference}",
    dependencies=_SOURCES,
    response_model=SourcedView[PersonView],
)
async def get_person_from_source(
    request: Request, system: System, reference: OwnReference, transaction: InTransaction
) -> Response:
    """Read one person by your own reference."""
    found = await service.read_one(transaction, system, (Kind.PERSON, reference))
    return represent(request, _show(PersonView, system, found))


@router.put(
    "/v1/organisations/{system}/professionals/{reference}",
    dependencies=_SOURCES,
    response_model=SourcedView[ProfessionalView],
    responses={201: {"model": SourcedView[ProfessionalView], "description": "Created"}},
)
async def put_professional_from_source(
    request: Request,
    system: System,
    reference: OwnReference,
    wanted: PutProfessionalFromSource,
    transaction: InTransaction,
) -> Response:
    """Send one professional by your own reference."""
    place = (Kind.PROFESSIONAL, reference)
    created = await service.put_one(transaction, system, place, wanted)
    view = _show(ProfessionalView, system, await service.find_one(transaction, system, place))
    return represent(request, view, status=201 if created else 200)


@router.get(
    "/v1/organisations/{system}/professionals/{reference}",
    dependencies=_SOURCES,
    response_model=SourcedView[ProfessionalView],
)
async def get_professional_from_source(
    request: Request, system: System, reference: OwnReference, transaction: InTransaction
) -> Response:
    """Read one professional by your own reference."""
    found = await service.read_one(transaction, system, (Kind.PROFESSIONAL, reference))
    return represent(request, _show(ProfessionalView, system, found))
