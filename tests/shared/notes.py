"""A small service that uses all of `shared`: notes, which belong to a tenant and are told in a feed.

Beside the proper routes it has careless ones, for the controls that show what a rule keeps away.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import Depends, FastAPI, Request
from pydantic import Field
from pydantic_settings import SettingsConfigDict
from sqlalchemy import Column, Integer, MetaData, Table, Text, Uuid, func, insert, select
from starlette.responses import Response

from shared.access.policy import Caller, allow
from shared.access.principal import Role
from shared.app.builder import ServiceDescription, build_app
from shared.app.routing import strict_router
from shared.changes.feed import feed_router
from shared.changes.log import log_change
from shared.database.connection import InTransaction, Transaction, request_transaction
from shared.database.tables import key, tenant_key, version
from shared.idempotency import Attempted, Made, once
from shared.lifecycle import open_service
from shared.paging import Paging, read_page
from shared.representation import CREATION, Conditional, represent
from shared.resources import Resource, put_row, read_row, states_of, view_of
from shared.settings import ServiceSettings
from shared.wire import Code, Line, Moment, WireModel

SERVICE = "notes"

note = Table(
    "note",
    MetaData(),
    tenant_key(),
    key("id"),
    version(),
    Column("words", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("parent_id", Uuid),
)
NOTES = Resource(note, "note")

CREATE_NOTE = (
    "CREATE TABLE note (tenant_id uuid NOT NULL, id uuid NOT NULL, version bigint NOT NULL, "
    "words text NOT NULL, number integer NOT NULL, parent_id uuid, PRIMARY KEY (tenant_id, id), "
    "CONSTRAINT note_parent FOREIGN KEY (tenant_id, parent_id) REFERENCES note (tenant_id, id) "
    "DEFERRABLE INITIALLY DEFERRED)"
)
"""A missing parent is found out when the transaction commits, and not before."""


class Colour(StrEnum):
    """A closed list of values."""

    RED = "red"
    DARK_BLUE = "dark-blue"


class PutNote(WireModel):
    """A note as it is sent."""

    words: Line
    number: int = Field(default=0, ge=0, le=1000)
    parent_id: UUID | None = None


class NoteView(PutNote):
    """A note as it is shown."""

    id: UUID
    version: int


class _Circle(WireModel):
    kind: Literal["circle"]
    radius: int


class _Square(WireModel):
    kind: Literal["square"]
    side: int


class CheckForm(WireModel):
    """One field of every kind a request may have."""

    line: Line = "line"
    count: int = Field(default=1, ge=0, le=1000, strict=True)
    colour: Colour = Colour.RED
    at: Moment | None = None
    reference: UUID | None = None
    codes: list[Code] = Field(default_factory=list)
    labels: dict[Code, int] = Field(default_factory=dict)
    shape: Annotated[_Circle | _Square, Field(discriminator="kind")] | None = None


class FormView(WireModel):
    """That the form is in order."""

    valid: bool = True


router = strict_router("notes")
_WORKERS = allow(Role.CASE_WORKER)
LooseTransaction = Annotated[Transaction, Depends(request_transaction)]
"""A transaction with FastAPI's default scope: it commits after the answer has left."""


@router.put("/v1/notes/{note_id}", dependencies=[_WORKERS])
async def put_note(
    request: Request, note_id: UUID, wanted: PutNote, condition: Conditional, transaction: InTransaction
) -> Response:
    """Create or change a note."""
    put = await put_row(transaction, NOTES, note_id, wanted.model_dump(), condition)
    view = NoteView(id=note_id, version=put.version, **wanted.model_dump())
    return represent(request, view, version=put.version, status=put.status)


@router.get("/v1/notes/{note_id}", dependencies=[_WORKERS])
async def get_note(request: Request, note_id: UUID, transaction: InTransaction) -> Response:
    """Show a note."""
    row = await read_row(transaction, NOTES, note_id)
    return represent(request, view_of(NoteView, row), version=row.version)


@router.get("/v1/notes", dependencies=[_WORKERS])
async def list_notes(request: Request, paging: Paging, transaction: InTransaction) -> Response:
    """List the notes."""
    page = await read_page(transaction, select(note), note, paging, lambda row: view_of(NoteView, row))
    return represent(request, page)


@router.post("/v1/notes", dependencies=[_WORKERS])
async def create_note(
    request: Request, wanted: PutNote, attempt: Attempted, transaction: InTransaction
) -> Response:
    """Create a note once."""
    return await _create_once(request, wanted, attempt, transaction)


@router.post("/v1/notes/{note_id}/answers", dependencies=[_WORKERS])
async def create_answer(
    request: Request, note_id: UUID, wanted: PutNote, attempt: Attempted, transaction: InTransaction
) -> Response:
    """Create a note below another, once."""
    answer = wanted.model_copy(update={"parent_id": note_id})
    return await _create_once(request, answer, attempt, transaction)


async def _create_once(
    request: Request, wanted: PutNote, attempt: Attempted, transaction: Transaction
) -> Response:
    async def make() -> Made:
        note_id = uuid4()
        put = await put_row(transaction, NOTES, note_id, wanted.model_dump(), CREATION)
        return Made(put.status, note_id)

    made = await once(transaction, attempt, make)
    row = await read_row(transaction, NOTES, made.resource)
    return represent(request, view_of(NoteView, row), version=row.version, status=made.status)


@router.post("/v1/loose-notes", dependencies=[_WORKERS])
async def create_loose_note(wanted: PutNote, transaction: LooseTransaction) -> Response:
    """Create a note in a transaction that ends too late."""
    await add_note(transaction, uuid4(), **wanted.model_dump())
    return Response(status_code=201)


@router.post("/v1/broken", dependencies=[_WORKERS])
async def break_down(wanted: PutNote) -> FormView:
    """Fail with a message that holds what was sent."""
    raise RuntimeError(f"could not keep {wanted.words}")


@router.get("/v1/sleep", dependencies=[_WORKERS])
async def sleep(transaction: InTransaction) -> FormView:
    """Keep a connection busy."""
    await transaction.execute(select(func.pg_sleep(30)))
    return FormView()


@router.post("/v1/forms", dependencies=[_WORKERS])
async def check_form(wanted: CheckForm) -> FormView:
    """Accept what is well-formed."""
    return FormView()


@router.get("/v1/numbers", dependencies=[_WORKERS])
async def find_numbers(number: int, colour: Colour = Colour.RED) -> FormView:
    """Accept what is well-formed in a query."""
    return FormView()


@router.get("/v1/callers/me", dependencies=[allow(Role.CASE_WORKER, Role.LEADER, scope="notes:read")])
async def get_caller(caller: Caller) -> FormView:
    """Answer callers who have a scope."""
    return FormView()


async def add_note(transaction: Transaction, note_id: UUID, **values: Any) -> None:
    """Write a note of the transaction's tenant, and into the change log."""
    row = {"words": "words", "number": 0, **values}
    await transaction.execute(
        insert(note).values(tenant_id=transaction.tenant, id=note_id, version=1, **row)
    )
    await log_change(transaction, NOTES.kind, note_id, 1)


class NotesSettings(ServiceSettings):
    """Settings of `notes`; variables begin with ``NOTES_``."""

    model_config = SettingsConfigDict(env_prefix="NOTES_")


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with open_service(app, SERVICE, {NOTES.kind: states_of(NOTES, NoteView)}):
        yield


def description(*more: Any) -> ServiceDescription:
    """Describe the service, with more routers if given."""
    return ServiceDescription(
        name=SERVICE,
        title="Notes",
        description="A service for tests.",
        routers=[router, feed_router(), *more],
        lifespan=_lifespan,
    )


def build(settings: ServiceSettings) -> FastAPI:
    """Build the service's application."""
    return build_app(description(), settings)
