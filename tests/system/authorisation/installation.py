"""All services and the gateway before them in one process, with two tenants that hold the same things."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import aiohttp
from fastapi import FastAPI

from deploy.local.ports import free_port
from services.analytics.main import build as build_analytics
from services.cases.main import build as build_cases
from services.gateway.main import build as build_gateway
from services.gateway.settings import GatewaySettings
from services.survey.main import build as build_survey
from shared.access.principal import Role
from shared.connections import Bounds, guarded
from tests.services.analytics.rounds_with_answers import answered
from tests.services.gateway.outsiders import key_of, operator_token, public_set, signed, times
from tests.support.databases import TestDatabase
from tests.support.keys import private_key, random_secret, service_token
from tests.support.municipality import Employee, Municipality
from tests.support.services import (
    Stack,
    analytics_settings,
    cases_settings,
    house_settings,
    survey_settings,
)
from tests.support.serving import serving
from tests.system.authorisation.requests import Request

_TEAM = 5
_BOUNDS = Bounds(receive_seconds=600, stall_seconds=600)
"""Of heads: nobody looks after the time here."""
THINGS = frozenset(
    {
        "caseId",
        "roundId",
        "areaId",
        "unitId",
        "personId",
        "professionalId",
        "leaderId",
        "groupId",
        "invitationId",
        "tenantId",
    }
)
"""What a path may name that is somebody's."""


@dataclass(frozen=True, slots=True)
class Side:
    """A team's own things in a tenant, by the name a path gives them."""

    ids: dict[str, UUID]
    respondent: str
    leader: Employee
    member: Employee


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered, without what differs each time."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Installation:
    """The running house, and what there is in it."""

    url: str
    http: aiohttp.ClientSession
    apps: dict[str, FastAPI]
    tenant: UUID
    own: Side
    other: Side
    foreign: Side
    tokens: dict[str, str] = field(default_factory=dict)

    def ids(self, relation: str) -> dict[str, UUID]:
        """Return the things that stand in a relation to the callers."""
        sides = {"own": self.own, "other": self.other, "foreign": self.foreign}
        if relation in sides:
            return sides[relation].ids
        return {name: uuid4() for name in THINGS}

    async def ask(
        self, request: Request, principal: str, relation: str, more: Mapping[str, str] | None = None
    ) -> Reply:
        """Send a request as somebody about somebody's things, with more header fields or other ones."""
        token = self.tokens[principal]
        who = {"Authorization": f"Bearer {token}"} if token else {}
        headers = {**request.headers(), **who, **(more or {})}
        path = request.path(self.ids(relation))
        async with self.http.request(
            request.method, self.url + path, headers=headers, data=request.body
        ) as answer:
            body = await answer.text(errors="replace")
            if answer.content_type == "application/problem+json":
                body = (await answer.json(content_type=None))["code"]
            return Reply(answer.status, body, answer.headers)


@asynccontextmanager
async def running_installation(
    databases: dict[str, TestDatabase], **gateway: Any
) -> AsyncIterator[Installation]:
    """Run all of it, with two tenants set up; `gateway` are settings of it."""
    ports = {name: free_port() for name in ("cases", "survey", "analytics", "gateway")}
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    apps = {
        "cases": build_cases(cases_settings(databases["cases"])),
        "survey": build_survey(survey_settings(databases["survey"], urls["cases"])),
        "analytics": build_analytics(
            analytics_settings(databases["analytics"], urls["cases"], urls["survey"])
        ),
        "gateway": build_gateway(_gateway_settings(databases["gateway"], urls, **gateway)),
    }
    async with AsyncExitStack() as running:
        for name, app in apps.items():
            await running.enter_async_context(serving(app, ports[name], guarded(_BOUNDS)))
        stack = Stack(urls)
        running.push_async_callback(stack.close)
        http = await running.enter_async_context(aiohttp.ClientSession(trust_env=False))
        tenant, foreign = uuid4(), uuid4()
        for each in (tenant, foreign):
            await _set_up(http, urls["gateway"], each)
        own = await _side(stack, databases, tenant)
        house = Installation(
            url=urls["gateway"],
            http=http,
            apps=apps,
            tenant=tenant,
            own=own,
            other=await _side(stack, databases, tenant),
            foreign=await _side(stack, databases, foreign),
        )
        for side in (house.own, house.other, house.foreign):
            # Operators change and close tenants; nobody else here is of these.
            side.ids["tenantId"] = uuid4()
            await _set_up(http, urls["gateway"], side.ids["tenantId"])
        house.tokens.update(tokens_of(urls["gateway"], tenant, own))
        yield house


def _gateway_settings(database: TestDatabase, urls: dict[str, str], **others: Any) -> GatewaySettings:
    return GatewaySettings(
        **{**house_settings(database), "trusted_keys": {}, **others},
        signing_key=private_key("gateway"),
        public_url=urls["gateway"],
        upstreams={name: url for name, url in urls.items() if name != "gateway"},
        operator_keys=public_set(key_of("operators")),
        feeds_signing_key=private_key("gateway-feeds"),
        webhook_key=random_secret(),
        # Whoever is refused is counted by address, and here all have one.
        address_rate="999999/60",
    )


async def _set_up(http: aiohttp.ClientSession, url: str, tenant: UUID) -> None:
    headers = {"Authorization": f"Bearer {operator_token(url)}", "If-None-Match": "*"}
    async with http.put(f"{url}/v1/tenants/{tenant}", json={"name": "Kommune"}, headers=headers) as answer:
        assert answer.status == 201


async def _side(stack: Stack, databases: dict[str, TestDatabase], tenant: UUID) -> Side:
    """Let a team answer a closed round, be asked in another, and have a group and a study."""
    municipality = Municipality(stack, tenant)
    held = await answered(municipality, databases, _TEAM)
    member = held.members[0]
    open_case = await municipality.case(held.members)
    opened = await municipality.open_round(open_case)
    invitations = {each["respondentId"]: each["id"] for each in await opened.invitations()}
    ids = {
        "caseId": held.case,
        "roundId": held.round.id,
        "areaId": municipality.area,
        "unitId": member.unit,
        "personId": member.person,
        "professionalId": member.id,
        "leaderId": held.leader.id,
        "groupId": await municipality.group(held.members),
        "invitationId": UUID(invitations[str(held.members[1].person)]),
        "tenantId": tenant,
    }
    assert ids.keys() == THINGS
    respondent = await opened.token(invitations[str(member.person)])
    return Side(ids, respondent, held.leader, member)


def tokens_of(url: str, tenant: UUID, own: Side) -> dict[str, str]:
    """Return a token for each of fourteen callers, good for ten minutes."""

    def outside(person: UUID | None, *roles: str, key: str = "gateway", since: int = 0) -> str:
        # One subject for each, as rates are counted by it.
        claims: dict[str, Any] = {"iss": url, "aud": url, "sub": "/".join(roles), "tenant": str(tenant)}
        claims |= {"roles": [*roles], "scope": "system:esdh scores:live", **times(since=since)}
        if person is not None:
            claims |= {"personId": str(person), "unitIds": [str(own.member.unit)]}
        return signed(claims, key_of(key))

    persons = {Role.PROFESSIONAL: own.member.person, Role.LEADER: own.leader.person}
    tenants = [role for role in Role if role not in {Role.OPERATOR, Role.SERVICE}]
    return {
        "nobody": "",
        "forger": outside(None, "administrator", key="somebody else"),
        "too late": outside(None, "administrator", since=7200),
        "of the house": service_token("cases", "analytics", tenant),
        "claims to be of the house": outside(None, "service"),
        "respondent": own.respondent,
        **{role.value: outside(persons.get(role), role.value) for role in tenants},
        "operator": operator_token(url),
    }
