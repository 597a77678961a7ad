"""A data set's first wave through every process and REST, against a direct computation from its CSV files.

What is made of both waves, and all other figures: tests/services/analytics/sample, without processes.
"""

import asyncio
import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean

import pytest

from deploy.local.house import Blueprint, postgres_of, prepare_databases
from deploy.local.results import WaveResults
from tests.support.houses import dataset_in, first_wave_of, free_first_port, lodging

FOLDER = Path(__file__).parents[1] / "reference/five_municipalities"
RK, LEADERSHIP, CITIZEN = (
    [f"{letter}{number}" for number in range(1, count + 1)]
    for letter, count in (("i", 6), ("l", 7), ("c", 5))
)


@pytest.fixture(scope="module")
async def first_wave(tmp_path_factory: pytest.TempPathFactory) -> WaveResults:
    folder = tmp_path_factory.mktemp("house")
    dataset = first_wave_of(dataset_in(FOLDER))
    blueprint = Blueprint(folder, free_first_port())
    server = postgres_of(folder)
    try:
        address = server.start()
        await asyncio.to_thread(prepare_databases, blueprint, address)
        async with lodging(blueprint, address, dataset) as lodged:
            await lodged.do_main_job()
            return (await lodged.results())[0]
    finally:
        server.destroy()


def rows(name: str) -> Iterator[dict[str, str]]:
    """Read the first wave's rows of a file."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["wave"] == "1")


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


def alpha(name: str, items: list[str]) -> float:
    """Return Cronbach's alpha over complete rows, from variances (ddof 1)."""
    complete = [cells for row in rows(name) if len(cells := valid(row, items)) == len(items)]

    def variance(values: list[int]) -> float:
        centre = fmean(values)
        return sum((value - centre) ** 2 for value in values) / (len(values) - 1)

    parts = sum(variance(list(column)) for column in zip(*complete, strict=True))
    return len(items) / (len(items) - 1) * (1 - parts / variance([sum(row) for row in complete]))


def slope(pairs: list[tuple[float, float]]) -> float:
    mean_x, mean_y = (fmean(side) for side in zip(*pairs, strict=True))
    return sum((x - mean_x) * (y - mean_y) for x, y in pairs) / sum((x - mean_x) ** 2 for x, _ in pairs)


def test_the_mean_of_case_scores(first_wave: WaveResults) -> None:
    found = first_wave.overview["result"]["meanOfCases"]["value"]
    assert found == pytest.approx(fmean(case_scores().values()), abs=1e-9)
    assert first_wave.overview["result"]["cases"] == 54


def test_each_case_score(first_wave: WaveResults) -> None:
    found = {
        case: results["caseScore"]["meanOfDyads"]["value"] for case, results in first_wave.cases.items()
    }
    assert found == pytest.approx(case_scores(), abs=1e-9)


@pytest.mark.parametrize(
    ("instrument", "name", "items"),
    [
        ("relational-capacity", "rk", RK),
        ("coherent-leadership", "leadership", LEADERSHIP),
        ("citizen-experienced-quality", "citizen", CITIZEN),
    ],
)
def test_each_alpha(first_wave: WaveResults, instrument: str, name: str, items: list[str]) -> None:
    found = {
        each["instrument"]: each["alpha"]["listwise"]["value"]
        for each in first_wave.reliability["result"]["instruments"]
    }
    assert found[instrument] == pytest.approx(alpha(name, items), abs=1e-9)


def test_the_slope_of_rk_on_leadership(first_wave: WaveResults) -> None:
    given = {
        (case, rater): fmean(means)
        for case, raters in dyad_means().items()
        for rater, means in raters.items()
    }
    pairs = [
        (fmean(cells), given[row["case_id"], row["respondent_id"]])
        for row in rows("leadership")
        if (cells := valid(row, LEADERSHIP)) and (row["case_id"], row["respondent_id"]) in given
    ]
    found = first_wave.associations["result"]["leadershipToRk"]
    assert found["n"] == len(pairs)
    assert found["byCase"]["slope"]["value"] == pytest.approx(slope(pairs), abs=1e-9)


def test_the_slope_of_citizen_quality_on_rk(first_wave: WaveResults) -> None:
    scores = case_scores()
    pairs = [
        (scores[row["case_id"]], fmean(cells))
        for row in rows("citizen")
        if (cells := valid(row, CITIZEN)) and row["case_id"] in scores
    ]
    found = first_wave.associations["result"]["rkToCitizen"]
    assert found["n"] == len(pairs)
    assert found["regression"]["slope"]["value"] == pytest.approx(slope(pairs), abs=1e-9)


def test_how_many_leaders_reach_the_group_size(first_wave: WaveResults) -> None:
    raters: dict[str, set[str]] = defaultdict(set)
    for row in rows("leadership"):
        raters[row["leader_id"]].update({row["respondent_id"]} if valid(row, LEADERSHIP) else ())
    overview = first_wave.overview["result"]
    assert overview["leaders"] == len(raters)
    assert overview["leadersReachingGroupSize"] == sum(len(each) >= 5 for each in raters.values())
