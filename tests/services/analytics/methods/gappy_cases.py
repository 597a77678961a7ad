"""The gappy cases as arrays for association, effects and network, and R's values beside them."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.cube import DONT_KNOW, NOT_ANSWERED, Cube, rectangular, round_robin
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.person_forms import form_score
from services.analytics.methods.results import Estimate
from services.analytics.methods.scores import given_scores, mean_of_dyads

REFERENCE = Path(__file__).parents[3] / "reference"
CODES = {"": NOT_ANSWERED, "DK": DONT_KNOW}


def gappy(name: str) -> list[dict[str, str]]:
    with (REFERENCE / "gappy" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def computed_by_r(topic: str) -> dict[str, Any]:
    text = (REFERENCE / topic / f"{topic}.json").read_text(encoding="utf-8")
    references: dict[str, Any] = json.loads(text)["references"]
    return references


def codes(row: dict[str, str], letter: str, items: int) -> list[int]:
    answers = [row[f"{letter}{item}"] for item in range(1, items + 1)]
    return [CODES[answer] if answer in CODES else int(answer) for answer in answers]


class GappyCases:
    """The data set as cubes, one per case and wave, axes sorted by id."""

    def __init__(self) -> None:
        self.rows = sorted(gappy("cases"), key=lambda row: row["case_id"])
        self.cases = [row["case_id"] for row in self.rows]
        self.arms = np.array([int(row["arm"]) for row in self.rows])
        self.units = np.array([int(row["n_units"]) for row in self.rows])
        self.municipalities = [row["municipality_id"] for row in self.rows]
        self._rk, self._leadership, self._citizen = gappy("rk"), gappy("leadership"), gappy("citizen")

    def members(self, case: str) -> list[str]:
        rows = [row for row in self._rk if row["case_id"] == case]
        return sorted({row["rater_id"] for row in rows} | {row["target_id"] for row in rows})

    def cube(self, case: str, wave: int) -> Cube:
        place = {person: at for at, person in enumerate(self.members(case))}
        cells = np.zeros((len(place), len(place), 6), dtype=np.int8)
        for row in self._rk:
            if row["case_id"] == case and row["wave"] == str(wave):
                cells[place[row["rater_id"]], place[row["target_id"]]] = codes(row, "i", 6)
        return round_robin(cells)

    def rk(self, wave: int) -> FloatArray:
        scores = [mean_of_dyads(dyads_of(self.cube(case, wave))).value.value for case in self.cases]
        return np.array(scores, dtype=np.float64)

    def given(self, wave: int) -> dict[tuple[str, str], float]:
        """Each rater's given score on each case, of those who have one."""
        return {
            (case, person): score.value.value
            for case in self.cases
            for person, score in zip(
                self.members(case), given_scores(dyads_of(self.cube(case, wave))), strict=True
            )
            if score.value.value is not None
        }

    def leadership(self, wave: int) -> FloatArray:
        return self._forms(self._leadership, "l", 7, wave)

    def citizen(self, wave: int) -> FloatArray:
        return self._forms(self._citizen, "c", 5, wave)

    def _forms(self, rows: list[dict[str, str]], letter: str, items: int, wave: int) -> FloatArray:
        found = []
        for case in self.cases:
            own = [row for row in rows if row["case_id"] == case and row["wave"] == str(wave)]
            cells = np.array([[codes(row, letter, items)] for row in own], dtype=np.int8)
            cube = rectangular(cells.reshape(len(own), 1, items))
            found.append(form_score(cube, {}).overall.value.value)
        return np.array(found, dtype=np.float64)


def numbers(estimate: Estimate, *names: str) -> list[float | None]:
    """Value, standard error, df and p of an estimate, then its interval's ends."""
    held = [estimate.value, estimate.standard_error, estimate.df, estimate.p]
    return [one.value for one in held] + [estimate.interval.low, estimate.interval.high]
