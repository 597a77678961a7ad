"""The answers of a data set, arranged as those who are asked give them."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from deploy.local.dataset.identifiers import Identifiers
from deploy.local.dataset.rows import DONT_KNOW, DONT_WORK_WITH, NOT_ANSWERED, Dataset


@dataclass(frozen=True, slots=True)
class Answered:
    """One filled-in form: cube codes by subject; a form with one subject has it under None."""

    form: str
    respondent: UUID
    cells: dict[UUID | None, tuple[int, ...]]

    def ratings(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the ratings of a form as it is asked, by its own subjects and statements."""
        items = [statement["id"] for statement in asked["statements"]]
        found = []
        for subject in asked["subjects"]:
            cells = self.cells.get(UUID(subject["id"]), self.cells.get(None))
            if cells is not None and any(cell != NOT_ANSWERED for cell in cells):
                found.append(_rating(subject["id"], items, cells))
        return found


def _rating(subject: str, items: list[str], cells: tuple[int, ...]) -> dict[str, Any]:
    if all(cell == DONT_WORK_WITH for cell in cells):
        return {"subjectId": subject, "doesNotWorkWith": True}
    answers = [
        {"itemId": item, "value": "dont-know" if cell == DONT_KNOW else cell}
        for item, cell in zip(items, cells, strict=True)
        if cell != NOT_ANSWERED
    ]
    return {"subjectId": subject, "answers": answers}


def answers_of(dataset: Dataset, ids: Identifiers) -> dict[UUID, list[Answered]]:
    """Return the filled-in forms of each round; a form with no answer at all is not filled in."""
    cells: dict[tuple[UUID, str, UUID], dict[UUID | None, tuple[int, ...]]] = defaultdict(dict)
    for rk in dataset.rk:
        key = (ids.round(rk.case, rk.wave), "network", ids.person(rk.rater))
        cells[key][ids.professional(rk.target)] = rk.answers
    for led in dataset.leadership:
        key = (ids.round(led.case, led.wave), "own-leader", ids.person(led.respondent))
        cells[key][None] = led.answers
    for told in dataset.citizen:
        key = (ids.round(told.case, told.wave), "citizen", ids.citizen(told.citizen))
        cells[key][None] = told.answers
    found: dict[UUID, list[Answered]] = defaultdict(list)
    for (round_id, form, respondent), by_subject in cells.items():
        if any(cell != NOT_ANSWERED for row in by_subject.values() for cell in row):
            found[round_id].append(Answered(form, respondent, by_subject))
    return found
