"""Presses of buttons when the public calls refuse, and when nothing can be answered."""

from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from services.survey.page.asked import Standing, standing_of
from services.survey.page.calls import Refused, ResponseCalls
from services.survey.page.faults import faulty_answers
from services.survey.page.posted import FORM, read_posted
from services.survey.page.rendering import render
from services.survey.page.service import Page, press
from tests.services.survey.page.made_asked import made_asked

CODE = "rt_" + "aB-_0" * 15
FORM_SHOWN: dict[str, Any] = {
    "id": "f",
    "title": "Samarbejdet",
    "statements": [
        {"id": "first", "label": "Først", "required": True},
        {"id": "second", "label": "Så", "required": False},
        {"id": "third", "label": "Til sidst", "required": True},
    ],
    "texts": [{"id": "wishes", "label": "Ønsker"}],
    "subjects": [{"id": "s", "label": "Bo"}],
}

SENT: dict[str, Any] = {
    "ratings": [{"subjectId": "s", "answers": [{"itemId": "first", "value": 9}]}],
    "texts": [{"subjectId": None, "questionId": "wishes", "body": "..."}],
}


async def pressed(status: int, fields: dict[str, str], body: object = None) -> Page:
    """Press a button while every public call is answered alike."""

    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(status, json=body or {"code": "unavailable"})

    transport = httpx2.MockTransport(answer)
    async with httpx2.AsyncClient(transport=transport, base_url="http://page", trust_env=False) as http:
        posted = read_posted(FORM, urlencode({"token": CODE, **fields}).encode())
        return await press(ResponseCalls(http, posted.token, "request-1", "en"), posted)


class TestPress:
    async def test_nothing_filled_in_is_lost_while_the_service_is_busy(self) -> None:
        fields = {"text.wishes": "Mere tid & <ro>", "to": "next", "revision": "3"}
        page = await pressed(503, fields)
        html = render(page.name, page.language, page.told)
        assert (page.status, page.name, page.language) == (503, "busy", "en")
        for kept in ('value="Mere tid &amp; &lt;ro&gt;"', 'name="revision" value="3"', f'value="{CODE}"'):
            assert kept in html
        assert '<button class="main" name="to" value="next">' in html

    @pytest.mark.parametrize(
        ("status", "name", "shown"),
        [
            (401, "unknown-link", 401),
            (409, "closed", 409),
            (400, "not-understood", 400),
            (500, "busy", 503),
        ],
    )
    async def test_every_refusal_is_a_page_without_technical_words(
        self, status: int, name: str, shown: int
    ) -> None:
        page = await pressed(status, {"to": "next"})
        assert (page.name, page.status) == (name, shown)
        assert "unavailable" not in render(page.name, page.language, page.told)


class TestOnce:
    async def test_a_press_under_way_is_waited_for(self) -> None:
        answers = [
            httpx2.Response(409, json={"code": "idempotency-in-flight"}),
            httpx2.Response(409, json={"code": "idempotency-in-flight"}),
            httpx2.Response(201, json={}),
        ]
        keys: list[str] = []

        def answer(request: httpx2.Request) -> httpx2.Response:
            keys.append(request.headers["idempotency-key"])
            return answers[len(keys) - 1]

        transport = httpx2.MockTransport(answer)
        async with httpx2.AsyncClient(transport=transport, base_url="http://page", trust_env=False) as http:
            await ResponseCalls(http, CODE, "request-1", "").submit({}, "one-key")
        assert keys == ["one-key"] * 3

    async def test_other_refusals_are_not_repeated(self) -> None:
        calls = 0

        def answer(_: httpx2.Request) -> httpx2.Response:
            nonlocal calls
            calls += 1
            return httpx2.Response(409, json={"code": "already-submitted"})

        transport = httpx2.MockTransport(answer)
        async with httpx2.AsyncClient(transport=transport, base_url="http://page", trust_env=False) as http:
            with pytest.raises(Refused):
                await ResponseCalls(http, CODE, "request-1", "").submit({}, "one-key")
        assert calls == 1


class TestStanding:
    @pytest.mark.parametrize(
        ("state", "invitation", "until", "standing"),
        [
            ("open", "invited", None, Standing.OPEN),
            ("open", "started", "2099-01-01T00:00:00Z", Standing.OPEN),
            ("open", "submitted", None, Standing.DONE),
            ("open", "declined", None, Standing.DECLINED),
            ("open", "started", "2020-01-01T00:00:00Z", Standing.CLOSED),
            ("open", "submitted", "2020-01-01T00:00:00Z", Standing.CLOSED),
            ("open", "expired", None, Standing.CLOSED),
            ("closed", "submitted", None, Standing.CLOSED),
            ("cancelled", "invited", None, Standing.CLOSED),
            ("planned", "invited", None, Standing.NOT_YET),
            ("closed", "withdrawn", None, Standing.WITHDRAWN),
            ("open", "left", None, Standing.LEFT),
        ],
    )
    def test_says_what_can_be_done(
        self, state: str, invitation: str, until: str | None, standing: Standing
    ) -> None:
        asked = {"state": state, "invitationState": invitation, "answerUntil": until}
        assert standing_of(asked) is standing


class TestFaultyAnswers:
    @pytest.mark.parametrize(
        ("pointer", "code", "fields"),
        [
            ("/ratings/0/answers/0/value", "off-scale", ["rating.first"]),
            ("/ratings/0/answers", "answer-required", ["rating.third"]),
            ("/ratings/0", "rated-oneself", [""]),
            ("/texts/0/body", "too-long", ["text.wishes"]),
            ("/ratings/7", "off-scale", [""]),
            ("/formId", "unknown-form", [""]),
        ],
    )
    def test_finds_the_place_on_the_page(self, pointer: str, code: str, fields: list[str]) -> None:
        found = faulty_answers(FORM_SHOWN, SENT, [{"pointer": pointer, "code": code}])
        assert [each.field for each in found] == fields


class TestShown:
    @pytest.mark.parametrize(("answered", "open_page"), [(0, 0), (12, 1), (14, 1)])
    async def test_at_most_twelve_subjects_are_shown_at_a_time(self, answered: int, open_page: int) -> None:
        page = await pressed(200, {"to": "overview"}, made_asked(14, answered))
        html = render(page.name, page.language, page.told)
        pages = html.split("<details")[1:]
        assert [part.count('class="row"') for part in pages] == [12, 2]
        opened = [part.split(">", 1)[0].endswith(" open") for part in pages]
        assert opened == [number == open_page for number in range(2)]

    async def test_a_few_subjects_are_shown_together(self) -> None:
        page = await pressed(200, {"to": "overview"}, made_asked(12))
        html = render(page.name, page.language, page.told)
        assert (html.count("<details"), html.count('class="row"')) == (0, 12)

    @pytest.mark.parametrize(
        ("more", "name"),
        [
            ({"state": "planned"}, "not-yet"),
            ({"state": "closed", "invitationState": "submitted"}, "closed"),
            ({"invitationState": "expired"}, "closed"),
            ({"invitationState": "left"}, "left"),
            ({"invitationState": "withdrawn"}, "withdrawn"),
            ({"invitationState": "declined"}, "declined"),
        ],
    )
    async def test_whoever_cannot_answer_is_told_why(self, more: dict[str, Any], name: str) -> None:
        page = await pressed(200, {}, made_asked(2, **more))
        assert (page.name, page.status) == (name, 200)
        assert 'name="rating.' not in render(page.name, page.language, page.told)

    async def test_the_next_question_is_the_first_that_is_open(self) -> None:
        page = await pressed(200, {"at": "overview", "to": "next"}, made_asked(3, 2))
        assert page.told["place"].subject == made_asked(3)["forms"][0]["subjects"][2]["id"]

    async def test_a_window_never_tells_a_name(self) -> None:
        page = await pressed(200, {"at": "overview", "to": "next"}, made_asked(3))
        html = render(page.name, page.language, page.told)
        assert "Nr. 1" in html
        assert "Nr. 1" not in html.split("</title>")[0]
