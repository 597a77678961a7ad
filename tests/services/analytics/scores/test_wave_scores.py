"""All cases of a wave together, as far as nobody can be taken out of them."""

from uuid import UUID

from services.analytics.projection.holdings import Holdings, Wave
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from services.analytics.scores.wave_scores import overview
from tests.services.analytics.networks_by_hand import network

K = GroupSize(5)


def case(number: int, people: int) -> Measurement:
    """Return a case in which so many rate each other, all by other people."""
    cells = [
        [[0 if one == other else 4, 0 if one == other else 3] for other in range(people)]
        for one in range(people)
    ]
    return network(cells, id=UUID(int=500 + number), case_id=UUID(int=700 + number))


def held(*measurements: Measurement) -> Holdings:
    return Holdings("1", {"baseline": Wave("baseline", measurements)})


class TestOverview:
    def test_cases_of_enough_people_are_shown_together(self) -> None:
        found = overview("baseline", held(case(1, 5), case(2, 6)), K)
        assert found is not None
        assert (found.cases, found.mean_of_cases.value) == (2, 3.5)

    def test_one_case_of_few_people_could_be_worked_out(self) -> None:
        assert overview("baseline", held(case(1, 5), case(2, 3)), K) is None
        # The control: where that case would be shown by itself, too, nothing is worked out.
        assert overview("baseline", held(case(1, 5), case(2, 3)), GroupSize(3)) is not None
