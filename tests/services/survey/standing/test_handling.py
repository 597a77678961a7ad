"""Who handles a round changes it and is told of all in it; who is only named in it does neither."""

from typing import Any
from uuid import uuid4

import pytest

from shared.access.principal import Role
from tests.services.survey.conftest import Team
from tests.support.municipality import Municipality, ok, round_body
from tests.support.refusals import refused
from tests.support.services import CallerClient

RATED = {"level": "low", "ratedBy": "sagsbehandler"}


@pytest.fixture
def named(team: Team, municipality: Municipality) -> CallerClient:
    """Give the test a case worker of another unit who is named in the team's round, as its leader."""
    roles = (Role.CASE_WORKER, Role.LEADER)
    units = frozenset({uuid4()})
    return municipality.caller("survey", *roles, person=team.leader.person, units=units, subject="named")


async def attempts(client: CallerClient, team: Team) -> list[Any]:
    """Try all that changes a round, each harmless where it is allowed."""
    path = f"/v1/rounds/{team.round.id}"
    return [
        await client.put(f"{path}/citizen-resources", RATED),
        await client.post(f"{path}/roster-updates", {"purpose": "Nye"}, key=uuid4().hex),
        await client.get(f"{path}/invitations"),
        await client.put(f"{path}/closure", {}),
    ]


class TestWhoIsOnlyNamed:
    async def test_changes_nothing_whatever_other_role_there_is(
        self, team: Team, named: CallerClient
    ) -> None:
        for answer in await attempts(named, team):
            refused(answer, 404, "not-found")
        refused(await named.put(f"/v1/rounds/{team.round.id}/cancellation", {}), 404, "not-found")
        view = ok(await team.round.staff.get(f"/v1/rounds/{team.round.id}"))
        assert (view["state"], view["citizenResources"]) == ("open", None)

    async def test_is_not_told_who_is_not_asked(self, team: Team, named: CallerClient) -> None:
        told = [
            ok(await client.get(f"/v1/rounds/{team.round.id}"))["notAsked"]
            for client in (team.round.staff, named)
        ]
        assert told[0]
        assert told[1] is None

    async def test_cannot_ask_for_the_same_or_another_under_its_id(
        self, team: Team, named: CallerClient
    ) -> None:
        wanted = round_body(team.round.case)
        path = f"/v1/rounds/{team.round.id}"
        for purpose in (wanted["purpose"], "Et andet"):
            body = {**wanted, "purpose": purpose}
            refused(await named.put(path, body, If_Match="*"), 404, "not-found")


async def test_who_handles_it_may(team: Team) -> None:
    for answer in await attempts(team.round.staff, team):
        ok(answer)
