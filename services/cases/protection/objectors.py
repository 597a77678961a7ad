"""Leaves whoever objects out of a roster, before a round can ask or show them."""

from collections.abc import Sequence
from typing import TypeVar

from services.cases.protection.repository import objecting, objecting_employments
from services.cases.protection.schemas import SubjectType
from shared.contracts.register import Roster, RosterMember
from shared.database.connection import Transaction

Member = TypeVar("Member", bound=RosterMember)


async def without_objectors(transaction: Transaction, roster: Roster) -> Roster:
    """Return a roster of those who don't object; a leader who objects is nobody's leader in it."""
    citizens = await objecting(
        transaction, SubjectType.CITIZEN, [each.citizen_id for each in roster.citizens]
    )
    members = await members_asked(transaction, roster.members)
    kept = [each for each in roster.citizens if each.citizen_id not in citizens]
    return roster.model_copy(update={"members": members, "citizens": kept})


async def members_asked(transaction: Transaction, members: Sequence[Member]) -> list[Member]:
    """Return the members who don't object, without leaders who do."""
    seats = {each.professional_id for each in members}
    leaders = {each.leader_id for each in members if each.leader_id is not None}
    objectors = await objecting_employments(transaction, seats | leaders)
    return [
        each.model_copy(update={"leader_id": None, "leader_label": None})
        if each.leader_id in objectors
        else each
        for each in members
        if each.professional_id not in objectors
    ]
