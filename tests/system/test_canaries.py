"""CPR numbers are sent through every field, path, query and header, and can be read nowhere afterwards.

What a caller stores in a text of its own is theirs to read back. Logs, metrics, refusals, change feeds, the
audit and the remembered keys are others' to read.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import aiohttp
import asyncpg
import pytest

from deploy.local.callers import Callers
from deploy.local.house import SERVICES, Blueprint, postgres_of, prepare_databases, running_house
from deploy.operator_token import operator_token
from shared.access.principal import Role
from tests.support.houses import free_first_port
from tests.system.authorisation.requests import DOCUMENT

CANARIES = ("0107991231", "010799-1232")
"""A number as it is typed, and as it is written; nothing else looks like them."""

ROLES = [role.value for role in Role if role not in {Role.OPERATOR, Role.SERVICE}]
HEADERS = (
    "X-Request-Id",
    "traceparent",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Accept",
    "Accept-Language",
    "User-Agent",
    "Content-Type",
    "Referer",
    "X-Forwarded-For",
    "Cookie",
)
TABLES = {
    "changes": "SELECT to_jsonb(each)::text FROM change_log AS each",
    "audit": "SELECT to_jsonb(each)::text FROM audit_event AS each",
    "keys": "SELECT to_jsonb(each)::text FROM idempotency_key AS each",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A request with a canary somewhere in it."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation with a request that is as the document's example has it."""

    method: str
    template: str
    parameters: list[dict[str, Any]]
    body: Any

    def plain(self) -> Sent:
        """Return the request without a canary."""
        path = re.sub(r"{(\w+)}", lambda found: str(self._example(found.group(1))), self.template)
        needed = [each for each in self.parameters if each["in"] == "query" and each.get("required")]
        query = "&".join(f"{each['name']}={each.get('example', 'baseline')}" for each in needed)
        headers = {"Idempotency-Key": uuid4().hex, "If-None-Match": "*"}
        return Sent(self.method, path + (f"?{query}" if query else ""), headers, self.body)

    def _example(self, name: str) -> object:
        """Return what stands in a path: a new thing's id, or what the document has."""
        (found,) = [each for each in self.parameters if each["name"] == name and each["in"] == "path"]
        return uuid4() if found["schema"].get("format") == "uuid" else found.get("example", "baseline")

    def with_canaries(self) -> Iterator[Sent]:
        """Return the request once for each place it has, with a canary there."""
        plain = self.plain()
        for name in re.findall(r"{\w+}", self.template):
            path = self.template.replace(name, CANARIES[0])
            yield replace(
                plain, path=re.sub(r"{(\w+)}", lambda found: str(self._example(found.group(1))), path)
            )
        for parameter in self.parameters:
            if parameter["in"] == "query":
                sign = "&" if "?" in plain.path else "?"
                yield replace(plain, path=f"{plain.path}{sign}{parameter['name']}={CANARIES[1]}")
        for body in _with_canary(self.body):
            yield replace(plain, body=body)


def _with_canary(value: Any) -> Iterator[Any]:
    """Return a JSON value once for each text in it, with a canary there, and once for each object's key."""
    if isinstance(value, str):
        yield f"{value[:20]} {CANARIES[1]}"
        yield CANARIES[0]
    if isinstance(value, dict):
        yield {**value, CANARIES[0]: CANARIES[1]}
        for key, part in value.items():
            for changed in _with_canary(part):
                yield {**value, key: changed}
    if isinstance(value, list):
        for place, part in enumerate(value):
            for changed in _with_canary(part):
                yield [*value[:place], changed, *value[place + 1 :]]


def operations() -> list[Operation]:
    """Return every operation of the merged document."""
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    return [
        Operation(
            method.upper(),
            template,
            operation.get("parameters", []),
            operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example"),
        )
        for template, item in document["paths"].items()
        for method, operation in item.items()
        if method in {"get", "put", "post", "delete"}
    ]


@dataclass
class Watched:
    """A running house, and everything of it that others than the sender can read."""

    blueprint: Blueprint
    folder: Path
    server: str
    http: aiohttp.ClientSession
    token: str
    operator: str

    async def send(self, sent: Sent) -> str:
        """Send a request; return its answer if it is a refusal."""
        is_operators = "/v1/tenants/" in sent.path
        headers = {"Authorization": f"Bearer {self.operator if is_operators else self.token}"}
        body = None if sent.body is None else json.dumps(sent.body).encode()
        if body is not None:
            headers["Content-Type"] = "application/json"
        async with self.http.request(
            sent.method, self.blueprint.url + sent.path, headers={**headers, **sent.headers}, data=body
        ) as answer:
            text = await answer.text(errors="replace")
            told = json.dumps(dict(answer.headers))
            return told + text if answer.status >= 400 else told

    async def traces(self) -> dict[str, str]:
        """Return all that was written down."""
        found = {path.name: path.read_text(errors="replace") for path in self.folder.rglob("*.log")}
        for service in SERVICES:
            address = f"http://127.0.0.1:{self.blueprint.ports[service].metrics}/metrics"
            async with self.http.get(address) as answer:
                found[f"{service} metrics"] = await answer.text()
            connection = await asyncpg.connect(f"{self.server}/samspil_{service}")
            try:
                for table, statement in TABLES.items():
                    rows = await connection.fetch(statement)
                    found[f"{service} {table}"] = "\n".join(row[0] for row in rows)
            finally:
                await connection.close()
        return found


@pytest.fixture(scope="module")
async def watched(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    folder = tmp_path_factory.mktemp("canaries")
    server = postgres_of(folder)
    try:
        address = server.start()
        blueprint = Blueprint(folder, free_first_port())
        await asyncio.to_thread(prepare_databases, blueprint, address)
        async with (
            running_house(blueprint, address) as house,
            aiohttp.ClientSession(trust_env=False) as http,
        ):
            callers = Callers(house.url, UUID(int=20), blueprint.vault)
            await callers.set_up(house.operator_key, "canaries")
            token = callers.person_token(uuid4(), *ROLES, scope="system:esdh scores:live")
            operator = operator_token(house.operator_key, house.url, "canaries")
            yield Watched(blueprint, folder, address.dsn("").rstrip("/"), http, token, operator)
    finally:
        server.destroy()


def hits(texts: dict[str, str]) -> dict[str, str]:
    """Return where a canary came out, with what stands around it."""
    bare = [each.replace("-", "") for each in CANARIES]
    found = {}
    for name, text in texts.items():
        place = re.search("|".join((*CANARIES, *bare)), text)
        if place:
            found[name] = text[max(0, place.start() - 200) : place.end() + 50]
    return found


async def test_no_canary_comes_out(watched: Watched) -> None:
    told: dict[str, str] = {}
    everything = operations()
    for operation in everything:
        for sent in operation.with_canaries():
            told[f"{sent.method} {sent.path} {json.dumps(sent.body)}"] = await watched.send(sent)
    plain = next(
        each for each in everything if each.template == "/v1/cases" and each.method == "GET"
    ).plain()
    for name in HEADERS:
        for canary in CANARIES:
            said = await watched.send(replace(plain, headers={name: quote(canary)}))
            told[f"{name} {canary}"] = said
    assert len(told) > 700
    assert hits(told) == {}
    traces = await watched.traces()
    assert sum(map(len, traces.values())) > 100_000
    assert hits(traces) == {}


@pytest.mark.parametrize("text", ["GET /v1/citizens/010799-1232", 'x="0107991231"', "0107991232"])
def test_a_canary_that_came_out_would_be_seen(text: str) -> None:
    assert hits({"log": text}).keys() == {"log"}
    assert hits({"log": "010799 and 1232"}) == {}
