"""A small municipality that calls the running register, with a fresh token each time."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from benchmarks.register_invariants import Connection
from benchmarks.register_world import SYSTEMS, Answer, Send, World
from shared.access.principal import Role
from tests.support.services import Stack


def everything(stack: Stack, tenant: UUID) -> Send:
    """Return a way to call the register as somebody who may do everything."""
    scopes = frozenset(f"system:{system}" for system in SYSTEMS)

    async def send(method: str, path: str, body: object, headers: Mapping[str, str]) -> Answer:
        roles = (Role.CASE_SYSTEM, Role.ADMINISTRATOR, Role.DATA_STEWARD)
        client = stack.caller("cases", tenant, *roles, scopes=scopes)
        content = {} if body is None else {"json": body}
        answer = await client.request(method, path, headers=dict(headers), **content)
        return Answer(answer.status_code, answer.json() if answer.content else None)

    return send


async def storm(stack: Stack, connection: Connection) -> World:
    """Return a municipality of its own, ready for cases."""
    tenant = uuid4()
    world = World(everything(stack, tenant), connection, tenant)
    await world.settle()
    return world
