"""What a source says now against what it said before: nothing else begins or ends."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.intake.parts import (
    Citizen,
    Difference,
    Involvement,
    Participant,
    Stored,
    compare,
    unique,
    with_all_laws,
)
from shared.contracts.register import InvolvementRole, ParticipantRole

A, B, C = (UUID(int=number) for number in range(1, 4))
AUTHORITY, PROVIDER = InvolvementRole.AUTHORITY, InvolvementRole.PROVIDER


def stored(part: Participant, number: int, stands_for: UUID | None = None) -> Stored[Participant]:
    return Stored(UUID(int=100 + number), part, stands_for)


PARTS = st.builds(
    Involvement,
    st.sampled_from([A, B, C]),
    st.sampled_from(list(InvolvementRole)),
    st.sampled_from([(), ("Barnets lov",), ("Barnets lov", "Serviceloven")]),
)


class TestCompare:
    @given(st.lists(PARTS, max_size=12), st.lists(PARTS, max_size=12))
    def test_what_stays_and_what_is_added_is_what_is_wanted(
        self, before: list[Involvement], wanted: list[Involvement]
    ) -> None:
        rows = [Stored(uuid4(), part) for part in dict.fromkeys(before)]
        found = compare(rows, wanted)
        stays = {row.part for row in rows if row.id not in found.ended}
        assert stays | set(found.added) == set(wanted)
        assert stays.isdisjoint(found.added)

    @given(st.lists(PARTS, max_size=12))
    def test_the_same_again_changes_nothing(self, parts: list[Involvement]) -> None:
        rows = [Stored(uuid4(), part) for part in dict.fromkeys(parts)]
        assert not compare(rows, reversed(parts))

    def test_a_change_of_laws_is_another_part(self) -> None:
        row = Stored(A, Involvement(B, AUTHORITY, ("Barnets lov",)))
        wanted = Involvement(B, AUTHORITY, ("Serviceloven",))
        assert compare([row], [wanted]) == Difference((A,), (wanted,))

    def test_a_source_that_names_the_old_means_the_newcomer(self) -> None:
        row = stored(Participant(B), 1, stands_for=A)
        assert not compare([row], [Participant(A)])
        assert not compare([row], [Participant(B)])

    def test_a_source_that_names_both_means_both(self) -> None:
        row = stored(Participant(B), 1, stands_for=A)
        for wanted in ([Participant(A), Participant(B)], [Participant(B), Participant(A)]):
            assert compare([row], wanted) == Difference((), (Participant(A),))

    def test_a_source_that_names_neither_ends_the_newcomer(self) -> None:
        row = stored(Participant(B), 1, stands_for=A)
        assert compare([row], [Participant(C)]) == Difference((row.id,), (Participant(C),))

    def test_the_old_in_another_role_is_somebody_else(self) -> None:
        row = stored(Participant(B), 1, stands_for=A)
        lead = Participant(A, ParticipantRole.FACILITATOR)
        assert compare([row], [lead]) == Difference((row.id,), (lead,))


class TestWithAllLaws:
    def test_a_unit_named_twice_keeps_every_law_in_one_order(self) -> None:
        named = [
            Involvement(A, AUTHORITY, ("Serviceloven",)),
            Involvement(A, AUTHORITY, ("Barnets lov", "Serviceloven")),
            Involvement(A, PROVIDER, ("Skoleloven",)),
        ]
        expected = [
            Involvement(A, AUTHORITY, ("Barnets lov", "Serviceloven")),
            Involvement(A, PROVIDER, ("Skoleloven",)),
        ]
        assert with_all_laws(named) == with_all_laws(reversed(named))[::-1] == expected


class TestUnique:
    def test_keeps_the_first_of_each(self) -> None:
        parts = [Citizen(A, "citizen"), Citizen(A, "parent"), Citizen(B, "parent")]
        assert unique(parts, lambda part: part.citizen_id) == [parts[0], parts[2]]


@pytest.mark.parametrize(
    ("found", "changes"),
    [(Difference((), ()), False), (Difference((A,), ()), True), (Difference((), (Participant(A),)), True)],
)
def test_a_difference_says_whether_there_is_one(found: Difference[Participant], changes: bool) -> None:
    assert bool(found) is changes
