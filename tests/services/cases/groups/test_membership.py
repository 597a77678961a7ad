"""What a list of members changes, and which subject group somebody is in."""

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.cases.groups.membership import Belonging, Membership, difference, subject_group_of

PEOPLE = [UUID(int=number) for number in range(1, 6)]
MEMBERSHIPS = st.builds(
    Membership,
    st.sampled_from(PEOPLE),
    st.sampled_from(["participant", "facilitator"]),
    st.sampled_from([None, "nurses", "therapists"]),
)
LISTS = st.lists(MEMBERSHIPS, unique_by=lambda each: each.professional_id, max_size=5).map(frozenset)


class TestDifference:
    @given(before=LISTS, after=LISTS)
    def test_makes_one_list_the_other_and_touches_nothing_else(
        self, before: frozenset[Membership], after: frozenset[Membership]
    ) -> None:
        change = difference(before, after)
        assert (before - change.ended) | change.added == after
        assert not (before & after) & (change.ended | change.added)
        assert bool(change) == (before != after)

    @given(before=LISTS, after=LISTS)
    def test_newcomers_are_those_who_were_not_there(
        self, before: frozenset[Membership], after: frozenset[Membership]
    ) -> None:
        named = {each.professional_id for each in after} - {each.professional_id for each in before}
        assert difference(before, after).newcomers == named


class TestSubjectGroupOf:
    unit = uuid4()
    groups = (
        Belonging("authority-function", [unit], []),
        Belonging("nurses", [], ["Sygeplejerske"]),
    )

    def test_what_a_member_is_named_in_holds(self) -> None:
        assert subject_group_of("nurses", self.unit, "Socialrådgiver", self.groups) == "nurses"

    def test_else_unit_or_professional_group_decides_and_the_first_wins(self) -> None:
        assert subject_group_of(None, self.unit, "Sygeplejerske", self.groups) == "authority-function"
        assert subject_group_of(None, uuid4(), "Sygeplejerske", self.groups) == "nurses"

    def test_whoever_belongs_to_none_is_in_none(self) -> None:
        assert subject_group_of(None, uuid4(), "Læge", self.groups) is None
        assert subject_group_of(None, self.unit, "Sygeplejerske", ()) is None
