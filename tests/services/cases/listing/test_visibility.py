"""Each role's lists, searches and changes hold its own cases, all of them and no other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from shared.changes.log import log_change
from shared.database.connection import Database
from tests.services.cases.listing.made import MadeCase, MadeRegister
from tests.support.databases import TestDatabase
from tests.support.keys import token
from tests.support.municipality import ok
from tests.support.refusals import refused
from tests.support.services import CallerClient, Stack


@dataclass(frozen=True)
class Eyes:
    """A caller of the made register, and which of its cases it sees."""

    name: str
    roles: tuple[Role, ...]
    sees: Callable[[MadeRegister, MadeCase], bool]
    claims: Callable[[MadeRegister], dict[str, Any]] = lambda made: {}


def person(number: int) -> Callable[[MadeRegister], dict[str, Any]]:
    """Name one of the employees in the token."""
    return lambda made: {"person": made.employees[number].person}


def takes_part(*numbers: int) -> Callable[[MadeRegister, MadeCase], bool]:
    """Hold for the cases one of the employees takes part in."""
    return lambda made, case: any(made.employees[each].id in case.professionals for each in numbers)


EYES = [
    Eyes("administrator", (Role.ADMINISTRATOR,), lambda made, case: True),
    Eyes("analyst", (Role.ANALYST,), lambda made, case: True),
    Eyes("data steward", (Role.DATA_STEWARD,), lambda made, case: True),
    Eyes(
        "system without scope",
        (Role.CASE_SYSTEM,),
        lambda made, case: False,
        lambda made: {"scopes": frozenset()},
    ),
    Eyes(
        "system",
        (Role.CASE_SYSTEM,),
        lambda made, case: "fasit" in case.systems,
        lambda made: {"scopes": frozenset({"system:fasit", "other:nexus"})},
    ),
    Eyes("worker of no unit", (Role.CASE_WORKER,), lambda made, case: False),
    Eyes(
        "worker of a unit with another below",
        (Role.CASE_WORKER,),
        lambda made, case: bool({made.units[0], made.units[1]} & case.units),
        lambda made: {"units": frozenset({made.units[0]})},
    ),
    Eyes(
        "worker who takes part",
        (Role.CASE_WORKER,),
        lambda made, case: made.units[2] in case.units or made.employees[3].id in case.professionals,
        lambda made: {"units": frozenset({made.units[2]}), "person": made.employees[3].person},
    ),
    Eyes("professional", (Role.PROFESSIONAL,), takes_part(4), person(4)),
    Eyes("professional who leads is no leader", (Role.PROFESSIONAL,), takes_part(0), person(0)),
    Eyes("leader", (Role.LEADER,), takes_part(0, 1, 2), person(0)),
    Eyes("leader of nobody", (Role.LEADER,), takes_part(5), person(5)),
    Eyes(
        "nobody in particular",
        (Role.PROFESSIONAL,),
        lambda made, case: False,
        lambda made: {"person": uuid4()},
    ),
]


def caller(stack: Stack, tenant: UUID, eyes: Eyes, made: MadeRegister) -> CallerClient:
    """Return a client with those eyes."""
    return stack.bearer("cases", token("cases", tenant, *eyes.roles, **eyes.claims(made)))


@pytest.fixture(scope="module")
async def logged(databases: dict[str, TestDatabase], made: MadeRegister) -> None:
    """Log the registration of every case."""
    database = Database(databases["cases"].app, pool_size=1)
    async with database.transaction(made.tenant) as transaction:
        for case in made.cases:
            await log_change(transaction, "case.registered", case.id, 1)
    await database.close()


@pytest.mark.parametrize("eyes", EYES, ids=lambda eyes: eyes.name)
class TestEachRole:
    async def test_sees_its_own_cases_only(
        self, stack: Stack, made: MadeRegister, logged: None, eyes: Eyes
    ) -> None:
        client = caller(stack, made.tenant, eyes, made)
        wanted = {str(case.id) for case in made.cases if eyes.sees(made, case)}
        page = ok(await client.get("/v1/cases?pageSize=200&includeJoined=true"))
        assert {item["id"] for item in page["items"]} == wanted
        found = ok(await client.post("/v1/case-searches", {"pageSize": 200, "includeJoined": True}))
        assert {item["id"] for item in found["items"]} == wanted
        told = ok(await client.get("/v1/case-changes?limit=500"))
        open_ones = {str(case.id) for case in made.cases if case.joined_into_id is None}
        shown = {item["caseId"] for item in told["items"] if item["case"] is not None}
        assert shown == wanted & open_ones

    async def test_sees_nothing_of_another_tenants(
        self, stack: Stack, made: MadeRegister, logged: None, eyes: Eyes
    ) -> None:
        client = caller(stack, uuid4(), eyes, made)
        assert ok(await client.get("/v1/cases?includeJoined=true"))["items"] == []
        assert ok(await client.post("/v1/case-searches", {"text": "Forløb"}))["items"] == []
        assert ok(await client.get("/v1/case-changes"))["items"] == []

    async def test_finds_no_other_case_by_search(
        self, stack: Stack, made: MadeRegister, eyes: Eyes
    ) -> None:
        client = caller(stack, made.tenant, eyes, made)
        for case in made.cases[:20]:
            seen = [str(case.id)] if eyes.sees(made, case) else []
            for term in (
                {"citizen": {"citizenId": str(case.citizen)}},
                {"reference": {"system": min(case.systems), "reference": f"sag-{case.id}"}},
            ):
                page = ok(await client.post("/v1/case-searches", {**term, "includeJoined": True}))
                assert [item["id"] for item in page["items"]] == seen


@pytest.mark.parametrize("role", [Role.OPERATOR])
async def test_nobody_else_is_let_in(stack: Stack, made: MadeRegister, role: Role) -> None:
    client = stack.caller("cases", made.tenant, role)
    refused(await client.get("/v1/cases"), 403, "forbidden")
    refused(await client.post("/v1/case-searches", {}), 403, "forbidden")
    refused(await client.get("/v1/case-changes"), 403, "forbidden")
