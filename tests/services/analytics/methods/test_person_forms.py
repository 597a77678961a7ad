"""Leadership and citizen scores: each person once, groups, degenerate forms."""

import numpy as np
import pytest

from services.analytics.methods.cube import rectangular, round_robin
from services.analytics.methods.person_forms import LEADERSHIP_GROUPS, form_score, form_scores
from services.analytics.methods.results import Reason


def test_leadership_is_the_mean_of_valid_items_and_of_its_groups() -> None:
    cube = rectangular([[[1, 3, 5, 5, 2, -1, 0]]])
    assert form_scores(cube)[0].value.value == 16 / 5
    held = form_score(cube, LEADERSHIP_GROUPS)
    assert held.overall.value.value == 16 / 5
    assert [held.groups[name].value.value for name in LEADERSHIP_GROUPS] == [2.0, 5.0, 2.0]


def test_an_employee_over_several_cases_counts_once() -> None:
    cube = rectangular([[[5]], [[3]], [[1]], [[0]]])
    held = form_score(cube, {}, ["P1", "P1", "P2", "P3"]).overall
    assert held.value.value == 2.5
    assert (held.cells, held.dyads, held.raters) == (3, 3, 2)
    assert form_score(cube, {}).overall.value.value == 3.0


def test_several_informants_are_averaged() -> None:
    held = form_score(rectangular([[[5, 5, 5, 5, 5]], [[1, 0, 0, 0, 0]]]), {})
    assert held.overall.value.value == 3.0


def test_nobody_answered() -> None:
    cube = rectangular(np.zeros((2, 1, 7), dtype=np.int8))
    held = form_score(cube, LEADERSHIP_GROUPS)
    assert held.overall.value.reason is Reason.NO_DATA
    assert all(part.value.reason is Reason.NO_DATA for part in held.groups.values())


def test_several_subjects_and_odd_persons_are_refused() -> None:
    with pytest.raises(ValueError, match="one subject"):
        form_scores(round_robin([[[1], [2]], [[1], [2]]]))
    with pytest.raises(ValueError, match="persons"):
        form_score(rectangular([[[1]]]), {}, ["A", "B"])
