"""Snapshots over REST: all of it or nothing, only the source's own, and what was stays as it was."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.cases.synchronisation import service
from shared.access.principal import Role
from shared.errors import unavailable
from tests.services.cases.organisation.looking_back import history, queued
from tests.services.cases.synchronisation.sending import Source, everything, item, snapshot, without
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.records import audited, feed_state, rows
from tests.support.refusals import refused
from tests.support.services import Stack

Databases = dict[str, TestDatabase]


def counts(view: dict[str, Any]) -> dict[str, tuple[int, int, int, int]]:
    """Return how many are new, changed, revived and ended of each kind with any."""
    names = ("new", "changed", "revived", "ended")
    kinds = ("areas", "units", "persons", "professionals")
    found = {kind: tuple(view[kind][name] for name in names) for kind in kinds}
    return {kind: each for kind, each in found.items() if any(each)}


def crowd(source_version: int, people: int) -> dict[str, Any]:
    """Return a snapshot with many employments."""
    body = snapshot(source_version)
    for number in range(people):
        body["persons"].append({"reference": f"p{number}", "name": "Fagperson"})
        body["professionals"].append(
            {
                "reference": f"e{number}",
                "personReference": f"p{number}",
                "unitReference": "familie",
                "professionalGroup": "Socialrådgiver",
                "leaderReference": "kibe-1",
            }
        )
    return body


class TestSynchroniseOrganisation:
    async def test_makes_everything_and_its_ids(self, municipality: Municipality, stack: Stack) -> None:
        source = Source(municipality)
        view = ok(await source.send(snapshot()))
        assert counts(view) == {
            "areas": (1, 0, 0, 0),
            "units": (2, 0, 0, 0),
            "persons": (2, 0, 0, 0),
            "professionals": (2, 0, 0, 0),
        }
        house = (await source.one("units", "familiehus"))["current"]
        assert house["parentId"] == str(await source.id("units", "familie"))
        assert house["areaId"] == str(await source.id("areas", "bu"))
        worker = (await source.one("professionals", "anho-1"))["current"]
        assert worker["leaderId"] == str(await source.id("professionals", "kibe-1"))
        assert worker["validFrom"] == "2026-01-01T00:00:00Z"
        state = await feed_state(stack, "cases", municipality.tenant, UUID(worker["id"]))
        assert state["unitId"] == house["id"]

    async def test_sent_again_it_changes_nothing(
        self, municipality: Municipality, databases: Databases
    ) -> None:
        source = Source(municipality)
        ok(await source.send(snapshot()))
        before = await everything(databases["cases"], municipality.tenant)
        same = ok(await source.send(snapshot()))
        assert (same["unchanged"], counts(same)) == (True, {})
        assert await everything(databases["cases"], municipality.tenant) == before
        next_night = ok(await source.send(snapshot(2)))
        assert (next_night["unchanged"], counts(next_night)) == (False, {})
        after = await everything(databases["cases"], municipality.tenant)
        assert after.pop("organisation_source") != before.pop("organisation_source")
        assert after == before

    async def test_an_older_version_is_refused(self, municipality: Municipality) -> None:
        source = Source(municipality)
        ok(await source.send(snapshot(5)))
        refused(await source.send(snapshot(4)), 409, "outdated-source-version")
        assert ok(await source.client.get(source.path))["sourceVersion"] == 5

    async def test_names_what_changes(self, municipality: Municipality, databases: Databases) -> None:
        source = Source(municipality)
        ok(await source.send(snapshot()))
        worker, unit = await source.id("professionals", "anho-1"), await source.id("units", "familie")
        body = snapshot(2)
        item(body, "professionals", "anho-1").update(unitReference="familie", email="ny@hedensted.example")
        view = ok(await source.send(body))
        assert view["professionals"]["changedReferences"] == [
            {"reference": "anho-1", "fields": ["email", "unitReference"]}
        ]
        assert await source.id("professionals", "anho-1") == worker
        states = await history(databases["cases"], "professional", worker)
        assert [each["unitId"] == str(unit) for each in states] == [False, True]

    async def test_what_is_no_longer_sent_ends_and_comes_back_the_same(
        self, municipality: Municipality, databases: Databases
    ) -> None:
        source = Source(municipality)
        ok(await source.send(snapshot()))
        worker = await source.id("professionals", "anho-1")
        ended = ok(await source.send(without(snapshot(2), "professionals", "anho-1")))
        assert ended["professionals"]["endedReferences"] == ["anho-1"]
        view = await source.one("professionals", "anho-1")
        assert view["endedAt"] == view["current"]["validTo"] is not None
        revived = ok(await source.send(snapshot(3)))
        assert revived["professionals"]["revivedReferences"] == ["anho-1"]
        view = await source.one("professionals", "anho-1")
        assert (view["endedAt"], view["current"]["validTo"]) == (None, None)
        assert view["current"]["id"] == str(worker)
        states = await history(databases["cases"], "professional", worker)
        assert [each["validTo"] is None for each in states] == [True, False, True]

    async def test_a_dry_run_shows_the_same_and_changes_nothing(
        self, municipality: Municipality, databases: Databases
    ) -> None:
        source = Source(municipality)
        ok(await source.send(snapshot()))
        body = without(snapshot(2), "units", "familiehus")
        item(body, "professionals", "anho-1")["unitReference"] = "familie"
        before = await everything(databases["cases"], municipality.tenant)
        shown = ok(await source.send(body, "?dryRun=true"))
        assert await everything(databases["cases"], municipality.tenant) == before
        done = ok(await source.send(body))
        assert await everything(databases["cases"], municipality.tenant) != before
        assert {**shown, "dryRun": False} == done

    async def test_all_or_nothing(self, municipality: Municipality, databases: Databases) -> None:
        source = Source(municipality)
        ok(await source.send(snapshot()))
        before = await everything(databases["cases"], municipality.tenant)
        body = snapshot(2)
        item(body, "areas", "bu")["name"] = "Andet navn"
        item(body, "units", "familiehus")["parentReference"] = "unheard-of"
        item(body, "professionals", "anho-1")["leaderReference"] = "unheard-of"
        wrong = [
            ("/units/1/parentReference", "unknown-reference"),
            ("/professionals/1/leaderReference", "unknown-reference"),
        ]
        assert refused(await source.send(body), 422, "broken-rule") == wrong
        shown = ok(await source.send(body, "?dryRun=true"))
        assert [(each["pointer"], each["code"]) for each in shown["errors"]] == wrong
        assert await everything(databases["cases"], municipality.tenant) == before
        # Control: without what is wrong the same name is taken.
        body = snapshot(2)
        item(body, "areas", "bu")["name"] = "Andet navn"
        ok(await source.send(body))
        assert (await source.one("areas", "bu"))["current"]["name"] == "Andet navn"

    async def test_what_fails_at_the_very_end_leaves_nothing(
        self, municipality: Municipality, databases: Databases, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = Source(municipality)
        before = await everything(databases["cases"], municipality.tenant)

        async def fail(*_: Any) -> None:
            raise unavailable()

        with monkeypatch.context() as broken:
            broken.setattr(service, "keep_source", fail)
            refused(await source.send(snapshot()), 503, "unavailable")
        assert await everything(databases["cases"], municipality.tenant) == before
        # Control: the same without the failure leaves something.
        ok(await source.send(snapshot()))
        assert await everything(databases["cases"], municipality.tenant) != before

    async def test_nothing_of_another_source_is_touched(
        self, municipality: Municipality, databases: Databases
    ) -> None:
        mine, theirs = Source(municipality, "hr"), Source(municipality, "region")
        ok(await theirs.send(snapshot()))
        unit = await municipality.unit()
        ids = [await theirs.id("units", each) for each in ("familie", "familiehus")]
        statement = "SELECT * FROM unit WHERE id = ANY($1) ORDER BY id"
        before = await rows(databases["cases"], statement, [*ids, unit])
        ok(await mine.send(snapshot(7)))
        ok(await mine.send({**snapshot(8), "units": [], "professionals": []}))
        assert await rows(databases["cases"], statement, [*ids, unit]) == before
        assert {await mine.id("units", "familie")}.isdisjoint(ids)

    async def test_half_a_snapshot_is_refused(
        self, municipality: Municipality, databases: Databases
    ) -> None:
        source = Source(municipality)
        ok(await source.send(crowd(1, 20)))
        before = await everything(databases["cases"], municipality.tenant)
        half = crowd(2, 3)
        refused(await source.send(half), 409, "suspicious-snapshot")
        assert await everything(databases["cases"], municipality.tenant) == before
        assert ok(await source.send(half, "?dryRun=true"))["suspicious"] is True
        taken = ok(await source.send(half, "?allowMassEnding=true"))
        assert taken["professionals"]["ended"] == 17

    async def test_a_reference_to_a_merged_unit_leads_on(self, municipality: Municipality) -> None:
        source = Source(municipality)
        ok(await source.send(snapshot()))
        old, new = await source.id("units", "familiehus"), await source.id("units", "familie")
        administrator = municipality.caller("cases", Role.ADMINISTRATOR)
        body = {"intoUnitId": str(new)}
        ok(await administrator.post(f"/v1/units/{old}/merge", body, key=uuid4().hex))
        assert counts(ok(await source.send(snapshot(2)))) == {}
        assert (await source.one("professionals", "anho-1"))["current"]["unitId"] == str(new)
        assert (await source.one("units", "familiehus"))["current"]["mergedIntoId"] == str(new)

    async def test_asks_for_reclassification_where_a_unit_counts_otherwise(
        self, municipality: Municipality, databases: Databases
    ) -> None:
        source = Source(municipality)
        ok(await source.send(snapshot()))
        assert await queued(databases["cases"], municipality.tenant) == set()
        body = snapshot(2)
        item(body, "units", "familiehus").update(countsAsUnit=False)
        item(body, "units", "familie").update(name="Nyt navn")
        ok(await source.send(body))
        changed = ("unit-changed", await source.id("units", "familiehus"))
        assert await queued(databases["cases"], municipality.tenant) == {changed}

    async def test_the_audit_names_each_person_written_once(
        self, municipality: Municipality, databases: Databases
    ) -> None:
        source = Source(municipality)
        ok(await source.send(snapshot()))
        person = await source.id("persons", "anho")
        body = snapshot(2)
        item(body, "professionals", "anho-1")["mobile"] = "+4512345678"
        ok(await source.send(body))
        written = ("write", "employee", "organisation-register", "tester")
        assert (await audited(databases["cases"], person)).count(written) == 2

    async def test_many_at_once_are_taken_in_one_statement(self, municipality: Municipality) -> None:
        source = Source(municipality)
        view = ok(await source.send(crowd(1, 1_000)))
        assert view["professionals"]["new"] == 1_002
        assert len(view["professionals"]["newReferences"]) == 200
        assert counts(ok(await source.send(crowd(2, 1_000)))) == {}

    async def test_the_newest_of_many_at_once_wins(self, municipality: Municipality) -> None:
        source = Source(municipality)

        async def send(version: int) -> int:
            body = snapshot(version)
            item(body, "units", "familie")["name"] = f"Navn {version}"
            return (await source.send(body)).status_code

        statuses = await asyncio.gather(*(send(version) for version in (3, 1, 4, 2)))
        assert set(statuses) <= {200, 409}
        assert (await source.one("units", "familie"))["current"]["name"] == "Navn 4"


class TestSize:
    async def test_a_whole_organisation_may_be_larger_than_anything_else(
        self, municipality: Municipality
    ) -> None:
        source, large = Source(municipality), {"padding": "x" * 1_500_000}
        refused(await source.client.put(source.path, large), 400, "malformed-request")
        refused(await source.client.put(f"/v1/areas/{uuid4()}", large), 413, "body-too-large")
        refused(await source.client.put(source.path, {"padding": "x" * 33_554_432}), 413, "body-too-large")


class TestAdoption:
    async def test_takes_over_what_is_there(self, municipality: Municipality) -> None:
        source, unit = Source(municipality), await municipality.unit(name="Familien")
        body = snapshot()
        item(body, "units", "familie")["id"] = str(unit)
        view = ok(await source.send(body))
        assert view["units"]["changedReferences"][0]["reference"] == "familie"
        assert "id" in view["units"]["changedReferences"][0]["fields"]
        assert await source.id("units", "familie") == unit
        assert (await source.one("units", "familie"))["current"]["name"] == "Familieafdelingen"

    async def test_not_what_is_another_sources_or_another_thing(self, municipality: Municipality) -> None:
        mine, theirs = Source(municipality, "hr"), Source(municipality, "region")
        ok(await theirs.send(snapshot()))
        for foreign in (await theirs.id("units", "familie"), await theirs.id("areas", "bu")):
            body = snapshot()
            item(body, "units", "familie")["id"] = str(foreign)
            assert refused(await mine.send(body), 422, "broken-rule") == [("/units/0/id", "not-yours")]


class TestWhoMay:
    async def test_only_the_source_itself_and_administrators(self, municipality: Municipality) -> None:
        source = Source(municipality, "hr")
        others = [
            municipality.caller("cases", Role.CASE_SYSTEM, scopes=frozenset({"system:region"})),
            municipality.caller("cases", Role.CASE_SYSTEM, scopes=frozenset()),
            municipality.caller("cases", Role.CASE_WORKER, scopes=frozenset({"system:hr"})),
            municipality.caller("cases", Role.ANALYST),
        ]
        for caller in others:
            refused(await caller.put(source.path, snapshot()), 403, "forbidden")
            refused(await caller.get(source.path), 403, "forbidden")
            refused(await caller.get(f"{source.path}/units/familie"), 403, "forbidden")
            body = {"sourceVersion": 1, "name": "Anne"}
            refused(await caller.put(f"{source.path}/persons/x", body), 403, "forbidden")
        administrator = municipality.caller("cases", Role.ADMINISTRATOR)
        ok(await administrator.put(source.path, snapshot()))

    async def test_another_tenants_organisation_is_like_none(
        self, municipality: Municipality, stack: Stack
    ) -> None:
        ok(await Source(municipality).send(snapshot()))
        neighbour = Source(Municipality(stack, uuid4()))
        refused(await neighbour.client.get(neighbour.path), 404, "not-found")
        refused(await neighbour.client.get(f"{neighbour.path}/units/familie"), 404, "not-found")
        ok(await neighbour.send(snapshot()))
        mine = await Source(municipality).id("units", "familie")
        assert await neighbour.id("units", "familie") != mine
