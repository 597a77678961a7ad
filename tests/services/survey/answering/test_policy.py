"""Who a respondent's token lets in: every token that isn't honoured gets the same answer."""

from uuid import UUID, uuid4

import pytest

from services.survey.answering.service import show_response
from services.survey.answering.tokens import RespondentToken, RespondentTokens
from shared.access.principal import Role
from shared.database.connection import Database
from shared.errors import UNAUTHENTICATED, Problem
from tests.services.survey.conftest import Team
from tests.support.databases import TestDatabase
from tests.support.keys import random_secret
from tests.support.municipality import Municipality, ok, round_body
from tests.support.refusals import refused, without_trace
from tests.support.services import CallerClient, Stack


def tampered(token: str) -> str:
    """Return a token with one character changed in the middle."""
    place = len(token) // 2
    return token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]


class TestRespondent:
    async def test_every_token_not_honoured_gets_the_same_answer(
        self, team: Team, municipality: Municipality, survey: CallerClient, stack: Stack
    ) -> None:
        invitation = (await team.round.invitations())[0]["id"]
        genuine = await team.round.token(invitation)
        forger = RespondentTokens(random_secret().encode())
        forged = forger.write(RespondentToken(municipality.tenant, UUID(invitation), 1))
        ok(await stack.bearer("survey", genuine).get("/v1/response"))
        ok(await survey.post(f"/v1/invitations/{invitation}/revocation", {}))
        answers = []
        for token in (
            genuine,
            tampered(genuine),
            forged,
            "rt_",
            "rt_unknown",
            survey.token,
            municipality.caller("survey", Role.PROFESSIONAL, person=team.anne.person).token,
        ):
            client = stack.bearer("survey", token)
            body = {"formId": str(uuid4()), "ratings": []}
            answers += [
                await client.get("/v1/response"),
                await client.post("/v1/response", body, key=uuid4().hex),
                await client.put("/v1/response/draft", {**body, "revision": 0}),
            ]
        refused(answers[0], 401, "unauthenticated")
        assert answers[0].headers["www-authenticate"] == "Bearer"
        assert all(without_trace(answer) == without_trace(answers[0]) for answer in answers)

    async def test_a_token_speaks_for_its_own_tenant_only(
        self, team: Team, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        """What only the survey's own key could write: another tenant's id before an invitation of ours."""
        invitation = UUID((await team.round.invitations())[0]["id"])
        database = Database(databases["survey"].app, pool_size=1)
        try:
            async with database.transaction(municipality.tenant) as own:
                await show_response(own, RespondentToken(municipality.tenant, invitation, 1), "da")
            for tenant, generation in ((uuid4(), 1), (municipality.tenant, 2)):
                async with database.transaction(tenant) as other:
                    with pytest.raises(Problem) as refusal:
                        await show_response(other, RespondentToken(tenant, invitation, generation), "da")
                assert refusal.value.fault is UNAUTHENTICATED
        finally:
            await database.close()

    async def test_without_a_token_it_is_the_same_refusal(self, team: Team, stack: Stack) -> None:
        http = stack.bearer("survey", "x").http
        bare = await http.get("/v1/response")
        wrong = await stack.bearer("survey", "rt_wrong").get("/v1/response")
        assert without_trace(bare) == without_trace(wrong)

    async def test_a_token_is_for_nothing_else(self, team: Team, stack: Stack) -> None:
        token = await team.round.token((await team.round.invitations())[0]["id"])
        for service, path in (
            ("survey", f"/v1/rounds/{team.round.id}"),
            ("survey", f"/v1/rounds/{team.round.id}/invitations"),
            ("survey", "/v1/instruments"),
            ("survey", "/internal/changes"),
            ("cases", "/v1/cases"),
            ("analytics", "/v1/waves/baseline/overview"),
        ):
            refused(await stack.bearer(service, token).get(path), 401, "unauthenticated")
        opening = await stack.bearer("survey", token).create(f"/v1/rounds/{uuid4()}", round_body(uuid4()))
        refused(opening, 401, "unauthenticated")

    async def test_one_respondents_token_opens_no_other_form(self, team: Team) -> None:
        anne = await team.round.respondent(team.anne.person)
        bo = await team.round.respondent(team.bo.person)
        theirs = await team.form(bo, "network")
        body = {"formId": theirs["id"], "ratings": []}
        for form_id in (theirs["id"], str(uuid4())):
            answer = await anne.post("/v1/response", {**body, "formId": form_id}, key=uuid4().hex)
            assert refused(answer, 422, "broken-rule") == [("/formId", "unknown-form")]
