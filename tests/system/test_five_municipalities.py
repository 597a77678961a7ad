"""A data set's first wave through every process and REST, against a direct computation from its CSV files.

It is a third of the cases, or all of them where `SAMSPIL_WHOLE_SAMPLE` is set, as in `make soak`.
What a wave's figures leave out is left out here by the same rules, said anew: the cases that closed last
and fill no step of five people, and from relations between scores those that fewer than five rated in.
What is made of both waves, of all cases, and all other figures: tests/services/analytics/sample.
"""

import asyncio
import csv
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from operator import or_
from pathlib import Path
from statistics import fmean

import pytest

from deploy.local.dataset.identifiers import identifiers_of
from deploy.local.house import Blueprint, prepare_databases
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.results import WaveResults
from tests.support.houses import (
    Lodging,
    dataset_in,
    first_wave_of,
    free_first_port,
    lodging,
    only_needed_people,
    some_cases,
)
from tests.support.whole_steps import ENOUGH, whole_steps

FOLDER = Path(__file__).parents[1] / "reference/five_municipalities"
DATASET = first_wave_of(dataset_in(FOLDER))
CASES = frozenset(
    case.id
    for place, case in enumerate(DATASET.cases)
    if place % 6 < 2 or "SAMSPIL_WHOLE_SAMPLE" in os.environ
)
"""Of both arms, as these take turns."""

RK, LEADERSHIP, CITIZEN = (
    [f"{letter}{number}" for number in range(1, count + 1)]
    for letter, count in (("i", 6), ("l", 7), ("c", 5))
)


@dataclass(frozen=True, slots=True)
class Closed:
    """A wave's results, and its cases in the order in which their rounds closed."""

    results: WaveResults
    cases: list[str]

    def entered(self, people: dict[str, set[str]], share: float = 0.0) -> set[str]:
        """Return the cases of whole steps."""
        return {case for step in whole_steps(self.cases, people, share) for case in step}


@pytest.fixture(scope="module")
async def closed(tmp_path_factory: pytest.TempPathFactory) -> Closed:
    folder = tmp_path_factory.mktemp("house")
    dataset = only_needed_people(some_cases(DATASET, CASES))
    blueprint = Blueprint(folder, free_first_port())
    server = EmbeddedPostgres(folder / "postgres", options={"fsync": "off"})
    try:
        address = server.start()
        await asyncio.to_thread(prepare_databases, blueprint, address)
        async with lodging(blueprint, address, dataset) as lodged:
            await lodged.do_main_job()
            return Closed((await lodged.results())[0], await in_order(lodged))
    finally:
        server.destroy()


async def in_order(lodged: Lodging) -> list[str]:
    """Return the cases in the order in which their first rounds closed."""
    token = await lodged.callers.client_token(lodged.door, "case-system")
    ids = identifiers_of(lodged.dataset)
    rounds = {case.id: ids.round(case.id, 1) for case in lodged.dataset.cases}
    told = {case: await lodged.door.get(token, f"/v1/rounds/{each}") for case, each in rounds.items()}
    return sorted(rounds, key=lambda case: (told[case]["closedAt"], rounds[case]))


@pytest.fixture
def first_wave(closed: Closed) -> WaveResults:
    return closed.results


def rows(name: str) -> Iterator[dict[str, str]]:
    """Read the first wave's rows of a file."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["wave"] == "1" and row["case_id"] in CASES)


def valid(row: dict[str, str], items: list[str]) -> list[int]:
    return [int(row[item]) for item in items if row[item] not in {"", "DK"}]


def dyad_means() -> dict[str, dict[str, list[float]]]:
    """Return the mean of each dyad, by case and rater."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows("rk"):
        if cells := valid(row, RK):
            found[row["case_id"]][row["rater_id"]].append(fmean(cells))
    return found


def case_scores() -> dict[str, float]:
    return {
        case: fmean([mean for means in raters.values() for mean in means])
        for case, raters in dyad_means().items()
    }


def answering(name: str, who: str, items: list[str]) -> dict[str, set[str]]:
    """Return who gave at least one answer, by case."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows(name):
        if valid(row, items):
            found[row["case_id"]].add(row[who])
    return found


RATERS, LED, CITIZENS = (
    answering("rk", "rater_id", RK),
    answering("leadership", "respondent_id", LEADERSHIP),
    answering("citizen", "citizen_id", CITIZEN),
)


def alpha(name: str, items: list[str], cases: set[str]) -> float:
    """Return Cronbach's alpha over some cases' complete rows, from variances (ddof 1)."""
    own = (row for row in rows(name) if row["case_id"] in cases)
    complete = [cells for row in own if len(cells := valid(row, items)) == len(items)]

    def variance(values: list[int]) -> float:
        centre = fmean(values)
        return sum((value - centre) ** 2 for value in values) / (len(values) - 1)

    parts = sum(variance(list(column)) for column in zip(*complete, strict=True))
    return len(items) / (len(items) - 1) * (1 - parts / variance([sum(row) for row in complete]))


def slope(pairs: list[tuple[float, float]]) -> float:
    mean_x, mean_y = (fmean(side) for side in zip(*pairs, strict=True))
    return sum((x - mean_x) * (y - mean_y) for x, y in pairs) / sum((x - mean_x) ** 2 for x, _ in pairs)


def test_the_mean_of_case_scores(closed: Closed) -> None:
    overview, entered = closed.results.overview["result"], closed.entered(RATERS)
    scores = [score for case, score in case_scores().items() if case in entered]
    assert overview["meanOfCases"]["value"] == pytest.approx(fmean(scores), abs=1e-9)
    assert overview["cases"] == len(scores) >= len(CASES) - 2


def test_each_case_score(first_wave: WaveResults) -> None:
    found = {
        case: results["caseScore"]["meanOfDyads"]["value"] for case, results in first_wave.cases.items()
    }
    assert found == pytest.approx(case_scores(), abs=1e-9)


@pytest.mark.parametrize(
    ("instrument", "name", "items", "people"),
    [
        ("relational-capacity", "rk", RK, RATERS),
        ("coherent-leadership", "leadership", LEADERSHIP, LED),
        ("citizen-experienced-quality", "citizen", CITIZEN, CITIZENS),
    ],
)
def test_each_alpha(
    closed: Closed, instrument: str, name: str, items: list[str], people: dict[str, set[str]]
) -> None:
    found = {
        each["instrument"]: each["alpha"]["listwise"]["value"]
        for each in closed.results.reliability["result"]["instruments"]
    }
    assert found[instrument] == pytest.approx(alpha(name, items, closed.entered(people)), abs=1e-9)


def shown(closed: Closed, people: dict[str, set[str]]) -> set[str]:
    """Return the cases that have entered with both forms, and whose scores others than their teams see."""
    both = closed.entered(RATERS) & closed.entered(people)
    return {case for case in both if len(RATERS[case]) >= ENOUGH}


def test_the_slope_of_rk_on_leadership(closed: Closed) -> None:
    given = {
        (case, rater): fmean(means)
        for case, raters in dyad_means().items()
        for rater, means in raters.items()
    }
    answered = [
        (row["case_id"], row["respondent_id"], fmean(cells))
        for row in rows("leadership")
        if row["case_id"] in shown(closed, LED)
        and (cells := valid(row, LEADERSHIP))
        and (row["case_id"], row["respondent_id"]) in given
    ]
    people: dict[str, set[str]] = defaultdict(set)
    for case, person, _ in answered:
        people[case].add(person)
    entered = closed.entered(people)
    pairs = [(value, given[case, person]) for case, person, value in answered if case in entered]
    found = closed.results.associations["result"]["leadershipToRk"]
    assert found["n"] == len(pairs)
    assert found["byCase"]["slope"]["value"] == pytest.approx(slope(pairs), abs=1e-9)


def answered(scores: dict[str, float], cases: set[str]) -> list[tuple[float, float]]:
    """Return the scores of some cases beside what their citizens say."""
    return [
        (scores[row["case_id"]], fmean(cells))
        for row in rows("citizen")
        if row["case_id"] in cases and (cells := valid(row, CITIZEN))
    ]


def test_the_slope_of_citizen_quality_on_rk(closed: Closed) -> None:
    scores, own = case_scores(), shown(closed, CITIZENS)
    people = {case: CITIZENS[case] for case in own}
    steps = accumulate((set(step) & own for step in whole_steps(closed.cases, people, share=0.25)), or_)
    found = closed.results.associations["result"]["rkToCitizen"]
    # A line that a further step would tell too much of stays as it was.
    pairs = next(pairs for entered in steps if len(pairs := answered(scores, entered)) == found["n"])
    assert found["regression"]["slope"]["value"] == pytest.approx(slope(pairs), abs=1e-9)


def test_how_many_leaders_reach_the_group_size(closed: Closed) -> None:
    raters: dict[str, set[str]] = defaultdict(set)
    for row in (each for each in rows("leadership") if each["case_id"] in closed.entered(LED)):
        raters[row["leader_id"]].update({row["respondent_id"]} if valid(row, LEADERSHIP) else ())
    overview = closed.results.overview["result"]
    assert overview["leaders"] == len(raters)
    assert overview["leadersReachingGroupSize"] == sum(len(each) >= ENOUGH for each in raters.values())
