"""Steps after steps: what moves on, what stays, and that nobody need remember anything."""

from concurrent.futures import ThreadPoolExecutor

from benchmarks.disclosure import IN_STEP
from benchmarks.disclosure_tables import random_networks
from services.analytics.cuts.wave_cuts import TABLES
from services.analytics.release.decisions import GroupSize
from services.analytics.release.lattice import Answer, Release, crossed
from services.analytics.release.succession import Succession, standing

FIVE = GroupSize(5)
BY_UNIT = crossed(("unit",))


def joined(step: int, **units: int) -> list[Answer]:
    """Let so many new people of some units answer, the values in turn."""
    return [
        Answer(f"{unit}-{step}-{number}", {"unit": unit}, float(1 + number % 5), step=step)
        for unit, people in units.items()
        for number in range(people)
    ]


def shown(*steps: list[Answer]) -> dict[str, int]:
    """Return up to which step each unit is shown, and all of them together as `all`."""
    answers = [answer for step in steps for answer in step]
    last = standing(Succession().releases(answers, BY_UNIT, FIVE))
    return {dict(name).get("unit", "all"): step for name, step in last.items()}


class TestSteps:
    def test_with_enough_new_people_a_cell_moves_on(self) -> None:
        found = shown(joined(0, north=8, south=8), joined(1, north=6, south=7))
        assert found == {"all": 1, "north": 1, "south": 1}

    def test_with_too_few_it_stays_as_it_was_shown(self) -> None:
        found = shown(joined(0, north=8, south=8), joined(1, north=1, south=7))
        assert found["north"] == 0
        assert sorted(found.values()) == [0, 0, 1]

    def test_it_moves_on_when_enough_have_come(self) -> None:
        steps = [joined(step, north=2, south=9, west=9) for step in (1, 2, 3)]
        assert shown(joined(0, north=8, south=8, west=8), *steps)["north"] == 3

    def test_where_nobody_new_came_nothing_changes(self) -> None:
        found = shown(joined(0, north=8, south=8), joined(1, south=9))
        assert found == {"all": 1, "north": 0, "south": 1}

    def test_too_few_appear_when_they_are_enough(self) -> None:
        first = joined(0, north=3, south=9, west=9)
        assert "north" not in shown(first)
        assert shown(first, joined(1, north=6, south=9, west=9))["north"] == 1


class TestStateless:
    def test_what_was_kept_changes_nothing(self) -> None:
        answers = random_networks(3, IN_STEP, 3)
        kept = Succession(kept=1)
        early = kept.releases([each for each in answers if each.step < 2], TABLES, FIVE)
        anew = Succession().releases(answers, TABLES, FIVE)
        assert kept.releases(reversed(answers), TABLES, FIVE) == anew
        assert anew[: len(early)] == early

    def test_threads_that_ask_at_once_find_the_same(self) -> None:
        kept, answers = Succession(), random_networks(3, IN_STEP, 3)
        with ThreadPoolExecutor(4) as threads:
            asked = [threads.submit(kept.releases, answers, TABLES, FIVE) for _ in range(4)]
        assert [each.result() for each in asked] == [Succession().releases(answers, TABLES, FIVE)] * 4

    def test_other_answers_are_worked_out_anew(self) -> None:
        kept = Succession()
        assert kept.releases(joined(0, north=5), BY_UNIT, FIVE)[0] == Release((), 0)
        assert kept.releases(joined(0, north=4), BY_UNIT, FIVE) == []
