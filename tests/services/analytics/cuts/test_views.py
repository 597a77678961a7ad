"""Cuts of made-up waves: the methods' values where they may be seen, and nothing else."""

from collections.abc import Sequence

import numpy as np
import pytest

from services.analytics.cuts.schemas import Attribute, Crossing, Direction
from services.analytics.cuts.views import capacities, capacity_development, interfaces
from services.analytics.cuts.wave_cuts import TABLES, wave_cuts
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.interfaces import Interface, LabelledDyads, interface_of
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from tests.services.analytics.cuts.made_up_waves import Worker, case, holdings, random_cases, unit_id

FIVE = GroupSize(5)
WORKERS = [
    Worker(number, number % 3, ("nurse", "teacher", "psychologist")[number % 5 % 3]) for number in range(45)
]


def whole() -> tuple[Holdings, list[Measurement]]:
    """Return a wave that closed in one step: all rounds at the same time, as one."""
    cases = random_cases(WORKERS, 30, 8)
    state = cases[0].state
    together = {"closed_at": state.closed_at, "round_id": state.round_id}
    cases = [Measurement(each.state.model_copy(update=together), each.cube) for each in cases]
    return holdings(cases), cases


def by_methods(cases: Sequence[Measurement]) -> Interface:
    """Return unit by unit as the methods work it out."""
    return interface_of(
        LabelledDyads(
            str(each.state.case_id),
            dyads_of(each.cube),
            [str(person) for person in each.persons()],
            [str(seat.unit_id) for seat in each.respondents],
            [str(seat.unit_id) for seat in each.respondents],
        )
        for each in cases
    )


class TestInterfaces:
    def test_are_those_of_the_methods(self) -> None:
        held, cases = whole()
        found = interfaces("baseline", Crossing.UNIT, held, FIVE)
        assert found is not None
        expected = by_methods(cases)
        assert len(found.interfaces) == 9
        for each in found.interfaces:
            cell = expected.cell(str(each.raters.key), str(each.rated.key))
            figures = each.figures
            assert (figures.dyads, figures.raters) == (cell.dyads, len(cell.raters))
            assert figures.mean == pytest.approx(cell.mean.value, abs=1e-12)
            assert cell.sd.value is not None
            sd = cell.sd.value * np.sqrt((cell.dyads - 1) / cell.dyads)
            assert figures.spread == pytest.approx(sd, abs=1e-12)

    def test_authority_and_providers_rate_each_other(self) -> None:
        held, _ = whole()
        found = interfaces("baseline", Crossing.ROLE, held, FIVE)
        assert found is not None
        assert [(each.raters.key, each.rated.key) for each in found.interfaces] == [
            (one, other) for one in ("authority", "provider") for other in ("authority", "provider")
        ]


class TestCapacities:
    def test_given_and_received_of_a_unit_add_up_to_the_whole(self) -> None:
        held, _ = whole()
        for direction in Direction:
            found = capacities("baseline", direction, Attribute.UNIT, held, FIVE)
            assert found is not None
            assert found.overall is not None
            own = [each.figures for each in found.cuts]
            assert sum(each.dyads for each in own) == found.overall.dyads
            total = sum(each.mean * each.dyads for each in own)
            assert total / found.overall.dyads == pytest.approx(found.overall.mean)
            assert [each.party.label for each in found.cuts] == ["Enhed 0", "Enhed 1", "Enhed 2"]

    def test_the_interval_holds_the_mean(self) -> None:
        held, _ = whole()
        found = capacities("baseline", Direction.GIVEN, Attribute.COMPLEXITY, held, FIVE)
        assert found is not None
        for each in found.cuts:
            low, high = each.figures.interval.low, each.figures.interval.high
            assert low is not None
            assert high is not None
            assert low < each.figures.mean < high

    def test_of_few_cases_there_is_no_interval(self) -> None:
        answers = np.tile(np.array([1, 2, 3, 4, 5], dtype=np.int8)[:, None, None], (1, 5, 2))
        held = holdings([case(0, WORKERS[:5], answers)])
        found = capacities("baseline", Direction.GIVEN, Attribute.AREA, held, FIVE)
        assert found is not None
        assert found.overall is not None
        assert (found.overall.interval.low, found.overall.interval.reason) == (None, "too-few-clusters")

    def test_whoever_alone_is_rated_in_a_unit_is_not_shown(self) -> None:
        """Many rate the one psychologist of unit 3: their mean would be the score of a named person."""
        team = [*WORKERS[:9], Worker(99, 3, "head")]
        rng = np.random.default_rng(3)
        rounds = [case(0, team, rng.integers(1, 6, (10, 10, 2)).astype(np.int8))]
        for by, key in ((Attribute.UNIT, str(unit_id(3))), (Attribute.PROFESSIONAL_GROUP, "head")):
            for direction in Direction:
                found = capacities("baseline", direction, by, holdings(rounds), FIVE)
                assert found is not None
                assert key not in [each.party.key for each in found.cuts]

    def test_too_few_people_are_like_no_wave(self) -> None:
        answers = np.full((4, 4, 2), 3, dtype=np.int8)
        held = holdings([case(0, WORKERS[:4], answers)])
        for wave in ("baseline", "follow-up"):
            assert capacities(wave, Direction.GIVEN, Attribute.UNIT, held, FIVE) is None
            assert interfaces(wave, Crossing.UNIT, held, FIVE) is None
        assert capacity_development(Direction.GIVEN, Attribute.UNIT, held, FIVE) is None


class TestOfWave:
    def test_is_worked_out_once(self) -> None:
        held, _ = whole()
        assert wave_cuts("baseline", held, FIVE) is wave_cuts("baseline", held, FIVE)

    def test_every_table_crosses_two_axes_at_most(self) -> None:
        assert max(map(len, TABLES)) == 2

    def test_rounds_that_fill_no_step_wait(self) -> None:
        cases = random_cases(WORKERS, 6, 8)
        found = [wave_cuts("baseline", holdings(cases[:some]), FIVE).measurements for some in (1, 2, 4, 6)]
        assert [len(each) for each in found] == [1, 2, 4, 4]

    def test_waves_stand_in_their_order(self) -> None:
        later = [
            Measurement(each.state.model_copy(update={"wave": "follow-up"}), each.cube)
            for each in random_cases(WORKERS, 4, 8, seed=2)
        ]
        held = holdings(random_cases(WORKERS, 4, 8), later)
        found = capacity_development(Direction.RECEIVED, Attribute.MUNICIPALITY, held, FIVE)
        assert found is not None
        assert [each.provenance.wave for each in found.waves] == ["baseline", "follow-up"]
