"""Every operation of the survey under hostile requests: refused politely, and never repeated.

`SAMSPIL_HOSTILE_INPUTS` says how many there are for each operation.
"""

import asyncio
import os
from collections import Counter
from typing import Any
from uuid import UUID

import httpx2
import pytest

from services.survey.main import build
from shared.access.principal import Role
from tests.services.survey.hostile import Hostile, Malice, Operation, operations_of, wrong_with
from tests.services.survey.nasty import CANARY
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, OpenedRound
from tests.support.services import CallerClient, survey_settings

COUNT = int(os.environ.get("SAMSPIL_HOSTILE_INPUTS", "20"))
SEED = 20261122
AT_ONCE = 8


class Target:
    """A round of its own for each operation, so that what one does to it is not the others' matter."""

    def __init__(self, municipality: Municipality, case_id: UUID) -> None:
        self._municipality = municipality
        self._case_id = case_id
        self._number = 0

    async def aim(self, operation: Operation) -> tuple[CallerClient, dict[str, str]]:
        """Return who calls an operation, and ids of what there is."""
        self._number += 1
        wave = {"code": f"wave-{self._number}", "ordinal": 1, "label": "Før"}
        opened = await self._municipality.open_round(self._case_id, wave=wave)
        invitation = (await opened.invitations())[0]["id"]
        known = {"roundId": str(opened.id), "invitationId": invitation, "code": "relational-capacity"}
        known["version"] = "1"
        if operation.path.startswith("/v1/response"):
            return await self._respondent(opened, invitation)
        roles = [role for role in Role if role is not Role.SERVICE]
        caller = self._municipality.caller("survey", *roles, person=UUID(int=7))
        return caller, known

    async def _respondent(
        self, opened: OpenedRound, invitation: str
    ) -> tuple[CallerClient, dict[str, str]]:
        token = await opened.token(invitation)
        client = self._municipality.stack.bearer("survey", token)
        form = (await client.get("/v1/response")).json()["forms"][0]
        return client, {"formId": form["id"], "subjectId": form["subjects"][0]["id"]}


async def assault(client: CallerClient, requests: list[Hostile], operation: Operation) -> Counter[str]:
    """Send them all; return what was answered or is wrong, counted."""
    found: Counter[str] = Counter()
    waiting = iter(requests)

    async def go_on() -> None:
        for each in waiting:
            headers: Any = {"Authorization": f"Bearer {client.token}", **each.headers}
            answer = await client.http.request(each.method, each.url, headers=headers, content=each.content)
            wrong = wrong_with(operation.path, answer)
            found[f"{operation.name}: {wrong}" if wrong else str(answer.status_code)] += 1

    await asyncio.gather(*(go_on() for _ in range(AT_ONCE)))
    return found


async def test_every_operation_refuses_politely(
    municipality: Municipality, databases: dict[str, TestDatabase]
) -> None:
    document = build(survey_settings(databases["survey"], "http://127.0.0.1:9")).openapi()
    unit = await municipality.unit()
    case_id = await municipality.case([await municipality.employee(unit) for _ in range(3)])
    target = Target(municipality, case_id)
    found: Counter[str] = Counter()
    for operation in operations_of(document):
        client, known = await target.aim(operation)
        requests = list(Malice(document, operation, known, SEED).requests(COUNT))
        found += await assault(client, requests, operation)
    assert [each for each in found if not each.isdecimal()] == []
    # They got past the door, and were hostile.
    assert {"200", "400", "404", "415", "422"} <= found.keys()


class TestNegativeControls:
    @pytest.mark.parametrize(
        ("status", "kind", "text"),
        [
            (500, "application/problem+json", "{}"),
            (503, "application/problem+json", "{}"),
            (400, "application/json", "{}"),
            (404, "text/plain", "Not Found"),
            (422, "application/problem+json", f'{{"detail": "{CANARY} is no number"}}'),
            (400, "application/problem+json", '{"detail": "010190-9994 is not a UUID"}'),
        ],
    )
    def test_a_bad_answer_is_noticed(self, status: int, kind: str, text: str) -> None:
        answer = httpx2.Response(status, headers={"content-type": kind}, text=text)
        assert wrong_with("/v1/response", answer)

    def test_a_good_one_is_fine(self) -> None:
        headers = {"content-type": "application/problem+json"}
        assert not wrong_with("/v1/response", httpx2.Response(422, headers=headers, text="{}"))
        assert not wrong_with("/v1/response", httpx2.Response(200, text=CANARY))

    def test_a_seed_makes_the_same_requests(self) -> None:
        document: dict[str, Any] = {"paths": {}, "components": {}}
        operation = Operation(
            "x", "PUT", "/x/{id}", [{"in": "path", "name": "id", "schema": {}}], {}, False
        )
        one, other = (list(Malice(document, operation, {"id": "1"}, SEED).requests(50)) for _ in range(2))
        assert one == other
        assert len({each.url for each in one}) > 3
