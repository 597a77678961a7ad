"""What the audit costs: looking for refusals in every answer, and sealing each row.

Run: `python -m benchmarks.audit [ROWS]`. The first is in process, in CPU time, bare and watched in turns;
the second on an embedded PostgreSQL of its own, without fsync, over rows of a hundred tenants.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import asyncpg
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deploy.local.postgres import EmbeddedPostgres, ServerAddress
from services.gateway.audit.refusals import RefusalLog, RefusalWatch
from shared.access.principal import Principal, Role
from shared.audit_sealing import AuditChain
from shared.database.connection import Database
from shared.database.migrate import upgrade
from shared.database.provision import ServiceDatabase, provision
from shared.observability import note_caller, note_request

_ROUNDS, _REQUESTS = 9, 20_000
_FILL = """
INSERT INTO audit_event (tenant_id, actor, action, purpose, subject_type, subject_id, request_id)
SELECT ('00000000-0000-0000-0000-' || lpad((n % 100 + 1)::text, 12, '0'))::uuid, 'fagsystem-hedensted',
       'read', 'case-handling', 'case', gen_random_uuid(), md5(n::text)
FROM generate_series(1, $1) AS n
"""
_UNSEALED = "SELECT count(*) FROM audit_event WHERE seal IS NULL"


def answering(status: int) -> ASGIApp:
    """Make an application that answers one status."""

    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return answer


async def _receive() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(_message: Message) -> None:
    return


async def microseconds(app: ASGIApp, scope: Scope) -> float:
    """Return what one request costs, in CPU time."""
    began = time.process_time()
    for _ in range(_REQUESTS):
        await app(scope, _receive, _send)
    return (time.process_time() - began) / _REQUESTS * 1e6


async def measure_watching(database: Database) -> None:
    """Say what the watch adds to an answer, and to a refusal that is noted."""
    state = SimpleNamespace(refusals=RefusalLog(database))
    route = SimpleNamespace(path="/v1/cases/{caseId}")
    scope = {"type": "http", "method": "GET", "route": route, "app": SimpleNamespace(state=state)}
    note_request("gateway", "benchmark")
    note_caller(Principal("anne", "gateway", frozenset({Role.LEADER}), uuid4()))
    for status in (200, 403):
        bare = answering(status)
        watched = RefusalWatch(bare)
        added = [
            await microseconds(watched, scope) - await microseconds(bare, scope) for _ in range(_ROUNDS)
        ]
        print(f"the watch adds to a {status}: {statistics.median(added):.1f} us CPU")


async def measure_sealing(address: ServerAddress, target: ServiceDatabase, rows: int) -> None:
    """Say what sealing a row costs."""
    superuser = await asyncpg.connect(address.dsn(target.name))
    await superuser.execute(_FILL, rows, timeout=600)
    database = Database(target.dsn(address.dsn(), "app"), 1)
    feed_database = Database(target.dsn(address.dsn(), "feed"), 1)
    began, used = time.perf_counter(), time.process_time()
    await AuditChain("gateway", database, feed_database).seal_all()
    took, used = time.perf_counter() - began, time.process_time() - used
    left = await superuser.fetchval(_UNSEALED)
    print(f"{rows - left} of {rows} rows sealed: {took / rows * 1e6:.0f} us each, ", end="")
    print(f"{used / rows * 1e6:.0f} us CPU of the service")
    for each in (database, feed_database, superuser):
        await each.close()


def main() -> None:
    """Measure both."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    nowhere = Database("postgresql://nobody:nothing@127.0.0.1:1/none", pool_size=1)
    asyncio.run(measure_watching(nowhere))
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", options={"fsync": "off"})
        try:
            address = server.start()
            target = ServiceDatabase("gateway", *(uuid4().hex for _ in range(3)))
            asyncio.run(provision(address.dsn(), target))
            upgrade("gateway", target.dsn(address.dsn(), "owner"))
            asyncio.run(measure_sealing(address, target, rows))
        finally:
            server.destroy()


if __name__ == "__main__":
    main()
