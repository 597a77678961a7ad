"""Operators see every service, also one that does not answer; nobody else does."""

import asyncio
from uuid import UUID

import pytest

from tests.services.gateway.conftest import Whole
from tests.support.municipality import ok


async def test_every_service(whole: Whole) -> None:
    found = ok(await whole.http.get("/status", headers=whole.operator()))
    assert found["ready"]
    services = {each["service"]: each for each in found["services"]}
    assert set(services) == {"gateway", "cases", "survey", "analytics"}
    assert all(each["version"] and each["startedAt"] for each in services.values())
    # Who has only just started has not followed anything yet.
    async with asyncio.timeout(30):
        while not {each["feed"] for each in services["analytics"]["feeds"]} >= {"cases", "survey"}:
            await asyncio.sleep(0.1)
            found = ok(await whole.http.get("/status", headers=whole.operator()))
            services = {each["service"]: each for each in found["services"]}


async def test_one_that_does_not_answer(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    behind = whole.app.state.behind
    monkeypatch.setattr(behind, "_upstreams", {**behind._upstreams, "cases": "http://127.0.0.1:9"})
    found = ok(await whole.http.get("/status", headers=whole.operator()))
    assert not found["ready"]
    assert [each["service"] for each in found["services"] if not each["ready"]] == ["cases"]


async def test_for_operators_only(whole: Whole, tenant: UUID) -> None:
    assert (await whole.http.get("/status")).status_code == 401
    headers = whole.caller(tenant, "administrator")
    assert (await whole.http.get("/status", headers=headers)).status_code == 403
    for path in ("/internal/status", "/internal/audit-heads"):
        assert (await whole.http.get(path, headers=whole.operator())).status_code == 404


async def test_a_service_tells_nobody_else(whole: Whole, tenant: UUID) -> None:
    for path in ("/internal/status", "/internal/audit-heads"):
        answer = await whole.stack.caller("cases", tenant).get(path)
        assert answer.status_code == 403
