"""A small organisation as a source system sends it, and a source that does."""

from copy import deepcopy
from typing import Any
from uuid import UUID

import httpx2

from shared.access.principal import Role
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality
from tests.support.records import rows
from tests.support.services import CallerClient

Body = dict[str, Any]

AREAS: list[Body] = [{"reference": "bu", "name": "Børn og Unge", "municipalityCode": "0766"}]
UNITS: list[Body] = [
    {
        "reference": "familie",
        "name": "Familieafdelingen",
        "areaReference": "bu",
        "municipalityCode": "0766",
        "authorityFunction": True,
        "laws": ["Barnets lov"],
    },
    {
        "reference": "familiehus",
        "name": "Familiehuset",
        "areaReference": "bu",
        "parentReference": "familie",
        "municipalityCode": "0766",
    },
]
PERSONS: list[Body] = [
    {"reference": "kibe", "name": "Kirsten Berg"},
    {"reference": "anho", "name": "Anne Holm"},
]
PROFESSIONALS: list[Body] = [
    {
        "reference": "kibe-1",
        "personReference": "kibe",
        "unitReference": "familie",
        "professionalGroup": "Leder",
    },
    {
        "reference": "anho-1",
        "personReference": "anho",
        "unitReference": "familiehus",
        "professionalGroup": "Familiebehandler",
        "leaderReference": "kibe-1",
        "email": "anho@hedensted.example",
        "validFrom": "2026-01-01T00:00:00Z",
    },
]
TABLES = (
    "area",
    "unit",
    "person",
    "professional",
    "source_reference",
    "organisation_source",
    "organisation_history",
    "change_log",
    "audit_event",
    "reclassification",
)


def snapshot(source_version: int = 1) -> Body:
    """Return the whole small organisation."""
    parts = {"areas": AREAS, "units": UNITS, "persons": PERSONS, "professionals": PROFESSIONALS}
    return {"sourceVersion": source_version, **deepcopy(parts)}


def item(body: Body, kind: str, reference: str) -> Body:
    """Return one thing of a snapshot, to change it."""
    found: Body = next(each for each in body[kind] if each["reference"] == reference)
    return found


def without(body: Body, kind: str, *references: str) -> Body:
    """Return a snapshot that lacks some things of one kind."""
    return {**body, kind: [each for each in body[kind] if each["reference"] not in references]}


class Source:
    """A source system and what it sends."""

    def __init__(self, municipality: Municipality, system: str = "hr") -> None:
        self.system = system
        self.path = f"/v1/organisations/{system}"
        scope = frozenset({f"system:{system}"})
        self.client: CallerClient = municipality.caller("cases", Role.CASE_SYSTEM, scopes=scope)

    async def send(self, body: Body, query: str = "") -> httpx2.Response:
        """Send a snapshot."""
        return await self.client.put(self.path + query, body)

    async def one(self, kind: str, reference: str) -> Body:
        """Read one thing by its reference."""
        answer = await self.client.get(f"{self.path}/{kind}/{reference}")
        assert answer.status_code == 200, answer.text
        found: Body = answer.json()
        return found

    async def id(self, kind: str, reference: str) -> UUID:
        """Return the id one thing has."""
        return UUID((await self.one(kind, reference))["current"]["id"])


async def everything(database: TestDatabase, tenant: UUID) -> dict[str, list[dict[str, Any]]]:
    """Return every row of the organisation that a tenant has, whatever table it is in."""
    statement = "SELECT * FROM its_table WHERE tenant_id = $1 ORDER BY 1, 2, 3, 4"
    return {table: await rows(database, statement.replace("its_table", table), tenant) for table in TABLES}
