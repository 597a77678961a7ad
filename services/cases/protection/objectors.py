"""Leaves whoever objects out of a roster, before a round can ask or show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Row

from services.cases.protection.repository import objecting, objecting_employments
from services.cases.protection.schemas import SubjectType
from shared.contracts.register import Contact, LeftOut, LeftOutReason, RosterCitizen, RosterMember
from shared.database.connection import Transaction

One = TypeVar("One")
Member = TypeVar("Member", bound=RosterMember)


@dataclass(frozen=True, slots=True)
class Asked(Generic[One]):
    """Those who may be asked, and those who may not."""

    those: list[One]
    left_out: list[LeftOut]


def contact_of(employment: Row[Any]) -> Contact:
    """Return how an employee can be reached."""
    return Contact(email=employment.email, mobile=employment.mobile, language=employment.language)


async def asked_citizens(
    transaction: Transaction, citizens: Sequence[RosterCitizen]
) -> Asked[RosterCitizen]:
    """Return the citizens who don't object."""
    objectors = await objecting(transaction, SubjectType.CITIZEN, [each.citizen_id for each in citizens])
    kept = [each for each in citizens if each.citizen_id not in objectors]
    return Asked(kept, [LeftOut(id=each, reason=LeftOutReason.OBJECTED) for each in sorted(objectors)])


async def asked_members(transaction: Transaction, members: Sequence[Member]) -> Asked[Member]:
    """Return the members who don't object; a leader who objects is nobody's leader in a roster."""
    seats = {each.professional_id for each in members}
    leaders = {each.leader_id for each in members if each.leader_id is not None}
    objectors = await objecting_employments(transaction, seats | leaders)
    unled = {"leader_id": None, "leader_person_id": None, "leader_label": None}
    kept = [
        each.model_copy(update=unled) if each.leader_id in objectors else each
        for each in members
        if each.professional_id not in objectors
    ]
    return Asked(
        kept,
        [LeftOut(id=each, reason=LeftOutReason.OBJECTED) for each in sorted(seats & objectors)],
    )
