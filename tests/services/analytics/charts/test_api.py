"""Charts over REST: for whom the result is, in the form and language asked for, and otherwise nothing."""

from itertools import product
from uuid import uuid4

import httpx2
import pytest

from services.analytics.charts.frame import nothing_to_show, written
from shared.access.principal import Role
from tests.services.analytics.charts.made import drawn, is_vega_lite
from tests.services.analytics.rounds_with_answers import Answered, something
from tests.support.refusals import refused
from tests.support.services import CallerClient

SPEC, SVG = "application/vnd.vegalite.v6+json", "image/svg+xml"
OF_CASE = ("matrix", "dimensions", "network")


async def chart(held: Answered, client: CallerClient, what: str, **headers: str) -> httpx2.Response:
    """Ask for a chart of the case."""
    return await client.get(f"/v1/cases/{held.case}/{what}/chart?wave=baseline", headers=headers)


def shows_nothing(answer: httpx2.Response) -> None:
    """Require the one chart there is for what is hidden and for what does not exist."""
    assert (answer.status_code, answer.content) == (200, written(nothing_to_show("da")))


class TestForms:
    @pytest.mark.parametrize("what", OF_CASE)
    async def test_a_specification_unless_a_picture_is_asked_for(self, five: Answered, what: str) -> None:
        for accepted, form in ((None, SPEC), (SPEC, SPEC), ("application/json", "application/json")):
            headers = {"Accept": accepted} if accepted else {}
            answer = await chart(five, five.member(), what, **headers)
            assert answer.headers["content-type"] == form
            assert is_vega_lite(answer.json())
            assert answer.json()["usermeta"]["samspil"]["status"] == "available"

    @pytest.mark.parametrize("what", OF_CASE)
    async def test_a_picture_of_the_same_specification(self, five: Answered, what: str) -> None:
        spec = (await chart(five, five.member(), what)).json()
        answer = await chart(five, five.member(), what, Accept="image/svg+xml, text/html;q=0.9")
        assert answer.headers["content-type"] == SVG
        assert answer.text == drawn(spec)

    @pytest.mark.parametrize("what", OF_CASE)
    async def test_refuses_every_other_form(self, five: Answered, what: str) -> None:
        answer = await chart(five, five.member(), what, Accept="image/png")
        assert len(refused(answer, 406, "not-acceptable")) == 1
        assert "Accept" in _varies(answer)

    @pytest.mark.parametrize("what", OF_CASE)
    async def test_says_by_what_it_varies(self, five: Answered, what: str) -> None:
        answer = await chart(five, five.member(), what)
        assert {"Accept", "Accept-Language", "Authorization"} <= _varies(answer)
        assert answer.headers["cache-control"] == "private, no-cache"


def _varies(answer: httpx2.Response) -> set[str]:
    return {each.strip() for each in answer.headers["vary"].split(",")}


class TestLanguages:
    @pytest.mark.parametrize(("language", "title"), [("da", "Relationsmatrice"), ("en", "Relation matrix")])
    async def test_titles_follow_the_reader(self, five: Answered, language: str, title: str) -> None:
        answer = await chart(five, five.member(), "matrix", **{"Accept-Language": language})
        assert answer.headers["content-language"] == language
        assert answer.json()["title"]["text"].startswith(title)


class TestTags:
    @pytest.mark.parametrize(("what", "form"), [*product(OF_CASE, (SPEC, SVG))])
    async def test_what_is_known_is_not_sent_again(self, five: Answered, what: str, form: str) -> None:
        first = await chart(five, five.member(), what, Accept=form)
        known = {"Accept": form, "If-None-Match": first.headers["etag"]}
        again = await chart(five, five.member(), what, **known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert "Accept" in _varies(again)
        other = await chart(five, five.member(), what, **known, **{"Accept-Language": "en"})
        assert other.status_code == 200

    async def test_each_form_has_a_tag_of_its_own(self, five: Answered) -> None:
        found = [
            (await chart(five, five.member(), "matrix", Accept=form)).headers["etag"]
            for form in (SPEC, "application/json", SVG)
        ]
        assert len({*found}) == 3


class TestWhoSees:
    async def test_shows_what_the_matrix_says(self, five: Answered) -> None:
        matrix = something(await five.matrix(five.member()))
        spec = (await chart(five, five.member(), "matrix")).json()
        cells = {(cell["row"], cell["column"]): cell["mean"] for cell in spec["datasets"]["rated-cells"]}
        for row, column in product(range(5), range(5)):
            assert cells.get((row, column)) == matrix["cells"][row][column]["value"]
        about = spec["usermeta"]["samspil"]["provenance"]
        assert about == [matrix["provenance"]]

    async def test_shows_what_the_scores_say(self, five: Answered) -> None:
        analyst = five.person(uuid4(), Role.ANALYST)
        scores = something(await five.scores(analyst))
        spec = (await chart(five, analyst, "dimensions")).json()
        assert [each["mean"] for each in spec["datasets"]["dimensions"]] == [
            each["score"]["value"] for each in scores["dimensions"]
        ]

    async def test_the_matrix_is_the_teams(self, five: Answered, discreet: Answered) -> None:
        shows_nothing(await chart(five, five.person(uuid4()), "matrix"))
        shows_nothing(await chart(five, five.person(uuid4(), Role.LEADER), "matrix"))
        shows_nothing(await chart(discreet, discreet.member(), "matrix"))
        shows_nothing(await chart(five, five.person(uuid4()), "network"))
        shows_nothing(await chart(discreet, discreet.member(), "network"))

    async def test_dimensions_need_enough_people(self, four: Answered) -> None:
        spec = (await chart(four, four.member(), "dimensions")).json()
        assert len(spec["datasets"]["dimensions"]) == 6
        shows_nothing(await chart(four, four.person(uuid4(), Role.ANALYST), "dimensions"))

    @pytest.mark.parametrize("what", OF_CASE)
    async def test_hidden_and_nonexistent_look_alike_as_pictures(self, four: Answered, what: str) -> None:
        stranger = four.person(uuid4())
        hidden = await chart(four, stranger, what, Accept=SVG)
        path = f"/v1/cases/{uuid4()}/{what}/chart?wave=baseline"
        missing = await stranger.get(path, headers={"Accept": SVG})
        assert hidden.content == missing.content == drawn(nothing_to_show("da")).encode()
        assert hidden.headers["etag"] == missing.headers["etag"]

    @pytest.mark.parametrize(
        ("what", "role"),
        [("matrix", Role.ANALYST), ("network", Role.ANALYST), ("dimensions", Role.CASE_SYSTEM)],
    )
    async def test_refuses_other_roles_whatever_they_accept(
        self, five: Answered, what: str, role: Role
    ) -> None:
        for accepted in (SPEC, SVG):
            answer = await chart(five, five.person(None, role), what, Accept=accepted)
            refused(answer, 403, "forbidden")


class TestLeadership:
    PATH = "/v1/waves/baseline/leadership/chart"

    async def test_one_case_is_not_enough_whoever_is_in_it(self, five: Answered) -> None:
        shows_nothing(await five.person(uuid4(), Role.ANALYST).get(self.PATH))

    @pytest.mark.parametrize("form", [SPEC, SVG])
    async def test_what_is_known_is_not_sent_again(self, five: Answered, form: str) -> None:
        analyst = five.person(uuid4(), Role.ANALYST)
        first = await analyst.get(self.PATH, headers={"Accept": form})
        known = {"Accept": form, "If-None-Match": first.headers["etag"]}
        again = await analyst.get(self.PATH, headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert {"Accept", "Accept-Language", "Authorization"} <= _varies(again)

    @pytest.mark.parametrize("role", [Role.PROFESSIONAL, Role.LEADER, Role.CASE_SYSTEM])
    async def test_refuses_other_roles(self, five: Answered, role: Role) -> None:
        refused(await five.person(uuid4(), role).get(self.PATH), 403, "forbidden")

    async def test_refuses_every_other_form(self, five: Answered) -> None:
        answer = await five.person(uuid4(), Role.ANALYST).get(self.PATH, headers={"Accept": "text/csv"})
        refused(answer, 406, "not-acceptable")
