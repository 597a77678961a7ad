"""The twelve complete cases as arrays, and the comparison with their reference values."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.cube import DONT_KNOW, NOT_ANSWERED, Cube, rectangular, round_robin
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.person_forms import form_scores
from services.analytics.methods.results import Quantity
from services.analytics.methods.scores import given_scores, mean_of_dyads

FOLDER = Path(__file__).parents[3] / "reference" / "complete_12_cases"
SET = "complete-12-cases"
CODES = {"": NOT_ANSWERED, "DK": DONT_KNOW}

Compare = Callable[[str, object], None]


def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def codes(row: dict[str, str], letter: str, items: int) -> list[int]:
    answers = [row[f"{letter}{item}"] for item in range(1, items + 1)]
    return [CODES[answer] if answer in CODES else int(answer) for answer in answers]


class TwelveCases:
    """The data set as cubes, one per case and wave, axes sorted by id."""

    def __init__(self) -> None:
        self.cases = sorted(row["case_id"] for row in table("cases"))
        self.members = {
            case: sorted(row["professional_id"] for row in table("members") if row["case_id"] == case)
            for case in self.cases
        }
        self._rk = table("rk")
        self._leadership = table("leadership")
        self._citizen = table("citizen")

    def cube(self, case: str, wave: int) -> Cube:
        place = {person: at for at, person in enumerate(self.members[case])}
        cells = np.zeros((len(place), len(place), 6), dtype=np.int8)
        for row in self._rk:
            if row["case_id"] == case and row["wave"] == str(wave):
                cells[place[row["rater_id"]], place[row["target_id"]]] = codes(row, "i", 6)
        return round_robin(cells)

    def cubes(self, wave: int) -> list[Cube]:
        return [self.cube(case, wave) for case in self.cases]

    def leadership(self, wave: int) -> tuple[Cube, list[dict[str, str]]]:
        rows = [row for row in self._leadership if row["wave"] == str(wave)]
        rows.sort(key=lambda row: (row["case_id"], row["respondent_id"]))
        return rectangular([[codes(row, "l", 7)] for row in rows]), rows

    def leadership_and_rk(self, wave: int) -> dict[str, Any]:
        cube, rows = self.leadership(wave)
        given = {
            (case, person): score.value.value
            for case in self.cases
            for person, score in zip(
                self.members[case], given_scores(dyads_of(self.cube(case, wave))), strict=True
            )
        }
        return {
            "leadership": [score.value.value for score in form_scores(cube)],
            "rk": [given[row["case_id"], row["respondent_id"]] for row in rows],
            "cases": [row["case_id"] for row in rows],
            "leaders": [row["leader_id"] for row in rows],
        }

    def rk_and_citizen(self, wave: int) -> tuple[list[float | None], list[float | None]]:
        rows = {row["case_id"]: row for row in self._citizen if row["wave"] == str(wave)}
        rk = [mean_of_dyads(dyads_of(cube)).value.value for cube in self.cubes(wave)]
        cube = rectangular([[codes(rows[case], "c", 5)] for case in self.cases])
        return rk, [score.value.value for score in form_scores(cube)]

    def dyad_rows(self, wave: int) -> FloatArray:
        return np.vstack([cube.rows() for cube in self.cubes(wave)])


@pytest.fixture(scope="session")
def twelve() -> TwelveCases:
    return TwelveCases()


@pytest.fixture(scope="session")
def agrees() -> Compare:
    """Compare a result with the reference of this key, within its own tolerance."""
    references = json.loads((FOLDER / "references.json").read_text(encoding="utf-8"))["references"]

    def compare(key: str, found: object) -> None:
        reference = references[f"{SET}/{key}"]
        wanted = reference["value"] if isinstance(reference["value"], list) else [reference["value"]]
        values = [plain(one) for one in (found if isinstance(found, list | tuple) else [found])]
        assert len(values) == len(wanted), key
        for value, target in zip(values, wanted, strict=True):
            if target is None:
                assert value is None, key
            else:
                assert value is not None, key
                within = reference["tol_abs"] + reference["tol_rel"] * abs(target)
                assert abs(value - target) <= within, (key, value, target)

    return compare


def plain(found: object) -> float | None:
    if isinstance(found, Quantity):
        return found.value
    assert found is None or isinstance(found, int | float)
    return found
