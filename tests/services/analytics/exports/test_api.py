"""Files over REST: who gets them, in which form, and that it is recorded."""

import asyncio
import json
import re
from collections import Counter
from inspect import isclass
from itertools import product
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import httpx2
import networkx
import pytest
from fastapi.routing import APIRoute

from deploy.openapi import build
from services.analytics.asking import RESEARCHERS
from services.analytics.cuts.schemas import Attribute, Crossing, Direction
from services.analytics.exports.files import GRAPHML, PARQUET, SAV, TABLES
from services.analytics.exports.sources import OF_CASE, SHOWN
from services.analytics.release.envelope import Released
from shared.access.policy import RoleAllowed, policies_of
from shared.access.principal import Role
from shared.spreadsheet import MEDIA_TYPE as CSV
from tests.services.analytics.exports.reading_back import Rows, from_csv, from_parquet, from_sav
from tests.services.analytics.exports.test_figures import figures_in, numbers_in, numbers_listed, numbers_of
from tests.services.analytics.rounds_with_answers import Answered, answer_everything, followed, something
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality
from tests.support.records import audited
from tests.support.refusals import refused
from tests.support.services import CallerClient, Stack

OF_WAVE = {name: view for name, view in SHOWN.items() if name != OF_CASE}
QUERIES = {
    "capacities": [f"?direction={one}&by={other}" for one, other in product(Direction, Attribute)],
    "interfaces": [f"?by={each}" for each in Crossing],
}
NUMBERS = frozenset({"answerValue", "answerCode"})


async def of_team(
    held: Answered, client: CallerClient, content: str = "answers", **headers: str
) -> httpx2.Response:
    path = f"/v1/cases/{held.case}/exports/{content}?wave=baseline&purpose=network-meeting"
    return await client.get(path, headers=headers)


def of_wave(held: Answered, *roles: Role) -> CallerClient:
    return held.person(None, *(roles or (Role.ANALYST,)))


async def wave_file(client: CallerClient, content: str, **headers: str) -> httpx2.Response:
    query = "" if content == "figures" else "?purpose=research"
    return await client.get(f"/v1/waves/baseline/exports/{content}{query}", headers=headers)


def matrix_as_rows(matrix: dict[str, Any]) -> list[tuple[str, str, str, float | None]]:
    return [
        (rater["id"], subject["id"], dimension["code"], dimension["cells"][row][column]["value"])
        for row, rater in enumerate(matrix["participants"])
        for column, subject in enumerate(matrix["rated"])
        for dimension in matrix["dimensions"]
        if dimension["cells"][row][column]["reason"] != "not-asked"
    ]


def as_rows(found: Rows) -> list[tuple[Any, ...]]:
    names = ("raterId", "subjectId", "itemId", "answerValue")
    return [tuple(row[name] for name in names) for row in found]


def kebab(name: str) -> str:
    """Return what a view's address ends in."""
    return re.sub("([A-Z])", r"-\1", name).lower()


def may_be_asked(route: APIRoute) -> bool:
    """Tell whether researchers may call a route."""
    allowed = (each.roles for each in policies_of(route) if isinstance(each, RoleAllowed))
    return any(set(RESEARCHERS) <= roles for roles in allowed)


@pytest.fixture(scope="module")
async def many(stack: Stack, databases: dict[str, TestDatabase]) -> Municipality:
    """Give eight cases of six people with a leader each: every view shows something."""
    municipality = Municipality(stack, uuid4())
    unit = await municipality.unit()
    leaders = [await municipality.employee(unit) for _ in range(6)]
    members = [await municipality.employee(unit, leader.id) for leader in leaders]
    for case in range(8):
        opened = await municipality.open_round(await municipality.case(members))
        values = [1 + (case * (place % 2) + place) % 5 for place in range(6)]
        answering = zip(members, values, strict=True)
        await asyncio.gather(*(answer_everything(opened, *each) for each in answering))
        await opened.close()
        await followed(databases, opened, opened.case)
    return municipality


class TestExportCaseResults:
    async def test_every_format_holds_the_matrix_that_json_shows(
        self, five: Answered, tmp_path: Path
    ) -> None:
        member = five.member()
        told = matrix_as_rows(something(await five.matrix(member)))
        csv = await of_team(five, member, Accept=CSV)
        assert as_rows(from_csv(csv.content, NUMBERS)) == told
        parquet = await of_team(five, member, Accept=PARQUET)
        assert as_rows(from_parquet(parquet.content)) == told
        sav = await of_team(five, member, Accept=SAV)
        assert as_rows(from_sav(sav.content, tmp_path)) == told

    async def test_says_what_it_is(self, five: Answered) -> None:
        answer = await of_team(five, five.member())
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
        assert (
            answer.headers["content-disposition"]
            == 'attachment; filename="samspil-case-answers-baseline.csv"'
        )
        assert answer.headers["content-language"] == "da"
        assert "accept" in {each.strip().lower() for each in answer.headers["vary"].split(",")}

    async def test_the_network_has_the_matrix_as_ties(self, five: Answered) -> None:
        answer = await of_team(five, five.member(), "network")
        assert answer.headers["content-type"] == GRAPHML
        found = networkx.parse_graphml(answer.content.decode())
        matrix = something(await five.matrix(five.member()))
        assert sorted(found.nodes) == sorted(each["id"] for each in matrix["participants"])
        weights = [cell["value"] for row in matrix["cells"] for cell in row if cell["value"] is not None]
        assert sorted(weight for _, _, weight in found.edges(data="weight")) == sorted(weights)

    async def test_is_recorded_with_its_purpose(
        self, five: Answered, databases: dict[str, TestDatabase]
    ) -> None:
        await of_team(five, five.member(2), "matrix")
        found = await audited(databases["analytics"], five.case)
        assert ("export", "matrix", "network-meeting") in {each[:3] for each in found}

    async def test_a_purpose_must_be_said(self, five: Answered) -> None:
        for query in ("wave=baseline", "wave=baseline&purpose=010190-1234"):
            path = f"/v1/cases/{five.case}/exports/answers?{query}"
            refused(await five.member().get(path), 400, "malformed-request")

    async def test_what_is_known_is_not_sent_again(self, five: Answered) -> None:
        first = await of_team(five, five.member())
        again = await of_team(five, five.member(), **{"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert (await of_team(five, five.member())).content == first.content

    async def test_comes_in_no_form_but_these(self, five: Answered) -> None:
        refused(await of_team(five, five.member(), Accept="image/png"), 406, "not-acceptable")
        refused(await of_team(five, five.member(), Accept=GRAPHML), 406, "not-acceptable")
        refused(await of_team(five, five.member(), "network", Accept=CSV), 406, "not-acceptable")

    @pytest.mark.parametrize("content", ["answers", "matrix", "network"])
    async def test_hidden_and_absent_answer_alike(
        self, five: Answered, discreet: Answered, content: str
    ) -> None:
        outsider = five.person(uuid4())
        hidden = [
            await of_team(five, outsider, content),
            await of_team(five, five.person(None, Role.LEADER), content),
            await of_team(discreet, discreet.member(), content),
            await of_team(five, discreet.member(), content),
        ]
        path = f"/v1/cases/{uuid4()}/exports/{content}?wave=baseline&purpose=follow-up"
        hidden.append(await five.member().get(path))
        for answer in hidden:
            refused(answer, 404, "not-available")

    async def test_is_for_the_team(self, five: Answered) -> None:
        for role in (Role.ANALYST, Role.ADMINISTRATOR, Role.DATA_STEWARD, Role.CASE_SYSTEM):
            client = five.person(five.members[0].person, role)
            refused(await of_team(five, client), 403, "forbidden")


def without_points(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave single employees out: an analyst sees them, and no file holds them."""
    return [{name: value for name, value in each.items() if name != "points"} for each in shown]


class TestExportWaveFigures:
    async def test_holds_no_number_that_json_does_not_show(
        self, many: Municipality, tmp_path: Path
    ) -> None:
        analyst = many.caller("analytics", Role.ANALYST)
        parquet = from_parquet((await wave_file(analyst, "figures", Accept=PARQUET)).content)
        told: set[float] = set()
        for view in OF_WAVE:
            asked = [f"/v1/waves/baseline/{kebab(view)}{query}" for query in QUERIES.get(view, [""])]
            shown = [something(await analyst.get(each)) for each in asked]
            own = [row for row in parquet if str(row["figure"]).startswith(f"{view}.")]
            assert Counter(numbers_listed(own)) == Counter(figures_in(without_points(shown)))
            told |= set(numbers_in(shown))
        assert numbers_of(parquet) <= told
        sav = from_sav((await wave_file(analyst, "figures", Accept=SAV)).content, tmp_path)
        assert numbers_of(sav) == numbers_of(parquet)
        assert len((await wave_file(analyst, "figures")).content.splitlines()) == len(parquet) + 1
        administrator = many.caller("analytics", Role.ADMINISTRATOR)
        again = await wave_file(administrator, "figures", Accept=PARQUET)
        assert from_parquet(again.content) == parquet

    def test_holds_every_view_of_a_wave_that_researchers_may_ask_for(self) -> None:
        prefix = "/v1/waves/{wave}/"
        found = {
            route.path.removeprefix(prefix): get_args(model.model_fields["result"].annotation)[0]
            for route in build("analytics").routes
            if isinstance(route, APIRoute) and route.path.startswith(prefix) and may_be_asked(route)
            if isclass(model := route.response_model) and issubclass(model, Released)
        }
        assert set(found) == set(map(kebab, OF_WAVE))
        assert all(issubclass(found[kebab(name)], view) for name, view in OF_WAVE.items())

    async def test_too_few_people_are_like_none(self, four: Answered) -> None:
        analyst = of_wave(four)
        for content in ("figures", "case-scores"):
            refused(await wave_file(analyst, content), 404, "not-available")
        refused(await analyst.get("/v1/waves/nothing-yet/exports/figures"), 404, "not-available")

    @pytest.mark.parametrize("content", ["figures", "case-scores"])
    async def test_is_for_researchers(self, five: Answered, content: str) -> None:
        for role in (Role.PROFESSIONAL, Role.LEADER, Role.DATA_STEWARD, Role.CASE_SYSTEM):
            client = five.person(five.members[0].person, role)
            refused(await wave_file(client, content), 403, "forbidden")

    @pytest.mark.parametrize("content", ["figures", "case-scores"])
    async def test_what_is_known_is_not_sent_again(self, five: Answered, content: str) -> None:
        analyst = of_wave(five)
        for media_type in TABLES:
            first = await wave_file(analyst, content, Accept=media_type)
            assert first.headers["content-type"].startswith(media_type)
            tag = first.headers["etag"]
            again = await wave_file(analyst, content, Accept=media_type, **{"If-None-Match": tag})
            assert (again.status_code, again.content) == (304, b"")
            assert (await wave_file(analyst, content, Accept=media_type)).content == first.content

    async def test_comes_in_no_form_but_these(self, five: Answered) -> None:
        answer = await wave_file(of_wave(five), "figures", Accept=GRAPHML)
        refused(answer, 406, "not-acceptable")
        assert "Accept" in {each.strip() for each in answer.headers["vary"].split(",")}
        assert CSV in json.dumps(answer.json()["errors"])


class TestExportWaveCaseScores:
    async def test_holds_what_json_shows_of_each_case(
        self, five: Answered, databases: dict[str, TestDatabase]
    ) -> None:
        analyst = of_wave(five)
        told = set(numbers_in(something(await five.scores(analyst))))
        found = from_parquet((await wave_file(analyst, "case-scores", Accept=PARQUET)).content)
        assert numbers_of(found) == told
        assert {row["caseId"] for row in found} == {str(five.case)}
        recorded = {each[:3] for each in await audited(databases["analytics"], five.case)}
        assert ("export", "case-scores", "research") in recorded

    async def test_a_purpose_must_be_said(self, five: Answered) -> None:
        answer = await of_wave(five).get("/v1/waves/baseline/exports/case-scores")
        refused(answer, 400, "malformed-request")
