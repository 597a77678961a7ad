"""Notes who was refused what; the same refusal of the same caller within a second is one row with a count.

Rows are written beside the requests. What does not fit in memory while the database is away, or when
somebody is refused in very many ways at once, is counted and dropped; a kill loses a second of them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from uuid import UUID

from prometheus_client import Counter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.audit.repository import RefusalRow, add_refusals
from services.gateway.limits.senders import told_as
from services.gateway.proxy.routes import ForwardedPath
from services.gateway.settings import GatewaySettings
from shared.access.principal import Principal
from shared.audit_sealing import INSTALLATION
from shared.background import Rhythm, keep_at, note_failure
from shared.database.connection import Database
from shared.observability import noted_caller, request_id

_FLUSH_SECONDS = 1.0
_MOST_KINDS = 10_000
_CODES = {401: "unauthenticated", 403: "forbidden", 404: "not-found", 429: "too-many-requests"}
_NOT_MATCHED = "unmatched"
_METHODS = frozenset({"GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"})

NOTED = Counter("samspil_refusals_total", "Refusals noted for the audit.", ["code"])
DROPPED = Counter("samspil_audit_refusals_dropped_total", "Refusals that did not get into the audit.")


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """Whom was refused what, and why: nothing that a caller could choose freely."""

    tenant: UUID
    actor: str
    program: str
    person: str
    detail: str
    code: str


@dataclass(slots=True)
class _Noted:
    first_at: datetime
    request_id: str
    times: int = 1


class RefusalLog:
    """Refusals on their way into the audit.

    Parameters
    ----------
    most : int
        So many kinds of refusal are held at most.
    """

    def __init__(self, database: Database, most: int = _MOST_KINDS) -> None:
        self._database = database
        self._most = most
        self._waiting: dict[Refusal, _Noted] = {}

    def note(self, caller: Principal | None, detail: str, status: int, network: str = "") -> None:
        """Note a refusal; takes no longer than looking it up.

        From where it came is left out once half is full, as networks are many.
        """
        code = _CODES[status]
        NOTED.labels(code).inc()
        tells = network and len(self._waiting) < self._most // 2
        refusal = Refusal(
            tenant=caller.tenant or INSTALLATION if caller else INSTALLATION,
            actor=caller.recorded_as if caller else "",
            program=caller.recorded_program or "" if caller else "",
            person=str(caller.person or "") if caller else "",
            detail=f"{detail} from {network}" if tells else detail,
            code=code,
        )
        self._add(refusal, _Noted(datetime.now(UTC), request_id()))

    def _add(self, refusal: Refusal, noted: _Noted) -> None:
        known = self._waiting.get(refusal)
        if known is not None:
            known.times += noted.times
        elif len(self._waiting) < self._most:
            self._waiting[refusal] = noted
        else:
            DROPPED.inc(noted.times)

    async def run(self) -> None:
        """Write what is noted, each second and once more at the end."""
        try:
            await keep_at("refusals", self.flush, Rhythm(_FLUSH_SECONDS))
        finally:
            await self.flush()

    async def flush(self) -> None:
        """Write what is noted, tenant by tenant; what can't be written waits for the next time."""
        taken, self._waiting = self._waiting, {}
        for tenant, own in groupby(sorted(taken), key=lambda each: each.tenant):
            refusals = list(own)
            try:
                async with self._database.transaction(tenant) as transaction:
                    await add_refusals(transaction, [_row(each, taken[each]) for each in refusals])
            except Exception as error:  # the audit of refusals must never end the service
                note_failure("refusals", error)
                for each in refusals:
                    self._add(each, taken[each])


def _row(refusal: Refusal, noted: _Noted) -> RefusalRow:
    return RefusalRow(
        at=noted.first_at,
        actor=refusal.actor,
        person=UUID(refusal.person) if refusal.person else None,
        code=refusal.code,
        request_id=noted.request_id,
        detail=refusal.detail,
        times=noted.times,
        program=refusal.program or None,
    )


class RefusalWatch:
    """Sees each answer's status on its way out, and notes the refusals among them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and look at what it is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            if status in _CODES:
                _note(scope, status)


def _note(scope: Scope, status: int) -> None:
    """Note a refusal; what is found nowhere was refused to somebody only if it is known who asked."""
    caller = noted_caller()
    template = getattr(scope.get("route"), "path", _NOT_MATCHED)
    if status == 404 and (caller is None or template == _NOT_MATCHED):
        return
    # A method is the caller's own text, too.
    method = scope["method"] if scope["method"] in _METHODS else "OTHER"
    log: RefusalLog = scope["app"].state.refusals
    log.note(caller, f"{method} {template}", status, "" if caller else _network(scope))


def _network(scope: Scope) -> str:
    """Return from where nobody we know asked; never of people who answer."""
    route = scope.get("route")
    if isinstance(route, ForwardedPath) and route.is_for_people:
        return ""
    settings: GatewaySettings = scope["app"].state.settings
    return told_as(settings.senders.sender_of(scope))
