"""The rows that R's reference values for reliability and factors were computed from, and those values."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

from services.analytics.methods.arrays import FloatArray

REFERENCE = Path(__file__).parents[3] / "reference"
FORMS = {"rk": ("i", 6), "leadership": ("l", 7)}
FOLDERS = {"complete": "complete_12_cases", "gappy": "gappy"}
NAMES = (
    "complete_rk_w1",
    "complete_leadership_w1",
    "gappy_rk_w1",
    "gappy_rk_w2",
    "gappy_leadership_w1",
    "two_factors",
)
WITH_GAPS = NAMES[2:]


def values(name: str) -> dict[str, Any]:
    held = json.loads((REFERENCE / "factors" / "factors.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = held[name]
    return found


def rows(name: str) -> FloatArray:
    if name == "two_factors":
        return _read("factors/two_factors.csv", "1", ("x", 8))[0]
    folder, form, wave = name.split("_")
    return _read(f"{FOLDERS[folder]}/{form}.csv", wave[1], FORMS[form])[0]


def gappy_cases(wave: str) -> list[FloatArray]:
    """The RK rows of every case with gaps, cases sorted by id."""
    table, cases = _read("gappy/rk.csv", wave, FORMS["rk"])
    return [table[cases == case] for case in np.unique(cases)]


def groups(name: str) -> list[list[int]]:
    if name == "two_factors":
        return [[0, 1, 2, 3], [4, 5, 6, 7]]
    return [[1, 2, 5], [0, 3, 4]] if "rk" in name else [[0, 1], [2, 3], [4, 5, 6]]


def _read(path: str, wave: str, form: tuple[str, int]) -> tuple[FloatArray, Any]:
    letter, items = form
    with (REFERENCE / path).open(encoding="utf-8", newline="") as file:
        found = [row for row in csv.DictReader(file) if row["wave"] == wave]
    cells = [[_number(row[f"{letter}{item}"]) for item in range(1, items + 1)] for row in found]
    return np.array(cells), np.array([row.get("case_id", "") for row in found])


def _number(cell: str) -> float:
    return float("nan") if cell in {"", "DK"} else float(cell)
