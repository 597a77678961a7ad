"""Two rounds compared: who came, who went, who has another leader."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.survey.instruments.definition import Instrument
from services.survey.rounds.comparison import FrozenPeople, changes_between, frozen_people
from shared.contracts.register import RosterMember
from tests.services.survey.rounds.test_roster import (
    ALL,
    CITIZEN,
    LEADERSHIP,
    ROUND,
    member,
    plan_round,
    roster,
)

LEADER, OTHER = UUID(int=70), UUID(int=71)


def people(
    members: Sequence[RosterMember], citizens: int = 0, instruments: Sequence[Instrument] = ALL
) -> FrozenPeople:
    plan = plan_round(ROUND, roster(members, citizens), instruments)
    stored: list[list[dict[str, Any]]] = [
        [seat.model_dump(mode="json", by_alias=True) for seat in each.respondents]
        for each in plan.measurements
    ]
    return frozen_people(stored, [each.model_dump(mode="json") for each in plan.not_asked])


def test_names_who_joined_left_and_changed_leader() -> None:
    before = people([member(1, LEADER), member(2, LEADER), member(3, LEADER)], citizens=1)
    after = people([member(1, LEADER), member(2, OTHER), member(4, LEADER)], citizens=2)
    changes = changes_between(before, after)
    assert {each.label for each in changes.joined} == {"P4", "citizen"}
    assert [each.label for each in changes.left] == ["P3"]
    assert [each.label for each in changes.changed_leader] == ["P2"]


def test_the_same_people_are_no_change() -> None:
    everybody = people([member(1, LEADER), member(2)], citizens=1)
    changes = changes_between(everybody, everybody)
    assert (changes.joined, changes.left, changes.changed_leader) == ([], [], [])


def test_who_was_not_asked_for_want_of_a_leader_was_there_all_the_same() -> None:
    before = people([member(1, LEADER), member(2)])
    after = people([member(1, LEADER), member(2)], instruments=[LEADERSHIP])
    assert changes_between(before, after).left == []
    assert changes_between(after, before).joined == []


def test_nothing_is_said_of_those_whom_a_round_did_not_ask_at_all() -> None:
    before = people([member(1, LEADER), member(2, LEADER)], citizens=1)
    after = people([member(1, LEADER), member(2, LEADER)], citizens=1, instruments=[CITIZEN])
    assert changes_between(before, after).left == []
