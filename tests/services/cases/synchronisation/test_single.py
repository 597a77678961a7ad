"""One thing at a time, by the source's own reference."""

from typing import Any

from tests.services.cases.synchronisation.sending import (
    PROFESSIONALS,
    UNITS,
    Source,
    item,
    snapshot,
)
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.records import audited
from tests.support.refusals import refused


def alone(sent: dict[str, Any], source_version: int, **more: Any) -> dict[str, Any]:
    """Return one thing of a snapshot as it is sent by itself."""
    body = {**sent, "sourceVersion": source_version, **more}
    del body["reference"]
    return body


class TestPutUnitFromSource:
    async def test_creates_then_changes(self, municipality: Municipality) -> None:
        source = Source(municipality)
        area = {"sourceVersion": 1, "name": "Børn og Unge", "municipalityCode": "0766"}
        assert (await source.client.put(f"{source.path}/areas/bu", area)).status_code == 201
        path = f"{source.path}/units/familie"
        created = await source.client.put(path, alone(UNITS[0], 1))
        assert created.status_code == 201
        changed = await source.client.put(path, alone(UNITS[0], 2, name="Familie og Unge"))
        assert changed.status_code == 200
        assert changed.json()["current"]["id"] == created.json()["current"]["id"]
        assert changed.json()["current"]["name"] == "Familie og Unge"

    async def test_versions_of_one_thing_and_of_the_whole_are_one_line(
        self, municipality: Municipality
    ) -> None:
        source = Source(municipality)
        ok(await source.send(snapshot(5)))
        path = f"{source.path}/units/familie"
        refused(await source.client.put(path, alone(UNITS[0], 4)), 409, "outdated-source-version")
        same = ok(await source.client.put(path, alone(UNITS[0], 5, name="Andet")))
        assert same["current"]["name"] == "Familieafdelingen"
        ok(await source.client.put(path, alone(UNITS[0], 9, name="Nyere")))
        view = ok(await source.send(snapshot(7)))
        # What was sent by itself after the snapshot was taken is left as it is.
        assert (view["units"]["newer"], view["units"]["changed"]) == (1, 0)
        assert (await source.one("units", "familie"))["current"]["name"] == "Nyere"

    async def test_names_every_reference_that_leads_nowhere(self, municipality: Municipality) -> None:
        source = Source(municipality)
        unit = await source.client.put(f"{source.path}/units/familiehus", alone(UNITS[1], 1))
        assert refused(unit, 422, "broken-rule") == [
            ("/areaReference", "unknown-reference"),
            ("/parentReference", "unknown-reference"),
        ]
        worker = await source.client.put(f"{source.path}/professionals/a", alone(PROFESSIONALS[1], 1))
        assert [code for _, code in refused(worker, 422, "broken-rule")] == ["unknown-reference"] * 3

    async def test_makes_no_circle(self, municipality: Municipality) -> None:
        source = Source(municipality)
        ok(await source.send(snapshot()))
        body = alone(UNITS[0], 2, parentReference="familiehus")
        answer = await source.client.put(f"{source.path}/units/familie", body)
        assert refused(answer, 422, "broken-rule") == [("/parentReference", "circular")]


class TestPutProfessionalFromSource:
    async def test_ends_and_revives(self, municipality: Municipality) -> None:
        source = Source(municipality)
        body = snapshot()
        ok(await source.send(body))
        worker = alone(item(body, "professionals", "anho-1"), 2, validTo="2026-10-31T23:00:00Z")
        path = f"{source.path}/professionals/anho-1"
        assert ok(await source.client.put(path, worker))["current"]["validTo"] == "2026-10-31T23:00:00Z"
        again = ok(await source.client.put(path, {**worker, "sourceVersion": 3, "validTo": None}))
        assert again["current"]["validTo"] is None


class TestGetPersonFromSource:
    async def test_the_audit_tells_who_read(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        source = Source(municipality)
        ok(await source.send(snapshot()))
        person = await source.id("persons", "anho")
        read = ("read", "employee", "organisation-register", "tester")
        assert (await audited(databases["cases"], person)).count(read) == 1

    async def test_what_was_never_sent_is_not_found(self, municipality: Municipality) -> None:
        source = Source(municipality)
        refused(await source.client.get(f"{source.path}/persons/anho"), 404, "not-found")
