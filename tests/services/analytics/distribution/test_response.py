"""How much was answered in a wave: by hand, and not of fewer people than the minimum."""

from services.analytics.distribution.response import wave_response
from services.analytics.release.decisions import GroupSize
from tests.services.analytics.networks_by_hand import network
from tests.services.analytics.waves_made_up import case_of, held_of

FIVE = GroupSize(5)


class TestWaveResponse:
    def test_by_hand(self) -> None:
        cells = [[[4] for _ in range(6)] for _ in range(6)]
        for place in range(6):
            cells[place][place] = [0]
        cells[5] = [[0]] * 6
        cells[0][1], cells[0][2] = [-1], [-2]
        found = wave_response("baseline", held_of([network(cells)]), FIVE)
        assert found is not None
        (one,) = found.instruments
        assert (one.instrument, one.version, one.form, one.cases, one.people) == (
            "relational-capacity",
            1,
            "network",
            1,
            5,
        )
        response = one.response
        assert (response.asked, response.responded, response.rate.value, response.tier) == (
            6,
            5,
            5 / 6,
            "high",
        )
        rates = response.dont_know_rate, response.dont_work_with_rate
        assert [each and each.value for each in rates] == [1 / 25, 1 / 25]

    def test_a_dont_know_is_an_answer(self) -> None:
        cells = [[[0] if one == other else [-1] for other in range(5)] for one in range(5)]
        found = wave_response("baseline", held_of([network(cells)]), FIVE)
        assert found is not None
        rate = found.instruments[0].response.dont_know_rate
        assert rate
        assert rate.value == 1.0

    def test_four_people_are_too_few_however_many_were_asked(self) -> None:
        cells = [[[0] if one in {other, 4} else [4] for other in range(5)] for one in range(5)]
        assert wave_response("baseline", held_of([network(cells)]), FIVE) is None
        assert wave_response("baseline", held_of([network(cells)]), GroupSize(4)) is not None

    def test_each_version_of_an_instrument_stands_alone(self) -> None:
        held = held_of([case_of(1, 4, 5), case_of(2, 4, 5, instrument_version=2), case_of(3, 4, 6)])
        found = wave_response("baseline", held, FIVE)
        assert found is not None
        assert [(one.version, one.cases, one.people) for one in found.instruments] == [
            (1, 2, 11),
            (2, 1, 5),
        ]

    def test_a_case_of_few_people_could_be_worked_out_beside_those_shown_by_themselves(self) -> None:
        held = held_of([case_of(1, 4, 5), case_of(2, 4, 4)])
        assert wave_response("baseline", held, FIVE) is None
        assert wave_response("baseline", held, GroupSize(4)) is not None

    def test_an_instrument_too_few_answered_is_left_out(self) -> None:
        held = held_of([case_of(1, 4, 5), case_of(2, 4, 4, instrument="relational-coordination")])
        found = wave_response("baseline", held, FIVE)
        assert found is not None
        assert [one.instrument for one in found.instruments] == ["relational-capacity"]
        assert found.provenance.instruments == ["relational-capacity/1"]
