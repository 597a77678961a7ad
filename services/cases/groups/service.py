"""Use cases of collaboration groups: put one with all its members, show it, and list it for a round."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.cases.groups.errors import KIND_FIXED
from services.cases.groups.membership import (
    Belonging,
    Difference,
    Membership,
    difference,
    subject_group_of,
)
from services.cases.groups.repository import (
    GROUP_ROWS,
    change_members,
    find_group,
    lock_group,
    read_group_roster,
    read_group_states,
    read_leading,
    read_members,
    read_memberships,
    store_group,
)
from services.cases.groups.schemas import GroupMemberView, GroupView, PutGroup, PutSubjectGroup
from services.cases.organisation.repository import known_ids
from services.cases.organisation.tables import professional, unit
from services.cases.protection.objectors import asked_members, contact_of
from shared.audit import Access, record_access
from shared.changes.log import log_change
from shared.contracts.register import (
    COLLABORATION_GROUP,
    GroupKind,
    GroupRoster,
    GroupRosterMember,
    GroupState,
    SubjectGroup,
)
from shared.database.connection import Transaction
from shared.errors import BROKEN_RULE, NOT_FOUND, FieldError, Problem
from shared.representation import Precondition
from shared.resources import Put, read_row, view_of

_FEWEST_FUNCTIONS = 2


async def put_group(
    transaction: Transaction, group_id: UUID, wanted: PutGroup, precondition: Precondition
) -> Put:
    """Create or change a group: who is named is in it from now on, who isn't is ended.

    Raises
    ------
    Problem
        409 for another kind than before; 412 if the precondition does not hold; 422 for whom and
        what nobody knows, all of it.
    """
    stored = await lock_group(transaction, group_id)
    change = difference(
        await read_memberships(transaction, group_id),
        {Membership(each.professional_id, each.role, each.subject_group) for each in wanted.members},
    )
    values = _values(wanted)
    if stored is None:
        precondition.check_creation()
    elif not change and all(getattr(stored, name) == value for name, value in values.items()):
        return Put(version=stored.version, changed=False)
    else:
        precondition.check_change(stored.version)
        if stored.kind != wanted.kind:
            raise Problem(KIND_FIXED)
    await _require_sound(transaction, wanted, change)
    version = 1 if stored is None else stored.version + 1
    await store_group(transaction, group_id, version, values)
    await change_members(transaction, group_id, change)
    await log_change(transaction, COLLABORATION_GROUP, group_id, version)
    await _note_access(transaction, "write", group_id, "group-administration")
    return Put(version=version, created=stored is None)


def _values(wanted: PutGroup) -> dict[str, Any]:
    """Return the group's own columns; a moment is no JSON there, the subject groups are."""
    return {
        **wanted.model_dump(exclude={"members", "subject_groups"}),
        "subject_groups": [group.model_dump(mode="json") for group in wanted.subject_groups],
    }


async def _require_sound(transaction: Transaction, wanted: PutGroup, change: Difference) -> None:
    """Refuse whom and what nobody knows, and a group that is not what its kind says; name it all."""
    people = await known_ids(transaction, professional, [each.professional_id for each in wanted.members])
    units = await known_ids(
        transaction, unit, [each for group in wanted.subject_groups for each in group.unit_ids]
    )
    wrong = [*_unknown_members(wanted, people), *_unknown_units(wanted, units)]
    if wanted.kind is GroupKind.AUTHORITY_FUNCTION and len(wanted.subject_groups) < _FEWEST_FUNCTIONS:
        wrong.append(
            FieldError("/subjectGroups", "too-few", "It takes the authority function and a key function.")
        )
    if wanted.kind is GroupKind.LEADERS:
        newcomers = change.newcomers & people
        wrong += _not_leading(wanted, newcomers - await read_leading(transaction, newcomers))
    if wrong:
        raise Problem(BROKEN_RULE, wrong)


def _unknown_members(wanted: PutGroup, people: set[UUID]) -> Iterator[FieldError]:
    codes = {group.code for group in wanted.subject_groups}
    for index, member in enumerate(wanted.members):
        if member.professional_id not in people:
            yield FieldError(
                f"/members/{index}/professionalId", "unknown-professional", "There is no such professional."
            )
        if member.subject_group is not None and member.subject_group not in codes:
            yield FieldError(
                f"/members/{index}/subjectGroup",
                "unknown-subject-group",
                "The group has no such subject group.",
            )


def _unknown_units(wanted: PutGroup, units: set[UUID]) -> Iterator[FieldError]:
    for place, group in enumerate(wanted.subject_groups):
        for index, each in enumerate(group.unit_ids):
            if each not in units:
                yield FieldError(
                    f"/subjectGroups/{place}/unitIds/{index}", "unknown-unit", "There is no such unit."
                )


def _not_leading(wanted: PutGroup, others: frozenset[UUID]) -> Iterator[FieldError]:
    for index, member in enumerate(wanted.members):
        if member.professional_id in others:
            yield FieldError(
                f"/members/{index}/professionalId",
                "not-a-leader",
                "Nobody has this professional as leader.",
            )


async def show_group(transaction: Transaction, group_id: UUID, at: datetime | None = None) -> GroupView:
    """Return a group as it is now, with its members at a moment; 404 for one that isn't the caller's."""
    row = await find_group(transaction, group_id)
    if row is None:
        raise Problem(NOT_FOUND)
    members = await read_members(transaction, group_id, at)
    await _note_access(transaction, "read", group_id, "collaboration")
    return view_of(GroupView, row, members=[view_of(GroupMemberView, each) for each in members])


async def show_group_roster(transaction: Transaction, group_id: UUID) -> GroupRoster:
    """Return everybody in a group, for a round about to open."""
    row = await read_row(transaction, GROUP_ROWS, group_id)
    groups = [PutSubjectGroup.model_validate(each) for each in row.subject_groups]
    belongings = [Belonging(each.code, each.unit_ids, each.professional_groups) for each in groups]
    states = await read_group_states(transaction, [(transaction.tenant, group_id)])
    members = await asked_members(
        transaction,
        [_roster_member(each, belongings) for each in await read_group_roster(transaction, group_id)],
    )
    await _note_access(transaction, "read", group_id, "round-roster")
    return GroupRoster(
        group_id=group_id,
        standing=GroupState.model_validate(states[transaction.tenant, group_id]),
        kind=row.kind,
        respondent_label=row.respondent_label,
        municipality_code=row.municipality_code,
        valid_to=row.valid_to,
        subject_groups=[
            SubjectGroup(code=each.code, name=each.name, english_name=each.english_name) for each in groups
        ],
        members=members.those,
        left_out=members.left_out,
    )


def _roster_member(row: Row[Any], belongings: list[Belonging]) -> GroupRosterMember:
    return view_of(
        GroupRosterMember,
        row,
        professional_id=row.id,
        label=row.name,
        leader_label=row.leader_name,
        involvement_role=None,
        contact=contact_of(row),
        subject_group=subject_group_of(row.subject_group, row.unit_id, row.professional_group, belongings),
    )


async def _note_access(transaction: Transaction, action: str, group_id: UUID, purpose: str) -> None:
    await record_access(transaction, Access(action, COLLABORATION_GROUP, group_id, purpose))
