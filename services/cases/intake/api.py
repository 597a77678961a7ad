"""Routes that write cases: by hand, file by file, in batches, and as nightly snapshots."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Request
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.cases.intake import batches
from services.cases.intake.batches import Intake
from services.cases.intake.repository import Source
from services.cases.intake.schemas import (
    BatchAnswer,
    CloseSnapshot,
    PutRegistration,
    RegistrationBatch,
    RegistrationView,
    SnapshotView,
)
from services.cases.intake.sources import require_own_system
from services.cases.intake.writing import write_case
from services.cases.register.api import WRITERS, CaseId
from services.cases.register.pseudonyms import CitizenKeys
from services.cases.register.schemas import CaseView, RegisterCase
from services.cases.register.service import show_case
from shared.access.policy import Caller, allow
from shared.access.principal import Role
from shared.app.language import preferred_language
from shared.app.routing import strict_router
from shared.database.connection import InTransaction
from shared.idempotency import Attempted, Made, once
from shared.representation import CREATION, Conditional, Precondition, represent
from shared.wire import Code, Reference, SourceVersion

router = strict_router("registrations")
case_router = strict_router("cases")

_SOURCES = (Role.CASE_SYSTEM, Role.ADMINISTRATOR)


async def _own_system(
    system: Annotated[Code, Path(examples=["kommunens-fagsystem"])], caller: Caller
) -> str:
    require_own_system(caller, system)
    return system


System = Annotated[str, Depends(_own_system)]
"""The source system of the path, for which the caller speaks."""


async def _source(system: System, reference: Reference) -> Source:
    return Source(system, reference)


File = Annotated[Source, Depends(_source)]
"""One file of the source system."""


async def _citizen_keys(request: Request) -> CitizenKeys:
    keys: CitizenKeys = request.app.state.citizen_keys
    return keys


Keys = Annotated[CitizenKeys, Depends(_citizen_keys)]


async def _intake(request: Request, caller: Caller, keys: Keys) -> Intake:
    return Intake(request.app.state.database, caller, keys)


@dataclass(frozen=True, slots=True)
class _CasePlace:
    case_id: UUID
    precondition: Precondition


async def _case_place(case_id: CaseId, precondition: Conditional) -> _CasePlace:
    return _CasePlace(case_id, precondition)


CasePlace = Annotated[_CasePlace, Depends(_case_place)]
"""The case of the path, and the state of it a caller builds upon."""

Taking = Annotated[Intake, Depends(_intake)]


@case_router.post("/v1/cases", dependencies=[allow(*WRITERS)], status_code=201, response_model=CaseView)
async def register_case(
    request: Request, wanted: RegisterCase, keys: Keys, attempt: Attempted, transaction: InTransaction
) -> Response:
    """Register a case with everybody in it, in one call, under an id the server makes."""

    async def make() -> Made:
        case_id = uuid7()
        await write_case(transaction, keys, case_id, wanted, CREATION)
        return Made(201, case_id)

    made = await once(transaction, attempt, make)
    view = await show_case(transaction, made.resource)
    location = {"Location": f"/v1/cases/{made.resource}"}
    return represent(request, view, version=view.version, status=made.status, headers=location)


@case_router.put(
    "/v1/cases/{caseId}",
    dependencies=[allow(*WRITERS)],
    response_model=CaseView,
    responses={201: {"model": CaseView, "description": "Created"}},
)
async def put_case(
    request: Request, place: CasePlace, wanted: RegisterCase, keys: Keys, transaction: InTransaction
) -> Response:
    """Register a case under your own id, or change what your source says of it: all of it, each time."""
    taken = await write_case(transaction, keys, place.case_id, wanted, place.precondition)
    view = await show_case(transaction, place.case_id)
    return represent(request, view, version=view.version, status=201 if taken.new_case else 200)


@router.put(
    "/v1/registrations/{system}/{reference}",
    dependencies=[allow(*_SOURCES)],
    response_model=RegistrationView,
    responses={201: {"model": RegistrationView, "description": "Created"}},
)
async def put_registration(
    request: Request,
    source: File,
    wanted: PutRegistration,
    keys: Keys,
    transaction: InTransaction,
) -> Response:
    """Send all that one source system's file says of a case: units, professionals, citizens, status."""
    view, status = await batches.put_registration(transaction, keys, source, wanted)
    return represent(request, view, version=view.version, status=status)


@router.get(
    "/v1/registrations/{system}/{reference}",
    dependencies=[allow(*_SOURCES)],
    response_model=RegistrationView,
)
async def get_registration(request: Request, source: File, transaction: InTransaction) -> Response:
    """Read a registration: which case it is part of, and how complex that is now."""
    view = await batches.show_registration(transaction, source)
    return represent(request, view, version=view.version)


@router.post(
    "/v1/registration-batches/{system}",
    dependencies=[allow(*_SOURCES)],
    status_code=207,
    response_model=BatchAnswer,
)
async def put_registrations(
    request: Request, system: System, wanted: RegistrationBatch, intake: Taking
) -> Response:
    """Send up to 500 files, each taken or refused by itself; their versions make it safe to repeat."""
    language = preferred_language(request.headers.get("accept-language"))
    items = await batches.take_batch(intake, system, wanted.registrations, language)
    return represent(request, BatchAnswer(items=items), status=207)


@router.put(
    "/v1/registrations/{system}/snapshots/{snapshot}",
    dependencies=[allow(*_SOURCES)],
    response_model=SnapshotView,
)
async def close_snapshot(
    request: Request, system: System, snapshot: SourceVersion, wanted: CloseSnapshot, intake: Taking
) -> Response:
    """End a nightly snapshot: files of the source that it did not name are ended."""
    return represent(request, await batches.end_snapshot(intake, system, snapshot, wanted))
