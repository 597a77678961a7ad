"""Endpoint by principal by relation: the door opens for whom the document says; of others nothing is told.

The document is committed, and reviewed whenever it changes; what the services do is held against it.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from deploy.local.postgres import ServerAddress
from shared.access.policy import RoleAllowed, policies_of
from shared.access.principal import Role
from tests.support.databases import TestDatabase
from tests.system.authorisation.installation import THINGS, Installation, Reply, running_installation
from tests.system.authorisation.requests import Request, requests

REACH = Path(__file__).with_name("reach.json")
"""For every read of somebody's thing: who reads it when it is theirs, and who another team's."""

ALL = list(requests())
RELATIONS = ("own", "other", "foreign", "nonexistent")
PRINCIPALS = (
    "nobody",
    "forger",
    "too late",
    "of the house",
    "claims to be of the house",
    "respondent",
    *(role.value for role in Role if role is not Role.SERVICE),
)
REFUSED_ALWAYS = PRINCIPALS[:5]
AT_ONCE = 16


@pytest.fixture(scope="module")
async def house(
    postgres: ServerAddress, databases: dict[str, TestDatabase], gateway_database: TestDatabase
) -> AsyncIterator[Installation]:
    assert postgres
    async with running_installation({**databases, "gateway": gateway_database}) as running:
        yield running


def relations(request: Request) -> tuple[str, ...]:
    """Return in which relations an operation is asked: where no thing is named, there is but one's own."""
    return RELATIONS if THINGS & set(request.places) else RELATIONS[:1]


def door(request: Request, principal: str) -> int | None:
    """Return the status with which the document says that somebody is refused, or None."""
    if not request.security:
        return None
    if "respondent" in request.security:
        return None if principal == "respondent" else 401
    if principal in (*REFUSED_ALWAYS, "respondent"):
        return 401
    allowed = {"operator"} if "operator" in request.security else request.roles
    return None if principal in allowed else 403


def is_mismatch(request: Request, principal: str, reply: Reply) -> bool:
    refusal = door(request, principal)
    if refusal is not None:
        return reply.status != refusal
    return reply.status == 401 or (reply.status == 403 and reply.body == "forbidden")


async def asked(
    house: Installation, rows: Sequence[tuple[Request, str, str]]
) -> dict[tuple[str, str, str], Reply]:
    """Ask many things, some at once."""
    places = asyncio.Semaphore(AT_ONCE)

    async def ask(request: Request, principal: str, relation: str) -> Reply:
        async with places:
            return await house.ask(request, principal, relation)

    found = await asyncio.gather(*(ask(*row) for row in rows))
    return {
        (request.operation_id, principal, relation): reply
        for (request, principal, relation), reply in zip(rows, found, strict=True)
    }


@pytest.fixture(scope="module")
async def answers(house: Installation) -> dict[tuple[str, str, str], Reply]:
    """Return what everybody is answered everywhere; reads first, as writes may change what is read."""
    in_turn = (
        [each for each in ALL if each.method == "GET"],
        [each for each in ALL if each.method != "GET"],
    )
    found: dict[tuple[str, str, str], Reply] = {}
    for some in in_turn:
        rows = [(one, who, relation) for one in some for who in PRINCIPALS for relation in relations(one)]
        found |= await asked(house, rows)
    return found


def test_there_are_fourteen_principals_and_all_operations() -> None:
    assert len(set(PRINCIPALS)) == 14
    assert len({each.operation_id for each in ALL}) == len(ALL) >= 171


def test_the_door_opens_for_whom_the_document_says(answers: dict[tuple[str, str, str], Reply]) -> None:
    wrong = [
        (request.operation_id, who, relation, answers[request.operation_id, who, relation].status)
        for request in ALL
        for who in PRINCIPALS
        for relation in relations(request)
        if is_mismatch(request, who, answers[request.operation_id, who, relation])
    ]
    assert wrong == []


def test_what_is_another_tenants_answers_like_what_there_is_not(
    answers: dict[tuple[str, str, str], Reply],
) -> None:
    told = [
        (request.operation_id, who)
        for request in ALL
        for who in PRINCIPALS
        if len(relations(request)) > 1
        and who != "operator"  # who sees every tenant, and nothing in it
        and answers[request.operation_id, who, "foreign"]
        != answers[request.operation_id, who, "nonexistent"]
    ]
    assert told == []


def reach_of(answers: dict[tuple[str, str, str], Reply]) -> dict[str, dict[str, list[str]]]:
    """Return by operation and relation for whom a thing answers otherwise than one that there is not."""
    found: dict[str, dict[str, list[str]]] = {}
    for request in ALL:
        if request.method != "GET" or len(relations(request)) == 1:
            continue
        reached = {
            relation: [
                who
                for who in PRINCIPALS
                if answers[request.operation_id, who, relation]
                != answers[request.operation_id, who, "nonexistent"]
            ]
            for relation in ("own", "other")
        }
        if reached["own"] or reached["other"]:
            found[request.operation_id] = reached
    return found


def test_who_reads_own_and_other_teams_things_is_as_was_decided(
    answers: dict[tuple[str, str, str], Reply],
) -> None:
    assert reach_of(answers) == json.loads(REACH.read_text(encoding="utf-8"))


def unlike_described(found: dict[tuple[str, str, str], Reply], described: Sequence[Request]) -> list[str]:
    """Name the reads that answered with an entity tag where the document says none, or the reverse."""
    tagged = {each.operation_id: each.tagged for each in described if each.method == "GET"}
    return sorted(
        {
            name
            for (name, _, _), reply in found.items()
            if name in tagged and reply.status == 200 and reply.is_tagged != (200 in tagged[name])
        }
    )


def test_what_is_read_is_tagged_where_the_document_says_so(
    answers: dict[tuple[str, str, str], Reply],
) -> None:
    reads = {each.operation_id for each in ALL if each.method == "GET"}
    assert (
        len({name for (name, _, _), reply in answers.items() if name in reads and reply.status == 200}) > 60
    )
    assert unlike_described(answers, ALL) == []


def test_an_entity_tag_that_the_document_does_not_tell_of_would_be_found(
    answers: dict[tuple[str, str, str], Reply],
) -> None:
    silent = [replace(each, tagged=frozenset()) for each in ALL]
    assert "getArea" in unlike_described(answers, silent)


def routes_of(house: Installation) -> dict[str, APIRoute]:
    return {
        route.unique_id: route
        for app in house.apps.values()
        for route in app.routes
        if isinstance(route, APIRoute)
    }


async def test_without_its_policy_each_routes_rows_fail(
    house: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: every route in turn lets everybody in who has a token."""
    routes = routes_of(house)
    unnoticed = []
    for request in ALL:
        strangers = [who for who in PRINCIPALS if door(request, who) == 403 and who != "operator"]
        if not strangers or not request.roles:
            continue
        policy = policies_of(routes[request.operation_id])[0]
        assert isinstance(policy, RoleAllowed)
        with monkeypatch.context() as patch:
            patch.setattr(policy, "roles", frozenset(Role))
            patch.setattr(policy, "scope", None)
            found = await asked(house, [(request, who, "nonexistent") for who in strangers])
        if not any(
            is_mismatch(request, who, found[request.operation_id, who, "nonexistent"]) for who in strangers
        ):
            unnoticed.append(request.operation_id)
    assert unnoticed == []
