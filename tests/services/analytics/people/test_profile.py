"""The leadership profile: means over leaders, and no place from which a few could be worked out."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.people.leader import Waves, leader_results
from services.analytics.people.profile import EVERYWHERE, leadership_profile, profile_cells
from services.analytics.projection.holdings import Holdings, Register
from services.analytics.release.decisions import GroupSize
from shared.contracts.register import AreaState, UnitState
from tests.services.analytics.people.leaders_by_hand import LEADER, Said, forms, holdings, team, teams

K = GroupSize(5)
AREA, UNITS = UUID(int=8001), (UUID(int=7001), UUID(int=7002))


def places(held: Holdings) -> set[str]:
    """Return which places are shown."""
    cells = profile_cells(held.wave("baseline"), K)
    named = {value for name in cells for _, value in name}
    return named | ({"everywhere"} if EVERYWHERE in cells else set())


class TestProfile:
    def test_is_the_mean_of_leaders_each_weighing_the_same(self) -> None:
        lone = [Said(1, 5, leader=UUID(int=901))]
        held = holdings(forms(*teams(5), *lone))
        profile = leadership_profile("baseline", held, K)
        assert profile is not None
        assert profile.everywhere is not None
        (framing, *_) = profile.everywhere.sub_scales
        assert (framing.code, framing.score.leaders, framing.score.employees) == ("framing", 6, 16)
        assert framing.score.value == pytest.approx((4 / 3 + 14 / 3 + 3 + 2 + 4 + 5) / 6)

    @pytest.mark.parametrize(("leaders", "shown"), [(5, False), (6, True)])
    def test_needs_five_leaders_beside_each(self, leaders: int, shown: bool) -> None:
        """A leader takes the own score away: five must be left."""
        assert ("everywhere" in places(holdings(forms(*teams(leaders))))) is shown
        profile = leadership_profile("baseline", holdings(forms(*teams(leaders))), K)
        assert (profile is not None) is shown

    def test_needs_five_employees(self) -> None:
        """Six leaders with the same four employees, by turns."""
        leaders = [UUID(int=2000 + number) for number in range(6)]
        few = [Said(1 + n % 4, (1, 5, 2, 4)[n % 4], leader=each, unit=n) for n, each in enumerate(leaders)]
        assert profile_cells(holdings(forms(*few)).wave("baseline"), K) == {}
        many = [Said(1 + n, (1, 5, 2, 4)[n % 4], leader=each) for n, each in enumerate(leaders)]
        assert profile_cells(holdings(forms(*many)).wave("baseline"), K) != {}

    def test_one_person_who_leads_by_two_employments_is_one_leader(self) -> None:
        twice = [Said(800 + n, 1 + n, leader=UUID(int=2900), leader_person=UUID(int=6)) for n in range(3)]
        again = [Said(850 + n, 1 + n, leader=UUID(int=2901), leader_person=UUID(int=6)) for n in range(3)]
        assert places(holdings(forms(*teams(4), *twice, *again))) == set()
        assert "everywhere" in places(holdings(forms(*teams(5), *twice, *again)))


class TestPlaces:
    def test_large_units_and_their_area_are_shown_by_name(self) -> None:
        register = Register(
            areas={AREA: AreaState(version=1, id=AREA, name="Børn og Unge", municipality_code="0766")},
            units={
                UNITS[0]: UnitState(
                    version=1, id=UNITS[0], name="Familie", area_id=AREA, municipality_code="0766"
                )
            },
        )
        held = holdings(forms(*teams(8), *teams(8, unit=2)), register=register)
        profile = leadership_profile("baseline", held, K)
        assert profile is not None
        assert profile.everywhere is not None
        assert [(each.id, each.label) for each in profile.municipalities] == [(None, "0766")]
        assert [(each.id, each.label) for each in profile.areas] == [(AREA, "Børn og Unge")]
        assert [(each.id, each.label) for each in profile.units] == [
            (UNITS[0], "Familie"),
            (UNITS[1], None),
        ]
        assert [each.sub_scales[0].score.leaders for each in profile.units] == [8, 8]
        assert profile.areas[0].sub_scales == profile.everywhere.sub_scales

    @pytest.mark.parametrize("leaders", [1, 2, 5])
    def test_a_small_unit_hides_the_one_beside_it_too(self, leaders: int) -> None:
        """Else the area less the large unit were the small one."""
        held = holdings(forms(*teams(8), *teams(leaders, unit=2)))
        assert places(held) == {"everywhere", "0766", str(AREA)}

    def test_control_without_the_small_one_the_large_is_shown(self) -> None:
        assert str(UNITS[0]) in places(holdings(forms(*teams(8))))
        assert {str(each) for each in UNITS} < places(holdings(forms(*teams(8), *teams(6, unit=2))))

    def test_leaders_of_several_units_stand_in_their_area_and_hide_what_would_tell_of_them(self) -> None:
        across = [Said(70 + unit, 1 + unit, leader=UUID(int=2999), unit=unit) for unit in (1, 2)]
        held = holdings(forms(*teams(8), *teams(8, unit=2), *across))
        cells = profile_cells(held.wave("baseline"), K)
        assert cells[EVERYWHERE][0].score.leaders == 17
        units = [cells[name] for name in cells if dict(name).get("unit")]
        assert [each[0].score.leaders for each in units] in ([], [8])

    def test_what_the_shown_units_leave_of_their_area_is_nobody_or_enough_leaders(self) -> None:
        held = holdings(forms(*teams(9), *teams(2, unit=2), *teams(12, unit=4)))
        cells = profile_cells(held.wave("baseline"), K)
        units = [each[0].score.leaders for name, each in cells.items() if "unit" in dict(name)]
        assert (sorted(units), cells[EVERYWHERE][0].score.leaders) in (([12], 23), ([9], 23))

    def test_leaders_of_one_mind_are_left_out(self) -> None:
        alike = [
            Said(10 * n + p + 5, 3 + p, leader=UUID(int=2000 + n)) for n in range(8) for p in (-1, 0, 1)
        ]
        assert places(holdings(forms(*alike))) == set()


class TestProperties:
    @settings(max_examples=10, deadline=None)
    @given(
        sizes=st.lists(st.integers(0, 9), min_size=1, max_size=4),
        values=st.lists(st.integers(1, 5), min_size=6, max_size=30),
    )
    def test_a_leaders_comparison_is_the_profiles_and_leaves_five_others(
        self, sizes: list[int], values: list[int]
    ) -> None:
        said = [each for number, size in enumerate(sizes, 1) for each in teams(size, unit=number)]
        held = holdings(forms(*team(*values), *said))
        results = leader_results(LEADER, Waves("baseline"), held, K)
        everywhere = profile_cells(held.wave("baseline"), K).get(EVERYWHERE)
        if results is not None:
            assert results.comparison == everywhere
        if everywhere is not None:
            assert all(each.score.leaders >= 6 and each.score.employees >= 5 for each in everywhere)

    @settings(max_examples=10, deadline=None)
    @given(order=st.permutations([*teams(7), *teams(6, unit=2), *teams(2, unit=3)]))
    def test_the_order_of_employees_makes_no_difference(self, order: list[Said]) -> None:
        first = [*teams(7), *teams(6, unit=2), *teams(2, unit=3)]
        assert profile_cells(holdings(forms(*order)).wave("baseline"), K) == profile_cells(
            holdings(forms(*first)).wave("baseline"), K
        )
