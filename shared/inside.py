"""What the gateway may ask a service about itself: how it is doing, and how far its audit is sealed."""

import platform
import time
from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Request
from prometheus_client.metrics import MetricWrapperBase
from pydantic import Field

from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.audit_sealing import SEALED_AT, AuditChain
from shared.database.connection import Database
from shared.observability import FEED_CAUGHT_UP, FEED_LAG, OLDEST_TRANSACTION
from shared.wire import API_VERSION, Moment, WireModel

_STARTED = time.time()


class FeedStatus(WireModel):
    """How far a feed is followed, as far as this process knows: one replica follows for all."""

    feed: str = Field(examples=["cases"], description="Whose feed.")
    behind: int = Field(ge=0, examples=[0], description="About how many changes are not applied yet.")
    caught_up_at: Moment | None = Field(description="When all that could be told had last been applied.")


class ServiceStatus(WireModel):
    """How one service is doing."""

    service: str = Field(examples=["survey"], description="Which.")
    ready: bool = Field(description="It answers and reaches its database.")
    version: str | None = Field(examples=["1.0.0"], description="Of the API; null if it does not answer.")
    runtime: str | None = Field(examples=["Python 3.11.7"], description="What it runs on.")
    started_at: Moment | None = Field(description="When the process started.")
    oldest_transaction_seconds: float | None = Field(
        ge=0, examples=[0.01], description="Age of the oldest writing transaction on the database server."
    )
    audit_sealed_at: Moment | None = Field(description="When all of its audit had last been sealed.")
    feeds: list[FeedStatus] = Field(max_length=20, description="The feeds it follows.")


class AuditHead(WireModel):
    """How far a tenant's audit is sealed in one service."""

    tenant: UUID
    sequence: int
    total: int
    hash: str
    sealed_at: Moment


class AuditHeads(WireModel):
    """How far every tenant's audit is sealed in one service."""

    heads: list[AuditHead] = Field(max_length=100_000)


async def status_of(service: str, database: Database) -> ServiceStatus:
    """Say how this process is doing."""
    ready = await database.answers()
    return ServiceStatus(
        service=service,
        ready=ready,
        version=API_VERSION,
        runtime=f"Python {platform.python_version()}",
        started_at=datetime.fromtimestamp(_STARTED, UTC),
        oldest_transaction_seconds=_values(OLDEST_TRANSACTION).get(service),
        audit_sealed_at=_moment(_values(SEALED_AT).get(service)),
        feeds=_feeds(),
    )


def _feeds() -> list[FeedStatus]:
    caught_up = _values(FEED_CAUGHT_UP)
    return [
        FeedStatus(feed=feed, behind=round(behind), caught_up_at=_moment(caught_up.get(feed)))
        for feed, behind in sorted(_values(FEED_LAG).items())
    ]


def _values(gauge: MetricWrapperBase) -> dict[str, float]:
    """Return a gauge's values by its one label."""
    samples = (sample for metric in gauge.collect() for sample in metric.samples)
    return {next(iter(sample.labels.values())): sample.value for sample in samples}


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


async def audit_heads(chain: AuditChain) -> AuditHeads:
    """Say how far this service's audit is sealed."""
    return AuditHeads(
        heads=[
            AuditHead(
                tenant=head.tenant,
                sequence=head.sequence,
                total=head.total,
                hash=head.hash.hex(),
                sealed_at=head.sealed_at,
            )
            for head in await chain.heads()
        ]
    )


def inside_router() -> APIRouter:
    """Make the routes the gateway asks by, in an operator's name or its own; nothing is routed to them."""
    router = strict_router("internal", include_in_schema=False)

    @router.get("/internal/status", dependencies=[allow(Role.OPERATOR)])
    async def get_status(request: Request) -> ServiceStatus:
        """Say how this process is doing."""
        chain: AuditChain = request.app.state.audit_chain
        return await status_of(chain.service, request.app.state.database)

    @router.get("/internal/audit-heads", dependencies=[allow(Role.OPERATOR)])
    async def list_audit_heads(request: Request) -> AuditHeads:
        """Say how far the audit is sealed."""
        return await audit_heads(request.app.state.audit_chain)

    return router
