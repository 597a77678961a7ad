"""The main job through all services: register, classify, ask, answer, close, and see the scores."""

import asyncio
from typing import Any
from uuid import UUID

from shared.access.principal import Role
from tests.services.analytics.rounds_with_answers import answer_everything
from tests.support.municipality import Municipality, ok
from tests.support.services import CallerClient, Stack


async def eventually(client: CallerClient, path: str) -> dict[str, Any]:
    """Return a result as soon as analytics has it."""
    for _ in range(200):
        answer: dict[str, Any] = ok(await client.get(path))
        if answer["status"] == "available":
            return answer
        await asyncio.sleep(0.02)
    raise AssertionError(f"{path} did not become available")


async def test_a_case_from_registration_to_scores(stack: Stack, tenant: UUID) -> None:
    municipality = Municipality(stack, tenant)
    leader = await municipality.employee()
    members = [await municipality.employee(leader=leader.id) for _ in range(5)]
    case_id = await municipality.case(members)
    opened = await municipality.open_round(case_id)
    for number, each in enumerate(members, start=1):
        await answer_everything(opened, each, number)
    await opened.close()
    member = municipality.caller("analytics", Role.PROFESSIONAL, person=members[0].person)
    matrix = await eventually(member, f"/v1/cases/{case_id}/matrix?wave=baseline")
    received = {each["id"]: each["received"]["value"] for each in matrix["result"]["participants"]}
    assert received == {str(each.id): (15 - number) / 4 for number, each in enumerate(members, start=1)}
    assert matrix["result"]["cells"][0][0]["value"] is None
    scores = await eventually(member, f"/v1/cases/{case_id}/scores?wave=baseline")
    assert scores["result"]["caseScore"]["meanOfDyads"]["value"] == 3.0
    assert [each["score"]["value"] for each in scores["result"]["dimensions"]] == [3.0] * 6
    own = municipality.caller("analytics", Role.LEADER, person=leader.person)
    led = await eventually(own, f"/v1/leaders/{leader.id}/scores?wave=baseline")
    overall = led["result"]["overall"]
    assert (overall["value"], overall["cells"], overall["dyads"], overall["raters"]) == (3.0, 35, 5, 5)
    analyst = municipality.caller("analytics", Role.ANALYST)
    overview = await eventually(analyst, "/v1/waves/baseline/overview")
    assert overview["result"]["leadersReachingGroupSize"] == 1
