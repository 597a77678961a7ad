"""Answer exports over REST: all that was answered, for data stewards with a purpose, and nobody else."""

import csv
import io
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, text

from services.survey.answers import service
from services.survey.answers.repository import read_measured, stand_still
from services.survey.answers.schemas import ExportAnswers, Versions
from services.survey.rounds.tables import answer_set, form, measurement
from shared.access.principal import Principal, Role
from shared.database.connection import Database
from tests.services.survey.made_rounds import (
    CITIZEN,
    LEADERSHIP,
    NETWORK,
    MadeRound,
    RoundMaker,
    cells,
    colleagues,
)
from tests.support.databases import TestDatabase
from tests.support.municipality import ok
from tests.support.records import audited, rows
from tests.support.refusals import refused
from tests.support.services import CallerClient, Stack

PATH = "/v1/answer-exports"
PURPOSE = "Evaluering af netværksmøder"
NOBODY = UUID(int=0)


def steward(stack: Stack, tenant: UUID) -> CallerClient:
    return stack.caller("survey", tenant, Role.DATA_STEWARD)


def asked(**more: Any) -> dict[str, Any]:
    """Return a request for JSON, of the wave all rounds here have unless others are named."""
    which = {} if {"roundIds", "caseIds", "wave"} & more.keys() else {"wave": "baseline"}
    return {"purpose": PURPOSE, "format": "json", **which, **more}


async def exported(client: CallerClient, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ok(await client.post(PATH, asked(**more)))["rows"]
    return found


async def answered_round(maker: RoundMaker, people: int = 3, **values: Any) -> MadeRound:
    """Write a round in which everybody has rated the others 4."""
    made = await maker.round(colleagues(people), **values)
    for one in made.forms["relational-capacity"]:
        await maker.answer(one, cells(people, 6, 4, own=one.seat))
    return made


class TestExportAnswers:
    async def test_csv_says_what_json_says(self, stack: Stack, maker: RoundMaker) -> None:
        made = await answered_round(maker)
        await maker.answer(
            made.forms["relational-capacity"][0],
            cells(3, 6, -1, own=0),
            2,
            [{"question": "why", "subject_id": NOBODY, "body": "=1+1\n", "may_quote": True}],
        )
        client = steward(stack, maker.tenant)
        for layout in ("long", "wide"):
            wanted = {"instrument": NETWORK[0], "layout": layout, "versions": "all"}
            answer = await client.post(PATH, asked(**wanted, format="csv"))
            assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
            assert answer.headers["content-disposition"] == (
                f'attachment; filename="samspil-answers-{layout}.csv"'
            )
            table = list(csv.DictReader(io.StringIO(answer.text, newline=""), strict=True))
            typed = await exported(client, **wanted)
            assert len(table) == len(typed) == 1 + 8 * (6 if layout == "long" else 1)
            for line, row in zip(table, typed, strict=True):
                assert {name: value for name, value in line.items() if not name.endswith("Key")} == {
                    name: as_csv(value) for name, value in row.items() if not name.endswith("Key")
                }

    async def test_newest_versions_or_all(self, stack: Stack, maker: RoundMaker) -> None:
        made = await answered_round(maker, 2)
        first = made.forms["relational-capacity"][0]
        await maker.answer(first, cells(2, 6, 2, own=0), 2, answered_by="interviewer", language="en")
        client = steward(stack, maker.tenant)
        wanted = {"instrument": NETWORK[0], "layout": "wide"}
        newest = await exported(client, **wanted)
        assert [(row["answerVersion"], row["innovation"]) for row in newest] == [(2, 2), (1, 4)]
        every = await exported(client, **wanted, versions="all")
        assert [(row["answerVersion"], row["isNewest"], row["innovation"]) for row in every] == [
            (1, False, 4),
            (2, True, 2),
            (1, True, 4),
        ]
        assert [(row["answeredBy"], row["answerLanguage"]) for row in every] == [
            ("self", "da"),
            ("interviewer", "en"),
            ("self", "da"),
        ]
        assert (newest[0]["submittedAt"], newest[0]["answeredAt"]) == (
            "2026-03-02T09:30:00Z",
            "2026-03-02T10:30:00Z",
        )

    async def test_all_versions_of_an_instrument_in_one_file(self, stack: Stack, maker: RoundMaker) -> None:
        await answered_round(maker, 2)
        await answered_round(maker, 2, instruments=[("relational-capacity", 2)])
        found = await exported(steward(stack, maker.tenant), instrument=NETWORK[0], layout="wide")
        assert sorted(row["instrumentVersion"] for row in found) == [1, 1, 2, 2]
        assert {row["instrumentVersion"]: row["holistic-orientation"] for row in found} == {1: 4, 2: None}
        assert {row["instrumentVersion"]: row["professional-contributions"] for row in found} == {
            1: None,
            2: 4,
        }

    async def test_drafts_and_what_was_withdrawn_or_erased_are_not_in_it(
        self, stack: Stack, maker: RoundMaker
    ) -> None:
        made = await answered_round(maker, 4)
        forms = made.forms["relational-capacity"]
        await maker.change(form, forms[3].id, number=0, draft=[{"subjectId": str(uuid4())}])
        async with maker.writing() as transaction:
            await transaction.execute(text("SET LOCAL app.erasing = 'yes'"))
            gone = answer_set.c.form_id.in_([forms[2].id, forms[3].id])
            await transaction.execute(delete(answer_set).where(gone))
        found = await exported(steward(stack, maker.tenant))
        assert {row["respondentSeat"] for row in found} == {1, 2}

    async def test_confidential_rounds_and_a_citizens_choice(self, stack: Stack, maker: RoundMaker) -> None:
        made = await maker.round(
            colleagues(1), instruments=[CITIZEN], visibility="confidential", citizen_resources="low"
        )
        (one,) = made.forms[CITIZEN[0]]
        await maker.answer(one, cells(1, 5, 5), share_with_team=True, answered_by="relative")
        found = await exported(steward(stack, maker.tenant))
        assert {
            (row["roundVisibility"], row["shareWithTeam"], row["answeredBy"], row["citizenResources"])
            for row in found
        } == {("confidential", True, "relative", "low")}

    async def test_only_what_was_asked_for(self, stack: Stack, maker: RoundMaker) -> None:
        one = await answered_round(maker, 2, instruments=[NETWORK, LEADERSHIP])
        leadership = one.forms[LEADERSHIP[0]][0]
        await maker.answer(leadership, cells(1, 7, 3))
        other = await answered_round(maker, 2, wave="follow-up", wave_ordinal=2)
        client = steward(stack, maker.tenant)

        async def rounds(**wanted: Any) -> set[tuple[str, str]]:
            return {(row["roundId"], row["instrumentCode"]) for row in await exported(client, **wanted)}

        network, led = (str(one.id), NETWORK[0]), (str(one.id), LEADERSHIP[0])
        followed = (str(other.id), NETWORK[0])
        assert await rounds(roundIds=[str(one.id), str(other.id)]) == {network, led, followed}
        assert await rounds(roundIds=[str(other.id)]) == {followed}
        assert await rounds(wave="baseline") == {network, led}
        assert await rounds(caseIds=[str(one.case_id)], instrument=LEADERSHIP[0]) == {led}
        assert await rounds(caseIds=[str(uuid4())]) == await rounds(wave="none") == set()

    async def test_a_code_book_covers_every_column_and_is_no_use_of_answers(
        self, stack: Stack, maker: RoundMaker, databases: dict[str, TestDatabase]
    ) -> None:
        made = await answered_round(maker)
        client = steward(stack, maker.tenant)
        layouts = [{"instrument": NETWORK[0], "layout": layout} for layout in ("long", "wide")]
        books = [await exported(client, **wanted, content="code-book") for wanted in layouts]
        assert await audited(databases["survey"], made.id) == []
        for wanted, book in zip(layouts, books, strict=True):
            columns = ok(await client.post(PATH, asked(**wanted)))["columns"]
            assert set(columns) <= {row["columnName"] for row in book}
        answer = await client.post(PATH, asked(content="code-book", format="csv"))
        assert 'filename="samspil-code-book-long.csv"' in answer.headers["content-disposition"]
        assert answer.text.startswith("entryKind,columnName,")


def as_csv(value: object) -> str:
    """Write a cell as the README tells to."""
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    return "'" + value if isinstance(value, str) and value[:1] in "=+-@\t\r\n'" and value else str(value)


class TestWhoMayExport:
    async def test_the_purpose_is_recorded_with_each_round_of_it(
        self, stack: Stack, maker: RoundMaker, databases: dict[str, TestDatabase]
    ) -> None:
        touched = [await answered_round(maker, 2) for _ in range(2)]
        other = await answered_round(maker, 2, wave="follow-up")
        await exported(steward(stack, maker.tenant), wave="baseline")
        for made in touched:
            assert await audited(databases["survey"], made.id) == [
                ("export-answers", "round", PURPOSE, "tester")
            ]
        assert await audited(databases["survey"], other.id) == []

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.DATA_STEWARD, Role.SERVICE}))
    async def test_nobody_else(self, stack: Stack, tenant: UUID, role: Role) -> None:
        client = stack.caller("survey", tenant, role, person=uuid4())
        refused(await client.post(PATH, asked()), 403, "forbidden")

    async def test_foreign_rounds_are_like_unknown_ones(
        self, stack: Stack, maker: RoundMaker, databases: dict[str, TestDatabase]
    ) -> None:
        made = await answered_round(maker, 2)
        stranger = steward(stack, uuid4())
        answer = await stranger.post(PATH, asked(roundIds=[str(made.id), str(uuid4())]))
        assert refused(answer, 422, "broken-rule") == [
            ("/roundIds/0", "unknown-round"),
            ("/roundIds/1", "unknown-round"),
        ]
        for wanted in ({"wave": "baseline"}, {"caseIds": [str(made.case_id)]}):
            assert await exported(stranger, **wanted) == []
        assert await audited(databases["survey"], made.id) == []

    async def test_not_without_a_purpose(self, stack: Stack, tenant: UUID) -> None:
        client = steward(stack, tenant)
        for purpose in ({}, {"purpose": ""}, {"purpose": "   "}, {"purpose": None}):
            answer = await client.post(PATH, {"wave": "baseline", **purpose})
            refused(answer, 400, "malformed-request")

    @pytest.mark.parametrize(
        "wanted",
        [
            {"wave": None},
            {"wave": "baseline", "caseIds": [str(NOBODY)]},
            {"roundIds": []},
            {"wave": "=1+1"},
            {"wave": "baseline", "format": "xlsx"},
        ],
    )
    async def test_not_of_everything_nor_of_nothing(
        self, stack: Stack, tenant: UUID, wanted: dict[str, Any]
    ) -> None:
        answer = await steward(stack, tenant).post(PATH, asked(**wanted))
        refused(answer, 400, "malformed-request")

    async def test_not_wide_over_several_instruments(self, stack: Stack, tenant: UUID) -> None:
        answer = await steward(stack, tenant).post(PATH, asked(layout="wide"))
        assert refused(answer, 422, "broken-rule") == [("/instrument", "instrument-needed")]


class TestStreaming:
    async def test_a_few_measurements_at_a_time_are_the_same_file(
        self, stack: Stack, maker: RoundMaker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(5):
            await answered_round(maker, 2)
        client = steward(stack, maker.tenant)
        whole = await exported(client)
        monkeypatch.setattr(service, "_MEASUREMENTS_AT_ONCE", 2)
        parts = await exported(client)
        assert [without_keys(row) for row in parts] == [without_keys(row) for row in whole]
        assert len(whole) == 5 * 2 * 6

    async def test_no_transaction_is_open_between_pieces(
        self, maker: RoundMaker, databases: dict[str, TestDatabase]
    ) -> None:
        await answered_round(maker, 2)
        async with streaming(maker, databases) as pieces:
            await anext(pieces)
            await anext(pieces)
            open_now = await rows(
                databases["survey"],
                "SELECT state FROM pg_stat_activity WHERE datname = current_database() "
                "AND application_name = 'export-under-test'",
            )
        assert open_now == [{"state": "idle"}]

    async def test_what_is_erased_meanwhile_is_not_in_it(
        self, maker: RoundMaker, databases: dict[str, TestDatabase]
    ) -> None:
        made = await answered_round(maker, 2)
        async with streaming(maker, databases) as pieces:
            head = await anext(pieces)
            async with maker.writing() as transaction:
                await transaction.execute(text("SET LOCAL app.erasing = 'yes'"))
                for table in (answer_set, form):
                    own = table.c.measurement_id == made.measurements[NETWORK[0]]
                    await transaction.execute(delete(table).where(own))
                gone = measurement.c.id == made.measurements[NETWORK[0]]
                await transaction.execute(delete(measurement).where(gone))
            rest = [piece async for piece in pieces]
        assert head.startswith(b"roundId,")
        assert b"".join(rest) == b""


@asynccontextmanager
async def streaming(
    maker: RoundMaker, databases: dict[str, TestDatabase]
) -> AsyncIterator[AsyncGenerator[bytes, None]]:
    """Begin an export of the wave, over a connection that can be told from others."""
    database = Database(databases["survey"].app, pool_size=1)
    caller = Principal("kirsten", "gateway", frozenset({Role.DATA_STEWARD}), maker.tenant)
    wanted = ExportAnswers(wave="baseline", purpose=PURPOSE)
    async with database.transaction(maker.tenant, caller) as transaction:
        await transaction.execute(text("SET application_name = 'export-under-test'"))
        plan = await service.plan_export(transaction, wanted)
    async with aclosing(service.write_export(database, caller, plan, service.writer_of(plan))) as pieces:
        yield pieces
    await database.close()


class TestOneMoment:
    @pytest.mark.parametrize(("stands_still", "found"), [(True, 1), (False, 2)])
    async def test_a_roster_and_its_answers_fit(
        self,
        maker: RoundMaker,
        databases: dict[str, TestDatabase],
        stands_still: bool,
        found: int,
    ) -> None:
        """Without it, the answers would be of a later moment than the roster that was read."""
        made = await maker.round(colleagues(2))
        first, second = made.forms[NETWORK[0]]
        await maker.answer(first, cells(2, 6, 4, own=0))
        database = Database(databases["survey"].app, pool_size=1)
        async with database.transaction(maker.tenant) as transaction:
            if stands_still:
                await stand_still(transaction)
            await transaction.execute(select(measurement.c.id))
            await maker.answer(second, cells(2, 6, 4, own=1))
            (one,) = await read_measured(transaction, list(made.measurements.values()), Versions.ALL)
        await database.close()
        assert len(one.answers) == found


def without_keys(row: dict[str, Any]) -> dict[str, Any]:
    """Leave out the pseudonyms, which are another file's."""
    return {name: value for name, value in row.items() if not name.endswith("Key")}
