"""The difference: applied it gives what was wanted; order does not matter; sent again it is nothing."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.synchronisation.difference import (
    Difference,
    Held,
    Values,
    difference,
    ends_too_many,
)

REFERENCES = st.sampled_from("abcdefgh")
VALUES = st.fixed_dictionaries({"name": st.sampled_from(["N", "M"]), "leader_id": st.integers(0, 2)})
WANTED = st.dictionaries(REFERENCES, VALUES)
HELD = st.dictionaries(
    REFERENCES, st.builds(Held, values=VALUES, living=st.booleans(), newer=st.booleans())
)


def applied(held: Mapping[str, Held], found: Difference) -> dict[str, Held]:
    """Do what a difference says."""
    after = {
        reference: Held(each.values, each.living and reference not in found.ended, each.newer)
        for reference, each in held.items()
    }
    for reference, fields in found.written.items():
        after[reference] = Held({**held[reference].values, **fields})
    return after | {reference: Held(values) for reference, values in found.new.items()}


class TestDifference:
    @given(HELD, WANTED)
    def test_applied_it_gives_what_was_wanted(
        self, held: dict[str, Held], wanted: dict[str, Values]
    ) -> None:
        after = applied(held, difference(held, wanted))
        newer = {reference for reference, each in held.items() if each.newer}
        living = {
            reference: each.values
            for reference, each in after.items()
            if each.living and reference not in newer
        }
        assert living == {
            reference: values for reference, values in wanted.items() if reference not in newer
        }
        assert {each: after[each] for each in newer} == {each: held[each] for each in newer}

    @given(HELD, WANTED)
    def test_order_does_not_matter(self, held: dict[str, Held], wanted: dict[str, Values]) -> None:
        backwards = dict(reversed(list(wanted.items())))
        assert difference(dict(reversed(list(held.items()))), backwards) == difference(held, wanted)

    @given(HELD, WANTED)
    def test_sent_again_it_is_nothing(self, held: dict[str, Held], wanted: dict[str, Values]) -> None:
        again = difference(applied(held, difference(held, wanted)), wanted)
        assert (again.new, again.changed, again.revived, again.ended) == ({}, {}, {}, frozenset())

    @given(HELD)
    def test_ends_each_once(self, held: dict[str, Held]) -> None:
        found = difference(held, {})
        assert found.ended == {key for key, each in held.items() if each.living and not each.newer}
        assert difference(applied(held, found), {}).ended == frozenset()

    def test_a_field_left_out_stays(self) -> None:
        held = {"a": Held({"name": "A", "valid_from": 1})}
        assert difference(held, {"a": {"name": "B"}}).changed == {"a": {"name": "B"}}
        assert difference(held, {"a": {"name": "A"}}).changed == {}

    def test_what_comes_back_is_revived_even_unchanged(self) -> None:
        assert difference({"a": Held({"name": "A"}, living=False)}, {"a": {"name": "A"}}).revived == {
            "a": {}
        }


class TestEndsTooMany:
    @pytest.mark.parametrize(
        ("living", "ended", "suspicious"),
        [
            (100, 31, True),
            (100, 30, False),
            (10, 10, False),
            (11, 11, True),
            (30, 10, False),
            (0, 0, False),
        ],
    )
    def test_more_than_ten_and_more_than_three_of_ten(
        self, living: int, ended: int, suspicious: bool
    ) -> None:
        held = {str(number): Held({}) for number in range(living)}
        held["gone before"] = Held({}, living=False)
        assert ends_too_many(held, ended) is suspicious
