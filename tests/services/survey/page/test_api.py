"""The page over HTTP against the real service: from the code to the thanks, or whatever else is sent."""

import asyncio
import json

import pytest

from services.survey.page.posted import FORM
from tests.services.survey.page.named_team import (
    CITIZEN,
    LEADERSHIP,
    NETWORK,
    OWN,
    NamedTeam,
    name_people,
    open_named_round,
    publish_own_instrument,
)
from tests.services.survey.page.visitor import Visitor, visit
from tests.support.municipality import Municipality, ok
from tests.support.services import Stack

ANNE, BO = "Anne Holm", "Bo <script>alert(1)</script> & 'søn'"


@pytest.fixture
async def team(municipality: Municipality) -> NamedTeam:
    """Two, of whom one has a name that would be a script; their leader; a citizen."""
    people = await name_people(municipality, ANNE, BO)
    asked = (NETWORK, LEADERSHIP, CITIZEN)
    return await open_named_round(municipality, people, asked, purpose="Bedre <b>samarbejde</b>")


@pytest.fixture
async def anne(stack: Stack, team: NamedTeam) -> Visitor:
    """Anne, who has opened her link."""
    visitor = visit(stack)
    await visitor.arrive(await team.token(ANNE))
    return visitor


async def to_first_question(visitor: Visitor) -> Visitor:
    """Go past the welcome page, and past the overview where there is one."""
    while not visitor.page.fields["at"].startswith("subject/"):
        await visitor.press("next")
    return visitor


class TestShowPage:
    async def test_asks_for_the_code_and_says_nothing_of_anybody(self, stack: Stack) -> None:
        visitor = visit(stack)
        answer = await visitor.http.get("/svar?utm_source=mail", headers={"Accept-Language": "en"})
        assert (answer.status_code, answer.headers["content-language"]) == (200, "en")
        assert "<noscript>" in answer.text

    async def test_nothing_from_elsewhere_runs_is_kept_or_framed(self, stack: Stack, anne: Visitor) -> None:
        for answer in (await anne.http.get("/svar"), anne.answer):
            assert answer.headers["content-security-policy"] == (
                "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; "
                "base-uri 'none'; frame-ancestors 'none'"
            )
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert "set-cookie" not in answer.headers
            assert "style=" not in answer.text
            assert "://" not in answer.text

    @pytest.mark.parametrize(
        ("path", "kind"), [("/svar/start.js", "text/javascript"), ("/svar/style.css", "text/css")]
    )
    async def test_serves_its_own_files(self, stack: Stack, path: str, kind: str) -> None:
        http = visit(stack).http
        answer = await http.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, f"{kind}; charset=utf-8")
        again = await http.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304


class TestWelcome:
    async def test_promises_come_before_the_first_question(self, anne: Visitor) -> None:
        page = anne.page
        for told in ("Bedre <b>samarbejde</b>", "artikel 6, stk. 1, litra e", "13 spørgsmål", "frivilligt"):
            assert told in page.text
        assert "ikke anonyme" in page.text
        assert not any(name.startswith("rating.") for name in page.offered)

    async def test_confidential_is_not_called_anonymous(
        self, stack: Stack, team: NamedTeam, municipality: Municipality
    ) -> None:
        secret = await open_named_round(municipality, team.people, visibility="confidential")
        page = await visit(stack).arrive(await secret.token(ANNE))
        assert "Fortroligt, ikke anonymt." in page.text

    async def test_in_the_language_of_the_browser_until_another_is_chosen(
        self, stack: Stack, team: NamedTeam
    ) -> None:
        visitor = visit(stack, "en")
        assert (await visitor.arrive(await team.token(ANNE))).language == "en"
        assert (await visitor.press("language/da")).language == "da"
        assert (await visitor.press("next")).language == "da"

    async def test_the_code_may_come_with_the_link_around_it(self, stack: Stack, team: NamedTeam) -> None:
        token = await team.token(ANNE)
        page = await visit(stack).arrive(f"  https://example.org/svar#{token}\n")
        assert "Dit spørgeskema" in page.text


class TestAnswering:
    async def test_from_the_code_to_the_thanks(self, team: NamedTeam, anne: Visitor) -> None:
        await to_first_question(anne)
        await anne.rate("4")
        await anne.rate("dont-know")
        assert anne.page.fields["at"] == "summary"
        page = await anne.press("submit")
        assert (anne.answer.status_code, "Tak for dine svar" in page.text) == (200, True)
        forms = (await team.seen(ANNE))["forms"]
        assert [form["version"] for form in forms] == [1, 1]
        given = [[answer["value"] for answer in form["answers"]["ratings"][0]["answers"]] for form in forms]
        assert given == [[4] * 6, ["dont-know"] * 7]
        assert {address.partition("/svar")[2] for address in anne.addresses} == {""}

    async def test_is_saved_on_the_way_and_found_again_elsewhere(
        self, stack: Stack, team: NamedTeam, anne: Visitor
    ) -> None:
        await to_first_question(anne)
        page = await anne.rate("2", "pause")
        assert "token" not in page.fields
        elsewhere = visit(stack)
        await elsewhere.arrive(await team.token(ANNE))
        assert "Fortsæt" in elsewhere.page.buttons["next"]
        await to_first_question(elsewhere)
        assert elsewhere.page.text.startswith("Side 1 af 1: Ledelse")
        await elsewhere.press("back")
        rated = [value for name, value in elsewhere.page.fields.items() if name.startswith("rating.")]
        assert rated == ["2"] * 6

    async def test_who_is_not_worked_with_is_not_rated(self, team: NamedTeam, anne: Visitor) -> None:
        await to_first_question(anne)
        await anne.press("next", apart="yes", rating__innovation="3")
        (rating,) = (await team.seen(ANNE))["forms"][0]["draft"]["ratings"]
        assert (rating["doesNotWorkWith"], rating["answers"]) == (True, [])

    async def test_changing_the_language_keeps_what_was_ticked(
        self, team: NamedTeam, anne: Visitor
    ) -> None:
        await to_first_question(anne)
        page = await anne.rate("5", "language/en")
        assert (page.language, page.fields["rating.innovation"]) == ("en", "5")

    async def test_two_screens_do_not_overwrite_each_other(
        self, stack: Stack, team: NamedTeam, anne: Visitor
    ) -> None:
        await to_first_question(anne)
        other = visit(stack)
        await other.arrive(await team.token(ANNE))
        await to_first_question(other)
        await other.rate("1", "overview")
        page = await anne.rate("5")
        assert anne.answer.status_code == 409
        assert "ændret et andet sted" in page.text
        assert page.fields["rating.innovation"] == "1"
        page = await anne.rate("5")
        assert anne.answer.status_code == 200

    async def test_a_button_pressed_twice_saves_once_and_goes_on(self, anne: Visitor) -> None:
        await to_first_question(anne)
        fields = {**anne.page.fields, "rating.innovation": "3", "to": "next"}
        await anne.post(fields)
        page = await anne.post(fields)
        assert anne.answer.status_code == 200
        assert "Ledelse" in page.title


class TestSubmitting:
    async def test_pressed_twice_at_once_is_one_submission(self, team: NamedTeam, anne: Visitor) -> None:
        await to_first_question(anne)
        await anne.rate("4")
        await anne.rate("4")
        fields = {**anne.page.fields, "to": "submit"}
        other = Visitor(anne.http)
        pages = await asyncio.gather(*(each.post(fields) for each in (anne, other)))
        assert all("Tak for dine svar" in page.text for page in pages)
        assert [form["version"] for form in (await team.seen(ANNE))["forms"]] == [1, 1]

    async def test_what_is_empty_is_not_sent_and_said_so(self, team: NamedTeam, anne: Visitor) -> None:
        await anne.press("next")
        await anne.press("summary")
        page = await anne.press("submit")
        assert anne.answer.status_code == 422
        assert "Du har ikke svaret på noget endnu" in page.text
        await to_first_question(await _overview(anne))
        await anne.rate("4", "overview")
        await anne.press("summary")
        page = await anne.press("submit")
        assert "Disse skemaer er ikke sendt endnu" in page.text
        assert [form["version"] for form in (await team.seen(ANNE))["forms"]] == [1, 0]

    async def test_what_must_be_answered_is_named_with_its_place(
        self, stack: Stack, municipality: Municipality
    ) -> None:
        await publish_own_instrument(municipality)
        people = await name_people(municipality, ANNE, BO)
        team = await open_named_round(municipality, people, (OWN,))
        visitor = visit(stack)
        await visitor.arrive(await team.token(ANNE))
        await to_first_question(visitor)
        wish = {"text__contribution": "Overblik\r\nog ro", "quote__contribution": "yes"}
        await visitor.press("summary" if "summary" in visitor.page.buttons else "overview", **wish)
        await visitor.press("next")
        await visitor.press("overview", rating__innovation="3")
        await visitor.press("summary")
        page = await visitor.press("submit")
        assert visitor.answer.status_code == 422
        assert page.title.startswith("Fejl:")
        (fix, *_) = [each for each in page.buttons if each.startswith("missing/")]
        page = await visitor.press(fix)
        assert 'href="#rating.knowledge-sharing"' in visitor.answer.text
        await visitor.rate("3", "overview")
        await visitor.press("summary")
        await visitor.press("submit")
        (form,) = (await team.seen(ANNE))["forms"]
        (text,) = form["answers"]["texts"]
        assert (text["body"], text["mayQuote"]) == ("Overblik\nog ro", True)

    async def test_a_citizen_chooses_and_the_default_is_no(self, stack: Stack, team: NamedTeam) -> None:
        visitor = visit(stack)
        await visitor.arrive(await team.token("citizen"))
        await to_first_question(visitor)
        page = await visitor.rate("4")
        assert (page.fields["share"], page.fields["by"]) == ("no", "self")
        await visitor.press("submit", by="relative", share="yes")
        await visitor.press("overview")
        page = await visitor.press(
            next(each for each in visitor.page.buttons if each.startswith("subject/"))
        )
        assert (page.fields["share"], page.fields["by"]) == ("yes", "relative")
        await visitor.press("save", share="no")
        (form,) = (await team.seen("citizen"))["forms"]
        assert form["version"] == 2
        assert (form["answers"]["shareWithTeam"], form["answers"]["answeredBy"]) == (False, "relative")


async def _overview(visitor: Visitor) -> Visitor:
    await visitor.press("overview")
    return visitor


class TestAfterwards:
    async def test_a_correction_is_a_new_version_and_pressed_twice_still_one(
        self, team: NamedTeam, anne: Visitor
    ) -> None:
        await to_first_question(anne)
        await anne.rate("4")
        await anne.rate("4")
        await anne.press("submit")
        await anne.press("overview")
        await anne.press(next(each for each in anne.page.buttons if each.startswith("subject/")))
        assert anne.page.fields["rating.innovation"] == "4"
        fields = {**anne.page.fields, "rating.innovation": "1", "to": "save"}
        await anne.post(fields)
        page = await anne.post(fields)
        assert "Din rettelse er gemt" in page.text
        form = (await team.seen(ANNE))["forms"][0]
        values = {each["itemId"]: each["value"] for each in form["answers"]["ratings"][0]["answers"]}
        assert (form["version"], values["innovation"], values["mutual-respect"]) == (2, 1, 4)

    async def test_declining_can_be_taken_back(self, team: NamedTeam, anne: Visitor) -> None:
        await anne.press("decline")
        await anne.press("decline-now")
        assert (await team.seen(ANNE))["invitationState"] == "declined"
        assert "Du har sagt nej tak" in (await anne.arrive(await team.token(ANNE))).text
        page = await anne.press("welcome")
        assert "Dit spørgeskema" in page.text

    async def test_withdrawing_deletes_and_ends_it(self, team: NamedTeam, anne: Visitor) -> None:
        await to_first_question(anne)
        await anne.rate("4", "overview")
        await anne.press("withdraw")
        page = await anne.press("withdraw-now")
        assert "Dine svar er slettet" in page.text
        page = await anne.arrive(await team.token(ANNE))
        assert "Dine svar er slettet" in page.text
        assert "next" not in page.buttons

    async def test_after_closing_it_says_so_and_that_the_last_was_not_saved(
        self, team: NamedTeam, anne: Visitor
    ) -> None:
        await to_first_question(anne)
        await team.round.close()
        page = await anne.rate("4")
        assert anne.answer.status_code == 409
        assert "Spørgeskemaet er lukket" in page.text
        assert "blev ikke gemt" in page.text


class TestHostileInput:
    @pytest.mark.parametrize(
        "token", ["", "rt_", "rt_" + "A" * 70, "x" * 5000, "rt_ÆØÅ\r\nX: y", "rt_'\"<>"]
    )
    async def test_every_code_that_is_none_gets_the_same_answer(self, stack: Stack, token: str) -> None:
        visitor = visit(stack)
        page = await visitor.arrive(token)
        assert (visitor.answer.status_code, page.title) == (401, "Linket virker ikke – Samspil")
        assert len(token) < 4 or token not in visitor.answer.text

    async def test_names_and_answers_are_never_markup(self, anne: Visitor, team: NamedTeam) -> None:
        await to_first_question(anne)
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in anne.answer.text
        assert "<script>alert" not in anne.answer.text
        assert "<b>" not in anne.answer.text

    async def test_what_no_form_of_ours_sends_is_not_understood(self, anne: Visitor) -> None:
        page = await anne.post({**anne.page.fields, "unknown": "1"})
        assert (anne.answer.status_code, page.title) == (400, "Det gik ikke – Samspil")

    @pytest.mark.parametrize(
        ("body", "kind", "status"),
        [
            (b"token=%FF", FORM, 400),
            (json.dumps({"token": "rt_"}).encode(), "application/json", 415),
            (b"", "multipart/form-data; boundary=x", 415),
            (b"token=" + b"x" * 1_100_000, FORM, 413),
        ],
    )
    async def test_every_refusal_is_a_page(self, stack: Stack, body: bytes, kind: str, status: int) -> None:
        answer = await visit(stack).http.post("/svar", content=body, headers={"Content-Type": kind})
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert "<h1>" in answer.text

    async def test_answers_off_the_scale_are_refused_where_they_stand(self, anne: Visitor) -> None:
        await to_first_question(anne)
        page = await anne.post({**anne.page.fields, "rating.innovation": "9", "to": "next"})
        assert anne.answer.status_code == 422
        assert "Skal rettes: Innovation" in page.text

    async def test_statements_of_another_form_are_refused_too(self, anne: Visitor) -> None:
        await to_first_question(anne)
        await anne.post({**anne.page.fields, "rating.something-else": "3", "to": "next"})
        assert anne.answer.status_code == 422

    async def test_one_may_not_answer_on_another_ones_form(
        self, stack: Stack, team: NamedTeam, anne: Visitor
    ) -> None:
        await to_first_question(anne)
        bo = visit(stack)
        await bo.arrive(await team.token(BO))
        page = await bo.post({**anne.page.fields, "token": bo.page.fields["token"], "to": "next"})
        assert "ikke længere med i spørgeskemaet" in page.text
        assert (await team.seen(BO))["forms"][0]["draft"] is None

    async def test_the_page_can_do_no_more_than_its_code(self, anne: Visitor) -> None:
        """The negative control: the public call it makes refuses the same code once it is revoked."""
        token = anne.page.fields["token"]
        headers = {"Authorization": f"Bearer {token[:-1]}{'A' if token[-1] != 'A' else 'B'}"}
        assert (await anne.http.get("/v1/response", headers=headers)).status_code == 401
        ok(await anne.http.get("/v1/response", headers={"Authorization": f"Bearer {token}"}))
