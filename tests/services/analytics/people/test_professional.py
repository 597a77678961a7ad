"""A professional's own view, against values worked out by hand and beside what it must not tell."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.methods.cube import round_robin
from services.analytics.people.professional import Own, professional_results
from services.analytics.people.schemas import ProfessionalWave
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from shared.contracts.survey import Visibility
from tests.services.analytics.networks_by_hand import ANNE, BO, person_of, rating_groups
from tests.services.analytics.people.networks_of_mine import MINE, Rating, by_rater, case, held

K = GroupSize(5)
OPEN = Visibility.TEAM_OPEN
SIX, FIVE = [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5]

PAIR = case([1, 2], by_rater, visibility=OPEN)


def wave(*networks: Measurement, own: Own = MINE) -> ProfessionalWave:
    results = professional_results(own, "baseline", held(*networks), K)
    assert results is not None
    (found,) = results.waves
    return found


def confidential(*networks: Measurement) -> list[tuple[float | None, int]] | None:
    found = wave(*networks).received.confidential
    return None if found is None else [(each.score.value, each.score.raters) for each in found]


def of_seven(_rater: int, subject: int) -> int:
    """Rate nobody but the seventh."""
    return 5 if subject == 7 else 0


def of_me(rater: int, subject: int) -> int:
    """Rate nobody but Anne."""
    return by_rater(rater, subject) if subject == 1 else 0


class TestGiven:
    def test_is_my_own_answers_over_all_my_cases(self) -> None:
        found = wave(case([1, 2, 3], by_rater), case([1, 7], of_seven, 2))
        assert found.cases == 2
        # 1 about each of two, and 5 about the seventh.
        overall = found.given.overall
        assert (overall.value, overall.dyads, overall.cells, overall.raters) == (7 / 3, 3, 6, 1)
        assert [each.code for each in found.given.dimensions] == ["mutual-knowledge", "problem-solving"]
        assert [each.score.cells for each in found.given.dimensions] == [3, 3]

    def test_of_groups_too_and_then_nothing_is_received(self) -> None:
        found = wave(rating_groups())
        assert (found.given.overall.value, found.given.overall.dyads) == (4.0, 1)
        assert (found.received.team_open, found.received.confidential) == (None, None)

    def test_who_answered_nothing_gave_nothing(self) -> None:
        overall = wave(case([1, 7], lambda *_: 0)).given.overall
        assert (overall.value, overall.reason, overall.raters) == (None, "no-data", 0)


class TestReceivedInTeamOpenRounds:
    def test_is_exact_however_few(self) -> None:
        found = wave(case([1, 2, 4], by_rater, visibility=OPEN)).received
        assert found.team_open is not None
        assert (found.team_open.overall.value, found.team_open.overall.raters) == (3.0, 2)
        assert found.confidential is None

    def test_does_not_count_confidential_ones(self) -> None:
        found = wave(case([1, 2, 4], by_rater, visibility=OPEN), case(SIX, by_rater, 2)).received
        assert found.team_open is not None
        assert found.team_open.overall.raters == 2


class TestReceivedInConfidentialRounds:
    def test_is_shown_from_five_raters_on(self) -> None:
        # 2, 3, 4, 5 and 1 about Anne.
        assert confidential(case(SIX, by_rater)) == [(3.0, 5), (3.0, 5)]
        assert confidential(case(FIVE, by_rater)) is None

    def test_raters_in_team_open_rounds_do_not_help_four_over_the_threshold(self) -> None:
        """Anne sees what those said exactly: taken away, four are left."""
        assert confidential(case(FIVE, by_rater), case([1, 7, 8], by_rater, 2, visibility=OPEN)) is None

    def test_raters_count_once_over_all_cases(self) -> None:
        assert confidential(case(FIVE, by_rater), case(FIVE, by_rater, 2)) is None
        # 2, 3, 4 and 5; 5 and 1.
        assert confidential(case(FIVE, by_rater), case([1, 5, 6], by_rater, 2)) == [(20 / 6, 5)] * 2

    def test_who_rated_me_alone_is_not_counted(self) -> None:
        """Five rate Anne and only the second another: the case less what Anne received is that answer."""

        def mostly(rater: int, subject: int) -> int:
            return 4 if (rater, subject) == (2, 3) else of_me(rater, subject)

        assert confidential(case(SIX, mostly)) is None

    def test_control_with_her_received_mean_that_answer_would_follow(self) -> None:
        def mostly(rater: int, subject: int) -> int:
            return 4 if (rater, subject) == (2, 3) else of_me(rater, subject)

        cube = case(SIX, mostly).cube
        everything = int(cube.cells[cube.valid].sum())
        received = int(cube.cells[:, 0][cube.valid[:, 0]].sum())
        assert (everything - received) / 2 == 4.0

    def test_of_one_mind_nothing_is_shown(self) -> None:
        assert confidential(case(SIX, lambda *_: 4)) is None

    def test_one_dimension_of_four_hides_all(self) -> None:
        network = case(SIX, by_rater)
        cells = network.cube.cells.copy()
        cells[1, 0, 1] = -1
        thinner = Measurement(network.state, round_robin(cells))
        assert confidential(network) is not None
        assert confidential(thinner) is None


class TestSeveralSeats:
    """Anne, who is 1, sits in the same round as 7 too: in another job, or as somebody else."""

    EVERYBODY = (*SIX, 7)

    @staticmethod
    def seated(rating: Rating, *, both_mine: bool) -> Measurement:
        network = case([*TestSeveralSeats.EVERYBODY], rating)
        person = person_of(ANNE if both_mine else UUID(int=7))
        seats = [
            each.model_copy(update={"person_id": person}) if each.id == UUID(int=7) else each
            for each in network.respondents
        ]
        state = network.state.model_copy(update={"respondents": seats, "subjects": seats})
        return Measurement(state, network.cube)

    @staticmethod
    def of_one_and_seven(rater: int, subject: int) -> int:
        """Rate nobody but these two, both alike."""
        return by_rater(rater, subject) if subject in {1, 7} and rater not in {1, 7} else 0

    def test_who_rated_none_but_my_seats_is_not_counted(self) -> None:
        """She knows what each of them received: taken away from the case, nothing of others is left."""
        assert confidential(self.seated(self.of_one_and_seven, both_mine=True)) is None

    def test_control_as_somebody_elses_seat_it_hides_who_rated_me(self) -> None:
        found = confidential(self.seated(self.of_one_and_seven, both_mine=False))
        assert found == [(3.0, 5), (3.0, 5)]

    def test_each_job_shows_its_own_and_nothing_of_the_other(self) -> None:
        def rating(rater: int, subject: int) -> int:
            return {1: 1, 7: 5}.get(rater) or (4 if subject == 7 else by_rater(rater, subject))

        network = self.seated(rating, both_mine=True)
        state = network.state.model_copy(update={"visibility": OPEN})
        both = Measurement(state, network.cube)
        one, other = (wave(both, own=Own(UUID(int=seat), person_of(ANNE))) for seat in (1, 7))
        assert (one.given.overall.value, other.given.overall.value) == (1.0, 5.0)
        assert one.received.team_open is not None
        assert other.received.team_open is not None
        # 2, 3, 4, 5 and 1 of the five others, and 5 of the seventh; 4 of each of these and 1 of the first.
        assert one.received.team_open.overall.value == 20 / 6
        assert other.received.team_open.overall.value == 21 / 6

    @pytest.mark.parametrize("seat", [2, 7])
    def test_a_seat_that_is_not_mine_shows_nothing(self, seat: int) -> None:
        network = self.seated(by_rater, both_mine=False)
        assert professional_results(Own(UUID(int=seat), person_of(ANNE)), None, held(network), K) is None


class TestWhose:
    @pytest.mark.parametrize(
        "own", [Own(UUID(int=77), person_of(ANNE)), Own(ANNE, person_of(BO)), Own(BO, person_of(ANNE))]
    )
    def test_another_person_or_employment_has_none(self, own: Own) -> None:
        assert professional_results(own, None, held(case(SIX, by_rater)), K) is None

    def test_there_is_nothing_in_waves_without_me(self) -> None:
        later = case([2, 3], by_rater, 2, wave="follow-up", wave_ordinal=2)
        both = held(case(SIX, by_rater), later)
        assert professional_results(MINE, "follow-up", both, K) is None
        everything = professional_results(MINE, None, both, K)
        assert everything is not None
        assert [each.provenance.wave for each in everything.waves] == ["baseline"]

    def test_all_waves_come_in_their_order(self) -> None:
        later = case(SIX, by_rater, 2, wave="after", wave_ordinal=2)
        results = professional_results(MINE, None, held(later, case(SIX, by_rater)), K)
        assert results is not None
        assert [each.provenance.wave for each in results.waves] == ["baseline", "after"]
        one = professional_results(MINE, "after", held(later, case(SIX, by_rater)), K)
        assert one is not None
        assert one.waves == results.waves[1:]

    @settings(max_examples=20, deadline=None)
    @given(values=st.lists(st.integers(1, 5), min_size=12, max_size=12), order=st.permutations(SIX))
    def test_what_others_see_of_me_does_not_depend_on_order(
        self, values: list[int], order: list[int]
    ) -> None:
        def rating(rater: int, subject: int) -> int:
            return values[(3 * rater + subject) % 12]

        one, other = wave(case(SIX, rating)), wave(case(order, rating))
        assert (one.given, one.received) == (other.given, other.received)


class TestEverybody:
    """Anne's case of six, and others'."""

    def test_is_shown_beside_enough_others(self) -> None:
        found = wave(PAIR, case([11, 12, 13, 14, 15], by_rater, 2)).comparison
        assert found is not None
        # 1 and 2 once each; 1, 2, 3, 4 and 5 four times each.
        assert [(each.score.value, each.score.raters) for each in found] == [(63 / 22, 7)] * 2

    def test_control_beside_four_others_there_is_none(self) -> None:
        assert wave(PAIR, case([11, 12, 13, 14], by_rater, 2)).comparison is None

    def test_cases_that_are_shown_do_not_uncover_a_small_one(self) -> None:
        """Everybody less Anne's case and the large one is the small one."""
        mine, large = PAIR, case([11, 12, 13, 14, 15], by_rater, 2)
        small = case([21, 22], by_rater, 3)
        assert wave(mine, large, small).comparison is None
        more = [case([30 + n, 40 + n], by_rater, 10 + n) for n in range(2)]
        assert wave(mine, large, small, *more).comparison is not None

    def test_a_small_confidential_case_of_mine_counts_but_for_my_answers(self) -> None:
        large = case([11, 12, 13, 14, 15], by_rater, 2)
        assert wave(case(FIVE[:4], by_rater), large).comparison is None
        others = case([21, 22], by_rater, 3)
        assert wave(case(FIVE[:4], by_rater), large, others).comparison is not None

    def test_small_cases_of_one_mind_are_not_uncovered(self) -> None:
        mine = PAIR
        alike = [case([30 + n, 40 + n], lambda *_: 5, 10 + n) for n in range(4)]
        assert wave(mine, *alike).comparison is None

    def test_is_none_where_i_was_asked_with_another_version(self) -> None:
        mine = case([1, 2], by_rater, instrument_version=2)
        others = [case([10 * n + m for m in range(1, 7)], by_rater, n) for n in (2, 3)]
        assert wave(mine, *others).comparison is None
        assert wave(mine, *others).given.overall.value == 1.0
