"""A row of the projection, read as the cube the methods work on."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np

from services.analytics.projection.measurement import Measurement, measurement_of

ANNE, BO, BO_AGAIN = (str(UUID(int=number)) for number in (1, 2, 3))
PERSON = str(UUID(int=9))


@dataclass
class Row:
    """Looks like a row of the projection."""

    state: dict[str, Any]
    cells: bytes
    asked: bytes = field(default=b"")


def seat(professional: str, person: str | None = None) -> dict[str, Any]:
    return {"id": professional, "label": "P", "personId": person}


def measurement(respondents: list[dict[str, Any]], cells: list[int], asked: list[int]) -> Measurement:
    state = {
        "version": 1,
        "id": ANNE,
        "roundId": ANNE,
        "caseId": ANNE,
        "wave": "baseline",
        "waveOrdinal": 1,
        "visibility": "team-open",
        "roundState": "closed",
        "instrument": "relational-capacity",
        "instrumentVersion": 1,
        "form": "network",
        "items": ["knowledge", "respect"],
        "subScales": [
            {"code": "orientation", "items": ["respect"]},
            {"code": "both", "items": ["respect", "knowledge"]},
        ],
        "respondents": respondents,
        "subjects": respondents,
        "submitted": [True] * len(respondents),
        "sharedWithTeam": [False] * len(respondents),
        "level": "ordinary",
        "units": 1,
        "authorityFunctions": 0,
        "ruleSet": "default/1",
        "cells": "",
        "asked": "",
    }
    row: Any = Row(state, np.array(cells, dtype=np.int8).tobytes(), bytes(asked))
    return measurement_of(row)


class TestMeasurementOf:
    def test_codes_stand_where_they_were_answered(self) -> None:
        found = measurement([seat(ANNE), seat(BO)], [0, 0, 5, -1, -2, -2, 0, 0], [0, 1, 1, 0])
        assert found.cube.cells.tolist() == [[[0, 0], [5, -1]], [[-2, -2], [0, 0]]]
        assert found.cube.own.tolist() == [[True, False], [False, True]]
        assert not found.cube.skipped.any()

    def test_who_only_says_dont_know_has_no_valid_answer(self) -> None:
        found = measurement([seat(ANNE), seat(BO)], [0, 0, 5, -1, -2, -1, 0, 0], [0, 1, 1, 0])
        assert found.answering() == (True, False)
        assert [str(person) for person in found.raters()] == [ANNE]

    def test_two_employments_of_one_person_are_one_person_and_not_asked_of_each_other(self) -> None:
        seats = [seat(ANNE), seat(BO, PERSON), seat(BO_AGAIN, PERSON)]
        asked = [0, 1, 1, 1, 0, 0, 1, 0, 0]
        found = measurement(seats, [0] * 18, asked)
        assert [str(person) for person in found.persons()] == [ANNE, PERSON, PERSON]
        assert found.cube.skipped.tolist() == [
            [False, False, False],
            [False, False, True],
            [False, True, False],
        ]

    def test_sub_scales_are_places_of_items(self) -> None:
        found = measurement([seat(ANNE)], [0, 0], [0])
        assert found.item_groups() == {"orientation": (1,), "both": (1, 0)}
