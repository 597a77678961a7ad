"""Every statement on collaboration groups and their members."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from services.cases.groups.membership import Difference, Membership
from services.cases.groups.tables import collaboration_group, group_member
from services.cases.groups.visibility import visible_groups
from services.cases.organisation.repository import employed, with_name, with_unit_and_leader
from services.cases.organisation.tables import person, professional, unit
from services.cases.register.repository import active_now
from shared.changes.feed import Subject
from shared.contracts.register import COLLABORATION_GROUP, GroupMemberState, GroupState
from shared.database.connection import Transaction
from shared.resources import Resource, select_row

GROUP_ROWS = Resource(collaboration_group, COLLABORATION_GROUP)

_EMPLOYED = employed(group_member)
_NAMED = with_name(_EMPLOYED)


def select_groups(transaction: Transaction) -> Select[Any]:
    """Select the groups that the caller may see."""
    return select(collaboration_group).where(
        collaboration_group.c.tenant_id == transaction.tenant,
        visible_groups(transaction.caller, transaction.tenant),
    )


async def find_group(transaction: Transaction, group_id: UUID) -> Row[Any] | None:
    """Return a group that the caller may see, if there is one."""
    return await transaction.first(select_groups(transaction).where(collaboration_group.c.id == group_id))


async def lock_group(transaction: Transaction, group_id: UUID) -> Row[Any] | None:
    """Return a group and keep others from writing it, also when it does not exist yet."""
    await transaction.hold(f"{COLLABORATION_GROUP}/{group_id}")
    return await transaction.first(select_row(GROUP_ROWS, transaction.tenant, group_id).with_for_update())


async def store_group(
    transaction: Transaction, group_id: UUID, version: int, values: Mapping[str, Any]
) -> None:
    """Write a group that the transaction has locked: version 1 is new."""
    if version == 1:
        own = {"tenant_id": transaction.tenant, "id": group_id, "version": version}
        await transaction.execute(insert(collaboration_group).values(**own, **values))
        return
    await transaction.execute(
        update(collaboration_group)
        .where(collaboration_group.c.tenant_id == transaction.tenant, collaboration_group.c.id == group_id)
        .values(version=version, **values)
    )


async def read_memberships(transaction: Transaction, group_id: UUID) -> set[Membership]:
    """Return who is in a group by the newest list."""
    rows = await transaction.rows(
        select(group_member.c.professional_id, group_member.c.role, group_member.c.subject_group).where(
            *_of_group(transaction, group_id), group_member.c.valid_to.is_(None)
        )
    )
    return {Membership(row.professional_id, row.role, row.subject_group) for row in rows}


async def change_members(transaction: Transaction, group_id: UUID, change: Difference) -> None:
    """End and add members, all at one moment that no earlier list reaches past."""
    moment = await _next_moment(transaction, group_id)
    if change.ended:
        ended = [each.professional_id for each in change.ended]
        await transaction.execute(
            update(group_member)
            .where(
                *_of_group(transaction, group_id),
                group_member.c.valid_to.is_(None),
                group_member.c.professional_id.in_(ended),
            )
            .values(valid_to=moment)
        )
    if change.added:
        rows = [
            {
                "tenant_id": transaction.tenant,
                "id": func.uuidv7(),
                "group_id": group_id,
                "professional_id": each.professional_id,
                "role": each.role,
                "subject_group": each.subject_group,
                "valid_from": moment,
            }
            for each in change.added
        ]
        await transaction.execute(insert(group_member).values(rows))


async def _next_moment(transaction: Transaction, group_id: UUID) -> datetime:
    """Return this moment, or the last that a member's period names if the clock was set back since."""
    last = (
        select(func.max(func.greatest(group_member.c.valid_from, group_member.c.valid_to)))
        .where(*_of_group(transaction, group_id))
        .scalar_subquery()
    )
    moment: datetime = (
        await transaction.execute(select(func.greatest(func.clock_timestamp(), last)))
    ).scalar_one()
    return moment


def _of_group(transaction: Transaction, group_id: UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return group_member.c.tenant_id == transaction.tenant, group_member.c.group_id == group_id


async def read_members(transaction: Transaction, group_id: UUID, at: datetime | None) -> list[Row[Any]]:
    """Return a group's members at a moment, or now, with their names."""
    moment = func.clock_timestamp() if at is None else at
    return await transaction.rows(
        select(group_member, person.c.name.label("label"))
        .select_from(_NAMED)
        .where(
            *_of_group(transaction, group_id),
            group_member.c.valid_from <= moment,
            or_(group_member.c.valid_to.is_(None), group_member.c.valid_to > moment),
        )
        .order_by(group_member.c.professional_id)
    )


async def read_leading(transaction: Transaction, ids: Collection[UUID]) -> set[UUID]:
    """Return those of the professionals whom somebody employed now has as leader."""
    rows = await transaction.rows(
        select(professional.c.leader_id)
        .where(
            professional.c.tenant_id == transaction.tenant,
            professional.c.leader_id.in_(ids),
            active_now(professional),
        )
        .distinct()
    )
    return {row.leader_id for row in rows}


async def read_group_roster(transaction: Transaction, group_id: UUID) -> list[Row[Any]]:
    """Return the members employed now, with person, unit, area and leader as they are now."""
    leader = professional.alias("leader")
    leading = person.alias("leading")
    return await transaction.rows(
        select(
            professional.c.id,
            professional.c.person_id,
            person.c.name,
            professional.c.professional_group,
            professional.c.unit_id,
            unit.c.area_id,
            unit.c.municipality_code,
            professional.c.leader_id,
            leading.c.id.label("leader_person_id"),
            leading.c.name.label("leader_name"),
            professional.c.email,
            professional.c.mobile,
            professional.c.language,
            group_member.c.role,
            group_member.c.subject_group,
        )
        .select_from(with_unit_and_leader(_NAMED, leader, leading))
        .where(*_of_group(transaction, group_id), active_now(group_member), active_now(professional))
        .order_by(professional.c.id)
    )


async def read_group_states(
    transaction: Transaction, subjects: Sequence[Subject]
) -> Mapping[Subject, dict[str, Any]]:
    """Return groups as the feed tells of them."""
    groups = await transaction.rows(
        select(collaboration_group).where(
            tuple_(collaboration_group.c.tenant_id, collaboration_group.c.id).in_(subjects)
        )
    )
    members = await transaction.rows(
        select(group_member, professional.c.person_id)
        .select_from(_EMPLOYED)
        .where(
            tuple_(group_member.c.tenant_id, group_member.c.group_id).in_(subjects),
            active_now(group_member),
        )
        .order_by(group_member.c.professional_id)
    )
    by_group: dict[Subject, list[Row[Any]]] = {}
    for row in members:
        by_group.setdefault((row.tenant_id, row.group_id), []).append(row)
    return {
        (row.tenant_id, row.id): _state(row, by_group.get((row.tenant_id, row.id), [])) for row in groups
    }


def _state(group: Row[Any], members: Iterable[Row[Any]]) -> dict[str, Any]:
    return GroupState(
        version=group.version,
        id=group.id,
        kind=group.kind,
        name=group.name,
        municipality_code=group.municipality_code,
        valid_to=group.valid_to,
        members=[
            GroupMemberState(
                professional_id=each.professional_id,
                person_id=each.person_id,
                role=each.role,
                subject_group=each.subject_group,
            )
            for each in members
        ],
    ).model_dump(mode="json", by_alias=True)
