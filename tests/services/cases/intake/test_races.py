"""What happens to a file while somebody else does something to it, to its case or to whom it names."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from services.cases.intake.batches import Intake, end_snapshot, put_registration, take_batch
from services.cases.intake.repository import Source, close_snapshot, lock, place_of
from services.cases.intake.schemas import (
    BatchedRegistration,
    CloseSnapshot,
    PutRegistration,
    RegistrationView,
)
from services.cases.protection.erasing import erase_case, erase_person
from services.cases.protection.schemas import ErasureReason
from services.cases.register.pseudonyms import CitizenKeys
from shared.access.principal import Principal, Role
from shared.database.connection import Database
from tests.support.databases import TestDatabase
from tests.support.keys import random_secret
from tests.support.municipality import Municipality, ok
from tests.support.records import rows
from tests.support.refusals import refused
from tests.support.services import CallerClient

KEYS = CitizenKeys({1: SecretStr(random_secret())})
LATER = "2099-01-01T00:00:00Z"
PATH = "/v1/registrations/esdh/1"
FILE = Source("esdh", "1")
_WAITING = "SELECT count(*) AS n FROM pg_locks WHERE NOT granted"


def file(version: int = 1, **more: Any) -> dict[str, Any]:
    return {"sourceVersion": version, "respondentLabel": "Forløb 27", **more}


def wanted(version: int = 1, **more: Any) -> PutRegistration:
    return PutRegistration.model_validate(file(version, **more))


@pytest.fixture
async def database(databases: dict[str, TestDatabase]) -> AsyncIterator[Database]:
    database = Database(databases["cases"].app, pool_size=6)
    yield database
    await database.close()


@pytest.fixture
def intake(database: Database, tenant: UUID) -> Intake:
    scopes = frozenset({"system:esdh", "system:job-centre"})
    roles = frozenset({Role.CASE_SYSTEM, Role.DATA_STEWARD})
    return Intake(database, Principal("tester", "gateway", roles, tenant, scopes=scopes), KEYS)


@pytest.fixture
def worker(municipality: Municipality) -> CallerClient:
    return municipality.caller("cases", Role.ADMINISTRATOR, Role.DATA_STEWARD)


async def put(intake: Intake, source: Source, content: PutRegistration) -> RegistrationView:
    async with intake.database.transaction(intake.tenant, intake.caller) as transaction:
        return (await put_registration(transaction, KEYS, source, content))[0]


async def waits(task: asyncio.Task[Any], databases: dict[str, TestDatabase]) -> None:
    """Wait until a task waits for a lock, or is done without."""
    while not (task.done() or (await rows(databases["cases"], _WAITING))[0]["n"]):
        await asyncio.sleep(0.01)


class TestSnapshots:
    async def test_a_file_written_while_its_snapshot_closes_stays(
        self, intake: Intake, databases: dict[str, TestDatabase]
    ) -> None:
        await put(intake, FILE, wanted(1))
        closing = CloseSnapshot(registrations=0, taken_at=datetime.now(UTC))
        async with intake.database.transaction(intake.tenant, intake.caller) as transaction:
            await lock(transaction, [place_of(intake.tenant, "file", "esdh", "1")])
            ended = asyncio.create_task(end_snapshot(intake, "esdh", 3, closing))
            await waits(ended, databases)
            await put_registration(transaction, KEYS, FILE, wanted(2))
        await ended
        assert (await put(intake, FILE, wanted(2))).ended_at is None

    async def test_what_is_named_late_goes_on_as_named_since(self, cases: CallerClient) -> None:
        for snapshot in (None, 7, 6):
            ok(await cases.put(PATH, file(snapshot=snapshot)))
        ok(await cases.put("/v1/registrations/esdh/snapshots/7", {"registrations": 1, "takenAt": LATER}))
        assert ok(await cases.get(PATH))["endedAt"] is None

    async def test_the_night_before_does_not_end_what_the_next_has_named(self, cases: CallerClient) -> None:
        for snapshot in (7, 8):
            ok(await cases.put(PATH, file(snapshot=snapshot)))
        ok(await cases.put("/v1/registrations/esdh/snapshots/7", {"registrations": 1, "takenAt": LATER}))
        assert ok(await cases.get(PATH))["endedAt"] is None

    async def test_the_last_one_closed_is_the_newest(self, intake: Intake, cases: CallerClient) -> None:
        for snapshot in (8, 7):
            async with intake.database.transaction(intake.tenant, intake.caller) as transaction:
                await close_snapshot(transaction, "esdh", snapshot)
        body = {"registrations": 0, "takenAt": LATER}
        refused(await cases.put("/v1/registrations/esdh/snapshots/7", body), 409, "outdated-snapshot")


class TestBatches:
    async def test_siblings_name_their_family_in_any_order(self, intake: Intake) -> None:
        for family in range(6):
            people = [
                {"cpr": f"01019{place}-1{family:02}{place}", "relation": "parent" if place else "citizen"}
                for place in range(6)
            ]
            statuses = await self._statuses(intake, family, "citizens", [people, people[::-1]])
            assert statuses <= {200, 201}

    async def test_provisional_people_come_from_units_in_any_order(self, intake: Intake) -> None:
        for number in range(6):
            people = [
                {
                    "professionalReference": f"{number}-{place}",
                    "name": "Mette",
                    "professionalGroup": "Socialrådgiver",
                    "unitReference": f"u{place if number % 2 else 5 - place}",
                }
                for place in range(6)
            ]
            statuses = await self._statuses(intake, number, "participants", [people, people[::-1]])
            assert statuses == {201}

    async def _statuses(self, intake: Intake, number: int, kind: str, parts: list[Any]) -> set[int]:
        more = {"createProvisional": {"municipalityCode": "0766"}}
        items = [
            BatchedRegistration.model_validate(
                {**file(), **more, "reference": f"{number}-{place}", kind: parts[place % 2]}
            )
            for place in range(4)
        ]
        return {each.status for each in await take_batch(intake, "esdh", items, "da")}

    async def test_a_lost_connection_is_one_items_trouble(
        self, intake: Intake, databases: dict[str, TestDatabase]
    ) -> None:
        await put(intake, FILE, wanted(1))
        async with intake.database.transaction(intake.tenant, intake.caller) as transaction:
            await lock(transaction, [place_of(intake.tenant, "file", "esdh", "1")])
            items = [
                BatchedRegistration.model_validate({**file(2), "reference": name}) for name in ("1", "2")
            ]
            taken = asyncio.create_task(take_batch(intake, "esdh", items, "da"))
            await waits(taken, databases)
            await rows(
                databases["cases"],
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted",
            )
            first, second = await taken
        assert (first.status, second.status) == (503, 201)


class TestErasures:
    async def test_who_is_erased_meanwhile_is_unknown_when_sent_again(
        self,
        municipality: Municipality,
        cases: CallerClient,
        intake: Intake,
        databases: dict[str, TestDatabase],
    ) -> None:
        employee = await municipality.employee()
        body = file(participants=[{"professionalId": str(employee.id)}])
        async with intake.database.transaction(intake.tenant, intake.caller) as transaction:
            await erase_person(transaction, employee.person, ErasureReason.UNLAWFUL)
            answer = asyncio.create_task(cases.put(PATH, body))
            await waits(answer, databases)
        assert (await answer).status_code == 503
        assert refused(await cases.put(PATH, body), 422, "broken-rule") == [
            ("/participants/0/professionalId", "unknown-professional")
        ]

    async def test_nobody_takes_over_who_is_erased_meanwhile(
        self,
        municipality: Municipality,
        cases: CallerClient,
        worker: CallerClient,
        intake: Intake,
        databases: dict[str, TestDatabase],
    ) -> None:
        leaves, comes = await municipality.employee(), await municipality.employee()
        body = file(participants=[{"professionalId": str(leaves.id)}])
        case_id = ok(await cases.put(PATH, body))["caseId"]
        asked = {"fromProfessionalId": str(leaves.id), "toProfessionalId": str(comes.id), "note": "Ny"}
        async with intake.database.transaction(intake.tenant, intake.caller) as transaction:
            await erase_person(transaction, comes.person, ErasureReason.UNLAWFUL)
            answer = asyncio.create_task(
                worker.post(f"/v1/cases/{case_id}/handovers", asked, key=uuid4().hex)
            )
            await waits(answer, databases)
        assert refused(await answer, 422, "broken-rule") == [("/toProfessionalId", "unknown-professional")]

    async def test_a_case_erased_meanwhile_is_not_made_again(
        self, intake: Intake, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        case_id = uuid4()
        await put(intake, FILE, wanted(1, caseId=str(case_id)))
        async with intake.database.transaction(intake.tenant, intake.caller) as transaction:
            await erase_case(transaction, case_id, ErasureReason.UNLAWFUL)
            answer = asyncio.create_task(cases.put(PATH, file(2, caseId=str(case_id))))
            await waits(answer, databases)
        refused(await answer, 409, "erased-case")

    async def test_a_case_that_was_split_off_can_be_erased(
        self, cases: CallerClient, worker: CallerClient
    ) -> None:
        made = await split_off(cases, worker)
        answer = await worker.request("DELETE", f"/v1/cases/{made['id']}?reason=unlawful")
        assert answer.status_code == 204


async def split_off(cases: CallerClient, worker: CallerClient, **more: Any) -> Any:
    """Register a citizen's two files, and split one off again."""
    citizens = [{"citizenId": str(uuid4())}]
    case_id = ok(await cases.put(PATH, file(citizens=citizens)))["caseId"]
    ok(await cases.put("/v1/registrations/job-centre/1", file(citizens=citizens, **more)))
    chosen = {"registrations": [{"system": "job-centre", "reference": "1"}], "respondentLabel": "Forløb 28"}
    return ok(await worker.post(f"/v1/cases/{case_id}/splits", chosen, key=uuid4().hex))


class TestWhatIsMovedAndMerged:
    async def test_a_case_can_be_looked_back_at_from_its_first_moment(
        self, municipality: Municipality, cases: CallerClient, worker: CallerClient
    ) -> None:
        units = [{"unitId": str(await municipality.unit()), "role": "authority"} for _ in range(5)]
        made = await split_off(cases, worker, involvements=units)
        then = ok(await worker.get(f"/v1/cases/{made['id']}", params={"at": made["updatedAt"]}))
        assert (then["level"], then["units"]) == (made["level"], made["units"]) == ("complex", 5)

    async def test_a_source_may_name_a_merged_unit_alone(
        self, municipality: Municipality, cases: CallerClient, worker: CallerClient
    ) -> None:
        old, new = await municipality.unit(), await municipality.unit()
        ok(await worker.post(f"/v1/units/{old}/merge", {"intoUnitId": str(new)}, key=uuid4().hex))
        case_id = ok(await cases.put(PATH, file(involvements=[{"unitId": str(old)}])))["caseId"]
        shown = ok(await cases.get(f"/v1/cases/{case_id}"))
        assert ([each["unitId"] for each in shown["involvements"]], shown["units"]) == ([str(new)], 1)

    async def test_what_the_case_team_says_of_its_file_is_kept_though_the_case_stands_as_before(
        self, cases: CallerClient, worker: CallerClient
    ) -> None:
        path = f"/v1/cases/{ok(await cases.put(PATH, file()))['caseId']}"
        for status in ("opened", "closed"):
            body = {"respondentLabel": "Forløb 27", "status": status}
            view = ok(await worker.put(path, body, If_Match="*"))
            assert {each["system"]: each["status"] for each in view["registrations"]} == {
                "esdh": "opened",
                "case-team": status,
            }

    async def test_the_case_teams_file_goes_by_the_case_it_is_in(
        self, cases: CallerClient, worker: CallerClient
    ) -> None:
        case_id = ok(await cases.put(PATH, file()))["caseId"]
        body = {"respondentLabel": "Forløb 27"}
        ok(await worker.put(f"/v1/cases/{case_id}", body, If_Match="*"))
        chosen = {"registrations": [{"system": "case-team", "reference": case_id}], "respondentLabel": "Ny"}
        made = ok(await worker.post(f"/v1/cases/{case_id}/splits", chosen, key=uuid4().hex))
        stayed = ok(await worker.put(f"/v1/cases/{case_id}", {"respondentLabel": "Gammel"}, If_Match="*"))
        assert stayed["respondentLabel"] == "Gammel"
        assert ok(await worker.get(f"/v1/cases/{made['id']}")) == made
        changed = ok(await worker.put(f"/v1/cases/{made['id']}", body, If_Match=f'"{made["version"]}"'))
        assert len(changed["registrations"]) == 1

    async def test_a_case_that_was_joined_away_is_not_written(
        self, cases: CallerClient, worker: CallerClient
    ) -> None:
        goes, stays = [
            ok(await worker.create(f"/v1/cases/{uuid4()}", {"respondentLabel": "Forløb 27"}))["id"]
            for _ in range(2)
        ]
        ok(await worker.post(f"/v1/cases/{stays}/joins", {"caseId": goes}, key=uuid4().hex))
        answer = await worker.put(f"/v1/cases/{goes}", {"respondentLabel": "x"}, If_Match="*")
        refused(answer, 409, "moved-case")
