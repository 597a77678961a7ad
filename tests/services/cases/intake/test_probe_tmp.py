"""Scratch probes (deleted before the report)."""
import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID, uuid4
import pytest
from pydantic import SecretStr
from services.cases.intake import batches
from services.cases.intake.batches import Intake, put_registration
from services.cases.intake.change import Told
from services.cases.intake.repository import Source, lock, place_of
from services.cases.intake.schemas import PutRegistration, CloseSnapshot
from services.cases.intake.service import take_in
from services.cases.register.pseudonyms import CitizenKeys
from services.cases.protection.erasing import erase_case
from services.cases.protection.schemas import ErasureReason
from shared.access.principal import Principal, Role
from shared.database.connection import Database
from tests.support.keys import random_secret
from tests.support.municipality import ok
from tests.support.records import rows

KEYS = CitizenKeys({1: SecretStr(random_secret())})

@pytest.fixture
async def database(databases) -> AsyncIterator[Database]:
    database = Database(databases["cases"].app, pool_size=6)
    yield database
    await database.close()

def reg(version=1, **more):
    return {"sourceVersion": version, "respondentLabel": "F", **more}

def caller_of(tenant, *roles):
    scopes = frozenset({"system:esdh", "system:job-centre"})
    return Principal("tester", "gateway", frozenset(roles or {Role.CASE_SYSTEM}), tenant, scopes=scopes)

def want(version=1, **more):
    return PutRegistration.model_validate(reg(version, **more))

@pytest.fixture
def admin(municipality):
    return municipality.caller("cases", Role.ADMINISTRATOR, Role.DATA_STEWARD)

async def split(admin, case_id, system, ref):
    return ok(await admin.post(f"/v1/cases/{case_id}/splits", {"registrations": [{"system": system, "reference": ref}], "respondentLabel": "Split"}, key=uuid4().hex))

async def two(cases, municipality, **more):
    e = await municipality.employee()
    parts = {"involvements": [{"unitId": str(e.unit), "role": "authority"}], "participants": [{"professionalId": str(e.id)}]}
    c = {"citizens": [{"citizenId": str(uuid4())}]}
    one = ok(await cases.put("/v1/registrations/esdh/1", reg(1, **parts, **c)))
    ok(await cases.put("/v1/registrations/job-centre/1", reg(1, **parts, **c)))
    return one["caseId"], e

async def test_a_erase_after_split(municipality, cases, admin):
    case_id, _ = await two(cases, municipality)
    new = await split(admin, case_id, "job-centre", "1")
    answer = await admin.request("DELETE", f"/v1/cases/{new[chr(105)+chr(100)]}?reason=unlawful")
    assert answer.status_code == 204, answer.text

async def test_b_asof_after_split(municipality, cases, admin):
    case_id, _ = await two(cases, municipality)
    new = await split(admin, case_id, "job-centre", "1")
    answer = await admin.get(f"/v1/cases/{new['id']}", params={"at": new["updatedAt"]})
    assert answer.status_code == 200, answer.text

async def test_c_status_swallowed(municipality, cases, admin):
    case_id, e = await two(cases, municipality)
    p = f"/v1/cases/{case_id}"
    ok(await admin.put(p, {"respondentLabel": "F"}, If_Match="*"))
    view = ok(await admin.put(p, {"respondentLabel": "F", "status": "closed"}, If_Match="*"))
    assert {r["system"]: r["status"] for r in view["registrations"]}["case-team"] == "closed"

async def test_d_put_after_splitting_hand_file(municipality, cases, admin):
    case_id, e = await two(cases, municipality)
    p = f"/v1/cases/{case_id}"
    ok(await admin.put(p, {"respondentLabel": "F"}, If_Match="*"))
    new = await split(admin, case_id, "case-team", case_id)
    before = ok(await admin.get(f"/v1/cases/{new['id']}"))
    answer = await admin.put(p, {"respondentLabel": "Hand"}, If_Match="*")
    assert ok(answer)["respondentLabel"] == "Hand"
    assert ok(await admin.get(f"/v1/cases/{new['id']}")) == before

async def test_e_put_joined_away(municipality, cases, admin):
    x, y = uuid4(), uuid4()
    for each in (x, y):
        ok(await admin.create(f"/v1/cases/{each}", {"respondentLabel": "F"}))
    ok(await admin.post(f"/v1/cases/{y}/joins", {"caseId": str(x)}, key=uuid4().hex))
    shown = await admin.get(f"/v1/cases/{x}")
    answer = await admin.put(f"/v1/cases/{x}", {"respondentLabel": "G", "status": "closed"}, If_Match=shown.headers["etag"])
    print(shown.headers["etag"], answer.status_code, answer.text[:300])
    y_now = ok(await admin.get(f"/v1/cases/{y}"))
    print(y_now)
    closed = await admin.put(f"/v1/cases/{y}", {"respondentLabel": "F", "status": "closed"}, If_Match="*")
    assert ok(closed)["status"] == "closed", closed.text

async def test_f_snapshot_backwards(municipality, cases):
    ok(await cases.put("/v1/registrations/esdh/1", reg(1)))
    ok(await cases.put("/v1/registrations/esdh/1", reg(1, snapshot=7)))
    ok(await cases.put("/v1/registrations/esdh/1", reg(1, snapshot=6)))
    await asyncio.sleep(0.01)
    ok(await cases.put("/v1/registrations/esdh/snapshots/7", {"registrations": 0, "takenAt": "2099-01-01T00:00:00Z"}))
    assert ok(await cases.get("/v1/registrations/esdh/1"))["endedAt"] is None

async def test_f2_newer_snapshot_arriving(municipality, cases):
    ok(await cases.put("/v1/registrations/esdh/1", reg(1, snapshot=7)))
    ok(await cases.put("/v1/registrations/esdh/1", reg(1, snapshot=8)))
    ok(await cases.put("/v1/registrations/esdh/snapshots/7", {"registrations": 0, "takenAt": "2099-01-01T00:00:00Z"}))
    assert ok(await cases.get("/v1/registrations/esdh/1"))["endedAt"] is None

async def test_g_end_race(municipality, cases, database):
    tenant, caller = municipality.tenant, caller_of(municipality.tenant)
    source = Source("esdh", "1")
    async with database.transaction(tenant, caller) as t:
        await put_registration(t, KEYS, source, want(1))
    await asyncio.sleep(0.01)
    taken_at = datetime.now(UTC)
    async with database.transaction(tenant, caller) as t:
        await lock(t, [place_of(tenant, "file", "esdh", "1")])
        intake = Intake(database, caller, KEYS)
        task = asyncio.create_task(batches.end_snapshot(intake, "esdh", 3, CloseSnapshot(registrations=0, taken_at=taken_at)))
        await asyncio.sleep(0.5)
        await put_registration(t, KEYS, source, want(2))
    await task
    assert ok(await cases.get("/v1/registrations/esdh/1"))["endedAt"] is None

async def test_h_pseudonym_deadlock(municipality, database):
    tenant, caller = municipality.tenant, caller_of(municipality.tenant)
    intake = Intake(database, caller, KEYS)
    from services.cases.intake.schemas import BatchedRegistration
    for n in range(12):
        cprs = [{"cpr": f"0101{90 + k:02}-1{n:02}{k}", "relation": "citizen" if k == 0 else "parent"} for k in range(6)]
        items = [BatchedRegistration.model_validate({**reg(1), "reference": f"{n}-{i}", "citizens": cprs if i % 2 else cprs[::-1]}) for i in range(4)]
        found = await batches.take_batch(intake, "esdh", items, "da")
        assert {f.status for f in found} <= {200, 201}, [f.problem for f in found]

async def test_i_provisional_deadlock(municipality, database):
    tenant, caller = municipality.tenant, caller_of(municipality.tenant)
    intake = Intake(database, caller, KEYS)
    from services.cases.intake.schemas import BatchedRegistration
    for n in range(12):
        def people(i):
            units = [f"u{k}" for k in range(6)]
            if i % 2: units = units[::-1]
            return [{"professionalReference": f"p{n}-{i}-{k}", "name": "N", "professionalGroup": "G", "unitReference": u} for k, u in enumerate(units)]
        items = [BatchedRegistration.model_validate({**reg(1), "reference": f"{n}-{i}", "participants": people(i), "createProvisional": {"municipalityCode": "0766"}}) for i in range(4)]
        found = await batches.take_batch(intake, "esdh", items, "da")
        assert {f.status for f in found} <= {200, 201}, [f.problem for f in found]

async def test_j_batch_terminated(municipality, cases, databases):
    items = [{**reg(1), "reference": str(i)} for i in range(300)]
    task = asyncio.create_task(cases.post("/v1/", {"registrations": items}))
    await asyncio.sleep(0.6)
    n = await rows(databases["cases"], "SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename LIKE '%app%'")
    answer = await task
    print(n, answer.status_code, answer.text[:300])
    assert answer.status_code in (207, 503)

async def test_k_erase_race(municipality, database, databases):
    tenant, caller = municipality.tenant, caller_of(municipality.tenant, Role.CASE_SYSTEM, Role.DATA_STEWARD)
    cpr = {"citizens": [{"cpr": "010190-1234"}]}
    async with database.transaction(tenant, caller) as t:
        first, _ = await put_registration(t, KEYS, Source("esdh", "1"), want(1, status="closed", **cpr))
    eraser = database.transaction(tenant, caller)
    async with eraser as t:
        await erase_case(t, first.case_id, list(ErasureReason)[0])
        async def register():
            async with database.transaction(tenant, caller) as u:
                return (await put_registration(u, KEYS, Source("esdh", "2"), want(1, **cpr)))[0]
        task = asyncio.create_task(register())
        await asyncio.sleep(0.5)
    second = await task
    async with database.transaction(tenant, caller) as t:
        third, _ = await put_registration(t, KEYS, Source("job-centre", "3"), want(1, **cpr))
    assert third.case_id == second.case_id

async def test_l_fk(municipality, cases, admin, database):
    e = await municipality.employee()
    tenant, caller = municipality.tenant, caller_of(municipality.tenant, Role.CASE_SYSTEM, Role.DATA_STEWARD)
    from services.cases.protection.erasing import erase_person
    async with database.transaction(tenant, caller) as t:
        await erase_person(t, e.person, list(ErasureReason)[0])
        task = asyncio.create_task(cases.put("/v1/registrations/esdh/1", reg(1, participants=[{"professionalId": str(e.id)}])))
        await asyncio.sleep(0.5)
    answer = await task
    assert answer.status_code in (422, 503), answer.text

async def test_l2_fk_handover(municipality, cases, admin, database):
    e, f = await municipality.employee(), await municipality.employee()
    case_id = ok(await cases.put("/v1/registrations/esdh/1", reg(1, participants=[{"professionalId": str(e.id)}])))["caseId"]
    tenant, caller = municipality.tenant, caller_of(municipality.tenant, Role.CASE_SYSTEM, Role.DATA_STEWARD)
    from services.cases.protection.erasing import erase_person
    async with database.transaction(tenant, caller) as t:
        await erase_person(t, f.person, list(ErasureReason)[0])
        task = asyncio.create_task(admin.post(f"/v1/cases/{case_id}/handovers", {"fromProfessionalId": str(e.id), "toProfessionalId": str(f.id), "note": "x"}, key=uuid4().hex))
        await asyncio.sleep(0.5)
    answer = await task
    assert answer.status_code in (422, 503), answer.text

async def test_m_asof_level_after_end(municipality, cases, admin):
    units = [await municipality.unit() for _ in range(6)]
    inv = {"involvements": [{"unitId": str(u), "role": "authority"} for u in units]}
    c = {"citizens": [{"citizenId": str(uuid4())}]}
    case_id = ok(await cases.put("/v1/registrations/esdh/1", reg(1, **c)))["caseId"]
    ok(await cases.put("/v1/registrations/job-centre/1", reg(1, **inv, **c)))
    await split(admin, case_id, "job-centre", "1")
    now = ok(await admin.get(f"/v1/cases/{case_id}"))
    then = ok(await admin.get(f"/v1/cases/{case_id}", params={"at": now["updatedAt"]}))
    print({k: (now[k], then[k]) for k in now if now[k] != then[k]})
    assert now["level"] == then["level"]

async def test_n_asof_registrations(municipality, cases, admin):
    c = {"citizens": [{"citizenId": str(uuid4())}]}
    case_id = ok(await cases.put("/v1/registrations/esdh/1", reg(1, **c)))["caseId"]
    now = ok(await admin.get(f"/v1/cases/{case_id}"))
    ok(await cases.put("/v1/registrations/job-centre/1", reg(1, **c)))
    then = ok(await admin.get(f"/v1/cases/{case_id}", params={"at": now["updatedAt"]}))
    print({k: (now[k], then[k]) for k in now if now[k] != then[k]})
    assert then["registrations"] == now["registrations"]

async def test_o_reopen(municipality, cases, admin):
    c = {"citizens": [{"citizenId": str(uuid4())}]}
    one = ok(await cases.put("/v1/registrations/esdh/1", reg(1, status="closed", **c)))
    two = ok(await cases.put("/v1/registrations/job-centre/1", reg(1, **c)))
    back = ok(await cases.put("/v1/registrations/esdh/1", reg(2, status="informed", **c)))
    assert back["caseId"] == two["caseId"]

async def test_p_invisible(municipality, cases):
    esdh = municipality.caller("cases", scopes=frozenset({"system:esdh"}))
    team = municipality.caller("cases", scopes=frozenset({"system:team"}))
    case_id = ok(await esdh.put("/v1/registrations/esdh/1", reg(1)))["caseId"]
    a = await team.put("/v1/registrations/team/1", reg(1, caseId=case_id))
    print(a.status_code, a.text)
    b = await team.get(f"/v1/cases/{case_id}")
    assert b.status_code == 404

async def test_q_close_backwards(municipality, cases, database):
    from services.cases.intake.repository import close_snapshot
    tenant, caller = municipality.tenant, caller_of(municipality.tenant)
    for n in (8, 7):
        async with database.transaction(tenant, caller) as t:
            await close_snapshot(t, "esdh", n)
    a = await cases.put("/v1/registrations/esdh/snapshots/7", {"registrations": 0, "takenAt": "2099-01-01T00:00:00Z"})
    assert a.status_code == 409

async def test_r_erase_person_provisional_merged(municipality, cases, admin):
    """provisional professional in a merged unit"""
    body = reg(1, participants=[{"professionalReference": "p", "name": "N", "professionalGroup": "G", "unitReference": "u"}], createProvisional={"municipalityCode": "0766"})
    ok(await cases.put("/v1/registrations/esdh/1", body))
    unit = ok(await admin.get("/v1/units"))["items"][0]["id"]
    into = await municipality.unit()
    ok(await admin.post(f"/v1/units/{unit}/merge", {"intoUnitId": str(into)}, key=uuid4().hex))
    ok(await cases.put("/v1/registrations/esdh/2", {**body, "participants": [{**body["participants"][0], "professionalReference": "p2"}]}))
    assert {p["unitId"] for p in ok(await admin.get("/v1/professionals"))["items"]} == {str(into)}
