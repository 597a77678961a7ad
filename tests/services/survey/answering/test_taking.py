"""Answers are taken once, whoever else writes: many at once, closing, withdrawal, another tenant."""

import asyncio
from uuid import uuid4

from deploy.local.postgres import ServerAddress
from services.survey.answering.submission import Taken, Verdict
from services.survey.rounds.tables import survey_round
from shared.database.connection import Database
from tests.services.survey.answering.town import Town, make_town, run_as_superuser, weaken_function
from tests.services.survey.made_rounds import cells
from tests.support.databases import TestDatabase, make_database
from tests.support.records import rows

AT_ONCE = 8


async def rush(town: Town) -> tuple[int, int]:
    """Submit a form many times at once; return how often it was taken, and how many answers there are."""
    form = town.forms[0]
    handed_in = [town.submission(form, 1 + number % 5) for number in range(AT_ONCE * 3)]
    told = await asyncio.gather(*(town.take(each) for each in handed_in), return_exceptions=True)
    taken = [each for each in told if isinstance(each, Taken) and each.verdict is Verdict.TAKEN]
    found = await rows(
        town.databases, "SELECT count(*) AS count FROM answer_set WHERE form_id = $1", form.id
    )
    return len(taken), found[0]["count"]


class TestOnce:
    async def test_of_many_at_once_one_is_taken(self, town: Town) -> None:
        assert await rush(town) == (1, 1)
        (form,) = await rows(town.databases, "SELECT number FROM form WHERE id = $1", town.forms[0].id)
        assert form["number"] == 1
        counted = "SELECT version FROM measurement WHERE id = $1"
        (measured,) = await rows(town.databases, counted, town.forms[0].measurement)
        assert measured["version"] == 2
        told = await rows(
            town.databases, "SELECT type, version FROM change_log WHERE tenant_id = $1", town.maker.tenant
        )
        assert [(each["type"], each["version"]) for each in told] == [("measurement.submitted", 2)]

    async def test_without_its_guards_the_check_would_tell(
        self, postgres: ServerAddress, databases: dict[str, TestDatabase]
    ) -> None:
        """The negative control: two guards, and only without both there are several answers."""
        assert databases["survey"].owner
        scratch = await asyncio.to_thread(make_database, postgres, "survey", "samspil_survey_weak")
        database = Database(scratch.app, pool_size=AT_ONCE)
        try:
            await weaken_function(
                scratch, "take_answers", {"AND number = of_number AND its_cells": "AND its_cells"}
            )
            assert await rush(await make_town(scratch, database)) == (1, 1)
            await run_as_superuser(scratch, "ALTER TABLE answer_set DROP CONSTRAINT answer_set_pkey")
            taken, stored = await rush(await make_town(scratch, database))
            assert taken == stored > 1
        finally:
            await database.close()

    async def test_the_same_again_is_told_the_same_without_holding_the_round(self, town: Town) -> None:
        handed_in = town.submission(town.forms[0])
        first = await town.take(handed_in)
        async with town.maker.writing() as closing:
            await closing.driver.execute("SELECT FROM survey_round WHERE id = $1 FOR UPDATE", town.round.id)
            again = await town.take(handed_in)
        assert (again.verdict, again.since, again.moment) == (Verdict.MADE, first.since, first.moment)
        other = handed_in._replace(fingerprint=b"something else")
        assert (await town.take(other)).verdict is Verdict.KEY_REUSED

    async def test_of_corrections_at_once_one_is_taken_and_all_before_are_kept(self, town: Town) -> None:
        form = town.forms[0]
        await town.take(town.submission(form, 1))
        handed_in = [town.submission(form, value, number=1) for value in (2, 3, 4, 5)]
        told = await asyncio.gather(*(town.take(each) for each in handed_in))
        assert sorted(each.verdict for each in told) == ["outdated"] * 3 + ["taken"]
        stored = await town.stored(form)
        assert [number for number, _ in stored] == [1, 2]
        assert stored[0][1] == cells(3, 6, 1, own=form.seat)
        (newest,) = [
            each.cells
            for each, taken in zip(handed_in, told, strict=True)
            if taken.verdict is Verdict.TAKEN
        ]
        assert stored[1][1] == newest
        assert (await town.take(town.submission(form, 5, number=5))).verdict is Verdict.OUTDATED


class TestBesideOthers:
    async def test_closing_counts_none_afterwards(self, town: Town) -> None:
        """Those under way are waited for; whoever comes later finds the round closed."""
        tasks = [asyncio.create_task(town.take(town.submission(form))) for form in town.forms]
        await tasks[0]
        await town.maker.change(survey_round, town.round.id, state="closed")
        closed = [len(await town.stored(form)) for form in town.forms]
        told = [(await task).verdict for task in tasks]
        assert [len(await town.stored(form)) for form in town.forms] == closed
        assert [verdict is Verdict.TAKEN for verdict in told] == [count == 1 for count in closed]
        assert (await town.take(town.submission(town.forms[2]))).verdict in {"closed", "outdated"}

    async def test_a_round_somebody_holds_is_busy_or_waited_for(self, town: Town) -> None:
        first, second = (town.submission(form) for form in town.forms[:2])
        async with town.maker.writing() as closing:
            held = "UPDATE survey_round SET state = 'closed' WHERE tenant_id = $1 AND id = $2"
            await closing.driver.execute(held, town.maker.tenant, town.round.id)
            assert (await town.take(first, waits=False)).verdict is Verdict.BUSY
            waiting = asyncio.create_task(town.take(second))
            await asyncio.sleep(0.05)
            assert not waiting.done()
        assert (await waiting).verdict is Verdict.CLOSED
        assert await town.stored(town.forms[1]) == []

    async def test_a_roster_that_has_changed_is_noticed(self, town: Town) -> None:
        await town.maker.change(survey_round, town.round.id, roster_revision=2)
        assert (await town.take(town.submission(town.forms[0]))).verdict is Verdict.STALE
        assert (await town.take(town.submission(town.forms[0], revision=2))).verdict is Verdict.TAKEN

    async def test_ones_form_is_nobody_elses(self, town: Town) -> None:
        mine, theirs = town.forms[:2]
        taken = await town.take(town.submission(theirs, invitation=mine.invitation))
        assert taken.verdict is Verdict.UNKNOWN_FORM
        assert (await town.take(town.submission(mine, generation=2))).verdict is Verdict.UNAUTHENTICATED
        assert await town.stored(theirs) == []

    async def test_what_does_not_fit_is_said_only_where_it_would_be_taken(self, town: Town) -> None:
        form = town.forms[0]
        assert (await town.take(town.submission(form, cells=None))).verdict is Verdict.UNFIT
        await town.maker.change(survey_round, town.round.id, state="closed")
        assert (await town.take(town.submission(form, cells=None))).verdict is Verdict.CLOSED


class TestRowLevelSecurity:
    async def test_alone_it_keeps_another_tenants_form(self, town: Town) -> None:
        """The function is told the other tenant's id, and finds nothing of it."""
        one = town.submission(town.forms[0])
        statement = (
            "SELECT verdict FROM take_answers($1, $2, 1, $3, 1, $4, 0, $5, NULL, false, NULL, 'self', "
            "'submit_response', 'some-key', 'asked', true)"
        )
        values = (town.maker.tenant, one.round, one.invitation, one.form, one.cells)
        async with town.database.transaction(uuid4()) as foreign:
            assert await foreign.driver.fetchval(statement, *values) == "unauthenticated"
        assert await town.stored(town.forms[0]) == []
        async with town.database.transaction(town.maker.tenant) as own:  # the negative control
            assert await own.driver.fetchval(statement, *values) == "taken"
