"""What tests of rounds set up: small cases, and who is in them from one moment to the next."""

from collections.abc import Sequence
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from shared.access.principal import Role
from tests.support.municipality import Employee, Municipality, OpenedRound, ok, round_body
from tests.support.services import CallerClient

_versions = count(2)

FOLLOW_UP = {"code": "follow-up", "ordinal": 2, "label": "Efter netværksmøderne"}


async def small_case(municipality: Municipality, citizens: int = 1) -> UUID:
    """Register a case with two employees who have no leader."""
    unit = await municipality.unit()
    members = [await municipality.employee(unit) for _ in range(2)]
    return await municipality.case(members, citizens=citizens)


def planned_body(case_id: UUID, **more: Any) -> dict[str, Any]:
    """Return the request that plans a round for a far day."""
    return round_body(case_id, **{"opensAt": "2999-01-01T00:00:00Z", **more})


async def participants(
    cases: CallerClient, case_id: UUID, members: Sequence[Employee], citizens: Sequence[UUID] = ()
) -> None:
    """Say anew who is in a case; no citizen is, unless named."""
    body = {
        "caseId": str(case_id),
        "sourceVersion": next(_versions),
        "respondentLabel": "Forløb 27",
        "involvements": [],
        "participants": [{"professionalId": str(each.id)} for each in members],
        "citizens": [{"citizenId": str(each)} for each in citizens],
    }
    ok(await cases.put(f"/v1/registrations/esdh/{case_id}", body))


async def objects(municipality: Municipality, who: Employee) -> None:
    """Record that an employee objects to being asked, and asked about."""
    steward = municipality.caller("cases", Role.DATA_STEWARD)
    body = {
        "subjectType": "employee",
        "subjectId": str(who.person),
        "objectedAt": "2026-02-01T09:30:00Z",
    }
    ok(await steward.create(f"/v1/objections/{uuid4()}", body))


async def reachable(municipality: Municipality, who: Employee) -> None:
    """Give an employee an e-mail address."""
    body = {
        "personId": str(who.person),
        "unitId": str(who.unit),
        "professionalGroup": "Socialrådgiver",
        "email": f"{who.id.hex}@hedensted.example",
        "validFrom": "2026-01-01T00:00:00Z",
    }
    ok(await municipality.caller("cases").put(f"/v1/professionals/{who.id}", body, If_Match="*"))


async def network_form(opened: OpenedRound, who: Employee) -> dict[str, Any]:
    """Return what somebody is asked about the others."""
    forms = ok(await (await opened.respondent(who.person)).get("/v1/response"))["forms"]
    (found,) = [form for form in forms if form["form"] == "network"]
    shown: dict[str, Any] = found
    return shown
