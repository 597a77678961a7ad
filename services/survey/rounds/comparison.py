"""What is different between two frozen rosters: who came, who went, whose leader is another; pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.survey.rounds.schemas import Changes, Participant
from shared.contracts.survey import Seat


@dataclass(frozen=True, slots=True)
class FrozenPeople:
    """Everybody a round asked, and those it did not ask with some instrument, by id."""

    seats: Mapping[UUID, Seat]
    unseated: frozenset[UUID]

    @property
    def present(self) -> frozenset[UUID]:
        """Everybody who was there."""
        return frozenset(self.seats) | self.unseated

    def asks(self, *, citizens: bool) -> bool:
        """Tell whether the round asked anybody of a kind; else nothing can be said of that kind."""
        return any((seat.person_id is None) == citizens for seat in self.seats.values())


def frozen_people(
    respondents: Iterable[Iterable[Mapping[str, Any]]], not_asked: Iterable[Mapping[str, Any]]
) -> FrozenPeople:
    """Return the people of a round from its measurements' respondents and its list of who is not asked."""
    seats = (Seat.model_validate(seat) for row in respondents for seat in row)
    return FrozenPeople(
        {seat.id: seat for seat in seats},
        frozenset(
            UUID(each["respondent_id"])
            for each in not_asked
            if each["respondent_id"] is not None and each["instrument"] is not None
        ),
    )


def changes_between(before: FrozenPeople, after: FrozenPeople) -> Changes:
    """Compare two rounds; of citizens or professionals only where both asked them."""
    kinds = {each for each in (True, False) if before.asks(citizens=each) and after.asks(citizens=each)}
    return Changes(
        joined=_only_in(after, before.present, kinds),
        left=_only_in(before, after.present, kinds),
        changed_leader=[
            participant(seat)
            for each, seat in sorted(after.seats.items())
            if each in before.seats and before.seats[each].leader_id != seat.leader_id
        ],
    )


def _only_in(people: FrozenPeople, others: Collection[UUID], kinds: Collection[bool]) -> list[Participant]:
    return [
        participant(seat)
        for each, seat in sorted(people.seats.items())
        if each not in others and (seat.person_id is None) in kinds
    ]


def participant(seat: Seat) -> Participant:
    """Name whoever sits on a seat."""
    return Participant(respondent_id=seat.id, person_id=seat.person_id, label=seat.label)
