"""Events on the wire: thin CloudEvents with ids and versions, never a person's data."""

from datetime import datetime
from typing import Annotated, Literal, Protocol
from uuid import UUID

from pydantic import Field

from services.gateway.feed.types import EventType
from shared.wire import Moment, WireModel

_ID = "0199c0de-0000-7000-8000-0000000000a7"


class EventData(WireModel):
    """What changed: read it by its id, as a caller who may."""

    id: UUID = Field(examples=[_ID], description="The subject's id.")
    version: int = Field(examples=[3], description="The subject's version then; it only grows.")


class EventView(WireModel):
    """Something that happened, as a CloudEvent 1.0."""

    specversion: Literal["1.0"] = Field(default="1.0", description="Of CloudEvents.", examples=["1.0"])
    id: UUID = Field(
        examples=["6f1c0d9e-5b0a-5c37-9d3a-0a4f2d0f6f11"],
        description="The event's id; the same whenever it is told again, so keep those you have seen.",
    )
    source: Annotated[str, Field(max_length=400)] = Field(
        examples=["https://samspil.example.dk"], description="The installation's address."
    )
    type: EventType = Field(
        examples=["round.closed"],
        description="What happened. `response.*` is about a measurement, `scores.*` about a round.",
    )
    subject: UUID = Field(examples=[_ID], description="What it happened to.")
    time: Moment = Field(
        examples=["2026-11-22T09:30:00Z"], description="When the installation's front door heard of it."
    )
    datacontenttype: Literal["application/json"] = Field(
        default="application/json", description="Of `data`.", examples=["application/json"]
    )
    tenantid: UUID = Field(
        examples=["0199c0de-0000-7000-8000-000000000766"], description="Whose event it is: your tenant's."
    )
    data: EventData


class EventPage(WireModel):
    """A page of events, oldest first. Read on with `nextCursor`, also when the page is empty."""

    items: list[EventView] = Field(max_length=200)
    next_cursor: str = Field(
        max_length=100, description="Send as `cursor` to read on.", examples=["1.1.81234.5678"]
    )
    caught_up: bool = Field(description="Nothing more can be told at the moment.", examples=[True])


class StoredEvent(Protocol):
    """An event's row, from wherever it was read."""

    @property
    def tenant_id(self) -> UUID: ...
    @property
    def id(self) -> UUID: ...
    @property
    def type(self) -> str: ...
    @property
    def subject(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def recorded_at(self) -> datetime: ...


def view_event(row: StoredEvent, source: str) -> EventView:
    """Show an event's row."""
    return EventView(
        id=row.id,
        source=source,
        type=EventType(row.type),
        subject=row.subject,
        time=row.recorded_at,
        tenantid=row.tenant_id,
        data=EventData(id=row.subject, version=row.version),
    )
