"""Lists of cases: every filter in every order is what going through all cases gives, page by page."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from shared.access.principal import Role
from tests.services.cases.listing.expected import SORTS, expected
from tests.services.cases.listing.made import MadeRegister
from tests.support.municipality import ok
from tests.support.refusals import refused
from tests.support.services import CallerClient, Stack

FILTERS: list[dict[str, str]] = [
    {},
    {"level": "complex"},
    {"status": "closed"},
    {"targetGroup": "youth"},
    {"municipalityCode": "0766"},
    {"system": "nexus"},
    {"unitId": "2"},
    {"professionalId": "3"},
    {"updatedSince": "2026-01-05T07:30:04.123458Z"},
    {"closed": "true"},
    {"closed": "false"},
    {"includeJoined": "true"},
    {"level": "complex", "updatedSince": "2026-01-05T08:30:02.123459+01:00"},
    {"level": "ordinary", "status": "decided", "system": "sbsys", "unitId": "3", "closed": "false"},
]


@pytest.fixture
def administrator(stack: Stack, made: MadeRegister) -> CallerClient:
    """Give a caller who sees all cases."""
    return stack.caller("cases", made.tenant, Role.ADMINISTRATOR)


def named(made: MadeRegister, filters: Mapping[str, str]) -> dict[str, str]:
    """Put the ids of units and professionals in the place of their numbers."""
    query = dict(filters)
    if "unitId" in query:
        query["unitId"] = str(made.units[int(query["unitId"])])
    if "professionalId" in query:
        query["professionalId"] = str(made.employees[int(query["professionalId"])].id)
    return query


async def walk(caller: CallerClient, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Follow the cursors."""
    items: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = ok(await caller.get(f"/v1/cases?{urlencode({**query, **cursor})}"))
        items.extend(page["items"])
        if page["nextCursor"] is None:
            return items
        cursor = {"cursor": page["nextCursor"]}


class TestFilters:
    @pytest.mark.parametrize("sort", [None, *SORTS])
    @pytest.mark.parametrize("filters", FILTERS, ids=lambda filters: "+".join(filters) or "none")
    async def test_hold_what_going_through_all_cases_gives(
        self, made: MadeRegister, administrator: CallerClient, filters: dict[str, str], sort: str | None
    ) -> None:
        query = named(made, filters) | ({"sort": sort} if sort else {})
        wanted = expected(made, query)
        assert 0 < len(wanted) < len(made.cases) or filters == {"includeJoined": "true"}
        for size in ("7", "200"):
            items = await walk(administrator, {**query, "pageSize": size})
            assert [item["id"] for item in items] == wanted

    async def test_a_body_says_the_same(self, made: MadeRegister, administrator: CallerClient) -> None:
        for filters in FILTERS:
            query: dict[str, Any] = named(made, filters)
            body = {
                key: value == "true" if value in {"true", "false"} else value
                for key, value in query.items()
            }
            page = ok(await administrator.post("/v1/case-searches", {**body, "pageSize": 200}))
            assert [item["id"] for item in page["items"]] == expected(made, query)

    @pytest.mark.parametrize("key", ["unitId", "professionalId"])
    async def test_foreign_and_unknown_give_the_same_empty_page(
        self, made: MadeRegister, neighbour: MadeRegister, administrator: CallerClient, key: str
    ) -> None:
        foreign = neighbour.units[2] if key == "unitId" else neighbour.employees[3].id
        answers = [await administrator.get(f"/v1/cases?{key}={each}") for each in (foreign, uuid4())]
        assert [answer.json() for answer in answers] == [{"items": [], "nextCursor": None}] * 2
        assert answers[0].headers["etag"] == answers[1].headers["etag"]

    async def test_any_time_is_a_time(self, made: MadeRegister, administrator: CallerClient) -> None:
        always = ok(
            await administrator.get("/v1/cases?updatedSince=0001-01-01T00:00:00%2B14:00&pageSize=200")
        )
        never = ok(await administrator.get("/v1/cases?updatedSince=9999-12-31T23:59:59-12:00"))
        assert [item["id"] for item in always["items"]] == expected(made, {"sort": "updatedAt"})
        assert never["items"] == []

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("stage=closed", "unknown-query-parameter"),
            ("target_group=youth", "unknown-query-parameter"),
            ("cpr=0101701234", "unknown-query-parameter"),
            ("citizenId=x", "unknown-query-parameter"),
            ("text=Forl", "unknown-query-parameter"),
            ("status=lukket", "malformed-request"),
            ("targetGroup=all", "malformed-request"),
            ("municipalityCode=766", "malformed-request"),
            ("level=", "malformed-request"),
            ("level=Complex", "malformed-request"),
            ("unitId=1", "malformed-request"),
            ("updatedSince=yesterday", "malformed-request"),
            ("updatedSince=2026-01-05T07:30:00", "malformed-request"),
            ("closed=maybe", "malformed-request"),
            ("sort=label", "malformed-request"),
            ("sort=--updatedAt", "malformed-request"),
        ],
    )
    async def test_what_is_refused(self, administrator: CallerClient, query: str, code: str) -> None:
        refused(await administrator.get(f"/v1/cases?{query}"), 400, code)


class TestPages:
    async def test_a_cursor_is_for_its_own_list(self, administrator: CallerClient) -> None:
        first = ok(await administrator.get("/v1/cases?level=complex&pageSize=3"))
        cursor = first["nextCursor"]
        same = await administrator.get(f"/v1/cases?level=complex&pageSize=9&cursor={cursor}")
        assert not {item["id"] for item in ok(same)["items"]} & {item["id"] for item in first["items"]}
        for query in (
            "",
            "level=ordinary&",
            "level=complex&sort=-registeredAt&",
            "level=complex&sort=updatedAt&",
        ):
            refused(await administrator.get(f"/v1/cases?{query}cursor={cursor}"), 400, "invalid-cursor")

    async def test_a_known_page_is_not_sent_again(self, administrator: CallerClient) -> None:
        first = await administrator.get("/v1/cases?closed=true&pageSize=5")
        assert first.headers["etag"].startswith('W/"')
        assert 'rel="next"' in first.headers["link"]
        known = {"If-None-Match": first.headers["etag"]}
        again = await administrator.get("/v1/cases?closed=true&pageSize=5", headers=known)
        assert (again.status_code, again.content) == (304, b"")
        other = await administrator.get("/v1/cases?closed=false&pageSize=5", headers=known)
        assert other.status_code == 200

    async def test_shows_a_case_as_it_is(self, made: MadeRegister, administrator: CallerClient) -> None:
        items = {item["id"]: item for item in await walk(administrator, {"includeJoined": "true"})}
        for case in made.cases:
            item = items[str(case.id)]
            assert (item["respondentLabel"], item["level"]) == (case.respondent_label, case.level)
            assert (item["status"], item["targetGroup"]) == (case.status, case.target_group)
            assert (item["closedAt"] is None) is (case.closed_at is None)
            assert item["joinedIntoId"] == (str(case.joined_into_id) if case.joined_into_id else None)
            assert (item["units"], item["authorityFunctions"]) == (5, 1)
            assert item["registeredAt"] == case.registered_at.isoformat().replace("+00:00", "Z")
