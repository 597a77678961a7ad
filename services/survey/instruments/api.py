"""Routes of instruments: definitions that front ends build forms from, and a tenant's own."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Query, Request
from starlette.responses import Response

from services.survey.instruments import assessments, listing, service
from services.survey.instruments.definition import Instrument, InstrumentCode, load_catalogue
from services.survey.instruments.documents import READERS, UnreadableDocument
from services.survey.instruments.errors import DEFINITION_MEDIA_TYPE
from services.survey.instruments.schemas import (
    DifferencesView,
    InstrumentState,
    InstrumentSummary,
    PublishInstrument,
    PutUnitAssessment,
    RetireInstrument,
    UnitAssessmentView,
)
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.database.connection import InTransaction
from shared.errors import MALFORMED, FieldError, Problem
from shared.paging import Page, Paging
from shared.representation import Conditional, represent

router = strict_router("instruments")

_READERS = [role for role in Role if role not in {Role.SERVICE, Role.OPERATOR}]

_ASSESSORS = (Role.CASE_WORKER, Role.ADMINISTRATOR)

AssessmentId = Annotated[UUID, Path(alias="assessmentId")]
Code = Annotated[InstrumentCode, Path(examples=["relational-capacity"])]


async def _name(code: Code, version: Annotated[int, Path(ge=1, le=1000)]) -> service.Name:
    return service.Name(code, version)


Named = Annotated[service.Name, Depends(_name)]
"""The version that a path names."""


@dataclass(frozen=True, slots=True)
class _Document:
    content: object


async def _document(request: Request) -> _Document:
    """Read a definition before the transaction begins, which must not wait for a slow sender."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    read = READERS.get(media_type)
    if read is None:
        raise Problem(DEFINITION_MEDIA_TYPE, headers={"Accept": ", ".join(READERS)})
    try:
        return _Document(read(await request.body()))
    except UnreadableDocument as error:
        raise Problem(MALFORMED, [FieldError("", "unreadable", str(error))]) from error


def _example() -> dict[str, Any]:
    """Show a whole definition, of two statements."""
    whole = load_catalogue()["quality-indicators", 1].model_dump(mode="json", by_alias=True)
    return {**whole, "code": "own-indicators", "items": whole["items"][:2]}


_SHOWN: dict[str, Any] = {"content": {"application/json": {"example": _example()}}}
_SENT: dict[str, Any] = {
    "schema": {"$ref": "#/components/schemas/Instrument"},
    "example": _example(),
}
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": dict.fromkeys(READERS, _SENT)}}
"""The body that is read by hand: a definition, as JSON or YAML."""


async def _filter(
    state: Annotated[InstrumentState | None, Query(description="Only those in this state.")] = None,
    code: Annotated[InstrumentCode | None, Query(description="Only this instrument's versions.")] = None,
) -> listing.Filter:
    return listing.Filter(state, code)


@router.get("/v1/instruments", dependencies=[allow(*_READERS)], response_model=Page[InstrumentSummary])
async def list_instruments(
    request: Request,
    chosen: Annotated[listing.Filter, Depends(_filter)],
    page: Paging,
    transaction: InTransaction,
) -> Response:
    """List the instruments, built in and own; drafts only for those who may write them."""
    return represent(request, await listing.list_instruments(transaction, chosen, page))


@router.get(
    "/v1/instruments/{code}/versions/{version}",
    dependencies=[allow(*_READERS)],
    response_model=Instrument,
    responses={200: _SHOWN},
)
async def get_instrument(request: Request, name: Named, transaction: InTransaction) -> Response:
    """Read one version of an instrument: items, scale, texts in all its languages, provenance."""
    found = await service.show(transaction, name)
    return represent(request, found.instrument, version=found.revision)


@router.put(
    "/v1/instruments/{code}/versions/{version}",
    dependencies=[allow(*service.MAY_WRITE)],
    response_model=Instrument,
    responses={200: _SHOWN, 201: {"model": Instrument, "description": "Created", **_SHOWN}},
    openapi_extra=_BODY,
)
async def put_instrument(
    request: Request,
    name: Named,
    document: Annotated[_Document, Depends(_document)],
    precondition: Conditional,
    transaction: InTransaction,
) -> Response:
    """Write a draft of an instrument of your own, as JSON or YAML; every mistake in it is named."""
    put = await service.put_draft(transaction, name, document.content, precondition)
    found = await service.show(transaction, name)
    return represent(request, found.instrument, version=put.version, status=put.status)


@router.delete(
    "/v1/instruments/{code}/versions/{version}",
    dependencies=[allow(*service.MAY_WRITE)],
    status_code=204,
    response_class=Response,
    responses={409: {}},
)
async def delete_instrument(name: Named, transaction: InTransaction) -> Response:
    """Delete a draft; what was published stays for good."""
    await service.discard_draft(transaction, name)
    return Response(status_code=204)


@router.put(
    "/v1/instruments/{code}/versions/{version}/publication",
    dependencies=[allow(*service.MAY_WRITE)],
    response_model=InstrumentSummary,
)
async def publish_instrument(
    request: Request,
    name: Named,
    _wanted: PublishInstrument,
    precondition: Conditional,
    transaction: InTransaction,
) -> Response:
    """Publish a draft, which never changes from then on; doing it again changes nothing."""
    put = await service.publish(transaction, name, precondition)
    return represent(request, await service.summarise(transaction, name), version=put.version)


@router.put(
    "/v1/instruments/{code}/versions/{version}/retirement",
    dependencies=[allow(*service.MAY_WRITE)],
    response_model=InstrumentSummary,
)
async def retire_instrument(
    request: Request,
    name: Named,
    _wanted: RetireInstrument,
    precondition: Conditional,
    transaction: InTransaction,
) -> Response:
    """Retire a version: no new round asks it, rounds that do go on; doing it again changes nothing."""
    put = await service.retire(transaction, name, precondition)
    return represent(request, await service.summarise(transaction, name), version=put.version)


@router.get(
    "/v1/instruments/{code}/differences",
    dependencies=[allow(*_READERS)],
    response_model=DifferencesView,
    responses={422: {}},
)
async def compare_instruments(
    request: Request,
    code: Code,
    earlier: Annotated[int, Query(alias="from", ge=1, le=1000, description="The earlier version.")],
    later: Annotated[int, Query(alias="to", ge=1, le=1000, description="The later version.")],
    transaction: InTransaction,
) -> Response:
    """See what is different between two versions, and which items can be compared."""
    return represent(request, await service.compare(transaction, code, earlier, later))


@router.put(
    "/v1/unit-assessments/{assessmentId}",
    dependencies=[allow(*_ASSESSORS)],
    response_model=UnitAssessmentView,
    responses={201: {"model": UnitAssessmentView, "description": "Created"}},
)
async def put_unit_assessment(
    request: Request,
    assessment_id: AssessmentId,
    wanted: PutUnitAssessment,
    precondition: Conditional,
    transaction: InTransaction,
) -> Response:
    """Record what was found out about a unit from documents or interviews, with the source."""
    put = await assessments.put_assessment(transaction, assessment_id, wanted, precondition)
    view = await assessments.show_assessment(transaction, assessment_id)
    return represent(request, view, version=put.version, status=put.status)


@router.get(
    "/v1/unit-assessments/{assessmentId}",
    dependencies=[allow(*_ASSESSORS, Role.ANALYST)],
    response_model=UnitAssessmentView,
)
async def get_unit_assessment(
    request: Request, assessment_id: AssessmentId, transaction: InTransaction
) -> Response:
    """Read one assessment of a unit."""
    view = await assessments.show_assessment(transaction, assessment_id)
    return represent(request, view, version=view.version)


@router.get(
    "/v1/unit-assessments",
    dependencies=[allow(*_ASSESSORS, Role.ANALYST)],
    response_model=Page[UnitAssessmentView],
)
async def list_unit_assessments(
    request: Request,
    page: Paging,
    transaction: InTransaction,
    unit_id: Annotated[UUID | None, Query(alias="unitId", description="Only this unit's.")] = None,
) -> Response:
    """List assessments of units."""
    return represent(request, await assessments.list_assessments(transaction, unit_id, page))
