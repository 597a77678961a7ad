"""The service as it runs: it sends mails whose links open, and tells the feed of the others."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from deploy.local.ports import free_port
from services.survey.answering.tokens import RespondentTokens
from services.survey.invitations.worker import post_of
from services.survey.main import build
from services.survey.settings import SurveySettings
from tests.services.survey.invitations.post_office import PostOffice
from tests.services.survey.invitations.scene import Scene
from tests.support.databases import TestDatabase
from tests.support.municipality import ok
from tests.support.records import feed_events
from tests.support.services import Stack, survey_settings
from tests.support.serving import serving


def settings(database: TestDatabase, cases_url: str, **more: Any) -> SurveySettings:
    plain = survey_settings(database, cases_url)
    return SurveySettings(**{**plain.model_dump(), **more})


def service(settings: SurveySettings, port: int) -> AbstractAsyncContextManager[str]:
    return serving(build(settings), port)


async def test_a_mailed_link_opens_the_questionnaire(
    scene: Scene, office: PostOffice, stack: Stack, databases: dict[str, TestDatabase]
) -> None:
    round_id = await scene.round()
    one = await scene.invite(round_id)
    await scene.plan(round_id, one)
    address = (await scene.invitation(one)).contact
    mail_server = {"smtp_host": "127.0.0.1", "smtp_port": office.port, "smtp_security": "none"}
    wanted = settings(
        databases["survey"], stack.urls["cases"], smtp_from="samspil@hedensted.example", **mail_server
    )
    port = free_port()
    async with service(wanted, port):
        while not office.to(address):
            await asyncio.sleep(0.02)
        lines = office.to(address)[0].get_content().splitlines()
        (link,) = [line for line in lines if line.startswith("http")]
        assert link.startswith("http://127.0.0.1/answer#rt_")
        running = Stack({"survey": f"http://127.0.0.1:{port}"})
        seen = ok(await running.bearer("survey", link.partition("#")[2]).get("/v1/response"))
        assert seen["respondentLabel"] == "Forløb 27"
        await running.close()


async def test_the_feed_names_invitations_that_others_send_and_nobody(scene: Scene, stack: Stack) -> None:
    round_id = await scene.round()
    one = await scene.invite(round_id, channel="sms", contact="+4520123456")
    await scene.plan(round_id, one)
    while await scene.states(one) != ["told"]:
        await asyncio.sleep(0.05)
    (event,) = [
        each for each in await feed_events(stack, "survey", scene.tenant) if each.kind == "invitation"
    ]
    assert event.type == "invitation.due"
    assert event.data == {"version": 2, "id": str(one), "roundId": str(round_id)}


class TestSettings:
    def given(self, databases: dict[str, TestDatabase], **more: Any) -> SurveySettings:
        return settings(databases["survey"], "http://127.0.0.1:1", **more)

    def test_without_a_server_no_mail_can_be_sent(self, databases: dict[str, TestDatabase]) -> None:
        plain = self.given(databases)
        assert not post_of(plain, RespondentTokens(b"k")).can_send
        assert plain.contact_days == 14

    def test_with_one_it_can(self, databases: dict[str, TestDatabase]) -> None:
        full = self.given(
            databases,
            smtp_host="mail.hedensted.example",
            smtp_from="samspil@hedensted.example",
            smtp_username="samspil",
            smtp_password=SecretStr("x"),
        )
        assert post_of(full, RespondentTokens(b"k")).can_send
        assert full.smtp_security == "starttls"

    @pytest.mark.parametrize(
        "more",
        [
            {"smtp_host": "mail.hedensted.example"},
            {"smtp_from": "samspil@hedensted.example"},
            {"smtp_host": "mail.hedensted.example", "smtp_from": "Samspil <samspil@hedensted.example>"},
            {"smtp_username": "samspil"},
            {"smtp_username": "samspil", "smtp_password": "x", "smtp_security": "none"},
        ],
    )
    def test_refuses_halves_and_passwords_in_the_open(
        self, databases: dict[str, TestDatabase], more: dict[str, Any]
    ) -> None:
        with pytest.raises(ValidationError):
            self.given(databases, **more)
