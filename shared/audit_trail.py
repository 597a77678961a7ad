"""Shows a service's audit: to whoever answers for data protection, and to employees what concerns them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AfterValidator, Field
from sqlalchemy import Select, select
from starlette.responses import Response

from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.audit import Access, record_access
from shared.database.connection import InTransaction, Transaction
from shared.database.tables import audit_event
from shared.paging import MomentOrder, Page, Paging, read_page_by_moment
from shared.representation import represent
from shared.resources import view_of
from shared.wire import Code, Moment, WireModel, storable

STEWARDS = (Role.DATA_STEWARD, Role.ADMINISTRATOR)
EMPLOYEES = (Role.CASE_WORKER, Role.PROFESSIONAL, Role.LEADER)

_Text = Annotated[str, AfterValidator(storable)]

Concerns = Callable[[Transaction, UUID, UUID], Awaitable[bool]]
"""Tells whether a person may see the audit of something else than the person: of results about them."""


class AuditEventView(WireModel):
    """One use of personal data: who did what to which id, when and what for. Nothing of the data."""

    id: UUID
    at: Moment
    actor: str = Field(
        examples=["fagsystem-hedensted"], description="The caller's subject, or whom a program acted for."
    )
    person_id: UUID | None = Field(description="The caller's person, if it is one.")
    program: str | None = Field(
        default=None,
        examples=["0199c0de-0000-7000-8000-00000000c11e"],
        description="The program that acted for the actor; null: the actor called itself.",
    )
    action: str = Field(examples=["read"])
    purpose: str = Field(examples=["case-handling"])
    subject_type: str = Field(examples=["case"])
    subject_id: UUID
    request_id: str = Field(examples=["5b0c2f6a9d3e4c1f8a7b6c5d4e3f2a1b"])
    detail: str | None = Field(
        default=None,
        examples=["GET /v1/cases/{caseId}"],
        description="Of a refusal: the method and the route's template.",
    )
    times: int = Field(
        default=1, ge=1, examples=[1], description="How often, where the same was refused again at once."
    )


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which events are wanted."""

    subject_type: str | None
    subject_id: UUID | None
    actor: str | None
    action: str | None
    since: datetime | None
    until: datetime | None

    def said(self) -> dict[str, str | None]:
        """Return the filter as a cursor remembers it."""
        return {
            "subject": f"{self.subject_type}/{self.subject_id}",
            "what": f"{self.actor}/{self.action}",
            "when": f"{self.since}/{self.until}",
        }

    def select(self) -> Select[tuple[object, ...]]:
        """Select the events."""
        event = audit_event.c
        conditions = [
            column == value
            for column, value in (
                (event.subject_type, self.subject_type),
                (event.subject_id, self.subject_id),
                (event.actor, self.actor),
                (event.action, self.action),
            )
            if value is not None
        ]
        if self.since is not None:
            conditions.append(event.at >= self.since)
        if self.until is not None:
            conditions.append(event.at < self.until)
        return select(audit_event).where(*conditions)


@dataclass(frozen=True, slots=True)
class _Period:
    since: datetime | None
    until: datetime | None


async def _period(
    since: Annotated[Moment | None, Query(alias="from", description="From this time on.")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="Before this time.")] = None,
) -> _Period:
    return _Period(since, until)


async def _filter(
    period: Annotated[_Period, Depends(_period)],
    subject_type: Annotated[Code | None, Query(alias="subjectType", description="Such as `case`.")] = None,
    subject_id: Annotated[UUID | None, Query(alias="subjectId", description="What was used.")] = None,
    actor: Annotated[_Text | None, Query(max_length=255, description="Who used it.")] = None,
    action: Annotated[Code | None, Query(description="What was done, such as `read`.")] = None,
) -> AuditFilter:
    return AuditFilter(subject_type, subject_id, actor, action, period.since, period.until)


Filtered = Annotated[AuditFilter, Depends(_filter)]


async def _nothing_else(transaction: Transaction, person_id: UUID, subject_id: UUID) -> bool:
    return False


def audit_router(path: str, concerns: Concerns = _nothing_else) -> APIRouter:
    """Make the route that shows a service's audit, newest first.

    Parameters
    ----------
    path : str
        Where: one path has one owner, so each service has its own.
    concerns : callable, optional
        What employees may see the audit of, besides themselves.
    """
    router = strict_router("audit")
    name = "list_" + path.rpartition("/")[2].replace("-", "_")

    @router.get(
        path,
        dependencies=[allow(*STEWARDS, *EMPLOYEES)],
        response_model=Page[AuditEventView],
        name=name,
    )
    async def list_audit_events(
        request: Request, wanted: Filtered, page: Paging, transaction: InTransaction
    ) -> Response:
        """List who used which personal data, newest first; an employee sees what concerns that employee."""
        statement = wanted.select()
        if not transaction.caller.is_any(*STEWARDS):
            own = await _own(transaction, wanted.subject_id, concerns)
            statement = statement.where(audit_event.c.subject_id.in_(own))
        order = MomentOrder(audit_event, "at", descending=True, filters=wanted.said())
        found = await read_page_by_moment(
            transaction, statement, order, page, lambda row: view_of(AuditEventView, row)
        )
        await record_access(transaction, looking(wanted, transaction.tenant))
        return represent(request, found)

    return router


def looking(wanted: AuditFilter, tenant: UUID) -> Access:
    """Who looks at the audit is in it, too; looking at everything is a use of the tenant's whole audit."""
    kind = wanted.subject_type if wanted.subject_type and wanted.subject_id else "audit"
    return Access("read-audit", kind, wanted.subject_id or tenant, "audit")


async def _own(transaction: Transaction, asked: UUID | None, concerns: Concerns) -> list[UUID]:
    """Return what the caller may see the audit of; a program's is about nobody."""
    person = transaction.caller.person
    if person is None:
        return []
    if asked is None or asked == person or not await concerns(transaction, person, asked):
        return [person]
    return [asked]
