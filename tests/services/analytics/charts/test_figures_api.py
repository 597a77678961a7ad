"""Charts of all that is closed, over REST: for whom the result is, and recorded as reading that."""

from uuid import UUID, uuid4

import httpx2
import pytest

from services.analytics.charts.frame import nothing_to_show, written
from shared.access.principal import Role
from tests.services.analytics.charts.made import drawn, is_vega_lite
from tests.services.analytics.collaboration.rounds_of_groups import AnsweredGroup, answered_group
from tests.services.analytics.rounds_with_answers import Answered, something
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality
from tests.support.records import audited
from tests.support.refusals import refused
from tests.support.services import CallerClient, Stack

SPEC, SVG = "application/vnd.vegalite.v6+json", "image/svg+xml"
LEADERSHIP = "/v1/waves/baseline/leadership/chart"
DISTRIBUTION = "/v1/waves/baseline/case-score-distribution/chart"
EFFECT = f"/v1/studies/{UUID(int=7)}/effect/chart?from=baseline&to=follow-up"
OF_RESEARCHERS = pytest.mark.parametrize("path", [LEADERSHIP, DISTRIBUTION, EFFECT])
FORMS = pytest.mark.parametrize("form", [SPEC, SVG])


def development(group: UUID) -> str:
    """Return where a group's development is drawn."""
    return f"/v1/collaboration-groups/{group}/development/chart"


def shows_nothing(answer: httpx2.Response) -> None:
    """Require the one chart there is for what is hidden and for what does not exist."""
    assert (answer.status_code, answer.content) == (200, written(nothing_to_show("da")))


async def is_known_then(client: CallerClient, path: str, form: str) -> None:
    """Require that a chart the caller has is not sent again, and each form has a tag of its own."""
    first = await client.get(path, headers={"Accept": form})
    assert first.headers["content-type"] == form
    known = {"Accept": form, "If-None-Match": first.headers["etag"]}
    again = await client.get(path, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert "Accept" in {each.strip() for each in again.headers["vary"].split(",")}
    other = await client.get(path, headers={**known, "Accept": "application/json"})
    assert other.status_code == 200


class TestOfResearchers:
    @OF_RESEARCHERS
    async def test_shows_nothing_of_too_few(self, five: Answered, path: str) -> None:
        for role in (Role.ANALYST, Role.ADMINISTRATOR):
            shows_nothing(await five.person(None, role).get(path))

    @OF_RESEARCHERS
    @FORMS
    async def test_what_is_known_is_not_sent_again(self, five: Answered, path: str, form: str) -> None:
        await is_known_then(five.person(None, Role.ANALYST), path, form)

    @OF_RESEARCHERS
    async def test_refuses_other_roles_and_forms(self, five: Answered, path: str) -> None:
        for role in (Role.PROFESSIONAL, Role.LEADER, Role.CASE_SYSTEM, Role.CASE_WORKER):
            refused(await five.person(uuid4(), role).get(path), 403, "forbidden")
        answer = await five.person(None, Role.ANALYST).get(path, headers={"Accept": "text/csv"})
        refused(answer, 406, "not-acceptable")
        assert "Accept" in answer.headers["vary"]


class TestLeadership:
    async def test_shows_the_released_line_and_the_dots_to_an_analyst_alone(
        self, five_cases: Answered
    ) -> None:
        analyst, administrator = (
            five_cases.person(None, role) for role in (Role.ANALYST, Role.ADMINISTRATOR)
        )
        found = something(await analyst.get("/v1/waves/baseline/associations"))
        spec = (await analyst.get(LEADERSHIP)).json()
        assert is_vega_lite(spec)
        line = found["leadershipToRk"]["byCase"]
        for end in spec["datasets"]["line"]:
            height = line["intercept"]["value"] + line["slope"]["value"] * end["leadership"]
            assert end["given"] == pytest.approx(height)
        dots = spec["datasets"]["dots"]
        assert sum(each["employees"] for each in dots) == len(found["points"]) == 25
        others = (await administrator.get(LEADERSHIP)).json()
        assert others["datasets"]["dots"] == []
        assert others["datasets"]["line"]

    async def test_who_may_see_dots_has_a_tag_of_its_own(self, five_cases: Answered) -> None:
        person = uuid4()
        analyst, administrator = (
            five_cases.person(person, role) for role in (Role.ANALYST, Role.ADMINISTRATOR)
        )
        seen = (await analyst.get(LEADERSHIP)).headers["etag"]
        answer = await administrator.get(LEADERSHIP, headers={"If-None-Match": seen})
        assert answer.status_code == 200
        assert answer.headers["etag"] != seen


@pytest.fixture(scope="module")
async def three(stack: Stack, databases: dict[str, TestDatabase]) -> AnsweredGroup:
    """Give a team-open group of three people."""
    return await answered_group(Municipality(stack, uuid4()), databases, (1, 2))


class TestDevelopment:
    async def test_shows_what_the_development_says(self, three: AnsweredGroup) -> None:
        found = something(await three.ask(three.member(), "development", ""))
        spec = (await three.member().get(development(three.group))).json()
        assert is_vega_lite(spec)
        released = [each["overall"] for each in found["waves"]] + [
            each["received"] for rated in found["rated"] for each in rated["waves"]
        ]
        shown = [each["value"] for each in spec["datasets"]["waves"]]
        assert shown == [each["value"] for each in released]
        assert len(shown) > 2
        picture = await three.member().get(development(three.group), headers={"Accept": SVG})
        assert picture.text == drawn(spec)

    async def test_hidden_and_nonexistent_look_alike(self, three: AnsweredGroup) -> None:
        for client in (three.person(uuid4()), three.analyst()):
            shows_nothing(await client.get(development(three.group)))
            shows_nothing(await client.get(development(uuid4())))

    async def test_reading_is_recorded_as_reading_the_development(
        self, three: AnsweredGroup, databases: dict[str, TestDatabase]
    ) -> None:
        something(await three.ask(three.member(), "development", ""))
        read = (await audited(databases["analytics"], three.group))[-1]
        await three.member().get(development(three.group))
        assert (await audited(databases["analytics"], three.group))[-2:] == [read, read]
        assert read[:3] == ("read", "group-development", "group-results")

    @FORMS
    async def test_what_is_known_is_not_sent_again(self, three: AnsweredGroup, form: str) -> None:
        await is_known_then(three.member(), development(three.group), form)

    async def test_refuses_programs(self, three: AnsweredGroup) -> None:
        refused(await three.person(None, Role.CASE_SYSTEM).get(development(three.group)), 403, "forbidden")
