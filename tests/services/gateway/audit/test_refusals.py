"""Refusals are noted: who, which route, why; bounded whatever callers send, and written when it can be."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY

from services.gateway.audit.refusals import RefusalLog
from shared.access.principal import Principal, Role
from shared.audit_sealing import INSTALLATION
from shared.database.connection import Database
from shared.observability import note_request
from tests.services.gateway.conftest import Whole
from tests.support.databases import TestDatabase
from tests.support.records import rows

_REFUSALS = (
    "SELECT actor, program, person_id, purpose, detail, times, request_id FROM audit_event "
    "WHERE tenant_id = $1 AND action = 'refuse' ORDER BY id"
)


async def refusals(database: TestDatabase, tenant: UUID) -> list[dict[str, Any]]:
    """Return a tenant's refusals."""
    return await rows(database, _REFUSALS, tenant)


def dropped() -> float:
    """Return how many refusals were dropped so far."""
    return REGISTRY.get_sample_value("samspil_audit_refusals_dropped_total") or 0.0


@pytest.fixture
async def log(gateway_database: TestDatabase) -> Any:
    """Keep a log that holds two kinds of refusal at most."""
    database = Database(gateway_database.app, 1)
    yield RefusalLog(database, most=2)
    await database.close()


def anne(tenant: UUID) -> Principal:
    """Return an employee."""
    return Principal("anne", "gateway", frozenset({Role.LEADER}), tenant, person=uuid4())


async def test_the_same_again_is_one_row(
    log: RefusalLog, gateway_database: TestDatabase, tenant: UUID
) -> None:
    caller = anne(tenant)
    for request in ("the-first-one", "the-second"):
        note_request("gateway", request)
        log.note(caller, "GET /v1/erasures", 403)
    await log.flush()
    (row,) = await refusals(gateway_database, tenant)
    assert row == {
        "actor": "anne",
        "program": None,
        "person_id": caller.person,
        "purpose": "forbidden",
        "detail": "GET /v1/erasures",
        "times": 2,
        "request_id": "the-first-one",
    }


async def test_a_refusal_through_a_program_names_both(
    log: RefusalLog, gateway_database: TestDatabase, tenant: UUID
) -> None:
    caller = replace(anne(tenant), program="vendor")
    log.note(caller, "GET /v1/erasures", 403)
    log.note(replace(caller, program=None), "GET /v1/erasures", 403)
    await log.flush()
    found = {(row["actor"], row["program"]) for row in await refusals(gateway_database, tenant)}
    assert found == {("anne", None), ("anne", "vendor")}


async def test_what_does_not_fit_is_counted_and_dropped(
    log: RefusalLog, gateway_database: TestDatabase, tenant: UUID
) -> None:
    before = dropped()
    for path in ("/v1/a", "/v1/b", "/v1/c", "/v1/a"):
        log.note(anne_known(tenant), f"GET {path}", 404)
    await log.flush()
    assert [row["detail"] for row in await refusals(gateway_database, tenant)] == ["GET /v1/a", "GET /v1/b"]
    assert dropped() == before + 1


def anne_known(tenant: UUID) -> Principal:
    """Return the same employee each time."""
    return Principal("anne", "gateway", frozenset({Role.LEADER}), tenant)


async def test_what_cannot_be_written_waits(
    log: RefusalLog, gateway_database: TestDatabase, tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.note(anne_known(tenant), "GET /v1/a", 429)
    with monkeypatch.context() as away:
        away.setattr(log._database, "transaction", _unreachable)
        await log.flush()
    assert await refusals(gateway_database, tenant) == []
    await log.flush()
    assert [row["purpose"] for row in await refusals(gateway_database, tenant)] == ["too-many-requests"]


def _unreachable(*_: object) -> None:
    raise OSError


async def test_at_the_gateway(whole: Whole, gateway_database: TestDatabase, tenant: UUID) -> None:
    headers = whole.caller(tenant, "leader", sub="bo")
    assert (await whole.http.get(f"/v1/tenants/{tenant}", headers=headers)).status_code == 403
    assert (await whole.http.get("/v1/nothing-here", headers=headers)).status_code == 404
    assert (await whole.http.get("/v1/instruments", headers=headers)).status_code == 200
    await whole.written()
    found = await refusals(gateway_database, tenant)
    assert [(row["actor"], row["purpose"], row["detail"]) for row in found] == [
        ("bo", "forbidden", "GET /v1/tenants/{tenantId}")
    ]


async def test_of_nobody_known_nothing_they_chose_is_kept(
    whole: Whole, gateway_database: TestDatabase
) -> None:
    canary = "010190-9994"
    for path in (f"/v1/cases/{canary}", f"/v1/{canary}"):
        answer = await whole.http.get(path, headers={"Authorization": f"Bearer {canary}"})
        assert answer.status_code in {401, 404}
    await whole.written()
    kept = await rows(gateway_database, "SELECT audit_event::text AS row FROM audit_event")
    assert any("GET /v1/cases/{caseId}" in each["row"] for each in kept)
    assert not any(canary in each["row"] for each in kept)


async def test_of_nobody_known_the_network_is_kept_and_of_people_who_answer_nothing(
    whole: Whole, gateway_database: TestDatabase
) -> None:
    for path in ("/v1/audit-events", "/v1/response"):
        assert (await whole.http.get(path)).status_code == 401
    await whole.written()
    found = {row["detail"] for row in await refusals(gateway_database, INSTALLATION)}
    assert {"GET /v1/audit-events from 127.0.0.0/24", "GET /v1/response"} <= found
    assert not any(detail.startswith("GET /v1/response from") for detail in found)
    assert not any("127.0.0.1" in detail for detail in found)


async def test_networks_push_nothing_out(
    log: RefusalLog, gateway_database: TestDatabase, tenant: UUID
) -> None:
    before = dropped()
    for number in range(9):
        log.note(anne_known(tenant), "GET /v1/a", 401, f"192.0.{number}.0/24")
    await log.flush()
    found = {row["detail"]: row["times"] for row in await refusals(gateway_database, tenant)}
    assert found == {"GET /v1/a from 192.0.0.0/24": 1, "GET /v1/a": 8}
    assert dropped() == before
