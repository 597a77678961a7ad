"""Holds what is stored after the storm against what was promised in it, row by row."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from benchmarks.answering_storm_callers import Ledger
from benchmarks.answering_storm_town import Asked

_STATUSES = {200, 201, 409, 503}


class Fault(StrEnum):
    """What can be wrong."""

    LOST = "acknowledged and not there"
    DOUBLE = "there more than once, or acknowledged twice"
    ALTERED = "not what was sent"
    UNASKED = "there and never acknowledged"
    MISCOUNTED = "counted wrongly (form, measurement, changes, keys)"
    ODD = "answered as it must not be"


class Stored:
    """Everything the storm left in the database."""

    def __init__(self, rows: dict[str, list[Any]]) -> None:
        self.answers: dict[tuple[UUID, int], list[bytes]] = defaultdict(list)
        self.words: dict[tuple[UUID, int], set[tuple[str, UUID, str, bool]]] = defaultdict(set)
        self.answers_in: Counter[UUID] = Counter()
        for row in rows["answer_set"]:
            self.answers[row["form_id"], row["number"]].append(row["cells"])
            self.answers_in[row["measurement_id"]] += 1
        for row in rows["text_answer"]:
            said = (row["question"], row["subject_id"], row["body"], row["may_quote"])
            self.words[row["form_id"], row["number"]].add(said)
        self.forms = {row["id"]: row for row in rows["form"]}
        self.versions = {row["id"]: row["version"] for row in rows["measurement"]}
        self.changes: dict[UUID, list[int]] = defaultdict(list)
        for row in rows["change_log"]:
            self.changes[row["subject"]].append(row["version"])
        self.keys = Counter((row["key"], row["resource_id"]) for row in rows["idempotency_key"])


_READ = {
    "answer_set": "SELECT form_id, number, measurement_id, cells FROM answer_set",
    "text_answer": "SELECT form_id, number, question, subject_id, body, may_quote FROM text_answer",
    "form": "SELECT id, number, draft, draft_revision, submitted_at, corrected_at FROM form",
    "measurement": "SELECT id, version FROM measurement",
    "change_log": "SELECT subject, version FROM change_log WHERE type LIKE 'measurement%'",
    "idempotency_key": "SELECT key, resource_id FROM idempotency_key",
}


async def read_stored(dsn: str) -> Stored:
    """Read it all, as the superuser."""
    connection = await asyncpg.connect(dsn)
    try:
        return Stored({table: await connection.fetch(statement) for table, statement in _READ.items()})
    finally:
        await connection.close()


def faults(forms: Sequence[Asked], ledger: Ledger, stored: Stored) -> Counter[Fault]:
    """Count everything that is wrong."""
    return Counter(
        [
            *_in_answers(ledger, stored),
            *_in_forms(forms, ledger, stored),
            *_in_counts(ledger, stored),
            *(Fault.ODD for _ in ledger.odd),
            *(Fault.ODD for _, status, _ in ledger.seen if status not in _STATUSES),
        ]
    )


def _in_answers(ledger: Ledger, stored: Stored) -> Iterator[Fault]:
    for key, papers in ledger.kept.items():
        there = stored.answers.get(key, [])
        if len(papers) > 1 or len(there) > 1:
            yield Fault.DOUBLE
        elif not there:
            yield Fault.LOST
        elif there != [papers[0].cells] or stored.words.get(key, set()) != papers[0].words:
            yield Fault.ALTERED
    for key in stored.answers:
        if key not in ledger.kept:
            yield Fault.UNASKED


def _in_forms(forms: Sequence[Asked], ledger: Ledger, stored: Stored) -> Iterator[Fault]:
    for asked in forms:
        row = stored.forms[asked.id]
        versions = sum((asked.id, number) in ledger.kept for number in (1, 2))
        is_right = (
            row["number"] == versions
            and (row["submitted_at"] is not None) == (versions > 0)
            and (row["corrected_at"] is not None) == (versions > 1)
        )
        if not is_right:
            yield Fault.MISCOUNTED
        yield from _in_draft(row, ledger)


def _in_draft(row: Any, ledger: Ledger) -> Iterator[Fault]:
    paper = ledger.drafts.get(row["id"])
    if paper is None:
        if row["draft"] is not None:
            yield Fault.UNASKED
    elif row["draft"] is None:
        yield Fault.LOST
    elif row["draft_revision"] != 1 or _rated(orjson.loads(row["draft"])) != _rated(paper.ratings):
        yield Fault.ALTERED


def _rated(ratings: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {
        (each["subjectId"], each.get("doesNotWorkWith", False), answer.get("itemId"), answer.get("value"))
        for each in ratings
        for answer in each.get("answers") or [{}]
    }


def _in_counts(ledger: Ledger, stored: Stored) -> Iterator[Fault]:
    for measured, version in stored.versions.items():
        answers = stored.answers_in[measured]
        if version != answers + 1 or sorted(stored.changes[measured]) != list(range(2, answers + 2)):
            yield Fault.MISCOUNTED
    if stored.keys != Counter(ledger.keys.items()):
        yield Fault.MISCOUNTED
