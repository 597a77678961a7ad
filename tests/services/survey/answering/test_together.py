"""A batch is taken as its parts would be, each by itself; and two batches never wait for each other."""

import asyncio
import random
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.survey.answering.submission import Submission, Verdict
from services.survey.answering.taking import take_answers
from services.survey.answering.together import take_together
from services.survey.rounds.tables import invitation
from tests.services.survey.answering.town import Town
from tests.support.records import rows

OTHERS: dict[str, tuple[dict[str, Any], Verdict]] = {
    "another-generation": ({"generation": 2}, Verdict.UNAUTHENTICATED),
    "an-older-roster": ({"revision": 7}, Verdict.STALE),
    "what-does-not-fit": ({"cells": None}, Verdict.UNFIT),
    "over-another-version": ({"number": 3}, Verdict.OUTDATED),
    "an-unknown-form": ({"form": UUID(int=5)}, Verdict.UNKNOWN_FORM),
    "an-unknown-round": ({"round": UUID(int=5)}, Verdict.BUSY),
}


async def take(town: Town, batch: list[Submission]) -> list[Verdict]:
    found = await take_answers(town.database, town.maker.tenant, batch, waits=False)
    return [each.verdict for each in found]


async def told(town: Town) -> list[int]:
    """Return the versions that the change log tells of the measurement."""
    found = await rows(
        town.databases,
        "SELECT version FROM change_log WHERE subject = $1 ORDER BY version",
        town.forms[0].measurement,
    )
    return [each["version"] for each in found]


class TestABatch:
    async def test_is_taken_with_a_version_and_a_change_for_each(self, town: Town) -> None:
        before = await rows(
            town.databases, "SELECT version FROM measurement WHERE id = $1", town.forms[0].measurement
        )
        batch = [town.submission(form, value) for form, value in zip(town.forms, (1, 2, 3), strict=True)]
        assert await take(town, batch) == [Verdict.TAKEN] * 3
        for form, handed_in in zip(town.forms, batch, strict=True):
            assert await town.stored(form) == [(1, handed_in.cells)]
        after = await rows(
            town.databases, "SELECT version FROM measurement WHERE id = $1", town.forms[0].measurement
        )
        assert after[0]["version"] == before[0]["version"] + 3
        assert (await told(town))[-3:] == [before[0]["version"] + step for step in (1, 2, 3)]

    @pytest.mark.parametrize("name", OTHERS)
    async def test_says_of_what_is_not_taken_what_is_said_of_it_alone(self, town: Town, name: str) -> None:
        first, second, third = town.forms
        more, verdict = OTHERS[name]
        odd = town.submission(second)._replace(**more)
        found = await take(town, [town.submission(first), odd, town.submission(third)])
        assert found == [Verdict.TAKEN, verdict, Verdict.TAKEN]
        assert await town.stored(second) == []

    async def test_takes_a_form_once_though_it_is_there_thrice(self, town: Town) -> None:
        first, second = town.forms[:2]
        one = town.submission(first)
        batch = [one, town.submission(second), town.submission(first, 2), one]
        found = await take(town, batch)
        assert found[1] is Verdict.TAKEN
        assert sorted(found[:1] + found[2:]) == sorted([Verdict.TAKEN, Verdict.OUTDATED, Verdict.MADE]) or (
            found.count(Verdict.TAKEN) == 2 and found.count(Verdict.OUTDATED) == 2
        )
        assert len(await town.stored(first)) == 1

    async def test_sent_again_it_was_made(self, town: Town) -> None:
        batch = [town.submission(form) for form in town.forms]
        assert await take(town, batch) == [Verdict.TAKEN] * 3
        assert await take(town, batch) == [Verdict.MADE] * 3
        corrections = [town.submission(form, 2, number=1) for form in town.forms]
        assert await take(town, corrections) == [Verdict.TAKEN] * 3
        assert [len(await town.stored(form)) for form in town.forms] == [2, 2, 2]

    async def test_who_declined_takes_that_back_by_answering(self, town: Town) -> None:
        mine = town.forms[0]
        await town.maker.change(invitation, mine.invitation, declined_at=(await _now(town)))
        assert await take(town, [town.submission(form) for form in town.forms]) == [Verdict.TAKEN] * 3
        (found,) = await rows(
            town.databases, "SELECT declined_at FROM invitation WHERE id = $1", mine.invitation
        )
        assert found["declined_at"] is None

    async def test_of_another_tenant_takes_nothing(self, town: Town) -> None:
        batch = [town.submission(form) for form in town.forms]
        assert await take_together(town.database, uuid4(), batch) == {}
        # the negative control
        assert len(await take_together(town.database, town.maker.tenant, batch)) == 3


async def _now(town: Town) -> object:
    (row,) = await rows(town.databases, "SELECT now() AS now")
    return row["now"]


async def test_batches_that_cross_take_each_form_once(town: Town) -> None:
    chance = random.Random(20261122)

    async def hand_in() -> list[Verdict]:
        forms = chance.sample(town.forms, 3)
        return await take(town, [town.submission(form) for form in forms])

    found = await asyncio.gather(*(hand_in() for _ in range(20)))
    assert sum(each.count(Verdict.TAKEN) for each in found) == 3
    assert {verdict for each in found for verdict in each} <= {Verdict.TAKEN, Verdict.OUTDATED}
    assert [len(await town.stored(form)) for form in town.forms] == [1, 1, 1]
    versions = await told(town)
    assert len(versions) == len(set(versions))
