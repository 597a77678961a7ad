"""A team whose people have names, with a round that asks in every way the page knows."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from services.survey.instruments.definition import CATALOGUE
from shared.access.principal import Role
from tests.support.municipality import Employee, Municipality, OpenedRound, ok

OWN = {"code": "own-collaboration", "version": 1}
NETWORK = {"code": "relational-capacity", "version": 1}
LEADERSHIP = {"code": "coherent-leadership", "version": 1}
CITIZEN = {"code": "citizen-experienced-quality", "version": 1}
MIDWAY = {"code": "midway-form", "version": 1}


@dataclass(frozen=True, slots=True)
class NamedTeam:
    """People by name, and their round."""

    people: dict[str, Employee]
    round: OpenedRound

    async def token(self, name: str) -> str:
        """Return the code of somebody, or of the citizen by that word."""
        wanted = self.people[name].person if name in self.people else None
        for invitation in await self.round.invitations():
            kind = "professional" if wanted else "citizen"
            if invitation["kind"] == kind and wanted in {None, UUID(invitation["respondentId"])}:
                return await self.round.token(invitation["id"])
        raise LookupError("nobody like that is invited")

    async def seen(self, name: str) -> dict[str, Any]:
        """Return what the public call tells somebody."""
        client = self.round.municipality.stack.bearer("survey", await self.token(name))
        answer: dict[str, Any] = ok(await client.get("/v1/response"))
        return answer


async def name_employee(municipality: Municipality, unit: UUID, name: str, leader: UUID | None) -> Employee:
    """Register somebody under a name."""
    cases = municipality.caller("cases")
    employee = Employee(uuid4(), uuid4(), unit)
    ok(await cases.create(f"/v1/persons/{employee.person}", {"name": name}))
    body = {
        "personId": str(employee.person),
        "unitId": str(unit),
        "professionalGroup": "Socialrådgiver",
        "leaderId": str(leader) if leader else None,
        "validFrom": "2026-01-01T00:00:00Z",
    }
    ok(await cases.create(f"/v1/professionals/{employee.id}", body))
    return employee


async def name_people(municipality: Municipality, *names: str) -> dict[str, Employee]:
    """Register people of one unit, with one leader."""
    unit = await municipality.unit(name="Familieafdelingen")
    leader = await name_employee(municipality, unit, "Lene Dahl", None)
    return {name: await name_employee(municipality, unit, name, leader.id) for name in names}


async def open_named_round(
    municipality: Municipality,
    people: dict[str, Employee],
    instruments: tuple[dict[str, Any], ...] = (),
    **more: Any,
) -> NamedTeam:
    """Register a case around people, and open a round that asks them."""
    case_id = await municipality.case(list(people.values()))
    asked = {"instruments": list(instruments or (NETWORK, LEADERSHIP, CITIZEN)), **more}
    return NamedTeam(people, await municipality.open_round(case_id, **asked))


async def publish_own_instrument(municipality: Municipality) -> None:
    """Publish a network form of the tenant's own: required statements, texts about each and at the end."""
    source = CATALOGUE / "relational-capacity.v1.json"
    definition = json.loads(source.read_text(encoding="utf-8")) | OWN
    for item in definition["items"][:2]:
        item["required"] = True
    definition["texts"] = [
        _text("contribution", "Hvad bidrager {subject} med?", per_subject=True),
        _text("wishes", "Hvad ønsker du dig?", per_subject=False),
    ]
    caller = municipality.caller("survey", Role.ADMINISTRATOR)
    path = f"/v1/instruments/{OWN['code']}/versions/{OWN['version']}"
    ok(await caller.create(path, definition))
    ok(await caller.put(f"{path}/publication", {}, If_Match="*"))


def _text(code: str, wording: str, *, per_subject: bool) -> dict[str, Any]:
    both = {"da": wording, "en": wording}
    return {
        "id": code,
        "label": both,
        "wording": both,
        "perSubject": per_subject,
        "maximumLength": 200,
    }
