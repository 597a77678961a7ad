"""Who may see a round: decided twice, in Python before it is there and in SQL afterwards, and alike."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Select, func, insert, select, text, true

from services.survey.rounds.tables import named_in_round, standing, survey_round
from services.survey.standing.repository import forget_standing, keep_standing
from services.survey.standing.visibility import find_round, may_see, rounds_visible_to
from shared.access.principal import Principal, Role
from shared.contracts.register import (
    CaseParticipant,
    CaseState,
    GroupKind,
    GroupState,
    ParticipantRole,
)
from shared.database.connection import Database, Transaction
from shared.errors import NOT_FOUND, Problem
from tests.support.databases import TestDatabase

UNIT, PERSON, LEADER, CASE, GROUP = (UUID(int=number) for number in range(101, 106))

CASE_STATE = CaseState(
    version=1,
    id=CASE,
    participants=[
        CaseParticipant(professional_id=uuid4(), person_id=PERSON, role=ParticipantRole.PARTICIPANT)
    ],
    level="complex",
    unit_ids=[UNIT],
    systems=["esdh"],
    written_by=["worker-1"],
)
GROUP_STATE = GroupState(
    version=1,
    id=GROUP,
    kind=GroupKind.LEADERS,
    name="Ledere",
    municipality_code="0766",
    valid_to=None,
    members=[],
)


def caller(*roles: Role, subject: str = "tester", **claims: Any) -> Principal:
    return Principal(subject, "gateway", frozenset(roles), tenant=uuid4(), **claims)


CALLERS = {
    "administrator": (caller(Role.ADMINISTRATOR), True, True),
    "data-steward": (caller(Role.DATA_STEWARD), True, True),
    "case-system-with-a-file": (
        caller(Role.CASE_SYSTEM, scopes=frozenset({"system:esdh"})),
        True,
        False,
    ),
    "case-system-of-another-source": (
        caller(Role.CASE_SYSTEM, scopes=frozenset({"system:health", "esdh"})),
        False,
        False,
    ),
    "case-system-of-none": (caller(Role.CASE_SYSTEM), False, False),
    "case-worker-of-a-unit": (caller(Role.CASE_WORKER, units=frozenset({UNIT, uuid4()})), True, True),
    "case-worker-of-another-unit": (caller(Role.CASE_WORKER, units=frozenset({uuid4()})), False, True),
    "case-worker-who-takes-part": (caller(Role.CASE_WORKER, person=PERSON), True, True),
    "case-worker-who-does-not": (caller(Role.CASE_WORKER, person=uuid4()), False, True),
    "case-worker-who-registered-it": (caller(Role.CASE_WORKER, subject="worker-1"), True, True),
    "analyst-with-all-of-it": (
        caller(Role.ANALYST, person=PERSON, units=frozenset({UNIT}), subject="worker-1"),
        False,
        False,
    ),
    "nobody": (caller(scopes=frozenset({"system:esdh"}), units=frozenset({UNIT})), False, False),
}


@pytest.fixture
async def survey(databases: dict[str, TestDatabase]) -> AsyncIterator[Database]:
    database = Database(databases["survey"].app, pool_size=1)
    yield database
    await database.close()


async def add_round(transaction: Transaction, about: dict[str, UUID], opened_by: str = "somebody") -> UUID:
    round_id = uuid4()
    await transaction.execute(
        insert(survey_round).values(
            tenant_id=transaction.tenant,
            id=round_id,
            version=1,
            **about,
            wave="baseline",
            wave_ordinal=1,
            visibility="team-open",
            state="open",
            respondent_label="Forløb 27",
            request={},
            not_asked=[],
            opened_at=datetime.now(UTC),
            opened_by=opened_by,
            roster_revision=1,
        )
    )
    return round_id


async def sees(transaction: Transaction, principal: Principal, round_id: UUID) -> bool:
    visible = rounds_visible_to(principal, transaction.tenant)
    return (
        await transaction.first(select(survey_round.c.id).where(survey_round.c.id == round_id, visible))
    ) is not None


@pytest.mark.parametrize("name", CALLERS)
async def test_a_caller_sees_the_rounds_of_whom_it_may_open_one_for(
    survey: Database, tenant: UUID, name: str
) -> None:
    principal, of_case, of_group = CALLERS[name]
    assert (may_see(principal, CASE_STATE), may_see(principal, GROUP_STATE)) == (of_case, of_group)
    async with survey.transaction(tenant, principal) as transaction:
        for state in (CASE_STATE, GROUP_STATE):
            await keep_standing(transaction, state)
        rounds = [
            await add_round(transaction, {"case_id": CASE}),
            await add_round(transaction, {"group_id": GROUP}),
        ]
        assert [await sees(transaction, principal, each) for each in rounds] == [of_case, of_group]


async def test_who_opened_a_round_goes_on_seeing_it(survey: Database, tenant: UUID) -> None:
    worker = caller(Role.CASE_WORKER)
    async with survey.transaction(tenant, worker) as transaction:
        opened = await add_round(transaction, {"case_id": CASE}, opened_by="tester")
        assert await sees(transaction, worker, opened)
        assert not await sees(transaction, replace(worker, subject="another"), opened)


@pytest.mark.parametrize("role", [Role.LEADER, Role.PROFESSIONAL, Role.CASE_SYSTEM])
async def test_leaders_and_professionals_see_the_rounds_that_name_them(
    survey: Database, tenant: UUID, role: Role
) -> None:
    async with survey.transaction(tenant) as transaction:
        naming, other = [await add_round(transaction, {"case_id": uuid4()}) for _ in range(2)]
        await transaction.execute(
            insert(named_in_round).values(tenant_id=tenant, named_id=LEADER, round_id=naming)
        )
        named = caller(role, person=LEADER)
        assert [await sees(transaction, named, each) for each in (naming, other)] == [
            role is not Role.CASE_SYSTEM,
            False,
        ]


BY_KEY = {
    "case-system-with-a-file": (CALLERS["case-system-with-a-file"][0], "(id = CASE"),
    "case-worker-of-a-unit": (CALLERS["case-worker-of-a-unit"][0], "(id = CASE"),
    "leader": (caller(Role.LEADER, person=LEADER), "(round_id = survey_round.id)"),
}


@pytest.mark.parametrize("name", BY_KEY)
async def test_what_shows_a_round_is_found_by_its_key(survey: Database, tenant: UUID, name: str) -> None:
    principal, key = BY_KEY[name]
    async with survey.transaction(tenant, principal) as transaction:
        visible = select(survey_round.c.id).where(
            survey_round.c.tenant_id == tenant, rounds_visible_to(principal, tenant)
        )
        assert key in await looked_up_in(transaction, visible)


async def test_coalesce_finds_nothing_by_key(survey: Database, tenant: UUID) -> None:
    """Row-level security lets an index be used only by what PostgreSQL knows to leak nothing."""
    about = func.coalesce(survey_round.c.case_id, survey_round.c.group_id)
    stands = select(true()).where(standing.c.tenant_id == tenant, standing.c.id == about)
    async with survey.transaction(tenant) as transaction:
        found = select(survey_round.c.id, stands.limit(1).correlate(survey_round).scalar_subquery())
        assert "COALESCE" not in await looked_up_in(transaction, found)


async def looked_up_in(transaction: Transaction, statement: Select[Any]) -> str:
    """Return by what indexes would be used."""
    await transaction.execute(text("SET LOCAL enable_seqscan = off"))
    plan = await plan_of(transaction, statement)
    return "\n".join(line for line in plan.splitlines() if "Index Cond" in line)


async def plan_of(transaction: Transaction, statement: Select[Any]) -> str:
    """Return how PostgreSQL would go about a statement."""
    compiled = statement.compile(dialect=transaction.connection.dialect)
    given = [compiled.params[name] for name in compiled.positiontup or ()]
    given = [json.dumps(each) if each == [{"personId": str(PERSON)}] else each for each in given]
    rows = await transaction.driver.fetch(f"EXPLAIN {compiled}", *given)
    return "\n".join(row[0] for row in rows)


async def test_an_older_standing_changes_nothing_and_a_newer_one_everything(
    survey: Database, tenant: UUID
) -> None:
    system = caller(Role.CASE_SYSTEM, scopes=frozenset({"system:esdh"}))
    async with survey.transaction(tenant, system) as transaction:
        round_id = await add_round(transaction, {"case_id": CASE})
        for version, systems in ((2, ["esdh"]), (1, []), (2, [])):
            told = CASE_STATE.model_copy(update={"version": version, "systems": systems})
            await keep_standing(transaction, told)
            assert await sees(transaction, system, round_id)
        await keep_standing(transaction, CASE_STATE.model_copy(update={"version": 3, "systems": []}))
        assert not await sees(transaction, system, round_id)


async def test_what_the_register_holds_no_longer_nobody_sees_for_its_sake(
    survey: Database, tenant: UUID
) -> None:
    system = caller(Role.CASE_SYSTEM, scopes=frozenset({"system:esdh"}))
    async with survey.transaction(tenant, system) as transaction:
        await keep_standing(transaction, CASE_STATE)
        round_id = await add_round(transaction, {"case_id": CASE})
        await forget_standing(transaction, CASE)
        with pytest.raises(Problem) as refusal:
            await find_round(transaction, round_id)
        assert refusal.value.fault is NOT_FOUND
        assert await sees(transaction, caller(Role.ADMINISTRATOR), round_id)
