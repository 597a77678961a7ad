"""What is held of a tenant: what is worked out of it once, and what enters figures over all cases."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest

from services.analytics.projection.holdings import Holdings, Wave
from services.analytics.projection.measurement import Measurement, measurement_from
from services.analytics.projection.packed_rows import PackedRows
from services.analytics.projection.packing import pack
from services.analytics.release.decisions import GroupSize
from shared.contracts.survey import Form, MeasurementState
from tests.services.analytics.made_measurements import made

FIVE = GroupSize(5)
START = datetime(2026, 3, 1, tzinfo=UTC)


def closed(day: int, version: int) -> Measurement:
    """Return a round that closed on a day."""
    state: MeasurementState = made(closed_at=START + timedelta(days=day), instrument_version=version)
    return measurement_from(state, b64decode(state.cells), b64decode(state.asked))


class TestDerived:
    def test_is_worked_out_once_for_each_key(self) -> None:
        held, asked = Holdings("1", {}), []

        def work_out() -> int:
            asked.append(1)
            return len(asked)

        assert [held.derived("one", work_out), held.derived("one", work_out)] == [1, 1]
        assert held.derived("other", work_out) == 2

    def test_is_of_these_holdings_alone(self) -> None:
        first, second = Holdings("1", {}), Holdings("2", {})
        assert (first.derived("one", lambda: "first"), second.derived("one", lambda: "second")) == (
            "first",
            "second",
        )

    def test_nothing_is_something_too(self) -> None:
        held = Holdings("1", {})
        assert held.derived("one", lambda: None) is None
        assert held.derived("one", lambda: "never") is None


class TestWave:
    """Rounds of two people each, in the order in which they closed; five fill a step."""

    ROUNDS = tuple(closed(day, version) for day, version in enumerate((1, 1, 1, 2, 2, 2, 1)))

    def wave(self, rounds: int, size: GroupSize | None = FIVE) -> Wave:
        return Wave("baseline", self.ROUNDS[:rounds], size)

    def test_without_a_size_all_that_is_closed_can_be_taken_together(self) -> None:
        assert self.wave(2, None).of(Form.NETWORK) == list(self.ROUNDS[:2])

    @pytest.mark.parametrize(("rounds", "entered"), [(0, 0), (2, 0), (3, 3), (5, 3)])
    def test_of_a_step_all_enter_or_none(self, rounds: int, entered: int) -> None:
        assert self.wave(rounds).of(Form.NETWORK) == list(self.ROUNDS[:entered])

    def test_what_waits_makes_no_version_the_one_that_most_used(self) -> None:
        """Three and three have entered: the newer is taken, whatever waits beside the older."""
        assert self.wave(7).of(Form.NETWORK) == list(self.ROUNDS[3:6])
        assert self.wave(7).closed_of(Form.NETWORK) == [*self.ROUNDS[:3], self.ROUNDS[6]]

    def test_every_version_enters_by_itself(self) -> None:
        assert self.wave(7).every_version() == [list(self.ROUNDS[:3]), list(self.ROUNDS[3:6])]
        assert self.wave(5).every_version() == [list(self.ROUNDS[:3])]

    def test_of_groups_and_in_steps_the_same_is_held_once(self) -> None:
        held = Holdings("1", {"baseline": self.wave(2, None)})
        assert held.in_steps(FIVE) is held.in_steps(FIVE)
        assert held.in_steps(FIVE).wave("baseline").of(Form.NETWORK) == []
        assert held.in_steps(GroupSize(4)).wave("baseline").of(Form.NETWORK) == list(self.ROUNDS[:2])

    def test_without_being_unpacked_by_others(self) -> None:
        states = [made(), made(), made(), made(form=Form.OWN_LEADER, instrument="coherent-leadership")]
        rows = PackedRows([pack(one) + b64decode(one.cells) + b64decode(one.asked) for one in states])
        before = rows.size
        held = Holdings("1", {"baseline": Wave("baseline", rows.waves()["baseline"])})
        assert len(held.in_steps(FIVE).wave("baseline").of(Form.NETWORK)) == 3
        grown = rows.size - before
        list(rows.waves()["baseline"])
        assert rows.size - before == grown * 4 // 3
