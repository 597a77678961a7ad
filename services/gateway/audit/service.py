"""The use case of the audit: one list of all services' trails, newest first, in one order for all.

Every trail is ordered by time and id, so one place in time and id is where each of them goes on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from services.gateway.audit.asking import ServicesBehind
from services.gateway.audit.schemas import AuditedService, AuditEntryView
from services.gateway.tokens.authentication import Authenticated
from shared.audit import record_access
from shared.audit_sealing import INSTALLATION
from shared.audit_trail import AuditEventView, AuditFilter, looking
from shared.database.connection import Database, Transaction
from shared.database.tables import audit_event
from shared.paging import MomentOrder, Page, PageRequest, read_page_by_moment
from shared.resources import view_of
from shared.wire import rfc3339

_OWN = AuditedService.GATEWAY


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for, where, and from which place on."""

    wanted: AuditFilter
    service: AuditedService | None
    page: PageRequest

    @property
    def order(self) -> MomentOrder:
        """How the whole list is ordered, and what its cursors are good for."""
        said = {**self.wanted.said(), "service": self.service or "all"}
        return MomentOrder(audit_event, "at", descending=True, filters=said)

    def part(self) -> PageRequest:
        """Return the page that one service is asked for: as much, and from the same place on."""
        if self.page.cursor is None:
            return self.page
        place = self.order.place_of(self.page.cursor)
        return PageRequest(self.page.size, _order_of(self.wanted).cursor_at(*place))


def _order_of(wanted: AuditFilter) -> MomentOrder:
    return MomentOrder(audit_event, "at", descending=True, filters=wanted.said())


async def search(
    database: Database, behind: ServicesBehind, caller: Authenticated, asked: Search
) -> Page[AuditEntryView]:
    """Search all services' audits, or one's; looking is itself in each of them.

    Raises
    ------
    Problem
        503: a service did not answer; a list without its part would look complete.
    """
    wanted = asked.wanted
    asked = replace(asked, wanted=replace(wanted, since=_utc(wanted.since), until=_utc(wanted.until)))
    part = asked.part()
    tenant = caller.principal.tenant
    others = [each for each in AuditedService if each is not _OWN and asked.service in {None, each}]
    targets = {str(each): _target(each, asked.wanted, part) for each in others if tenant is not None}
    pages: Mapping[str, Page[AuditEventView]] = await behind.ask_all(caller, targets, Page[AuditEventView])
    entries = [(each, service) for service, page in pages.items() for each in page.items]
    more = any(page.next_cursor for page in pages.values())
    if asked.service in {None, _OWN}:
        async with database.transaction(tenant or INSTALLATION, caller.principal) as transaction:
            own = await _search_own(transaction, asked.wanted, part)
        entries += [(each, str(_OWN)) for each in own.items]
        more = more or own.next_cursor is not None
    return merged(entries, asked, more=more)


def merged(
    entries: Iterable[tuple[AuditEventView, str]], asked: Search, *, more: bool
) -> Page[AuditEntryView]:
    """Put pages of several trails into one; what does not fit comes with the next."""
    ordered = sorted(entries, key=lambda each: (each[0].at, each[0].id), reverse=True)
    shown = ordered[: asked.page.size]
    goes_on = bool(shown) and (more or len(ordered) > len(shown))
    cursor = asked.order.cursor_at(shown[-1][0].at, shown[-1][0].id) if goes_on else None
    items = [
        AuditEntryView(**each.model_dump(), service=AuditedService(service)) for each, service in shown
    ]
    return Page(items=items, next_cursor=cursor)


async def _search_own(
    transaction: Transaction, wanted: AuditFilter, page: PageRequest
) -> Page[AuditEventView]:
    order = _order_of(wanted)
    found = await read_page_by_moment(
        transaction, wanted.select(), order, page, lambda row: view_of(AuditEventView, row)
    )
    await record_access(transaction, looking(wanted, transaction.tenant))
    return found


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def _target(service: AuditedService, wanted: AuditFilter, page: PageRequest) -> str:
    asked = {
        "from": rfc3339(wanted.since) if wanted.since else None,
        "to": rfc3339(wanted.until) if wanted.until else None,
        "actor": wanted.actor,
        "action": wanted.action,
        "subjectType": wanted.subject_type,
        "subjectId": wanted.subject_id,
        "cursor": page.cursor,
        "pageSize": page.size,
    }
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    return f"/v1/{service}-audit-events?{query}"
