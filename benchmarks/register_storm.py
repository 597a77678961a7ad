"""A storm of everything over few cases: after each gust, the register's rows must still say one thing.

Run: `python -m benchmarks.register_storm [SEEDS] [DEEDS] [AT_ONCE]`. It starts a scratch PostgreSQL and
the real service. Each seed is a municipality of its own; deeds are done so many at once, and one at a
time the past is looked back at, too. Prints what was answered and what was broken; ends with 1 if any.
"""

import asyncio
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import asyncpg

from benchmarks.register_invariants import broken_rules
from benchmarks.register_world import SYSTEMS, Answer, Send, World, random_deed
from deploy.local.house import Blueprint
from deploy.local.postgres import EmbeddedPostgres, ServerAddress
from deploy.local.supervisor import Supervisor
from deploy.local.vault import new_signing_key
from deploy.migrate import prepare_database
from shared.access.principal import Principal, Role
from shared.access.tokens import GATEWAY, TokenSigner

FIRST_PORT = 22_200
_AT_MOST_A_TOKEN_LIVES = 3600


def main() -> None:
    """Storm, print what happened, and end with 1 if a rule was broken or an answer was an error."""
    seeds, deeds, at_once = (*map(int, sys.argv[1:]), *(20, 60, 8)[len(sys.argv) - 1 :])
    with tempfile.TemporaryDirectory() as name:
        server = EmbeddedPostgres(Path(name) / "postgres", options={"fsync": "off"})
        try:
            blueprint = Blueprint(Path(name), FIRST_PORT)
            prepare_database(server.start().dsn(), blueprint.database("cases"))
            broken = asyncio.run(_storm(blueprint, server.address, (seeds, deeds, at_once)))
        finally:
            server.destroy()
    sys.exit(1 if broken else 0)


async def _storm(blueprint: Blueprint, server: ServerAddress, size: tuple[int, int, int]) -> int:
    seeds, deeds, at_once = size
    answers: Counter[tuple[str, int]] = Counter()
    broken = 0
    processes = [each for each in blueprint.processes(server) if each.name == "cases"]
    dsn = server.dsn(blueprint.database("cases").name)
    async with (
        asyncpg.create_pool(dsn, min_size=1, max_size=at_once) as pool,
        Supervisor(processes, log_folder=blueprint.folder / "logs"),
        aiohttp.ClientSession(f"http://127.0.0.1:{blueprint.ports['cases'].http}") as http,
    ):
        for seed in range(seeds):
            tenant = uuid4()
            world = World(_sender(blueprint, http, tenant), pool, tenant)
            wrong = await weather(world, seed, deeds, at_once)
            answers += world.answers
            broken += len(wrong)
            print(f"seed {seed:4}: {len(await world.cases())} cases", *(wrong or ["fine"]), sep="  ")
    _report(answers, broken)
    return broken


async def weather(world: World, seed: int, deeds: int, at_once: int) -> list[str]:
    """Do random deeds, some at once, until something is broken; return what is."""
    source = random.Random(seed)
    world.is_windy = at_once > 1
    await world.settle()
    for first in range(0, deeds, at_once):
        gust = [random_deed(source) for _ in range(min(at_once, deeds - first))]
        done = await asyncio.gather(*(world.do(deed) for deed in gust))
        failed = [
            f"{deed}: {each}" for deed, each in zip(gust, done, strict=True) if each and each.status == 500
        ]
        if at_once == 1:
            await world.remember()
        await world.rest()
        found = await broken_rules(world.connection, world.tenant, excused=world.excused)
        wrong = [*failed, *(f"{name}: {ids}" for name, ids in found.items())]
        if wrong:
            return [*wrong, f"after deed {first}: {gust}"]
    return [f"looks otherwise at {at}: {then} {now}" for _, at, then, now in await world.misremembered()]


def _sender(blueprint: Blueprint, http: aiohttp.ClientSession, tenant: UUID) -> Send:
    signer = TokenSigner(GATEWAY, json.dumps(blueprint.vault.get("gateway-signing-key", new_signing_key)))
    roles = frozenset({Role.CASE_SYSTEM, Role.ADMINISTRATOR, Role.DATA_STEWARD})
    scopes = frozenset(f"system:{system}" for system in SYSTEMS)
    caller = Principal("storm", GATEWAY, roles, tenant=tenant, scopes=scopes)
    bearer = f"Bearer {signer.sign(caller, 'cases', lifetime=_AT_MOST_A_TOKEN_LIVES)}"

    async def send(method: str, path: str, body: object, headers: Mapping[str, str]) -> Answer:
        content: dict[str, Any] = {} if body is None else {"json": body}
        sent = {"Authorization": bearer, **headers}
        async with http.request(method, path, headers=sent, **content) as answer:
            text = await answer.text()
            return Answer(answer.status, json.loads(text) if text else None)

    return send


def _report(answers: Counter[tuple[str, int]], broken: int) -> None:
    for (name, status), times in sorted(answers.items()):
        print(f"{name:16} {status} {times:6}")
    print(f"{sum(answers.values())} deeds, {broken} broken")


if __name__ == "__main__":
    main()
