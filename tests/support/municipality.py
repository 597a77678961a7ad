"""A small municipality that a test registers over REST, and the people in it answering."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx2

from shared.access.principal import Role
from tests.support.services import CallerClient, Stack

INFORMED = {
    "citizenInformedAt": "2026-01-05T08:00:00Z",
    "employeesInformedAt": "2026-01-05T08:00:00Z",
}


@dataclass(frozen=True, slots=True)
class Employee:
    """A professional and the person behind."""

    id: UUID
    person: UUID
    unit: UUID


@dataclass
class Municipality:
    """One tenant's organisation, made as it is needed."""

    stack: Stack
    tenant: UUID
    area: UUID = field(default_factory=uuid4)
    _has_area: bool = False

    def caller(self, service: str, *roles: Role, **claims: Any) -> CallerClient:
        """Return a client for a caller of this tenant; a case system by default."""
        return self.stack.caller(service, self.tenant, *(roles or (Role.CASE_SYSTEM,)), **claims)

    async def unit(self, **more: Any) -> UUID:
        """Register a unit."""
        cases = self.caller("cases")
        if not self._has_area:
            area = {"name": "Børn og Unge", "municipalityCode": "0766"}
            ok(await cases.create(f"/v1/areas/{self.area}", area))
            self._has_area = True
        unit = uuid4()
        body = {"name": "Enhed", "areaId": str(self.area), "municipalityCode": "0766", **more}
        ok(await cases.create(f"/v1/units/{unit}", body))
        return unit

    async def employee(self, unit: UUID | None = None, leader: UUID | None = None) -> Employee:
        """Register a person with an employment."""
        cases = self.caller("cases")
        employee = Employee(uuid4(), uuid4(), unit or await self.unit())
        ok(await cases.create(f"/v1/persons/{employee.person}", {"name": f"P{employee.id.hex[:4]}"}))
        body = {
            "personId": str(employee.person),
            "unitId": str(employee.unit),
            "professionalGroup": "Socialrådgiver",
            "leaderId": str(leader) if leader else None,
            "validFrom": "2026-01-01T00:00:00Z",
        }
        ok(await cases.create(f"/v1/professionals/{employee.id}", body))
        return employee

    async def case(
        self,
        members: list[Employee],
        involvements: list[tuple[UUID, str]] | None = None,
        citizens: int = 1,
    ) -> UUID:
        """Register a case with its members' units as providers, or the involvements given."""
        case_id = uuid4()
        parts = involvements
        if parts is None:
            parts = [(unit, "provider") for unit in {member.unit for member in members}]
        body = {
            "caseId": str(case_id),
            "sourceVersion": 1,
            "respondentLabel": "Forløb 27",
            "involvements": [{"unitId": str(unit), "role": role} for unit, role in parts],
            "participants": [{"professionalId": str(member.id)} for member in members],
            "citizens": [{"citizenId": str(uuid4())} for _ in range(citizens)],
        }
        ok(await self.caller("cases").put(f"/v1/registrations/esdh/{case_id}", body))
        return case_id

    async def group(self, members: list[Employee], **more: Any) -> UUID:
        """Register a collaboration group."""
        group_id = uuid4()
        body = {
            "kind": "service-effort",
            "name": "Demensindsatsen",
            "municipalityCode": "0766",
            "respondentLabel": "Samarbejdet om borgere med demens",
            "members": [{"professionalId": str(member.id)} for member in members],
            **more,
        }
        administrator = self.caller("cases", Role.ADMINISTRATOR)
        ok(await administrator.create(f"/v1/collaboration-groups/{group_id}", body))
        return group_id

    async def open_round(self, case_id: UUID, **more: Any) -> "OpenedRound":
        """Open a round for a case."""
        round_id = uuid4()
        body = round_body(case_id, **more)
        view = ok(await self.caller("survey").create(f"/v1/rounds/{round_id}", body))
        return OpenedRound(self, round_id, view)


def round_body(case_id: UUID, **more: Any) -> dict[str, Any]:
    """Return the request that opens a round."""
    return {
        "caseId": str(case_id),
        "wave": {"code": "baseline", "ordinal": 1, "label": "Før netværksmøderne"},
        "visibility": "team-open",
        "purpose": "Bedre samarbejde omkring borgeren",
        "legalBasis": "Databeskyttelsesforordningens artikel 6, stk. 1, litra e",
        "informed": INFORMED,
        **more,
    }


def group_round_body(group_id: UUID, **more: Any) -> dict[str, Any]:
    """Return the request that opens a round for a collaboration group, which has no citizen."""
    body = round_body(group_id, groupId=str(group_id), **more)
    del body["caseId"]
    return {**body, "informed": {**INFORMED, "citizenInformedAt": None}}


@dataclass(frozen=True, slots=True)
class OpenedRound:
    """A round in which people answer."""

    municipality: Municipality
    id: UUID
    view: dict[str, Any]

    @property
    def case(self) -> UUID:
        """Return the case it is about."""
        return UUID(self.view["caseId"])

    @property
    def staff(self) -> CallerClient:
        """Return who sees to the round: a case system; for a group, which has none, an administrator."""
        roles = (Role.ADMINISTRATOR,) if self.view["groupId"] else ()
        return self.municipality.caller("survey", *roles)

    async def invitations(self) -> list[dict[str, Any]]:
        """Return everybody's invitations."""
        path = f"/v1/rounds/{self.id}/invitations?pageSize=200"
        items: list[dict[str, Any]] = ok(await self.staff.get(path))["items"]
        return items

    async def token(self, invitation: str) -> str:
        """Return a respondent's token, out of the link."""
        path = f"/v1/invitations/{invitation}/link"
        link: str = ok(await self.staff.post(path, {}))["link"]
        return link.partition("#")[2]

    async def respondent(self, person: UUID | None = None) -> CallerClient:
        """Return a client for one person, or for the citizen."""
        kind = "professional" if person else "citizen"
        for invitation in await self.invitations():
            if invitation["kind"] == kind and person in {None, UUID(invitation["respondentId"])}:
                return self.municipality.stack.bearer("survey", await self.token(invitation["id"]))
        raise LookupError("nobody like that is invited")

    async def answer_all(self, value: int = 4) -> None:
        """Let everybody answer everything alike."""
        for invitation in await self.invitations():
            token = await self.token(invitation["id"])
            client = self.municipality.stack.bearer("survey", token)
            for form in ok(await client.get("/v1/response"))["forms"]:
                if form["subjects"]:
                    ok(await submit(client, form, value))

    async def close(self) -> None:
        """Close the round."""
        path = f"/v1/rounds/{self.id}/closure"
        ok(await self.staff.put(path, {}))


def ratings(form: dict[str, Any], value: Any) -> list[dict[str, Any]]:
    """Return ratings that give everybody one value on everything."""
    answers = [{"itemId": item["id"], "value": value} for item in form["statements"]]
    return [{"subjectId": subject["id"], "answers": answers} for subject in form["subjects"]]


async def submit(
    client: CallerClient, form: dict[str, Any], value: Any, key: str | None = None
) -> httpx2.Response:
    """Submit one form with one value on everything."""
    body = {"formId": form["id"], "ratings": ratings(form, value)}
    return await client.post("/v1/response", body, key=key or uuid4().hex)


def ok(answer: httpx2.Response) -> Any:
    """Return the body of an answer that must be a success."""
    assert answer.is_success, f"{answer.status_code} {answer.text}"
    return answer.json()
