"""Erasing while others answer and open rounds: nothing is brought back, and nobody waits for ever."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from sqlalchemy import text

from services.survey.erasure.service import Erased, Eraser
from services.survey.rounds.cases_client import CasesClient
from services.survey.rounds.schemas import OpenRound
from services.survey.rounds.service import RoundOpener
from shared.access.principal import Principal, Role
from shared.contracts.register import CASE, PERSON, Roster
from shared.database.connection import Database
from shared.representation import CREATION
from tests.services.survey.answering.measured import cube, measurement_state
from tests.services.survey.conftest import Team
from tests.services.survey.erasure.conftest import RegisterSays
from tests.support.databases import TestDatabase
from tests.support.keys import signer
from tests.support.municipality import Municipality, ok, round_body, submit
from tests.support.records import rows
from tests.support.refusals import refused
from tests.support.traces import traces

WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@asynccontextmanager
async def held(database: TestDatabase, statement: str, held_id: UUID) -> AsyncIterator[None]:
    """Hold a row until the end, as somebody would who works on it."""
    connection = await asyncpg.connect(database.superuser)
    try:
        async with connection.transaction():
            await connection.execute(statement, held_id)
            yield
    finally:
        await connection.close()


ROUND = "SELECT FROM survey_round WHERE id = $1 FOR UPDATE"
OPENING = "SELECT FROM erasure_count WHERE tenant_id = $1 FOR SHARE"


async def queued(database: TestDatabase, count: int) -> None:
    """Wait until so many wait for a lock."""
    for _ in range(200):
        if (await rows(database, WAITING))[0]["count"] >= count:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody waits")


class TestAnsweringMeanwhile:
    """The register's erasure waits for the round first, then a submission; so the erasure is done first."""

    async def submitted_behind_erasure(
        self, team: Team, person: UUID, register: RegisterSays, databases: dict[str, TestDatabase]
    ) -> httpx2.Response:
        client = await team.round.respondent(person)
        form = await team.form(client, "network")
        async with held(databases["survey"], ROUND, team.round.id):
            erasing = asyncio.create_task(register.erased((PERSON, team.anne.person)))
            await queued(databases["survey"], 1)
            submitting = asyncio.create_task(submit(client, form, 4))
            await queued(databases["survey"], 2)
        await erasing
        return await submitting

    async def test_the_erased_ones_submission_finds_nothing(
        self, team: Team, register: RegisterSays, databases: dict[str, TestDatabase]
    ) -> None:
        answer = await self.submitted_behind_erasure(team, team.anne.person, register, databases)
        refused(answer, 401, "unauthenticated")
        assert await traces(databases["survey"], team.anne.person, team.anne.id) == {}

    async def test_anothers_submission_is_laid_out_by_the_roster_as_it_is_now(
        self, team: Team, register: RegisterSays, databases: dict[str, TestDatabase]
    ) -> None:
        answer = await self.submitted_behind_erasure(team, team.bo.person, register, databases)
        assert refused(answer, 422, "broken-rule") == [("/ratings/0/subjectId", "unknown-subject")] or (
            refused(answer, 422, "broken-rule") == [("/ratings/1/subjectId", "unknown-subject")]
        )
        assert not cube(await measurement_state(team, "relational-capacity")).any()

    async def test_a_submission_that_landed_first_is_erased(
        self, team: Team, register: RegisterSays, databases: dict[str, TestDatabase]
    ) -> None:
        anne = await team.round.respondent(team.anne.person)
        form = await team.form(anne, "network")
        async with held(databases["survey"], ROUND, team.round.id):
            submitting = asyncio.create_task(submit(anne, form, 4))
            await queued(databases["survey"], 1)
            erasing = asyncio.create_task(register.erased((PERSON, team.anne.person)))
            await queued(databases["survey"], 2)
        assert (await submitting).status_code == 201
        await erasing
        assert await traces(databases["survey"], team.anne.person, UUID(str(form["id"]))) == {}

    async def test_everybody_at_once(
        self, team: Team, register: RegisterSays, databases: dict[str, TestDatabase]
    ) -> None:
        people = [team.anne.person, team.bo.person, team.doctor.person]
        clients = [await team.round.respondent(person) for person in people]
        forms = [await team.form(client, "network") for client in clients]
        gone = [(PERSON, person) for person in people] + [(CASE, UUID(team.round.view["caseId"]))]
        erasing = [asyncio.create_task(register.erased(each)) for each in gone]
        answers = await asyncio.gather(
            *(submit(client, form, 4) for client, form in zip(clients, forms, strict=True))
        )
        await asyncio.gather(*erasing)
        assert {answer.status_code for answer in answers} <= {201, 401, 422}
        assert set(await traces(databases["survey"], register.tenant)) == {"erasure_count"}


class ForgetfulRegister(CasesClient):
    """A register that erases somebody right after it first answered with the roster."""

    def __init__(self, base_url: str, eraser: Eraser, gone: Erased) -> None:
        super().__init__(base_url, signer("survey"))
        self._eraser = eraser
        self._gone = gone
        self.asked = 0

    async def read_roster(self, tenant: UUID, case_id: UUID) -> Roster:
        roster = await super().read_roster(tenant, case_id)
        self.asked += 1
        if self.asked == 1:
            assert await self._eraser.find(tenant, [self._gone]) == []
            return roster
        left = [each for each in roster.members if each.person_id != self._gone.subject]
        there = [each for each in roster.standing.participants if each.person_id != self._gone.subject]
        standing = roster.standing.model_copy(update={"participants": there})
        return roster.model_copy(update={"members": left, "standing": standing})


class TestOpeningMeanwhile:
    async def test_a_roster_from_before_an_erasure_is_asked_for_again(
        self, municipality: Municipality, database: Database, databases: dict[str, TestDatabase]
    ) -> None:
        members = [await municipality.employee() for _ in range(3)]
        case = await municipality.case(members)
        gone = Erased(PERSON, members[0].person)
        cases = ForgetfulRegister(municipality.stack.urls["cases"], Eraser(database), gone)
        caller = Principal("tester", "gateway", frozenset({Role.ADMINISTRATOR}), tenant=municipality.tenant)
        wanted = OpenRound.model_validate(round_body(case))
        view, put = await RoundOpener(database, cases).open_round(caller, uuid4(), wanted, CREATION)
        await cases.close()
        assert (cases.asked, put.created) == (2, True)
        assert [each.respondents for each in view.measurements if each.form == "network"] == [2]
        assert await traces(databases["survey"], members[0].person, members[0].id) == {}

    async def test_an_erasure_waits_for_a_round_that_is_being_opened(
        self, team: Team, database: Database, databases: dict[str, TestDatabase]
    ) -> None:
        tenant = team.round.municipality.tenant
        async with held(databases["survey"], OPENING, tenant):
            gone = [Erased(PERSON, team.anne.person)]
            finding = asyncio.create_task(Eraser(database).find(tenant, gone))
            await queued(databases["survey"], 1)
        assert len(await finding) == 1


class TestAnswersAreKept:
    @pytest.mark.parametrize(
        "statement", ["DELETE FROM answer_set", "UPDATE answer_set SET cells = '\\x00'"]
    )
    async def test_nothing_but_erasure_touches_them(
        self, team: Team, database: Database, databases: dict[str, TestDatabase], statement: str
    ) -> None:
        await team.round.answer_all(4)
        tenant = team.round.municipality.tenant
        stored = "SELECT form_id, cells FROM answer_set WHERE tenant_id = $1 ORDER BY form_id"
        before = await rows(databases["survey"], stored, tenant)
        async with database.transaction(tenant) as transaction:
            assert (await transaction.execute(text(statement))).rowcount == 0
        assert await rows(databases["survey"], stored, tenant) == before
        async with database.transaction(tenant) as transaction:  # the negative control
            await transaction.execute(text("SET LOCAL app.erasing = 'yes'"))
            assert (await transaction.execute(text(statement))).rowcount == len(before)
        assert ok(await team.round.municipality.caller("survey").get(f"/v1/rounds/{team.round.id}"))
