"""Says which collaboration groups a caller may see; every route that reads them asks here."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from services.cases.groups.tables import collaboration_group, group_member
from services.cases.organisation.tables import professional
from services.cases.register.repository import active_now
from services.cases.register.visibility import EVERY_CASE
from shared.access.principal import Principal, Role

EVERY_GROUP = (*EVERY_CASE, Role.CASE_WORKER)
"""Roles that see all groups of their tenant; case workers keep them, so they see them."""


def visible_groups(caller: Principal, tenant: UUID) -> ColumnElement[bool]:
    """Hold for the rows of `collaboration_group` that a caller may see, by any of its roles."""
    if caller.is_any(*EVERY_GROUP):
        return true()
    if caller.person is None:
        return false()
    reasons: list[ColumnElement[bool]] = []
    if caller.is_any(Role.PROFESSIONAL, Role.LEADER):
        reasons.append(_has_member(tenant, professional.c.person_id == caller.person))
    if caller.is_any(Role.LEADER):
        reasons.append(
            _has_member(tenant, professional.c.leader_id.in_(_employments(caller.person, tenant)))
        )
    return or_(*reasons) if reasons else false()


def _employments(person_id: UUID, tenant: UUID) -> ColumnElement[UUID]:
    leading = professional.alias("leading")
    return (
        select(leading.c.id)
        .where(leading.c.tenant_id == tenant, leading.c.person_id == person_id)
        .scalar_subquery()
    )


def _has_member(tenant: UUID, who: ColumnElement[bool]) -> ColumnElement[bool]:
    employed = and_(
        professional.c.tenant_id == group_member.c.tenant_id,
        professional.c.id == group_member.c.professional_id,
    )
    groups = (
        select(group_member.c.group_id)
        .join(professional, employed)
        .where(group_member.c.tenant_id == tenant, active_now(group_member), active_now(professional), who)
    )
    return collaboration_group.c.id.in_(groups)
