"""All services' audits in one list: in one order, page by page, and to nobody whom it is not for."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from tests.services.gateway.conftest import Whole
from tests.support.municipality import Municipality, ok

EVENTS = "/v1/audit-events"


async def events(whole: Whole, tenant: UUID, query: str = "") -> list[dict[str, Any]]:
    """Return everything an administrator finds, in small pages."""
    headers, found, cursor = whole.caller(tenant, "administrator"), [], ""
    while True:
        page = ok(await whole.http.get(f"{EVENTS}?pageSize=3{query}{cursor}", headers=headers))
        found += page["items"]
        if page["nextCursor"] is None:
            return found
        cursor = f"&cursor={page['nextCursor']}"


@pytest.fixture
async def busy(whole: Whole, tenant: UUID) -> UUID:
    """Use data in every service, and be refused at the gateway."""
    municipality = Municipality(whole.stack, tenant)
    opened = await municipality.open_round(
        await municipality.case([await municipality.employee() for _ in range(3)])
    )
    ok(await municipality.caller("cases", Role.ADMINISTRATOR).get(f"/v1/cases/{opened.case}"))
    member = municipality.caller("analytics", Role.ADMINISTRATOR)
    ok(await member.get("/v1/analytics-audit-events"))
    ok(await municipality.caller("survey", Role.ADMINISTRATOR).get("/v1/survey-audit-events"))
    refused = await whole.http.get("/v1/erasures", headers=whole.caller(tenant, "analyst"))
    assert refused.status_code == 403
    await whole.written()
    return tenant


async def test_every_service_in_one_order_and_each_event_once(whole: Whole, busy: UUID) -> None:
    found = await events(whole, busy, "&to=2100-01-01T01:00:00%2B01:00")
    assert {each["service"] for each in found} == {"cases", "survey", "analytics", "gateway"}
    places = [(each["at"], each["id"]) for each in found]
    assert places == sorted(places, reverse=True)
    assert len({each["id"] for each in found}) == len(found)
    by_service = {
        service: {
            each["id"]
            for each in ok(
                await whole.stack.caller(service, busy, Role.ADMINISTRATOR).get(
                    f"/v1/{service}-audit-events?pageSize=200"
                )
            )["items"]
            if each["action"] != "read-audit"
        }
        for service in ("cases", "survey", "analytics")
    }
    merged = {each["id"] for each in found}
    assert all(ids <= merged for ids in by_service.values())
    assert by_service["cases"]


async def test_filters(whole: Whole, busy: UUID) -> None:
    assert {each["service"] for each in await events(whole, busy, "&service=cases")} == {"cases"}
    (refusal,) = await events(whole, busy, "&action=refuse")
    assert (refusal["purpose"], refusal["detail"]) == ("forbidden", "GET /v1/erasures")
    assert await events(whole, busy, "&from=2100-01-01T00:00:00Z") == []
    assert await events(whole, busy, f"&subjectId={uuid4()}&action=read") == []


async def test_every_service_names_the_program_that_acts_for_somebody(whole: Whole, tenant: UUID) -> None:
    program = str(uuid4())
    acted_for = whole.caller(tenant, "administrator", act={"sub": program}, client_id=program)
    for headers in (acted_for, whole.caller(tenant, "administrator")):
        ok(await whole.http.get(EVENTS, headers=headers))
    looked = [each for each in await events(whole, tenant) if each["action"] == "read-audit"]
    for service in ("cases", "survey", "analytics", "gateway"):
        named = [(each["actor"], each["program"]) for each in looked if each["service"] == service]
        assert named.count(("anne", program)) == 1
        assert named.count(("anne", None)) >= 1


async def test_a_cursor_fits_its_own_search_only(whole: Whole, busy: UUID) -> None:
    headers = whole.caller(busy, "administrator")
    page = ok(await whole.http.get(f"{EVENTS}?pageSize=1", headers=headers))
    other = await whole.http.get(f"{EVENTS}?service=cases&cursor={page['nextCursor']}", headers=headers)
    assert other.status_code == 400


async def test_to_nobody_else(whole: Whole, busy: UUID) -> None:
    for role in ("case-system", "case-worker", "professional", "leader", "analyst"):
        answer = await whole.http.get(EVENTS, headers=whole.caller(busy, role))
        assert answer.status_code == 403, role
    assert (await whole.http.get(EVENTS)).status_code == 401
    stranger = await events(whole, uuid4(), "&action=refuse")
    assert stranger == []


async def test_an_operator_sees_what_is_no_tenants(whole: Whole, busy: UUID) -> None:
    assert (await whole.http.get("/v1/erasures")).status_code == 401
    await whole.written()
    path = f"{EVENTS}?action=refuse&pageSize=200"
    found = ok(await whole.http.get(path, headers=whole.operator()))["items"]
    assert ("", "unauthenticated", "GET /v1/erasures from 127.0.0.0/24") in {
        (each["actor"], each["purpose"], each["detail"]) for each in found
    }
    assert str(busy) not in {each["subjectId"] for each in found}


async def test_of_a_closed_tenant_nobody_is_shown_anything(whole: Whole, tenant: UUID) -> None:
    path = f"/v1/tenants/{tenant}"
    created = {**whole.operator(), "If-None-Match": "*"}
    assert (await whole.http.put(path, json={"name": "K"}, headers=created)).status_code == 201
    known = {each["id"] for each in await events(whole, tenant)}
    assert known
    ok(await whole.http.put(f"{path}/closure", json={}, headers=whole.operator()))
    steward = await whole.http.get(EVENTS, headers=whole.caller(tenant, "administrator", sub="another"))
    assert steward.status_code == 401
    seen = ok(await whole.http.get(f"{EVENTS}?pageSize=200", headers=whole.operator()))
    assert known.isdisjoint(each["id"] for each in seen["items"])
    asked = await whole.http.get(f"{EVENTS}?tenantId={tenant}", headers=whole.operator())
    assert asked.status_code == 400


async def test_a_service_that_is_away_is_not_left_out_in_silence(
    whole: Whole, busy: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind = whole.app.state.behind
    monkeypatch.setattr(behind, "_upstreams", {**behind._upstreams, "survey": "http://127.0.0.1:9"})
    headers = whole.caller(busy, "administrator")
    answer = await whole.http.get(EVENTS, headers=headers)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    ok(await whole.http.get(f"{EVENTS}?service=cases", headers=headers))
